"""The integer program that puts each value in a segment between published bounds."""

from __future__ import annotations

import numpy as np

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.problem import Problem, mean_terms, types_of
from pipeline.calibration.program import LinearProgram
from pipeline.calibration.rows import QUANTILES, Row, whole_count

# Relative error of floats that are equal on paper: a cut divided by a scale, then compared.
FLOAT_ERROR = 1e-12
# A value stays this far below the upper bound of its segment, which belongs to the next one.
BELOW = 1e-9
# Segments only say what a sum can be: means are kept this much further inside than values will be.
SUM_MARGIN = 0.04


def edges_of(problem: Problem, member: int, cuts: list[list[float]]) -> Floats:
    """Return the bounds of the segments of one value: the cuts of its rows, in its own unit."""
    found = {-np.inf, np.inf}
    for row, listed in zip(problem.rows, cuts, strict=True):
        scale = row.scales().get(member)
        if scale:
            found |= {cut / scale for cut in listed}
    return np.array(sorted(found))


class Segments:
    """The integer program of a problem: how many values of each type lie in each segment.

    Args:
        problem: the values to place.
        near_priors: make each segment between a value and its prior cost one.

    `choices` holds, by rank of row and quantile, one 0-1 variable per pair of places tried for the
    two values around the quantile.
    """

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

    def _allowed(self, member: int, edges: Floats) -> list[int]:
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
        allowed = self._allowed(int(members[0]), edges)
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
        widened = 1 + FLOAT_ERROR if cut > 0 else 1 - FLOAT_ERROR
        found: dict[int, float] = {}
        for members, edges, counts in zip(self.types, self.edges, self.counts, strict=True):
            scale = scales.get(int(members[0]))
            if scale:
                limit = cut / scale * widened
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
                slim = wide.shrunk(self.problem.mean_margin + SUM_MARGIN)
                self.program.between(mean_terms(row, self.types, self.sums), slim.low, slim.high)

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
        """Return the bounds of every value; within a type, segments follow the priors.

        Raises:
            InfeasibleError: the rows cannot be met together.
        """
        solution = self.program.solve(name)
        low, high = self.problem.lower.copy(), self.problem.upper.copy()
        for members, edges, counts in zip(self.types, self.edges, self.counts, strict=True):
            listed = np.concatenate(
                [np.full(round(solution[v]), k) for k, v in sorted(counts.items())]
            )
            ranked = members[np.argsort(self.problem.prior[members], kind="stable")]
            low[ranked] = np.maximum(low[ranked], edges[listed])
            high[ranked] = np.minimum(high[ranked], edges[listed + 1] - BELOW)
        return low, np.maximum(low, high)
