"""Break-even and scenarios: the observatory's model applied by hand, with its parameters."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.parameters import Parameters, default_parameters
from tests.ecds_panel import Centre, Row, centre, compute, the_row

ALL = {"annee": 2022, "dimension_code": "ensemble", "modalite_code": "ensemble"}


def working(
    rank: int, acts: int | None, revenue: float, teulade: float = 10_000, **told: object
) -> Centre:
    """A centre with 2 GP FTE and costs of 400 000 €, 300 000 of which for its staff."""
    finances = {
        "charges_personnel": 300_000,
        "autres_charges": 100_000,
        "honoraires_sans_depassement": revenue - teulade,
        "teulade": teulade,
    }
    activity = {} if acts is None else {"actes_consultation_mg_nb": acts}
    staff = {"mg": (3, 2), "infirmier": (1, 1)}
    return centre(rank, staff=staff, finances=finances, activite=activity, **told)


# Acts per FTE: 3 000, 4 000, 6 000. R1: -25, -10, +5 %.
PANEL = [
    working(1, 6_000, 300_000),
    working(2, 8_000, 360_000, teulade=0, gestionnaire_code="mutualiste"),
    working(3, 12_000, 420_000),
    # acts unknown: in the field of the result, not in that of the scenarios
    working(4, None, 100_000),
]


def with_values(**values: float) -> Parameters:
    base = default_parameters()
    changed = {
        name: base.entries[name].model_copy(update={"value": value})
        for name, value in values.items()
    }
    return base.model_copy(update={"entries": {**base.entries, **changed}})


def test_break_even_by_hand() -> None:
    """(6 000 + 100 000 / 25) / 2 = 5 000, then 4 800 and 5 600."""
    rows = compute("seuil_equilibre", PANEL)
    row = the_row(rows, **ALL)
    assert row["cds_nb"] == 3
    assert row["actes_par_etp_mediane"] == pytest.approx(4_000)
    quartiles = [row["seuil_quartile_1"], row["seuil_mediane"], row["seuil_quartile_3"]]
    assert quartiles == pytest.approx([4_900, 5_000, 5_300])
    assert row["actes_par_etp_agrege"] == pytest.approx(26_000 / 6)
    # 120 000 € missing over the three centres: 4 800 acts
    assert row["seuil_agrege"] == pytest.approx(30_800 / 6)
    assert row["part_atteint_pct"] == pytest.approx(100 / 3)
    assert row["part_sous_liberaux_pct"] == 0
    mutual = the_row(rows, modalite_code="mutualiste")
    assert (mutual["cds_nb"], mutual["seuil_mediane"]) == (1, pytest.approx(4_800))


def test_break_even_follows_its_parameters() -> None:
    told = with_values(honoraires_par_acte_mg_eur=50, liberaux_actes_mediane=4_500)
    row = the_row(compute("seuil_equilibre", PANEL, told), **ALL)
    # 4 000, 4 400, 5 800
    assert row["seuil_mediane"] == pytest.approx(4_400)
    assert row["part_sous_liberaux_pct"] == pytest.approx(200 / 3)


def test_an_act_worth_nothing_gives_no_break_even() -> None:
    told = with_values(honoraires_par_acte_mg_eur=0)
    row = the_row(compute("seuil_equilibre", PANEL, told), **ALL)
    assert (row["seuil_mediane"], row["seuil_agrege"]) == (None, None)


@pytest.fixture(scope="module")
def scenarios() -> list[Row]:
    return compute("scenarios_cds", PANEL)


def test_acts_raised_to_the_self_employed_median(scenarios: list[Row]) -> None:
    """Two FTE at 4 614: 3 228 and 1 228 acts more, at 25 €; the third centre is above."""
    row = the_row(scenarios, scenario_code="actes_liberaux", **ALL)
    assert (row["cds_nb"], row["concernes_nb"], row["hypothese"]) == (3, 2, 4614)
    assert row["montant_meur"] == Decimal("0.1114")
    assert row["mediane_observee_pct"] == pytest.approx(-10)
    # -25 + 20.175, -10 + 7.675, 5
    assert row["mediane_scenario_pct"] == pytest.approx(-2.325)
    assert row["mediane_ecart_points"] == pytest.approx(7.675)
    assert row["agrege_observe_pct"] == pytest.approx(-10)
    assert row["agrege_scenario_pct"] == pytest.approx(100 * -8_600 / 1_200_000)
    assert row["part_positive_scenario_pct"] == pytest.approx(100 / 3)


def test_teulade_for_those_without(scenarios: list[Row]) -> None:
    """11.5 % of half of 300 000 €, for the one centre that receives none."""
    row = the_row(scenarios, scenario_code="teulade_tous", **ALL)
    assert (row["concernes_nb"], row["montant_meur"]) == (1, Decimal("0.01725"))
    assert row["mediane_scenario_pct"] == pytest.approx(-10 + 4.3125)
    untouched = the_row(scenarios, scenario_code="teulade_tous", modalite_code="association")
    assert (untouched["concernes_nb"], untouched["mediane_ecart_points"]) == (0, 0)


@pytest.mark.parametrize(
    ("scenario", "rate"),
    [("absences_basses", 5), ("absences_moyennes", 10), ("absences_hautes", 15)],
)
def test_no_shows(scenarios: list[Row], scenario: str, rate: float) -> None:
    row = the_row(scenarios, scenario_code=scenario, **ALL)
    euros = 25 * 26_000 * ((100 - rate) / 86.5 - 1)
    assert row["hypothese"] == rate
    assert float(row["montant_meur"]) == pytest.approx(euros / 1_000_000, abs=1e-7)
    assert row["agrege_ecart_points"] == pytest.approx(100 * euros / 1_200_000, abs=1e-5)
    assert (row["agrege_ecart_points"] > 0) == (rate < 13.5)


def test_scenarios_follow_their_parameters() -> None:
    told = with_values(absences_basses_pct=13.5, liberaux_actes_mediane=0)
    rows = compute("scenarios_cds", PANEL, told)
    for scenario in ("absences_basses", "actes_liberaux"):
        row = the_row(rows, scenario_code=scenario, **ALL)
        assert (row["montant_meur"], row["mediane_ecart_points"]) == (0, 0), scenario
