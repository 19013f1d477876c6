"""Acts, patients, fees per patient and deprivation of the centres, on panels counted by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.parameters import default_parameters
from tests.ecds_panel import Centre, centre, compute, the_row
from tests.unit.test_indicateurs_cds_effectifs import with_values

ALL = {"dimension_code": "ensemble", "modalite_code": "ensemble"}
REGISTRY = Path("data/raw/published_figures/igas_2023_034r.csv")


def with_mep(rank: int, etp: float, activity: dict[str, int], **told: object) -> Centre:
    """Return a centre with some GP FTE and as many of doctors with a particular practice."""
    staff = {"mg": (1, etp), "mep": (1, etp), "infirmier": (1, 1)}
    return centre(rank, staff=staff, activite=activity, **told)


def test_acts_per_gp_fte() -> None:
    rows = compute(
        "actes_par_etp",
        [
            with_mep(1, 0.5, {"actes_consultation_mg_nb": 900, "actes_visite_mg_nb": 100}),
            with_mep(2, 2, {"actes_teleconsultation_nb": 2000}, gestionnaire_code="mutualiste"),
            with_mep(3, 1, {"actes_consultation_mg_nb": 60}, gestionnaire_code="autre_public"),
            with_mep(4, 1, {"actes_consultation_mg_nb": 1}, groupement_id="G1"),
            with_mep(5, 1, {}),
            with_mep(6, 0, {"actes_consultation_mg_nb": 9}),
        ],
    )
    whole = the_row(rows, population_code="champ_actes", **ALL)
    assert (whole["cds_nb"], whole["minimum"], whole["maximum"]) == (3, 60, 2000)
    assert whole["mediane"] == 1000
    assert whole["moyenne"] == pytest.approx(1020)
    # 3060 acts for 3.5 FTE of GPs
    assert whole["moyenne_agregee"] == pytest.approx(3060 / 3.5)
    quoted = the_row(rows, population_code="champ_actes_hors_autres_publics", **ALL)
    assert (quoted["cds_nb"], quoted["mediane"]) == (2, 1500)
    one = the_row(rows, population_code="champ_actes", modalite_code="mutualiste")
    assert (one["cds_nb"], one["decile_9"]) == (1, 1000)


def test_a_net_number_of_acts_may_be_negative() -> None:
    acts = {"actes_consultation_mg_nb": 3, "actes_visite_mg_nb": -5}
    rows = compute("actes_par_etp", [with_mep(1, 1, acts)])
    assert the_row(rows, population_code="champ_actes", **ALL)["minimum"] == -2


def test_patients_per_gp_fte() -> None:
    rows = compute(
        "file_active_par_etp",
        [
            with_mep(1, 0.5, {"file_active_mg_nb": 500}),
            with_mep(2, 1, {"file_active_mg_nb": 3000}),
            with_mep(3, 1, {"file_active_mg_nb": 0}),
            with_mep(4, 1, {"file_active_mg_nb": 9}, gestionnaire_code="autre_public"),
            with_mep(5, 1, {"file_active_mg_nb": 9}, accord_national=False),
        ],
    )
    row = the_row(rows, **ALL)
    assert (row["cds_nb"], row["mediane"], row["quartile_1"]) == (2, 2000, 1500)
    assert row["moyenne_agregee"] == pytest.approx(3500 / 1.5)


def test_registered_patients_per_gp_or_particular_practice_fte() -> None:
    rows = compute(
        "patientele_mt_par_etp",
        [
            with_mep(1, 0.5, {"patients_mt_nb": 800, "patients_mt_adultes_nb": 700}),
            with_mep(2, 1.5, {"patients_mt_nb": 900, "patients_mt_adultes_nb": 600}),
            with_mep(3, 1, {"patients_mt_nb": 900, "patients_mt_adultes_nb": 0}),
            with_mep(4, 1, {"patients_mt_nb": 900}),
        ],
    )
    everyone = the_row(rows, mesure_code="patients_mt_par_etp", **ALL)
    assert (everyone["cds_nb"], everyone["mediane"]) == (2, 550)
    # 1700 patients for four FTE, of GPs and particular practice
    assert everyone["moyenne_agregee"] == pytest.approx(425)
    assert everyone["moyenne"] == pytest.approx(550)
    adults = the_row(rows, mesure_code="patients_mt_adultes_par_etp", **ALL)
    assert (adults["cds_nb"], adults["moyenne_agregee"]) == (2, pytest.approx(325))


def test_fees_per_patient() -> None:
    def billed(rank: int, euros: float, gp: int, nurse: int, **told: object) -> Centre:
        return centre(
            rank,
            finances={"honoraires_sans_depassement": euros, "honoraires_avec_depassement": 9e6},
            activite={"file_active_mg_nb": gp, "file_active_infirmier_nb": nurse},
            **told,
        )

    dentist = {"mg": (1, 1), "infirmier": (1, 1), "chirurgien_dentiste": (1, 1)}
    rows = compute(
        "honoraires_par_patient",
        [
            billed(1, 15000, 80, 20),
            billed(2, 50000, 100, 100, staff=dentist),
            billed(3, 9e6, 1, 1, atypique=True),
            billed(4, 9e6, 1, 1, staff={"mg": (1, 1), "orthoptiste": (1, 1)}),
        ],
    )
    wide = the_row(rows, population_code="champ_honoraires_patient", **ALL)
    assert (wide["cds_nb"], wide["moyenne_eur"]) == (2, pytest.approx(200))
    assert wide["moyenne_agregee_eur"] == pytest.approx(65000 / 300)
    narrow = the_row(rows, population_code="champ_honoraires_mg_ide", **ALL)
    assert (narrow["cds_nb"], narrow["mediane_eur"]) == (1, 150)


def deprived(rank: int, patients: int, c2s: int, ame: int | None, **told: object) -> Centre:
    return centre(
        rank,
        activite={
            "file_active_mg_nb": patients,
            "file_active_mg_c2s_nb": c2s,
            **({} if ame is None else {"file_active_mg_ame_nb": ame}),
        },
        **told,
    )


def test_share_of_deprived_patients() -> None:
    rows = compute(
        "precarite_cds",
        [
            deprived(1, 100, 25, 5, departement_code="75"),
            deprived(2, 300, 30, 0, departement_code="93"),
            deprived(3, 200, 0, 0, gestionnaire_code="autre_public"),
            # the number of AME patients is not known: no rate
            deprived(4, 100, 90, None),
        ],
    )
    whole = the_row(rows, population_code="champ_precarite", **ALL)
    assert (whole["cds_nb"], whole["mediane_pct"]) == (3, 10)
    assert whole["moyenne_pct"] == pytest.approx(40 / 3, abs=1e-6)
    assert whole["moyenne_agregee_pct"] == pytest.approx(10)
    others = the_row(rows, population_code="champ_precarite_hors_autres_publics", **ALL)
    assert (others["cds_nb"], others["decile_1_pct"]) == (2, pytest.approx(12))
    paris = the_row(rows, modalite_code="departement_75")
    assert (paris["cds_nb"], paris["mediane_pct"], paris["moyenne_agregee_pct"]) == (1, 30, 30)
    assert the_row(rows, modalite_code="departement_inconnu")["cds_nb"] == 1


def test_excess_deprivation_of_units() -> None:
    rows = compute(
        "surprecarite",
        [
            # one unit of two centres: 40 of 200 patients
            deprived(1, 100, 40, 0, groupement_id="G1"),
            deprived(2, 100, 0, 0, groupement_id="G1"),
            deprived(3, 100, 30, 1),
            deprived(4, 100, 20, 1),
            deprived(5, 100, 90, None),
            deprived(6, 100, 99, 0, accord_national=False),
        ],
    )
    row = the_row(rows, annee=2022)
    assert (row["unites_nb"], row["non_renseignes_nb"]) == (3, 1)
    assert row["mediane_points"] == pytest.approx(11)
    # 11 points exactly is not above 11
    assert (row["au_dessus_nb"], row["au_dessus_pct"]) == (1, pytest.approx(100 / 3))
    assert row["decile_9_points"] == pytest.approx(11 + 0.8 * 10)


def test_excess_deprivation_of_another_year_is_refused() -> None:
    rows = compute("surprecarite", [centre(1, 2021, activite={"file_active_mg_nb": 9})])
    row = the_row(rows, annee=2021)
    assert (row["au_dessus_nb"], row["au_dessus_pct"], row["mediane_points"]) == (None, None, None)
    assert (row["statut_calcul"], row["motif_refus"]) == ("refuse", "comparateur_absent")
    moved = compute(
        "surprecarite", [deprived(1, 100, 30, 0)], with_values(comparateurs_annee=2022,
        precarite_nationale_c2s_ame_pct=25, surprecarite_seuil_points=4),
    )  # fmt: skip
    assert the_row(moved, annee=2022)["mediane_points"] == pytest.approx(5)
    assert the_row(moved, annee=2022)["au_dessus_pct"] == 100


def test_gap_with_self_employed_gps_on_both_bases() -> None:
    acts = {"actes_consultation_mg_nb": 3396}
    rows = compute(
        "comparaison_liberaux",
        [
            centre(1, activite={**acts, "file_active_mg_nb": 2000}),
            centre(1, 2021, activite=acts),
        ],
    )
    row = the_row(rows, annee=2022, mesure_code="actes_par_etp", statistique_code="mediane")
    assert (row["cds_nb"], row["valeur_cds"], row["valeur_liberaux"]) == (1, 3396, 4614)
    assert row["ecart_base_cds_pct"] == pytest.approx(35.8657, abs=1e-4)
    assert row["ecart_base_liberaux_pct"] == pytest.approx(26.3979, abs=1e-4)
    patients = the_row(
        rows, annee=2022, mesure_code="file_active_par_etp", statistique_code="moyenne"
    )
    assert patients["ecart_base_cds_pct"] == pytest.approx(-14.5)
    refused = the_row(rows, annee=2021, mesure_code="actes_par_etp", statistique_code="mediane")
    assert (refused["valeur_cds"], refused["ecart_base_cds_pct"]) == (3396, None)
    assert (refused["statut_calcul"], refused["motif_refus"]) == ("refuse", "comparateur_absent")


# Parameters and the printed figure each restates.
RESTATED = {
    "liberaux_file_active_quartile_1": "001-B0165",
    "liberaux_file_active_mediane": "001-B0163",
    "liberaux_file_active_quartile_3": "001-B0164",
    "liberaux_file_active_moyenne": "001-B0166",
    "liberaux_patients_mt_quartile_1": "001-B0184",
    "liberaux_patients_mt_mediane": "001-B0181",
    "liberaux_patients_mt_quartile_3": "001-B0183",
    "liberaux_patients_mt_moyenne": "001-B0179",
    "liberaux_patients_mt_adultes_moyenne": "001-B0194",
    "liberaux_actes_quartile_1": "001-B0219",
    "liberaux_actes_mediane": "001-B0215",
    "liberaux_actes_quartile_3": "001-B0220",
    "liberaux_actes_decile_9": "001-B0221",
    "liberaux_mg_nb": "001-A0437",
    "precarite_nationale_c2s_ame_pct": "001-A0491",
    "surprecarite_seuil_points": "001-C0028",
}


def test_comparison_values_restate_the_registry() -> None:
    with REGISTRY.open(encoding="utf-8", newline="") as handle:
        printed = {row["figure_id"]: row for row in csv.DictReader(handle)}
    entries = default_parameters().entries
    assert {name for name in entries if name.startswith("liberaux_")} < set(RESTATED)
    for name, figure_id in RESTATED.items():
        row = printed[figure_id]
        assert entries[name].value == float(row["value"]), name
        assert entries[name].source.endswith(f"l. {row['document_line']}"), name
