"""The parts of the calibration: intervals, order statistics, placement, tables with given sums."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from pipeline.calibration.placement import place
from pipeline.calibration.problem import Problem
from pipeline.calibration.program import InfeasibleError, LinearProgram
from pipeline.calibration.published import Published, common_size, rounding_interval
from pipeline.calibration.rounding import counted, exchange
from pipeline.calibration.rows import CalibrationError, Interval, Row, order_statistics, whole_count
from pipeline.calibration.transport import fill, largest_remainders, raked

SEVEN = Row(
    "seven",
    np.arange(7),
    {
        "min": Interval(-58.85, -58.75),
        "d1": Interval(-50.25, -50.15),
        "q1": Interval(-36.35, -36.25),
        "mediane": Interval(-14.05, -13.95),
        "moyenne": Interval(-25.35, -25.25),
        "q3": Interval(-11.95, -11.85),
        "d9": Interval(-9.45, -9.35),
        "max": Interval(-8.15, -8.05),
    },
)


def test_a_printed_value_lies_within_half_a_unit_of_its_last_decimal() -> None:
    found = rounding_interval(Decimal("-9.8"), 1)
    assert (found.low, found.high) == pytest.approx((-9.85, -9.75))
    assert rounding_interval(Decimal("406"), 0) == Interval(405.5, 406.5)


def test_the_seven_public_hospitals_have_one_solution() -> None:
    """With seven centres, type 7 quantiles give every value back."""
    values = order_statistics(SEVEN)
    assert values[0] == pytest.approx(-58.8, abs=0.05)
    assert values[1] == pytest.approx(-44.47, abs=0.3)
    assert np.quantile(values, 0.1) == pytest.approx(-50.2, abs=0.05)
    assert values.mean() == pytest.approx(-25.3, abs=0.05)


def test_small_groups_can_be_asked_for_whole_multiples() -> None:
    steps = np.full(7, 0.5)
    loose = {s: Interval(i.low - 0.4, i.high + 0.4) for s, i in SEVEN.stats.items()}
    values = order_statistics(Row("seven", np.arange(7), loose), steps)
    assert np.allclose(values / 0.5, np.rint(values / 0.5), atol=1e-6)


def test_statistics_that_exclude_each_other_are_refused_by_name() -> None:
    wrong = {**SEVEN.stats, "moyenne": Interval(10.0, 10.1)}
    with pytest.raises(InfeasibleError, match="order statistics of seven"):
        order_statistics(Row("seven", np.arange(7), wrong))


def test_a_share_that_no_whole_number_has_is_refused() -> None:
    row = Row("r", np.arange(7), {"part_positive": Interval(33.25, 33.35)})
    with pytest.raises(CalibrationError, match="no whole number"):
        whole_count(row)
    assert whole_count(Row("r", np.arange(406), {"part_positive": Interval(33.25, 33.35)})) == 135


def test_a_value_a_single_centre_pins_leaves_the_others_near_their_priors() -> None:
    prior = np.linspace(0.0, 100.0, 101)
    row = Row("all", np.arange(101), {"mediane": Interval(59.5, 60.5)})
    rng = np.random.default_rng(1)
    found = place(Problem(prior, [row], np.zeros(101), np.full(101, 100.0), rng), "essai")
    assert 59.5 <= np.median(found) <= 60.5
    assert (np.abs(found - prior) > 1e-9).sum() <= 12


def test_a_scaled_row_is_about_the_scaled_value() -> None:
    heads = np.array([1.0, 2.0, 4.0, 5.0, 8.0])
    row = Row("quota", np.arange(5), {"mediane": Interval(49.9, 50.1)}, scale=100.0 / heads)
    prior = heads * 0.8
    rng = np.random.default_rng(1)
    found = place(Problem(prior, [row], heads * 0.05, heads, rng), "essai")
    assert np.median(found / heads * 100.0) == pytest.approx(50.0, abs=0.1)


def test_counts_keep_the_ratio_on_its_side() -> None:
    values, size = np.array([10.4, 9.96]), np.array([1.0, 3.0])
    found = counted(values, np.array([10.0, 9.9]), np.array([10.45, 9.99]), size)
    assert found.tolist() == [10, 30] or found.tolist() == [10, 29]
    assert 10.0 <= found[0] / size[0] <= 10.45


def test_a_pinned_value_goes_where_rounding_keeps_it() -> None:
    values = np.array([10.0, 1480.7, 3000.0])
    row = Row("r", np.arange(3), {"mediane": Interval(1480.5, 1481.5)})
    step = np.array([1.0, 40.0, 0.5])
    exchange(values, [row], np.arange(3), step)
    assert values[1] != 1480.7
    assert sorted(values.tolist()) == [10.0, 1480.7, 3000.0]


def test_a_table_has_its_sums_and_its_forbidden_cells() -> None:
    weights = np.array([[1.0, 1.0, 0.0], [2.0, 1.0, 1.0]])
    found = fill(np.array([5, 7]), np.array([4, 6, 2]), weights)
    assert found.sum(axis=1).tolist() == [5, 7]
    assert found.sum(axis=0).tolist() == [4, 6, 2]
    assert found[0, 2] == 0


def test_a_table_that_cannot_have_its_sums_is_refused() -> None:
    with pytest.raises(InfeasibleError):
        fill(np.array([5, 7]), np.array([4, 6, 2]), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]]))


def test_remainders_are_shared_out_whole() -> None:
    assert largest_remainders(np.array([1.0, 1.0, 1.0]), 10).tolist() == [4, 3, 3]


def test_raking_meets_both_margins() -> None:
    found = raked(np.ones((2, 3)), np.array([6.0, 3.0]), np.array([2.0, 3.0, 4.0]))
    assert np.allclose(found.sum(axis=1), [6.0, 3.0])
    assert np.allclose(found.sum(axis=0), [2.0, 3.0, 4.0])


def test_the_only_field_of_table_8_is_found_from_its_shares() -> None:
    """Ten printed shares leave one size between 300 and 566."""
    printed = (11.4, 17.5, 3.6, 14.8, 95.6, 100.0, 92.9, 96.6, 98.1, 99.8)
    shares = [Interval(value - 0.05, value + 0.05) for value in printed]
    assert common_size(shares, 300, 566) == [411]


def test_a_linear_program_names_itself_when_it_has_no_solution() -> None:
    program = LinearProgram()
    cell = program.variable(0.0, 1.0)
    program.between({cell: 1.0}, 2.0, 3.0)
    with pytest.raises(InfeasibleError, match="calibration: accounts has no solution"):
        program.solve("accounts")


def test_a_figure_without_a_number_is_refused() -> None:
    published = Published([], [{"figure_id": "001-A0001", "value": Decimal(2), "decimals": 0}])
    assert published.count("001-A0001") == 2
    with pytest.raises(CalibrationError, match="001-A0002"):
        published.figure("001-A0002")
    with pytest.raises(CalibrationError, match="igas_tableau_1, row 1"):
        published.cell("igas_tableau_1", 1, "min")
