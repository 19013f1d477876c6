"""R2 and the deficits, on centres whose results were worked out by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from tests.ecds_panel import Centre, Row, centre, compute, the_row

ALL = {"annee": 2022, "dimension_code": "ensemble", "modalite_code": "ensemble"}


def balance(rank: int, activity: float, others: float, **told: object) -> Centre:
    """A centre with costs of 1 000 €, fees and Teulade adding to `activity`, and `others`."""
    finances = {
        "charges_personnel": 700,
        "amortissements": 50,
        "autres_charges": 250,
        "honoraires_sans_depassement": activity - 100,
        "teulade": 100,
        "ars": others / 4,
        "autres_sources": others * 3 / 4,
        # a memo line is neither revenue nor funding
        "rfs_acces_soins": 5000,
    }
    return centre(rank, finances=finances, **told)


# R1: -50, -20, 0, +10 %; R2: -40, -20, +30, +10 %
PANEL = [
    balance(1, 500, 100),
    balance(2, 800, 0, gestionnaire_code="autre_public"),
    balance(3, 1000, 300, gestionnaire_code="mutualiste", date_ouverture=dt.date(2022, 5, 1)),
    balance(4, 1100, 0),
    # out of the fields: LIVI, a grouping, no costs, not in the agreement
    balance(5, 9000, 0, plateforme_teleconsultation=True),
    balance(6, 9000, 0, groupement_id="G1"),
    centre(7, finances={"honoraires_sans_depassement": 9000}),
    balance(8, 9000, 0, accord_national=False),
]
NOT_ARS = balance(9, 150, 0, valide_ars=False)


@pytest.fixture(scope="module")
def r2() -> list[Row]:
    return compute("financements_nets", [*PANEL, NOT_ARS])


@pytest.fixture(scope="module")
def deficits() -> list[Row]:
    return compute("deficit_median", [*PANEL, NOT_ARS])


def test_r2_counts_all_funding_of_validated_centres(r2: list[Row]) -> None:
    row = the_row(r2, population_code="champ_r2", **ALL)
    assert row["cds_nb"] == 4
    assert row["min_pct"] == pytest.approx(-40)
    # -40, -20, 10, 30: type 7 quartiles fall a quarter of the way between neighbours
    assert row["quartile_1_pct"] == pytest.approx(-25)
    assert row["mediane_pct"] == pytest.approx(-5)
    assert row["moyenne_pct"] == pytest.approx(-5)
    assert row["quartile_3_pct"] == pytest.approx(15)
    assert row["part_positive_pct"] == pytest.approx(50)
    assert row["origin"] == "synthetic"


@pytest.mark.parametrize(
    ("population", "number", "median"),
    [
        ("champ_r2_hors_autres_publics", 3, 10),
        ("champ_r2_hors_ouverts", 3, -20),
        ("champ_r2_hors_les_deux", 2, -15),
    ],
)
def test_r2_variants(r2: list[Row], population: str, number: int, median: float) -> None:
    row = the_row(r2, population_code=population, **ALL)
    assert (row["cds_nb"], row["mediane_pct"]) == (number, pytest.approx(median))


def test_r2_by_manager(r2: list[Row]) -> None:
    row = the_row(r2, population_code="champ_r2", modalite_code="association")
    assert (row["cds_nb"], row["mediane_pct"]) == (2, pytest.approx(-15))


def test_deficit_of_all_and_of_those_in_deficit(deficits: list[Row]) -> None:
    """R1: -85 (not validated by the ARS), -50, -20, 0, +10 %; balance zero is no deficit."""
    row = the_row(deficits, ratio_code="resultat_exploitation", **ALL)
    assert (row["cds_nb"], row["deficit_nb"]) == (5, 3)
    assert row["part_deficit_pct"] == pytest.approx(60)
    assert row["solde_median_eur"] == Decimal("-200.00")
    assert row["solde_median_pct"] == pytest.approx(-20)
    assert row["deficit_moitie_pct"] == pytest.approx(20)
    assert row["deficit_quart_pct"] == pytest.approx(50)
    assert row["deficit_dixieme_pct"] == pytest.approx(71)
    assert row["deficit_median_eur"] == Decimal("500.00")
    assert row["deficit_median_pct"] == pytest.approx(50)


def test_deficit_on_the_field_of_r2(deficits: list[Row]) -> None:
    row = the_row(deficits, ratio_code="financements_nets", **ALL)
    assert (row["cds_nb"], row["deficit_nb"]) == (4, 2)
    assert row["solde_median_eur"] == Decimal("-50.00")
    assert row["deficit_moitie_pct"] == pytest.approx(5)
    assert row["deficit_median_pct"] == pytest.approx(30)


def test_no_deficit_leaves_its_median_empty(deficits: list[Row]) -> None:
    row = the_row(deficits, ratio_code="financements_nets", modalite_code="mutualiste")
    assert (row["deficit_nb"], row["part_deficit_pct"]) == (0, 0)
    assert row["deficit_median_eur"] is None
    assert row["deficit_median_pct"] is None
