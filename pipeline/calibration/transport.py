"""Whole-number tables with given sums by row and by column, near given weights."""

from __future__ import annotations

import numpy as np

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.program import InfeasibleError, LinearProgram

# Rounds of raking: the sums then hold to far less than the rounding that follows.
ROUNDS = 200


def raked(weights: Floats, rows: Floats, columns: Floats) -> Floats:
    """Return weights scaled in turn until their sums are those of the rows and columns.

    Args:
        weights: shape (n, m); negative ones count as zero.
        rows: sum of each row, shape (n,).
        columns: sum of each column, shape (m,).
    """
    found: Floats = np.maximum(weights.astype(float), 0.0)
    for _ in range(ROUNDS):
        for axis, wanted in ((1, rows), (0, columns)):
            sums = found.sum(axis=axis)
            ratio = np.divide(wanted, sums, out=np.zeros_like(sums), where=sums > 0)
            found = found * (ratio[:, None] if axis == 1 else ratio[None, :])
    return found


def fill(
    rows: Ints, columns: Ints, weights: Floats, lower: Ints | None = None, upper: Ints | None = None
) -> Ints:
    """Return the whole-number table nearest to raked weights.

    Args:
        rows: sum of each row, shape (n,).
        columns: sum of each column, shape (m,); adds up to the same total.
        weights: shape (n, m); a zero weight forbids the cell unless `lower` asks for it.
        lower: least value of each cell; zero when None.
        upper: largest value of each cell; no limit but the row's sum when None.

    Returns:
        Shape (n, m).

    Raises:
        InfeasibleError: no such table exists.
    """
    if rows.sum() != columns.sum():
        raise InfeasibleError(f"rows add up to {rows.sum()}, columns to {columns.sum()}")
    if not rows.any():
        return np.zeros(weights.shape, dtype=np.int64)
    low = np.zeros(weights.shape) if lower is None else lower.astype(float)
    high = np.broadcast_to(rows[:, None].astype(float), weights.shape).copy()
    high = np.where(weights > 0, high, low)
    if upper is not None:
        high = np.maximum(np.minimum(high, upper), low)
    target = np.clip(np.rint(raked(weights, rows.astype(float), columns.astype(float))), low, high)
    program = LinearProgram()
    cells = np.full(weights.shape, -1)
    for (i, j), value in np.ndenumerate(target):
        if high[i, j] > 0:
            cells[i, j] = program.variable(float(low[i, j]), float(high[i, j]))
            program.stay_near(int(cells[i, j]), float(value))
    for axis, sums in ((1, rows), (0, columns)):
        for rank, total in enumerate(sums):
            line = cells[rank, :] if axis == 1 else cells[:, rank]
            terms = {int(v): 1.0 for v in line if v >= 0}
            if terms:
                program.between(terms, float(total), float(total))
    solution = program.solve("table with given sums")
    values = np.where(cells >= 0, np.rint(solution[np.maximum(cells, 0)]), 0)
    found: Ints = values.astype(np.int64)
    return found


def largest_remainders(weights: Floats, total: int) -> Ints:
    """Share a whole total out in proportion to weights, largest remainders first.

    Weights are not negative and not all zero.
    """
    exact = weights * (total / weights.sum())
    found: Ints = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - found), kind="stable")
    found[order[: total - int(found.sum())]] += 1
    return found
