"""The joined table: slots, doctors, CPTS by their municipalities, regions; origins and refusals."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from pipeline.parameters import default_parameters
from tests.creneaux import slot
from tests.territoires import access, commune, community, computed, department, link, member

Row = dict[str, Any]
DEPARTMENTS = [department("44"), department("85"), department("35", "53")]
COMMUNES = [
    commune("44001", 2021, 900),
    commune("44002", 2021, 90),
    commune("44003", 2021, 10),
    commune("85001", 2021, 900),
    commune("35001", 2021, 500, region_code="53"),
    commune("44001", 2026, 1000),
    commune("44003", 2026, 1000),
    commune("85001", 2026, 2000),
    commune("35001", 2026, 500, region_code="53"),
]
GIVEN = {
    "communes": COMMUNES,
    "communes_liens": [link("44002", "44001")],
    "departements": DEPARTMENTS,
    "cpts": [community("44-nord", 500), community("44-sud", None)],
}
LIST = [member("44-nord", "44001"), member("44-nord", "44002"), member("44-sud", "44001"),
        member("44-sud", "44003")]  # fmt: skip
OFFERED, FILLED = "creneaux_offerts_pour_10000", "creneaux_pourvus_pour_10000"


def cells(parameters: Any = None, **more: list[Row]) -> dict[tuple[str, str], Row]:
    rows = computed("tableau_territorial", parameters, **{**GIVEN, **more})
    return {(r["territoire_code"], r["mesure_code"]): r for r in rows}


def feed(cpts: str | None, day: str, *statuses: str, **told: Any) -> list[Row]:
    return [
        slot(f"{day}T{9 + rank:02d}:00", status, cpts_id=cpts, origin="synthetic", **told)
        for rank, status in enumerate(statuses)
    ]


# Nord: 4 slots over two weeks; Sud: 3 slots in one week; both in 44.
SLOTS = [
    *feed("44-nord", "2025-01-06", "honore", "reserve", "non_pris"),
    *feed("44-nord", "2025-01-13", "honore"),
    *feed("44-sud", "2024-12-02", "honore", "rendu", "absent", doctor="b"),
]


def test_slots_are_weekly_rates_over_the_printed_population() -> None:
    found = cells(creneaux=SLOTS)
    offered, filled = found["44-nord", OFFERED], found["44-nord", FILLED]
    assert offered["valeur"] == pytest.approx(10000 * (4 / 2) / 500)
    assert filled["valeur"] == pytest.approx(10000 * (3 / 2) / 500)
    assert (offered["n_nb"], filled["n_nb"], offered["n_unite_code"]) == (4, 3, "creneaux")
    assert (offered["origine_code"], offered["millesime"]) == ("synthetic", "2025")
    # no population is printed for it
    assert found["44-sud", OFFERED]["motif_refus"] == "population_non_donnee"


def test_a_department_and_a_region_add_weekly_rates_over_their_own_inhabitants() -> None:
    found = cells(creneaux=SLOTS)
    weekly = 4 / 2 + 3 / 1
    assert found["44", OFFERED]["valeur"] == pytest.approx(10000 * weekly / 2000)
    assert found["52", OFFERED]["valeur"] == pytest.approx(10000 * weekly / 4000)
    assert found["44", OFFERED]["millesime"] == "2024-2025"
    for empty in ("85", "53", "35"):
        assert found[empty, OFFERED]["motif_refus"] == "flux_absent"
        assert found[empty, OFFERED]["valeur"] is None


def test_slots_without_a_known_outcome_leave_the_offer_and_refuse_the_filled() -> None:
    free = [*SLOTS, *feed("44-nord", "2025-01-14", "libre")]
    found = cells(creneaux=free)
    assert found["44-nord", FILLED]["motif_refus"] == "issue_inconnue"
    assert found["44", FILLED]["motif_refus"] == "issue_inconnue"
    assert found["44-nord", OFFERED]["statut_calcul"] == "calcule"


def test_a_real_feed_over_a_published_population_is_derived() -> None:
    real = [{**row, "origin": "real"} for row in SLOTS]
    assert cells(creneaux=real)["44-nord", OFFERED]["origine_code"] == "derived"
    owned = [community("44-nord", 500, origin="real")]
    assert cells(creneaux=real, cpts=owned)["44-nord", OFFERED]["origine_code"] == "real"
    mixed = [*real, *feed("44-nord", "2025-01-20", "honore")]
    assert cells(creneaux=mixed, cpts=owned)["44-nord", OFFERED]["origine_code"] == "synthetic"


def test_without_a_feed_every_slot_cell_is_refused() -> None:
    found = cells()
    assert {r["motif_refus"] for (_, m), r in found.items() if m in (OFFERED, FILLED)} == {
        "flux_absent"
    }


def test_a_cpts_is_counted_by_its_own_municipalities_where_a_list_gives_them() -> None:
    printed = cells()["44-nord", "population_nb"]
    assert (printed["valeur"], printed["n_unite_code"], printed["origine_code"]) == (
        500, "cpts", "published")  # fmt: skip
    found = cells(cpts_communes=LIST, creneaux=SLOTS)
    north, south = found["44-nord", "population_nb"], found["44-sud", "population_nb"]
    # a municipality told under two codes is one; shared by two CPTS, it is whole in each
    assert (north["valeur"], north["n_nb"], north["n_unite_code"]) == (1000, 1, "communes")
    assert (south["valeur"], south["n_nb"], south["origine_code"]) == (2000, 2, "derived")
    assert found["44-sud", OFFERED]["valeur"] == pytest.approx(10000 * 3 / 2000)
    growth = found["44-nord", "population_evolution_pct"]["valeur"]
    assert growth == pytest.approx(100 * (1000 - 990) / 990)
    assert found["44-nord", "mg_pour_10000"]["motif_refus"] == "niveau_absent"


def test_a_cpts_known_by_its_list_alone_has_its_rows() -> None:
    found = cells(cpts_communes=[member("85-est", "85001")])
    assert found["85-est", "population_nb"]["valeur"] == 2000
    assert found["85-est", "population_nb"]["territoire_nom"] == "CPTS 85-est"


def test_a_code_that_leads_nowhere_refuses_the_population() -> None:
    found = cells(cpts_communes=[*LIST, member("44-nord", "44999")])
    assert found["44-nord", "population_nb"]["motif_refus"] == "commune_non_placee"
    assert found["44-sud", "population_nb"]["valeur"] == 2000


def test_districts_count_with_their_own_population_only() -> None:
    district = member("75-centre", "75101", commune_mere_code="75056", arrondissement=True)
    paris = {
        "communes": [*COMMUNES, commune("75056", 2026, 2000, region_code="11")],
        "communes_liens": [link("75101", "75056", "arrondissement_municipal")],
        "departements": [*DEPARTMENTS, department("75", "11")],
        "cpts_communes": [district],
    }
    assert cells(**paris)["75-centre", "population_nb"]["motif_refus"] == "population_non_donnee"
    known = {"territoire_niveau": "arrondissement_municipal", "territoire_code": "75101",
             "annee": 2023, "variante_code": "municipale", "population_nb": 160,
             "origin": "real", "source_file": "data/raw/p.csv", "source_line": 2}  # fmt: skip
    found = cells(**paris, populations=[known])["75-centre", "population_nb"]
    assert (found["valeur"], found["origine_code"]) == (160, "real")


APL = [
    access("44001", 2.0, 100, 1000),
    access("44003", 5.0, 300, 1000),
    access("85001", 2.5, 100, 2000),
    access("35001", 4.0, 10, 500),
]


def test_apl_and_its_share_by_department_region_and_cpts() -> None:
    found = cells(apl=APL, cpts_communes=LIST)
    apl, share = "apl_mg", "apl_sous_seuil_pct"
    assert found["44", apl]["valeur"] == pytest.approx((2 * 100 + 5 * 300) / 400)
    assert found["52", apl]["valeur"] == pytest.approx((2 * 100 + 5 * 300 + 2.5 * 100) / 500)
    assert found["44-sud", apl]["valeur"] == pytest.approx((2 * 100 + 5 * 300) / 400)
    assert found["44", share]["valeur"] == pytest.approx(50)
    # 85001 is just at the threshold, which counts
    assert found["52", share]["valeur"] == pytest.approx(75)
    assert found["44-nord", share]["valeur"] == pytest.approx(100)
    assert found["44-nord", apl]["n_unite_code"] == "communes"
    assert (found["52", share]["n_nb"], found["52", share]["n_unite_code"]) == (4000, "habitants")
    strict = default_parameters().replaced("apl_regle", 0)
    assert cells(strict, apl=APL)["52", share]["valeur"] == pytest.approx(25)


def test_a_cpts_with_a_municipality_without_apl_is_refused() -> None:
    found = cells(apl=APL[1:], cpts_communes=LIST)
    assert found["44-nord", "apl_mg"]["motif_refus"] == "valeur_absente"
    assert found["85", "apl_mg"]["valeur"] == pytest.approx(2.5)


def test_a_file_of_departments_does_not_go_down_to_a_cpts() -> None:
    rows = [access(c, 2.0, None, 10, territoire_niveau="departement") for c in ("44", "85")]
    found = cells(apl=rows, cpts_communes=LIST)
    assert found["44", "apl_mg"]["valeur"] == pytest.approx(2)
    assert found["44-nord", "apl_mg"]["motif_refus"] == "niveau_absent"
    assert found["35", "apl_mg"]["motif_refus"] == "territoire_absent"


def test_without_a_file_density_and_apl_say_so() -> None:
    found = cells()
    for mesure in ("apl_mg", "apl_sous_seuil_pct", "mg_pour_10000"):
        assert found["44", mesure]["motif_refus"] == "source_non_livree"
    assert found["44-nord", "apl_mg"]["motif_refus"] == "composition_absente"


def headcount(code: str, number: int, **told: object) -> Row:
    """Return the self-employed or mixed GPs of a department in 2024."""
    return {
        "partition_code": "departements",
        "territoire_niveau": "departement",
        "territoire_code": code,
        "annee": 2024,
        "specialite_niveau_code": "groupe",
        "specialite_libelle": "Généralistes",
        "mode_exercice_code": "liberal_et_mixte",
        "tranche_age_code": "00",
        "sexe_code": "ensemble",
        "grandeur_code": "effectif",
        "valeur": number,
        "origin": "real",
        "source_file": "data/raw/r.csv",
        "source_line": 2,
        **told,
    }


def test_one_source_and_mode_of_practice_for_every_territory() -> None:
    rows = [headcount("44", 4), headcount("85", 9, mode_exercice_code="ensemble")]
    found = cells(effectifs_rpps=rows)
    one = found["44", "mg_pour_10000"]
    assert (one["valeur"], one["n_nb"], one["n_unite_code"]) == (pytest.approx(20), 4, "medecins")
    assert one["millesime"] == "rpps liberal_et_mixte 2024"
    assert one["origine_code"] == "derived"
    # another mode of practice does not fill the gap
    assert found["85", "mg_pour_10000"]["motif_refus"] == "territoire_absent"


def test_a_region_misses_no_department() -> None:
    told = {"annee": 2025, "dispositif_snp_statut": "publie", "cpts_nb": 4, "origin": "published",
            "source_file": "data/raw/c.csv", "source_line": 2}  # fmt: skip
    north = {**told, "departement_code": "44", "dispositif_snp_nb": 3}
    south = {**told, "departement_code": "85", "dispositif_snp_nb": 1}
    found = cells(cpts_departements=[north])
    assert found["44", "cpts_snp_pct"]["valeur"] == 75
    assert found["52", "cpts_snp_pct"]["motif_refus"] == "departements_incomplets"
    both = cells(cpts_departements=[north, south])
    assert both["52", "cpts_snp_pct"]["valeur"] == 50
    unknown = {**south, "dispositif_snp_statut": "non_applicable", "dispositif_snp_nb": None}
    found = cells(cpts_departements=[north, unknown])
    assert found["52", "cpts_snp_pct"]["motif_refus"] == "departements_incomplets"


def test_one_unknown_population_refuses_its_department_and_region_alone() -> None:
    found = cells(communes=[*COMMUNES, commune("44005", 2026, None)], creneaux=SLOTS)
    for code in ("44", "52"):
        assert found[code, "population_nb"]["motif_refus"] == "population_non_donnee"
        assert found[code, OFFERED]["motif_refus"] == "population_non_donnee"
    assert found["85", "population_nb"]["valeur"] == 2000
    assert found["53", "population_nb"]["valeur"] == 500


def test_mayotte_is_never_zero_nor_grown() -> None:
    mayotte = [commune("97601", y, 40, region_code="06", population_annee=2017)
               for y in (2021, 2026)]  # fmt: skip
    found = cells(
        communes=[*COMMUNES, *mayotte],
        departements=[*DEPARTMENTS, department("976", "06", zone_code="drom")],
    )
    assert found["976", "population_evolution_pct"]["motif_refus"] == "meme_recensement"
    assert found["06", "population_evolution_pct"]["motif_refus"] == "meme_recensement"
    assert not [m for (code, m), r in found.items() if code == "976" and r["valeur"] == 0]


def test_open_centres_of_finess_where_the_extract_covers() -> None:
    place = {"date_extraction": date(2026, 5, 12), "etat_code": "ouvert",
             "categorie_code": "124", "finess_ej": "440000001", "origin": "real",
             "region_code": "52", "source_file": "data/raw/f.csv", "source_line": 2}  # fmt: skip
    here = {**place, "finess_et": "440000002", "commune_code": "44002", "departement_code": "44"}
    category = {
        "categorie_code": "124",
        "famille_code": "centre_sante",
        "retenue": True,
        "origin": "published",
        "source_file": "data/raw/c.csv",
        "source_line": 2,
    }
    found = cells(etablissements=[here], finess_categories=[category], cpts_communes=LIST)
    mesure = "cds_finess_pour_10000"
    assert found["44", mesure]["valeur"] == pytest.approx(5)
    # its municipality merged into one of both CPTS since
    assert found["44-nord", mesure]["valeur"] == pytest.approx(10)
    assert found["44-sud", mesure]["valeur"] == pytest.approx(5)
    assert found["85", mesure]["motif_refus"] == "territoire_absent"
    assert found["52", mesure]["motif_refus"] == "departements_incomplets"
