"""From placed values to whole numbers, without undoing what places them."""

from __future__ import annotations

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.rows import EXTREMES, QUANTILES, CalibrationError, Row

# A bound this close to a whole number is that number.
NEAR = 1e-9
# A pinned value is kept this far inside its interval, as a share of its width.
PINNED_MARGIN = 0.02
# What losing a pinned value costs, next to which the places exchanged count for nothing.
LOST = 1e6
# Rounds in which the largest values are moved by one; a few are enough when the bounds leave room.
ROUNDS = 50


def counted(values: Floats, low: Floats, high: Floats, size: Floats) -> Ints:
    """Return values times sizes as whole numbers whose ratio stays between the bounds.

    Where no whole number does, the nearest one is kept.
    """
    exact = values * size
    least, most = np.ceil(low * size - NEAR), np.floor(high * size + NEAR)
    inside = np.clip(np.rint(exact), least, np.maximum(most, least))
    found: Ints = np.where(most >= least, inside, np.rint(exact)).astype(np.int64)
    return found


def exchange(values: Floats, rows: list[Row], group: Ints, step: Floats) -> None:
    """Exchange values inside a group so that those that carry a quantile survive rounding.

    A count over a size is a multiple of one over the size: a value inside a narrow interval goes to
    a member whose multiples fall inside it too. Other values move as little as can be.

    Args:
        values: changed in place.
        rows: the published rows.
        group: members that are interchangeable.
        step: smallest step of each value.
    """
    ranked = group[np.argsort(values[group], kind="stable")]
    sorted_values = values[ranked]
    ranks = np.arange(len(group))
    cost = np.abs(ranks[:, None] - ranks[None, :]).astype(float)
    steps = step[ranked][:, None]
    rounded = np.rint(sorted_values[None, :] / steps) * steps
    for row in rows:
        if np.isin(group, row.members).all():
            for stat, wide in row.stats.items():
                if stat in QUANTILES or stat in EXTREMES:
                    pinned = (sorted_values >= wide.low) & (sorted_values <= wide.high)
                    inside = wide.shrunk(PINNED_MARGIN)
                    lost = (rounded < inside.low) | (rounded > inside.high)
                    cost += LOST * (pinned[None, :] & lost)
    places, chosen = linear_sum_assignment(cost)
    values[ranked[places]] = sorted_values[chosen]


def rounded_to_total(values: Floats, total: int, low: Floats, high: Floats) -> Ints:
    """Round values to whole numbers that add up to a total, the largest ones moved first.

    Raises:
        CalibrationError: the bounds leave no room.
    """
    found: Ints = np.clip(np.rint(values), low, high).astype(np.int64)
    order = np.argsort(-values, kind="stable")
    for _ in range(ROUNDS):
        gap = total - int(found.sum())
        if gap == 0:
            return found
        step = 1 if gap > 0 else -1
        free = order[(found[order] + step >= low[order]) & (found[order] + step <= high[order])]
        found[free[: abs(gap)]] += step
    raise CalibrationError(f"rounding cannot reach a total of {total}")
