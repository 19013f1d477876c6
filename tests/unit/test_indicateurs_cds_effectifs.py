"""Size, staff, working time and specialties of the centres, on panels counted by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.parameters import Parameters, default_parameters
from tests.ecds_panel import centre, compute, the_row

ALL = {"dimension_code": "ensemble", "modalite_code": "ensemble"}


def with_values(**values: float) -> Parameters:
    """Return the default parameters, some values changed."""
    base = default_parameters()
    changed = {k: base.entries[k].model_copy(update={"value": v}) for k, v in values.items()}
    return base.model_copy(update={"entries": {**base.entries, **changed}})


def test_size_of_the_centres() -> None:
    rows = compute(
        "taille_cds",
        [
            centre(1, staff={"mg": (1, 0.4), "infirmier": (2, 2)}),
            centre(2, staff={"mg": (2, 1), "autre_specialite": (3, 0.6), "infirmier": (1, 1)}),
            centre(3, staff={"mg": (1, 1), "chirurgien_dentiste": (4, 2), "infirmier": (1, 0.5)}),
            centre(4, staff={"mg": (500, 70), "ipa": (1, 1)}, plateforme_teleconsultation=True),
        ],
    )
    doctors = the_row(rows, mesure_code="medecins_nb", **ALL)
    assert (doctors["cds_nb"], doctors["minimum"], doctors["maximum"]) == (3, 1, 5)
    assert (doctors["mediane"], doctors["quartile_3"]) == (1, 3)
    assert doctors["moyenne"] == pytest.approx(7 / 3, abs=1e-6)
    assert the_row(rows, mesure_code="medecins_etp", **ALL)["mediane"] == pytest.approx(1)
    assert the_row(rows, mesure_code="medicaux_nb", **ALL)["mediane"] == 5
    assert the_row(rows, mesure_code="medicaux_etp", **ALL)["minimum"] == pytest.approx(0.4)
    assert the_row(rows, mesure_code="personnel_nb", **ALL)["decile_1"] == pytest.approx(3.6)
    assert the_row(rows, mesure_code="personnel_etp", **ALL)["mediane"] == pytest.approx(2.6)
    assert len({row["mesure_code"] for row in rows}) == 6


STAFF = [
    centre(
        1,
        staff={
            "mg": (2, 1), "mep": (1, 0.5), "ophtalmologue": (1, 0.5), "infirmier": (2, 2),
            "psychologue": (1, 0.5), "assistant_social": (1, 1.5),
        },
    ),
    centre(
        2,
        staff={"mg": (1, 1), "ipa": (1, 1), "direction": (1, 1)},
        gestionnaire_code="collectivite_territoriale",
    ),
    centre(3, staff={"mg": (9, 1), "infirmier": (1, 1)}, plateforme_teleconsultation=True),
]  # fmt: skip


def test_staff_by_row_of_table_2_and_by_profession() -> None:
    rows = compute("effectifs_professions", STAFF)
    field = {"annee": 2022, "population_code": "hors_livi"}
    total = the_row(rows, niveau_code="total", **field)
    assert (total["cds_nb"], total["effectif_nb"]) == (2, 11)
    assert total["effectif_etp"] == Decimal("9.00")
    assert (total["part_effectif_pct"], total["part_etp_groupe_pct"]) == (100, None)
    assert total["quotite_pct"] == pytest.approx(100 * 9 / 11)
    doctors = the_row(rows, effectif_code="medecins", **field)
    assert (doctors["effectif_nb"], doctors["effectif_etp"]) == (5, Decimal("3.00"))
    gps = the_row(rows, effectif_code="medecins_generalistes", **field)
    # doctors with a particular practice are counted with GPs
    assert (gps["effectif_nb"], gps["effectif_etp"]) == (4, Decimal("2.50"))
    assert gps["part_effectif_pct"] == pytest.approx(100 * 4 / 11)
    assert gps["part_etp_pct"] == pytest.approx(100 * 2.5 / 9)
    assert gps["part_etp_groupe_pct"] == pytest.approx(100 * 2.5 / 3)
    assert gps["cds_employeurs_nb"] == 2
    psychologists = the_row(rows, effectif_code="psychologue", **field)
    assert psychologists["part_etp_groupe_pct"] == pytest.approx(25)
    # a category that is its own group is listed as a group alone
    assert the_row(rows, effectif_code="paramedicaux", **field)["niveau_code"] == "groupe"


def test_staff_of_the_two_other_fields() -> None:
    rows = compute("effectifs_professions", STAFF)
    for population, people, centres in (
        ("cds_pluripro", 21, 3),
        ("hors_livi_hors_collectivites", 8, 1),
    ):
        row = the_row(rows, population_code=population, niveau_code="total")
        assert (row["effectif_nb"], row["cds_nb"]) == (people, centres)


def test_growth_of_headcount_and_fte() -> None:
    rows = compute(
        "evolution_effectifs",
        [
            centre(1, 2016, staff={"mg": (2, 1), "infirmier": (4, 4)}),
            centre(1, 2022, staff={"mg": (3, 2), "infirmier": (5, 3), "direction": (1, 1)}),
            centre(2, 2022, staff={"mg": (1, 0.5), "infirmier": (1, 1)}),
        ],
    )
    period = {"annee_debut": 2016, "annee_fin": 2022, "population_code": "hors_livi"}
    gps = the_row(rows, effectif_code="medecins_generalistes", **period)
    assert (gps["effectif_debut_nb"], gps["effectif_nb"]) == (2, 4)
    assert gps["croissance_effectif_pct"] == pytest.approx(100)
    assert gps["croissance_etp_pct"] == pytest.approx(150)
    total = the_row(rows, niveau_code="total", **period)
    assert total["croissance_effectif_pct"] == pytest.approx(100 * 5 / 6)
    assert total["croissance_etp_pct"] == pytest.approx(50)
    created = the_row(rows, effectif_code="direction", **period)
    assert (created["effectif_debut_nb"], created["motif_refus"]) == (0, "denominateur_nul")
    missing = the_row(rows, annee_debut=2019, niveau_code="total", population_code="hors_livi")
    assert (missing["croissance_etp_pct"], missing["motif_refus"]) == (None, "annee_absente")
    assert (missing["effectif_debut_nb"], missing["effectif_nb"]) == (None, 11)


def test_working_time_of_doctors() -> None:
    rows = compute(
        "quotite_medecins",
        [
            centre(1, staff={"mg": (4, 1), "infirmier": (1, 1)}),
            centre(2, staff={"mg": (1, 0.5), "autre_specialite": (1, 0.5), "infirmier": (9, 9)}),
            centre(3, staff={"mg": (1, 1), "infirmier": (1, 1)}, gestionnaire_code="mutualiste"),
            centre(4, staff={"mg": (9, 0.9), "ipa": (1, 1)}, plateforme_teleconsultation=True),
        ],
    )
    row = the_row(rows, **ALL)
    assert (row["cds_nb"], row["min_pct"], row["max_pct"]) == (3, 25, 100)
    assert row["mediane_pct"] == pytest.approx(50)
    assert row["quartile_1_pct"] == pytest.approx(37.5)
    assert row["moyenne_pct"] == pytest.approx(175 / 3, abs=1e-6)
    # three FTE of doctors for seven doctors
    assert row["moyenne_agregee_pct"] == pytest.approx(300 / 7)
    assert the_row(rows, modalite_code="mutualiste")["mediane_pct"] == 100


def test_centres_whose_doctors_are_all_gps() -> None:
    rows = compute(
        "specialites_medicales",
        [
            centre(1, staff={"mg": (1, 1), "infirmier": (1, 1), "chirurgien_dentiste": (1, 1)}),
            centre(2, staff={"mep": (1, 1), "infirmier": (1, 1)}, region_code=None),
            centre(3, staff={"mg": (1, 1), "infirmier": (1, 1), "ophtalmologue": (1, 0.1)}),
        ],
    )
    row = the_row(rows, **ALL)
    assert (row["cds_nb"], row["concernes_nb"]) == (3, 2)
    assert row["part_pct"] == pytest.approx(200 / 3)
    assert the_row(rows, modalite_code="region_inconnue")["part_pct"] == 100


def test_gp_fte_over_self_employed_gps() -> None:
    rows = compute("part_mg_cds", [*STAFF, centre(1, 2021)], with_values(liberaux_mg_nb=50))
    whole = the_row(rows, annee=2022, population_code="cds_pluripro")
    assert (whole["mg_etp"], whole["liberaux_nb"]) == (Decimal("3.50"), 50)
    assert whole["part_pct"] == pytest.approx(7)
    assert the_row(rows, annee=2022, population_code="hors_livi")["part_pct"] == pytest.approx(5)
    other = the_row(rows, annee=2021, population_code="hors_livi")
    assert (other["mg_etp"], other["part_pct"]) == (Decimal("1.00"), None)
    assert other["motif_refus"] == "comparateur_absent"
