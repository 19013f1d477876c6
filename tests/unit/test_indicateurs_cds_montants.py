"""Costs and funding by line: sums, shares and growths worked out by hand, refusals named."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ecds_panel import Centre, Row, centre, compute, the_row


def costs(rank: int, annee: int, staff: float, **told: object) -> Centre:
    """A centre with `staff` thousand euros of staff costs and 100 thousand of other costs."""
    finances = {"charges_personnel": 1000 * staff, "autres_charges": 100_000}
    return centre(rank, annee, finances=finances, **told)


TOWN = {"gestionnaire_code": "collectivite_territoriale"}
# Field: one centre in 2016, two in 2019, two in 2022; 2021 is missing. Towns and LIVI are out.
COSTS = [
    costs(1, 2016, 400),
    costs(2, 2016, 9000, **TOWN),
    costs(1, 2019, 500),
    costs(3, 2019, 300),
    costs(1, 2022, 700),
    costs(3, 2022, 500.5),
    costs(2, 2022, 9000, **TOWN),
    costs(4, 2022, 9000, **TOWN),
    costs(5, 2022, 9000, plateforme_teleconsultation=True),
]


@pytest.fixture(scope="module")
def charges() -> list[Row]:
    return compute("charges_exploitation", COSTS)


def cell(rows: list[Row], annee: int, poste: str, periode: str) -> Row:
    return the_row(rows, annee=annee, poste_code=poste, periode_code=periode)


def test_costs_level_share_and_field(charges: list[Row]) -> None:
    row = cell(charges, 2022, "charges_personnel", "niveau")
    assert row["montant_meur"] == Decimal("1.20050000")
    assert row["part_pct"] == pytest.approx(100 * 1200.5 / 1400.5)
    assert (row["cds_nb"], row["declarants_nb"]) == (2, 2)
    # two centres of the field among four, LIVI excluded
    assert row["part_parc_pct"] == pytest.approx(50)
    assert row["statut_calcul"] == "calcule"
    total = cell(charges, 2022, "charges_exploitation", "niveau")
    assert total["montant_meur"] == Decimal("1.40050000")
    assert total["part_pct"] == pytest.approx(100)


def test_a_declared_total_is_not_read() -> None:
    finances = {"charges_personnel": 100, "charges_exploitation": 5000}
    rows = compute("charges_exploitation", [centre(1, finances=finances)])
    total = cell(rows, 2022, "charges_exploitation", "niveau")
    assert total["montant_meur"] == Decimal("0.0001")


def test_costs_growth_over_three_and_six_years(charges: list[Row]) -> None:
    three = cell(charges, 2022, "charges_exploitation", "trois_ans")
    assert (three["annee_base"], three["cds_nb"], three["cds_base_nb"]) == (2019, 2, 2)
    assert three["croissance_pct"] == pytest.approx(100 * (1400.5 / 1000 - 1))
    assert three["cds_croissance_pct"] == pytest.approx(0)
    six = cell(charges, 2022, "charges_personnel", "six_ans")
    assert six["croissance_pct"] == pytest.approx(100 * (1200.5 / 400 - 1))
    assert six["cds_croissance_pct"] == pytest.approx(100)
    assert six["part_pct"] is None


def test_growth_without_its_base_year_is_refused(charges: list[Row]) -> None:
    row = cell(charges, 2022, "charges_personnel", "un_an")
    assert row["croissance_pct"] is None
    assert (row["statut_calcul"], row["motif_refus"]) == ("refuse", "annee_base_absente")


def test_growth_from_before_the_source_is_not_asked(charges: list[Row]) -> None:
    asked = {row["periode_code"] for row in charges if row["annee"] == 2016}
    assert asked == {"niveau"}


def test_growth_from_zero_is_refused(charges: list[Row]) -> None:
    """Nobody declares depreciation: the level is zero, its growth makes no sense."""
    level = cell(charges, 2022, "amortissements", "niveau")
    assert (level["montant_meur"], level["declarants_nb"]) == (0, 0)
    row = cell(charges, 2022, "amortissements", "six_ans")
    assert (row["croissance_pct"], row["motif_refus"]) == (None, "base_nulle")


def test_a_year_without_any_cost_is_refused_not_zero() -> None:
    rows = compute("charges_exploitation", [centre(1, 2021), costs(1, 2022, 100)])
    level = cell(rows, 2021, "charges_exploitation", "niveau")
    assert (level["montant_meur"], level["part_pct"]) == (None, None)
    assert (level["statut_calcul"], level["motif_refus"]) == ("refuse", "montant_absent")
    growth = cell(rows, 2022, "charges_exploitation", "un_an")
    assert growth["motif_refus"] == "montant_base_absent"


FUNDING = {
    "honoraires_sans_depassement": 600_000,
    "honoraires_avec_depassement": 100_000,
    "rfs": 40_000,
    "autres_forfaits": 15_000,
    "rosp": 5_000,
    "teulade": 30_000,
    "actes_non_remboursables": 10_000,
    "ars": 50_000,
    "autres_sources": 150_000,
    # declared totals are not read, even wrong ones
    "honoraires_totaux": 123,
    "recettes_exploitation": 456,
    "financements_total": 789,
    # neither costs nor memo lines are funding
    "charges_personnel": 700_000,
    "rfs_acces_soins": 9_000,
}


@pytest.fixture(scope="module")
def funding() -> list[Row]:
    before = {name: value / 2 for name, value in FUNDING.items() if name != "rosp"}
    return compute(
        "financements",
        [
            centre(1, 2019, finances=before),
            centre(1, 2022, finances=FUNDING, **TOWN),
            centre(2, 2022, finances=FUNDING, plateforme_teleconsultation=True),
        ],
    )


@pytest.mark.parametrize(
    ("poste", "euros"),
    [
        ("honoraires_totaux", 700_000),
        ("financements_forfaitaires", 60_000),
        ("recettes_exploitation", 800_000),
        ("financements_total", 1_000_000),
        ("teulade", 30_000),
        ("protocoles", 0),
    ],
)
def test_funding_totals_are_rebuilt(funding: list[Row], poste: str, euros: int) -> None:
    row = cell(funding, 2022, poste, "niveau")
    assert row["montant_meur"] == Decimal(euros) / 1_000_000
    assert row["part_pct"] == pytest.approx(euros / 10_000)
    assert row["declarants_nb"] == (euros > 0)


def test_funding_growth(funding: list[Row]) -> None:
    assert cell(funding, 2022, "rfs", "trois_ans")["croissance_pct"] == pytest.approx(100)
    flat = cell(funding, 2022, "financements_forfaitaires", "trois_ans")
    # 27 500 in 2019, without ROSP
    assert flat["croissance_pct"] == pytest.approx(100 * (60 / 27.5 - 1))
    rosp = cell(funding, 2022, "rosp", "trois_ans")
    assert (rosp["croissance_pct"], rosp["motif_refus"]) == (None, "base_nulle")
