"""Calibration keeps what it claims: quantiles, means, shares and sums, whatever the values."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.calibration.placement import place
from pipeline.calibration.problem import Problem
from pipeline.calibration.rows import QUANTILES, Interval, Row
from pipeline.calibration.transport import fill, largest_remainders

HALF = 0.05


def printed(values: np.ndarray, with_mean: bool) -> dict[str, Interval]:
    """Return what a report would print of some values, to one decimal."""
    stats = {name: float(np.quantile(values, p)) for name, p in QUANTILES.items() if name != "d6"}
    stats |= {"min": float(values.min()), "max": float(values.max())}
    if with_mean:
        stats["moyenne"] = float(values.mean())
    return {n: Interval(round(v, 1) - HALF, round(v, 1) + HALF) for n, v in stats.items()}


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), sizes=st.lists(st.integers(60, 130), min_size=2, max_size=3))
def test_overlapping_groups_get_their_printed_statistics(seed: int, sizes: list[int]) -> None:
    """A population printed group by group and pooled is found again from another start."""
    rng = np.random.default_rng(seed)
    hidden = np.concatenate([rng.normal(10.0 * k, 25.0, n) for k, n in enumerate(sizes)])
    edges = np.cumsum([0, *sizes])
    groups = [np.arange(a, b) for a, b in pairwise(edges)]
    rows = [Row(f"group {k}", own, printed(hidden[own], False)) for k, own in enumerate(groups)]
    low, high = np.full(len(hidden), hidden.min() - 0.04), np.full(len(hidden), hidden.max() + 0.04)
    prior = rng.permutation(hidden)
    found = place(Problem(prior, rows, low, high, rng), "essai")
    for row in rows:
        for name, wide in row.stats.items():
            value = measured(found[row.members], name)
            assert wide.low - 1e-9 <= value <= wide.high + 1e-9, (row.name, name)


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), size=st.integers(80, 200))
def test_a_mean_and_a_share_hold_beside_the_quantiles(seed: int, size: int) -> None:
    rng = np.random.default_rng(seed)
    hidden = rng.normal(-5.0, 30.0, size)
    share = 100.0 * float((hidden >= 0).mean())
    stats = {**printed(hidden, True), "part_positive": Interval(share - HALF, share + HALF)}
    row = Row("all", np.arange(size), stats)
    low, high = np.full(size, hidden.min() - 0.04), np.full(size, hidden.max() + 0.04)
    found = place(Problem(rng.permutation(hidden) * 0.8, [row], low, high, rng), "essai")
    for name, wide in stats.items():
        assert wide.low - 1e-9 <= measured(found, name) <= wide.high + 1e-9, name


def measured(values: np.ndarray, name: str) -> float:
    """Return one statistic of some values, as numpy computes it."""
    if name in QUANTILES:
        return float(np.quantile(values, QUANTILES[name]))
    others = {"min": np.min, "max": np.max, "moyenne": np.mean}
    return float(others[name](values)) if name in others else 100.0 * float((values >= 0).mean())


@given(
    rows=st.lists(st.integers(0, 60), min_size=2, max_size=12),
    shares=st.lists(st.integers(1, 9), min_size=2, max_size=4),
)
def test_tables_keep_both_sums(rows: list[int], shares: list[int]) -> None:
    total = np.array(rows)
    columns = largest_remainders(np.array(shares, dtype=float), int(total.sum()))
    found = fill(total, columns, np.ones((len(rows), len(shares))))
    assert (found >= 0).all()
    assert found.sum(axis=1).tolist() == rows
    assert found.sum(axis=0).tolist() == columns.tolist()


@given(weights=st.lists(st.floats(0.01, 1e6), min_size=1, max_size=40), total=st.integers(0, 10**9))
def test_nothing_is_lost_in_sharing_out(weights: list[float], total: int) -> None:
    found = largest_remainders(np.array(weights), total)
    assert int(found.sum()) == total
    exact = np.array(weights) * (total / sum(weights))
    assert (np.abs(found - exact) < 1.0 + 1e-6 * exact).all()
