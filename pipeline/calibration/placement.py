"""Place values so that overlapping groups have the published quantiles, means and shares.

A value is first put in a segment between published bounds by an integer program that moves as few
values as possible from their prior; a linear program then moves it inside its segment so that the
means hold. With h = (n - 1) p, both order statistics around h lie inside the rounding interval of
the printed quantile, or at a gap around it. Groups too small for that get their order statistics
from a linear program of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import linear_sum_assignment

from pipeline.calibration.program import LinearProgram
from pipeline.calibration.rows import (
    EXTREMES,
    QUANTILES,
    CalibrationError,
    Floats,
    Ints,
    Row,
    order_statistics,
    whole_count,
)


@dataclass
class Problem:
    """Values to place: a prior for each, finite bounds, the published rows.

    `resolution` is the smallest step a value can take (a count over a size): no value is put in a
    segment narrower than its step. `mean_margin` keeps means that far inside their interval, for
    what rounding to counts will move. `tight_step` is the step of the values of groups so small that
    every one of them carries a statistic.
    """

    prior: Floats
    rows: list[Row]
    lower: Floats
    upper: Floats
    rng: np.random.Generator
    resolution: Floats | None = None
    mean_margin: float = 0.06
    tight_step: Floats | None = None

    @property
    def step(self) -> Floats:
        """The resolution of each value."""
        return np.zeros(len(self.prior)) if self.resolution is None else self.resolution


def fix_tight_rows(problem: Problem) -> None:
    """Give small groups their order statistics, in the order of the priors; these stay put."""
    for row in problem.rows:
        if row.is_tight():
            ranked = row.members[np.argsort(problem.prior[row.members], kind="stable")]
            steps = None if problem.tight_step is None else problem.tight_step[ranked]
            values = order_statistics(row, steps)
            problem.lower[ranked] = problem.upper[ranked] = problem.prior[ranked] = values


def types_of(problem: Problem) -> list[Ints]:
    """Group the values that are interchangeable: same rows, weights, scales, bounds, resolution."""
    keys: list[list[float]] = [[] for _ in problem.prior]
    for rank, row in enumerate(problem.rows):
        scales = row.scales()
        for member, weight in row.mean_weights().items():
            keys[member] += [float(rank), weight, scales[member]]
    bounds = zip(problem.lower, problem.upper, problem.step, strict=True)
    grouped: dict[tuple[float, ...], list[int]] = {}
    for place, (key, (low, high, step)) in enumerate(zip(keys, bounds, strict=True)):
        grouped.setdefault((*key, low, high, step), []).append(place)
    return [np.array(members) for members in grouped.values()]


def edges_of(problem: Problem, member: int, cuts: list[list[float]]) -> Floats:
    """Return the bounds of the segments of one value: the cuts of its rows, in its own unit."""
    found = {-np.inf, np.inf}
    for row, listed in zip(problem.rows, cuts, strict=True):
        scale = row.scales().get(member)
        if scale:
            found |= {cut / scale for cut in listed}
    return np.array(sorted(found))


class Placement:
    """The integer program that puts values in segments."""

    def __init__(self, problem: Problem, near_priors: bool = True) -> None:
        self.problem = problem
        self.types = types_of(problem)
        self.program = LinearProgram()
        self.sums: list[int] = []
        self.choices: dict[tuple[int, str], list[int]] = {}
        cuts = [sorted(row.cuts()) for row in problem.rows]
        self.edges = [edges_of(problem, int(members[0]), cuts) for members in self.types]
        pairs = zip(self.types, self.edges, strict=True)
        self.counts = [self._add_type(members, edges, near_priors) for members, edges in pairs]
        for rank, row in enumerate(problem.rows):
            if not row.is_tight():
                self._add_row(rank, row)

    def _segments(self, member: int, edges: Floats) -> list[int]:
        """Return the segments a value may lie in: k is between edges[k] and edges[k + 1]."""
        low, high = self.problem.lower[member], self.problem.upper[member]
        first = int(np.searchsorted(edges, low, side="right")) - 1
        if high <= low:
            return [first]
        last = int(np.searchsorted(edges, high, side="left")) - 1
        step = self.problem.step[member]
        inner = [k for k in range(first + 1, last) if edges[k + 1] - edges[k] >= step]
        # a bound is a value in itself, however narrow its segment
        return sorted({first, last, *inner})

    def _add_type(self, members: Ints, edges: Floats, near_priors: bool) -> dict[int, int]:
        """Add the counts by segment of one type, its sum, and the cost of leaving its priors."""
        low, high = self.problem.lower[members[0]], self.problem.upper[members[0]]
        allowed = self._segments(int(members[0]), edges)
        counts = {k: self.program.integer(0, len(members)) for k in allowed}
        self.program.between({v: 1.0 for v in counts.values()}, len(members), len(members))
        # what the members can add up to, so that the means stay within reach
        total = self.program.variable(-np.inf, np.inf)
        least = {v: -max(float(edges[k]), low) for k, v in counts.items()}
        most = {v: -min(float(edges[k + 1]), high) for k, v in counts.items()}
        self.program.between({total: 1.0, **least}, 0.0, np.inf)
        self.program.between({total: 1.0, **most}, -np.inf, 0.0)
        self.sums.append(total)
        if near_priors:
            self._stay_near(members, edges, counts)
        return counts

    def _stay_near(self, members: Ints, edges: Floats, counts: dict[int, int]) -> None:
        """Make each segment a value crosses cost one, whichever members of the type cross it."""
        found = np.searchsorted(edges, self.problem.prior[members], side="right") - 1
        if len(members) == 1:
            for k, variable in counts.items():
                self.program.add_cost(variable, abs(k - int(found[0])))
            return
        for k in list(counts)[:-1]:
            upto = {counts[j]: 1.0 for j in counts if j <= k}
            self.program.cost_of_gap(upto, float((found <= k).sum()))

    def _below(self, row: Row, cut: float) -> dict[int, float]:
        """Return the counts of a row's members under a cut."""
        scales = row.scales()
        found = {}
        for members, edges, counts in zip(self.types, self.edges, self.counts, strict=True):
            scale = scales.get(int(members[0]))
            if scale:
                limit = cut / scale * (1 + 1e-12) if cut > 0 else cut / scale * (1 - 1e-12)
                found |= {v: 1.0 for k, v in counts.items() if edges[k + 1] <= limit}
        return found

    def _add_row(self, rank: int, row: Row) -> None:
        """Add what a row's quantiles, extremes, share and mean ask for."""
        for stat, wide in row.stats.items():
            atom = wide.shrunk()
            if stat in QUANTILES:
                self.choices[rank, stat] = self._add_quantile(row, stat, atom.half)
            elif stat == "min":
                self.program.between(self._below(row, atom.low), 0, 0)
                self.program.between(self._below(row, atom.high), 1, row.size)
            elif stat == "max":
                self.program.between(self._below(row, atom.low), 0, row.size - 1)
                self.program.between(self._below(row, atom.high), row.size, row.size)
            elif stat == "part_positive":
                below = row.size - whole_count(row)
                self.program.between(self._below(row, 0.0), below, below)
            else:
                slim = wide.shrunk(self.problem.mean_margin + 0.04)
                self.program.between(self._mean(row), slim.low, slim.high)

    def _mean(self, row: Row) -> dict[int, float]:
        """Return the terms of a row's mean, type by type."""
        weights = row.mean_weights()
        pairs = zip(self.types, self.sums, strict=True)
        return {s: weights[int(m[0])] for m, s in pairs if int(m[0]) in weights}

    def _add_quantile(self, row: Row, stat: str, half: float) -> list[int]:
        """Put the two values around a quantile in one of the pairs of places tried for it."""
        low, high, _ = row.positions(stat)
        pairs = row.pairs(stat)
        chosen = [self.program.integer(0, 1) for _ in pairs]
        self.program.between({c: 1.0 for c in chosen}, 1, 1)
        size = float(row.size)
        for choice, places in zip(chosen, pairs, strict=True):
            for value, rank in zip(places, (low, high), strict=True):
                under, upto = self._below(row, value - half), self._below(row, value + half)
                self.program.between({**under, choice: size}, -np.inf, rank + size)
                self.program.between({**upto, choice: -size}, rank + 1 - size, np.inf)
        return chosen

    def solve(self, name: str) -> tuple[Floats, Floats]:
        """Return the bounds of every value; within a type, segments follow the priors."""
        solution = self.program.solve(name)
        low, high = self.problem.lower.copy(), self.problem.upper.copy()
        for members, edges, counts in zip(self.types, self.edges, self.counts, strict=True):
            listed = np.concatenate(
                [np.full(round(solution[v]), k) for k, v in sorted(counts.items())]
            )
            ranked = members[np.argsort(self.problem.prior[members], kind="stable")]
            low[ranked] = np.maximum(low[ranked], edges[listed])
            high[ranked] = np.minimum(high[ranked], edges[listed + 1] - 1e-9)
        return low, np.maximum(low, high)


def start_values(problem: Problem, low: Floats, high: Floats) -> Floats:
    """Return the priors, those outside their segment drawn again inside it."""
    drawn = low + problem.rng.random(len(low)) * (high - low)
    outside = (problem.prior < low) | (problem.prior > high)
    return np.where(outside, drawn, problem.prior)


def shift_to_means(values: Floats, low: Floats, high: Floats, problem: Problem) -> Floats:
    """Move each type of values towards its bounds until the mean of every row holds.

    A linear program finds the sums the types must reach, as near as can be to those they have; each
    type then moves all its members by the same share of the room they have left.
    """
    program = LinearProgram()
    types = types_of(problem)
    sums = []
    for members in types:
        total = program.variable(float(low[members].sum()), float(high[members].sum()))
        program.stay_near(total, float(values[members].sum()), 1.0 / math.sqrt(len(members)))
        sums.append(total)
    for row in problem.rows:
        if "moyenne" in row.stats and not row.is_tight():
            weights = row.mean_weights()
            wanted = row.stats["moyenne"].shrunk(problem.mean_margin)
            pairs = zip(types, sums, strict=True)
            terms = {s: weights[int(m[0])] for m, s in pairs if int(m[0]) in weights}
            program.between(terms, wanted.low, wanted.high)
    solution = program.solve("means")
    found = values.copy()
    for members, total in zip(types, sums, strict=True):
        move = float(solution[total]) - float(values[members].sum())
        room = (high if move > 0 else low)[members] - values[members]
        if abs(move) > 1e-9:
            found[members] += room * (move / room.sum())
    return found


def choose_gaps(problem: Problem, name: str) -> list[Row]:
    """Return the rows with one gap per quantile, the first choice of gaps that is feasible."""
    trial = Placement(problem, near_priors=False)
    solution = trial.program.solve(f"{name}, gaps")
    chosen = []
    for rank, row in enumerate(problem.rows):
        steps = {
            stat: (kept[int(np.argmax(solution[trial.choices[rank, stat]]))],)
            for stat, kept in row.steps.items()
            if (rank, stat) in trial.choices and len(trial.choices[rank, stat]) > 1
        }
        chosen.append(replace(row, steps=steps))
    return chosen


def place(problem: Problem, name: str) -> Floats:
    """Return values near their priors that meet every published row.

    Raises:
        InfeasibleError: the rows cannot be met together.
    """
    return place_within(problem, name)[0]


def place_within(problem: Problem, name: str) -> tuple[Floats, Floats, Floats]:
    """Return values near their priors that meet every published row, and the bounds of each.

    A value moved inside its bounds breaks no quantile, extreme or share; it may move a mean.
    """
    if not np.isfinite(problem.lower).all() or not np.isfinite(problem.upper).all():
        raise CalibrationError(f"{name}: every value needs finite bounds")
    problem.lower, problem.upper = problem.lower.copy(), problem.upper.copy()
    problem.prior = problem.prior.copy()
    fix_tight_rows(problem)
    if any(row.steps for row in problem.rows):
        problem.rows = choose_gaps(problem, name)
    low, high = Placement(problem).solve(name)
    return shift_to_means(start_values(problem, low, high), low, high, problem), low, high


def counted(values: Floats, low: Floats, high: Floats, size: Floats) -> Ints:
    """Return values times sizes as whole numbers whose ratio stays between the bounds.

    Where no whole number does, the nearest one is kept.
    """
    exact = values * size
    least, most = np.ceil(low * size - 1e-9), np.floor(high * size + 1e-9)
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
                    inside = wide.shrunk(0.02)
                    lost = (rounded < inside.low) | (rounded > inside.high)
                    cost += 1e6 * (pinned[None, :] & lost)
    places, chosen = linear_sum_assignment(cost)
    values[ranked[places]] = sorted_values[chosen]
