"""Scissors effect and cost of staff: aggregated results and growths worked out by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ecds_panel import Centre, Row, centre, compute, the_row

TOWN = {"gestionnaire_code": "collectivite_territoriale"}


def money(
    rank: int, annee: int, costs: float, fees: float, others: float, **told: object
) -> Centre:
    finances = {
        "charges_personnel": costs,
        "honoraires_sans_depassement": fees,
        "autres_sources": others,
    }
    return centre(rank, annee, finances=finances, **told)


@pytest.fixture(scope="module")
def scissors() -> list[Row]:
    return compute(
        "effet_ciseau",
        [
            money(1, 2019, 1000, 1000, 100),
            money(2, 2019, 1000, 700, 0),
            money(1, 2022, 2000, 1500, 300),
            money(2, 2022, 2000, 1900, 100),
            # towns are out of costs and of revenue alike
            money(3, 2019, 10, 5000, 5000, **TOWN),
            money(3, 2022, 10, 9000, 5000, **TOWN),
        ],
    )


def test_aggregated_result(scissors: list[Row]) -> None:
    row = the_row(scissors, annee=2022, periode_code="niveau")
    assert (row["cds_nb"], row["cds_base_nb"]) == (2, None)
    assert row["charges_meur"] == Decimal("0.004")
    assert row["recettes_meur"] == Decimal("0.0034")
    assert row["financements_meur"] == Decimal("0.0038")
    assert row["resultat_agrege_pct"] == pytest.approx(-15)
    assert row["financements_nets_agrege_pct"] == pytest.approx(-5)
    assert row["ciseau_points"] is None


def test_scissors(scissors: list[Row]) -> None:
    row = the_row(scissors, annee=2022, periode_code="trois_ans")
    assert row["croissance_charges_pct"] == pytest.approx(100)
    assert row["croissance_recettes_pct"] == pytest.approx(100)
    assert row["croissance_financements_pct"] == pytest.approx(100 * (3800 / 1800 - 1))
    assert row["ciseau_points"] == pytest.approx(0)
    assert row["statut_calcul"] == "calcule"
    missing = the_row(scissors, annee=2022, periode_code="un_an")
    assert (missing["ciseau_points"], missing["motif_refus"]) == (None, "annee_base_absente")


def test_scissors_without_costs_is_refused() -> None:
    rows = compute("effet_ciseau", [centre(1, 2022, finances={"honoraires_sans_depassement": 10})])
    row = the_row(rows, annee=2022, periode_code="niveau")
    assert (row["charges_meur"], row["resultat_agrege_pct"]) == (None, None)
    assert (row["statut_calcul"], row["motif_refus"]) == ("refuse", "montant_absent")


def staffed(rank: int, annee: int, cost: float, etp: float, **told: object) -> Centre:
    staff = {"mg": (1, etp / 2), "infirmier": (2, etp / 2)}
    finances = {"charges_personnel": cost, "honoraires_sans_depassement": 2 * cost}
    return centre(rank, annee, staff=staff, finances=finances, **told)


def test_cost_per_fte_aggregated_and_by_centre() -> None:
    rows = compute(
        "cout_personnel_etp",
        [
            staffed(1, 2022, 100_000, 2),
            staffed(2, 2022, 60_000, 1),
            staffed(3, 2022, 720_000, 8, gestionnaire_code="mutualiste"),
            staffed(4, 2022, 999_000, 1, **TOWN),
            centre(5, 2022, finances={"autres_charges": 10}),
        ],
    )
    row = the_row(rows, dimension_code="ensemble")
    assert row["cds_nb"] == 3
    assert (row["montant_meur"], row["personnel_etp"]) == (Decimal("0.88"), 11)
    assert row["cout_agrege_eur"] == Decimal("80000.00")
    assert row["cout_quartile_1_eur"] == Decimal("55000.00")
    assert row["cout_median_eur"] == Decimal("60000.00")
    assert row["cout_quartile_3_eur"] == Decimal("75000.00")
    mutual = the_row(rows, modalite_code="mutualiste")
    assert (mutual["cds_nb"], mutual["cout_agrege_eur"]) == (1, Decimal("90000.00"))


@pytest.fixture(scope="module")
def series() -> list[Row]:
    return compute(
        "croissance_couts_etp",
        [
            staffed(1, 2016, 100_000, 2),
            staffed(1, 2019, 110_000, 2),
            staffed(1, 2022, 200_000, 2.5),
            staffed(2, 2016, 900_000, 2, **TOWN),
            staffed(2, 2022, 400_000, 3.5, **TOWN),
        ],
    )


@pytest.mark.parametrize(
    ("serie", "level", "growth", "number"),
    [
        ("charges_personnel", 0.2, 100, 1),
        ("etp_hors_collectivites", 2.5, 25, 1),
        ("cout_par_etp", 80_000, 60, 1),
        ("honoraires", 1.2, -40, 2),
        ("etp", 6, 50, 2),
        ("honoraires_par_etp", 200_000, -60, 2),
    ],
)
def test_costs_and_fees_against_staff(
    series: list[Row], serie: str, level: float, growth: float, number: int
) -> None:
    row = the_row(series, annee=2022, serie_code=serie, periode_code="six_ans")
    assert row["valeur"] == pytest.approx(level)
    assert row["croissance_pct"] == pytest.approx(growth)
    assert (row["cds_nb"], row["cds_base_nb"], row["annee_base"]) == (number, number, 2016)


def test_the_mean_yearly_growth_compounds(series: list[Row]) -> None:
    row = the_row(series, annee=2022, serie_code="charges_personnel", periode_code="six_ans")
    yearly = row["croissance_annuelle_moyenne_pct"]
    assert yearly == pytest.approx(12.246, abs=0.001)
    assert (1 + yearly / 100) ** 6 == pytest.approx(2)
