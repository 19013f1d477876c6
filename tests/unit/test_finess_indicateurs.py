"""Rates of establishments and matching with e-CDS, on made-up ones."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.finess_tables import OLD, Rows, centre, computed, establishment, inhabitants


def national(rows: Rows, family: str) -> dict[str, Any]:
    (row,) = [
        r for r in rows if (r["territoire_niveau"], r["famille_code"]) == ("national", family)
    ]
    return row


def local(rows: Rows, code: str, family: str) -> dict[str, Any]:
    (row,) = [r for r in rows if (r["territoire_code"], r["famille_code"]) == (code, family)]
    return row


RATE = "etablissements_par_habitant"


def test_establishments_are_counted_over_inhabitants() -> None:
    rows = computed(
        RATE,
        etablissements=[
            establishment("1"),
            establishment("2"),
            establishment("3", etat_code="ferme"),
            establishment("4", "439"),
            establishment("5", "603", departement_code="85"),
            establishment("6", "124", departement_code="977"),
        ],
        populations=[
            inhabitants("44", 400_000),
            inhabitants("85", 100_000),
            inhabitants("44", 1, 2027),
            inhabitants("44", 1, 2019),
            inhabitants("44", 9_999_999, variant="totale"),
        ],
    )
    here = local(rows, "44", "centre_sante")
    assert (here["etablissements_nb"], here["population_nb"]) == (2, 400_000)
    assert (here["pour_100000"], here["population_annee"]) == (0.5, 2023)
    # A zero: the department and the family are in the extract.
    assert local(rows, "85", "centre_sante")["pour_100000"] == 0.0
    assert local(rows, "977", "centre_sante")["motif_refus"] == "population_absente"
    whole = national(rows, "centre_sante")
    assert (whole["etablissements_nb"], whole["hors_population_nb"]) == (2, 1)
    assert (whole["population_nb"], whole["pour_100000"]) == (500_000, 0.4)


def test_a_family_or_a_department_that_is_not_there_is_no_zero() -> None:
    rows = computed(
        RATE,
        etablissements=[establishment("1")],
        populations=[inhabitants("44", 400_000), inhabitants("976", 300_000)],
    )
    found = local(rows, "44", "soins_non_programmes")
    assert (found["etablissements_nb"], found["motif_refus"]) == (None, "famille_absente")
    away = local(rows, "976", "centre_sante")
    assert (away["etablissements_nb"], away["motif_refus"]) == (None, "territoire_absent")
    whole = national(rows, "centre_sante")
    assert (whole["pour_100000"], whole["motif_refus"]) == (None, "extrait_partiel")


def test_each_extract_takes_the_population_of_its_time() -> None:
    rows = computed(
        RATE,
        etablissements=[
            establishment("1"),
            establishment("2", "439", date_extraction=OLD),
            establishment("3", "124", date_extraction=date(2018, 12, 31)),
        ],
        populations=[inhabitants("44", 100_000, 2015), inhabitants("44", 200_000, 2022)],
    )
    found = {
        r["extraction_code"]: (r["population_annee"], r["pour_100000"])
        for r in rows
        if (r["territoire_code"], r["famille_code"]) == ("44", "centre_sante")
    }
    assert found == {
        "2012-12-31": (2015, 1.0),
        "2018-12-31": (2015, 1.0),
        "2026-05-12": (2022, 0.5),
    }


def test_without_a_file_every_family_is_refused() -> None:
    rows = computed(RATE)
    assert {r["motif_refus"] for r in rows} == {"aucun_etablissement"}
    assert len(rows) == 5
    assert {r["origin"] for r in rows} == {"derived"}


MATCH = "finess_ecds"


def test_centres_are_matched_by_number_and_every_row_is_accounted_for() -> None:
    rows = computed(
        MATCH,
        etablissements=[
            establishment("1"),
            establishment("2", "355"),
            establishment("3", etat_code="ferme", date_fermeture=date(2024, 1, 1)),
            establishment("4"),
            establishment("5", departement_code="85"),
            establishment("6", "355"),
            establishment("9", etat_code="ferme", date_fermeture=date(2024, 1, 1)),
        ],
        ecds_centres=[centre(n) for n in ("1", "2", "3", "7")]
        + [centre("8", departement_code=None)],
    )
    whole = {r["territoire_code"]: r for r in rows}
    names = ("apparies_nb", "autre_categorie_nb", "fermes_nb", "absents_finess_nb")
    france = whole["FR"]
    assert [france[name] for name in names] == [1, 1, 1, 2]
    assert (france["ecds_nb"], france["finess_nb"], france["absents_ecds_nb"]) == (5, 3, 2)
    assert france["part_ecds_pct"] == pytest.approx(20.0)
    assert france["part_finess_pct"] == pytest.approx(100 / 3)
    assert set(whole) == {"FR", "44", "85", "inconnu"}
    for row in rows:
        assert row["ecds_nb"] == sum(row[name] for name in names)
        assert row["finess_nb"] == row["apparies_nb"] + row["absents_ecds_nb"]
    parts = [row for code, row in whole.items() if code != "FR"]
    for name in (*names, "ecds_nb", "finess_nb", "absents_ecds_nb"):
        assert france[name] == sum(row[name] for row in parts), name


def test_each_year_meets_the_nearest_extract() -> None:
    rows = computed(
        MATCH,
        etablissements=[
            establishment("1", date_extraction=date(2021, 12, 31)),
            establishment("1", date_extraction=date(2024, 12, 31)),
        ],
        ecds_centres=[centre("1", 2022), centre("1", 2025)],
    )
    found = [
        (r["annee"], r["date_extraction"].year, r["ecart_annees_nb"])
        for r in rows
        if r["territoire_code"] == "FR"
    ]
    assert found == [(2022, 2021, -1), (2025, 2024, -1)]


def test_synthetic_centres_are_not_matched_with_real_establishments() -> None:
    panel = [centre("SYN000001", origin="synthetic")]
    (row,) = computed(MATCH, etablissements=[establishment("1")], ecds_centres=panel)
    assert (row["motif_refus"], row["apparies_nb"]) == ("centres_synthetiques", None)
    (row,) = computed(MATCH, ecds_centres=panel)
    assert (row["motif_refus"], row["origin"]) == ("aucun_etablissement", "synthetic")
    made_up = [establishment("SYN000001", origin="synthetic")]
    found = computed(MATCH, etablissements=made_up, ecds_centres=panel)
    assert {r["apparies_nb"] for r in found} == {1}
    assert {r["origin"] for r in found} == {"synthetic"}
