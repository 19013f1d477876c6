"""Published rows as constraints: intervals of rounding, groups, quantiles of type 7."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.program import LinearProgram
from pipeline.errors import PipelineError

QUANTILES = {"d1": 0.1, "q1": 0.25, "mediane": 0.5, "d6": 0.6, "q3": 0.75, "d9": 0.9}
EXTREMES = {"min": 0.0, "max": 1.0}
# How far inside its rounding interval a statistic is kept, as a share of its width.
INSIDE, INSIDE_SMALL_MEAN = 0.06, 0.15
# A rank this close to a whole number is that number.
WHOLE_RANK = 1e-9
# The first value under zero of a small group is at most this much under it.
UNDER_ZERO = -1e-3


class CalibrationError(PipelineError):
    """The published margins cannot be met together; the message names them."""


@dataclass(frozen=True)
class Interval:
    """Where a printed value may truly lie, in the unit it is printed in."""

    low: float
    high: float

    def shrunk(self, share: float = INSIDE) -> Interval:
        """Return the interval a little inside itself, so that rounding never leaves it."""
        margin = share * (self.high - self.low)
        return Interval(self.low + margin, self.high - margin)

    def scaled(self, factor: float) -> Interval:
        """Return the interval multiplied by a positive number."""
        return Interval(self.low * factor, self.high * factor)

    def counts_of(self, total: int) -> list[int]:
        """Return the whole numbers whose share of a total, in %, lies in the interval."""
        return [k for k in range(total + 1) if self.low <= 100.0 * k / total <= self.high]

    def nearest_count(self, total: int) -> int:
        """Return the one of these numbers whose share is nearest to the middle.

        Raises:
            CalibrationError: there is none.
        """
        found = self.counts_of(total)
        if not found:
            raise CalibrationError(
                f"no whole number out of {total} is {self.low:g} to {self.high:g} %"
            )
        return min(found, key=lambda k: abs(100.0 * k / total - self.middle))

    @property
    def middle(self) -> float:
        """Its centre."""
        return (self.low + self.high) / 2

    @property
    def half(self) -> float:
        """Half its width."""
        return (self.high - self.low) / 2


@dataclass(frozen=True)
class Row:
    """One published row: its members and the interval of each statistic it prints.

    `stats` may hold d1, q1, mediane, d6, q3, d9, min, max, moyenne, and part_positive (in %).
    `weights` makes the mean a weighted one; they add up to 1. `scale` turns each value into what
    the row is about: with FTE as values and 100 / headcount as scale, the row is one of working
    quotas. `steps` lists, for a quantile, the gaps tried between the two order statistics around
    it, in widths of its interval: where several rows print close quantiles, the two values may lie
    further apart than the rounding interval.
    """

    name: str
    members: Ints
    stats: dict[str, Interval]
    weights: Floats | None = None
    scale: Floats | None = None
    steps: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)

    def mean_weights(self) -> dict[int, float]:
        """Return the weight of each member's value in the mean."""
        shares = np.full(self.size, 1.0 / self.size) if self.weights is None else self.weights
        scaled = shares if self.scale is None else shares * self.scale
        return dict(zip(self.members.tolist(), scaled.tolist(), strict=True))

    def scales(self) -> dict[int, float]:
        """Return what each member's value is multiplied by."""
        found = np.ones(self.size) if self.scale is None else self.scale
        return dict(zip(self.members.tolist(), found.tolist(), strict=True))

    def cuts(self) -> set[float]:
        """Return the bounds between which the row tells values apart, in its own unit."""
        found: set[float] = set()
        for stat, wide in self.stats.items():
            inside = wide.shrunk()
            if stat in QUANTILES:
                around = (-inside.half, inside.half)
                found |= {v + side for pair in self.pairs(stat) for v in pair for side in around}
            elif stat in EXTREMES:
                found |= {inside.low, inside.high}
            elif stat == "part_positive":
                found.add(0.0)
        return found

    def positions(self, stat: str) -> tuple[int, int, float]:
        """Return the ranks around a quantile and the weight of the upper one."""
        place = (self.size - 1) * QUANTILES[stat]
        low = min(int(place + WHOLE_RANK), self.size - 1)
        weight = place - low
        return (low, low, 0.0) if weight < WHOLE_RANK else (low, low + 1, weight)

    def pairs(self, stat: str) -> list[tuple[float, float]]:
        """Return the places tried for the two values around a quantile, the closest first."""
        _, _, weight = self.positions(stat)
        wide = self.stats[stat]
        steps = self.steps.get(stat, (0.0,)) if weight else (0.0,)
        gaps = [2 * step * wide.half for step in steps]
        return [(wide.middle - weight * gap, wide.middle + (1 - weight) * gap) for gap in gaps]

    def knots(self) -> list[tuple[float, float]]:
        """Return the probability and the printed value of each quantile and extreme, in order."""
        known = {**QUANTILES, **EXTREMES}
        return sorted((known[s], i.middle) for s, i in self.stats.items() if s in known)

    def is_tight(self) -> bool:
        """Do two statistics lean on one order statistic?"""
        used = [r for s in self.stats if s in QUANTILES for r in set(self.positions(s)[:2])]
        used += [0] if "min" in self.stats else []
        used += [self.size - 1] if "max" in self.stats else []
        return len(used) != len(set(used))


def whole_count(row: Row) -> int:
    """Return how many members are zero or more, from the printed share.

    Raises:
        CalibrationError: no whole number of members gives the share.
    """
    try:
        return row.stats["part_positive"].nearest_count(row.size)
    except CalibrationError as error:
        raise CalibrationError(f"{row.name}: {error}") from error


def quantile_curve(row: Row, ranks: Floats) -> Floats:
    """Return the values at some ranks (0 to 1) on the line through the printed quantiles."""
    points = row.knots()
    found: Floats = np.interp(ranks, [p for p, _ in points], [v for _, v in points])
    return found


def order_statistics(row: Row, steps: Floats | None = None) -> Floats:
    """Return sorted values that give a small group its statistics, near its quantile curve.

    Args:
        row: the printed row.
        steps: when given, the value of each rank is a whole number of its step.

    Raises:
        InfeasibleError: the printed statistics admit no solution.
    """
    program = LinearProgram()
    x = program.variables(row.size, -np.inf, np.inf)
    for variable, step in zip(x, [] if steps is None else steps.tolist(), strict=False):
        whole = program.variable(-np.inf, np.inf, whole=True)
        program.between({variable: 1.0, whole: -step}, 0.0, 0.0)
    target = quantile_curve(row, np.arange(row.size) / max(row.size - 1, 1))
    spread = max(float(np.ptp(target)), 1.0)
    for rank in range(row.size):
        program.stay_near(x[rank], float(target[rank]), 1.0 / spread)
        if rank:
            program.between({x[rank]: 1.0, x[rank - 1]: -1.0}, 0.0, np.inf)
    for stat in row.stats:
        bind_statistic(program, row, stat, x)
    found: Floats = program.solve(f"order statistics of {row.name}")[np.array(x)]
    return found


def bind_statistic(program: LinearProgram, row: Row, stat: str, x: list[int]) -> None:
    """Bind one printed statistic of a small group to its order statistics."""
    inside = row.stats[stat].shrunk()
    if stat in QUANTILES:
        low, high, weight = row.positions(stat)
        terms = {x[low]: 1.0 - weight}
        terms[x[high]] = terms.get(x[high], 0.0) + weight
        program.between(terms, inside.low, inside.high)
    elif stat in EXTREMES:
        program.between({x[0 if stat == "min" else -1]: 1.0}, inside.low, inside.high)
    elif stat == "moyenne":
        slim = row.stats[stat].shrunk(INSIDE_SMALL_MEAN)
        program.between({v: 1.0 / row.size for v in x}, slim.low, slim.high)
    else:
        below = row.size - whole_count(row)
        if below:
            program.between({x[below - 1]: 1.0}, -np.inf, UNDER_ZERO)
        if below < row.size:
            program.between({x[below]: 1.0}, 0.0, np.inf)
