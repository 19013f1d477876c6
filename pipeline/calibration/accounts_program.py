"""Costs and funding of each centre in 2022, in thousands of euros: one linear program.

Ratios are already placed, each with the segment it may move in; amounts then have to meet them, the
totals of tables 3 and 4, and the medians of table 8, as near as can be to plausible amounts.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Ints
from pipeline.calibration.choices import choices
from pipeline.calibration.lines import COSTS, EUR_PER_KEUR, LINES, REVENUE
from pipeline.calibration.program import LinearProgram
from pipeline.calibration.ratios import Bounded
from pipeline.calibration.rows import CalibrationError, Interval

# Amounts are rounded to the euro: ratios stay this far from what would change their side, in
# points; less where their bounds are closer than four times that.
EDGE, EDGE_PART = 0.004, 4.0
# A median is kept this far inside its rounding interval, as a share of its width.
MEDIAN_MARGIN = 0.2
# How many centres on each side of a median may change sides: more make the program slow.
WINDOW = 4
# No amount under a median passes this, in k€; it switches a limit off.
LARGE = 4000.0
# What being on the wrong side of a median costs, next to moving the whole amount.
LEAN = 30.0
# What passing the usual range of staff costs costs, likewise.
FAR = 15.0
# Amounts smaller than this, in k€, count as much as this one when they are moved.
SMALL = 4.0


class Accounts:
    """The linear program of the accounts of 2022.

    Args:
        frame: centres of 2022 without LIVI.
        costs: plausible costs, k€.
        funding: plausible amounts of each line of funding, k€.
        fixed: the lines already set, k€: zero where they are not.
        takers: which centres get each line.
        rng: source of what keeps amounts near a median apart.
    """

    def __init__(
        self,
        frame: pd.DataFrame,
        costs: pd.DataFrame,
        funding: pd.DataFrame,
        fixed: pd.DataFrame,
        takers: pd.DataFrame,
        rng: np.random.Generator,
    ) -> None:
        self.frame, self.fixed, self.rng = frame, fixed, rng
        self.program = LinearProgram()
        self.cells: dict[tuple[str, int], int] = {}
        known = frame.charges_connues.to_numpy()
        for line in COSTS:
            self._add_line(line, costs[line], known)
        for line in LINES:
            free = takers[line].to_numpy() & (fixed[line].to_numpy() == 0.0)
            self._add_line(line, funding[line], free)

    def _add_line(self, line: str, usual: pd.Series, free: Flags) -> None:
        """Add the amounts of a line that are free, each near its usual value."""
        told = choices()["comptes"]
        least = 0.0 if line == "autres_sources" else told["minimum"]
        for i in np.flatnonzero(free).tolist():
            prior = max(float(usual.iloc[i]), told["usuel_minimum"])
            roof = told["plafond_fois_usuel"] * prior + told["plafond_base"]
            cell = self.program.variable(least, roof)
            if line == "charges_personnel":
                self._usual_cost(cell, prior)
            self.program.stay_near(cell, prior, 1.0 / (prior + SMALL))
            self.cells[line, i] = cell

    def _usual_cost(self, cell: int, prior: float) -> None:
        """Make staff costs far from usual ones for the staff employed cost a lot more."""
        least, most = choices()["comptes"]["charges_personnel_usuelles"]
        under, over = (self.program.variable(0.0, np.inf, FAR / prior) for _ in range(2))
        self.program.between({cell: 1.0, under: 1.0}, least * prior, np.inf)
        self.program.between({cell: 1.0, over: -1.0}, -np.inf, most * prior)

    def _terms(self, lines: tuple[str, ...], i: int, factor: float = 1.0) -> dict[int, float]:
        """Return the free amounts of some lines of one centre."""
        return {self.cells[line, i]: factor for line in lines if (line, i) in self.cells}

    def _constant(self, lines: tuple[str, ...], i: int) -> float:
        """Return the amounts of some lines of one centre that are set already."""
        return float(sum(self.fixed[line].iloc[i] for line in lines if line in self.fixed))

    def bind_share(self, lines: tuple[str, ...], whole: tuple[str, ...], ratio: Bounded) -> None:
        """Keep lines between two shares of the whole, in %, in each centre of the ratio's field."""
        for i in known_of(ratio):
            for share, sign in ((ratio.low[i], 1.0), (ratio.high[i], -1.0)):
                terms = self._terms(lines, i, 100.0 * sign)
                for cell, weight in self._terms(whole, i, -share * sign).items():
                    terms[cell] = terms.get(cell, 0.0) + weight
                base = sign * (100.0 * self._constant(lines, i) - share * self._constant(whole, i))
                self.program.between(terms, -base, np.inf)

    def bind_result(self, ratio: Bounded, lines: tuple[str, ...]) -> None:
        """Keep some revenue at (100 + ratio) % of costs, a little inside the ratio's bounds."""
        inside = np.minimum(EDGE, (ratio.high - ratio.low) / EDGE_PART)
        for i in known_of(ratio):
            for share, sign in ((ratio.low[i] + inside[i], 1.0), (ratio.high[i] - inside[i], -1.0)):
                terms = self._terms(lines, i, 100.0 * sign)
                terms |= self._terms(COSTS, i, -(100.0 + share) * sign)
                self.program.between(terms, -sign * 100.0 * self._constant(lines, i), np.inf)

    def bind_total(self, line: str, total: float, chosen: Flags) -> None:
        """Make a line add up to its total, in k€, over some centres."""
        members = np.flatnonzero(chosen).tolist()
        terms = {self.cells[line, i]: 1.0 for i in members if (line, i) in self.cells}
        rest = total - float(self.fixed[line].sum()) if line in self.fixed else total
        if terms:
            self.program.between(terms, rest, rest)

    def bind_median(self, lines: tuple[str, ...], wide: Interval, order: Ints) -> None:
        """Put half of the centres on each side of a median and one on it.

        Args:
            lines: the lines the median is about.
            wide: the printed median, in euros.
            order: the members, smallest amount first; those near the middle may change sides.

        Raises:
            CalibrationError: the number of members is even.
        """
        if len(order) % 2 == 0:
            raise CalibrationError("the field of table 8 has an even number of centres")
        inside = wide.shrunk(MEDIAN_MARGIN).scaled(1.0 / EUR_PER_KEUR)
        amounts = [self._terms(lines, i) for i in order.tolist()]
        # a side of its own for each, so that those the median displaces do not pile up on it
        apart = choices()["comptes"]["ecart_a_la_mediane"] * self.rng.random(len(order))
        middle = len(order) // 2
        first, last = max(middle - WINDOW, 0), middle + WINDOW + 1
        for terms, gap in zip(amounts[:first], apart[:first], strict=True):
            if terms:
                self.program.between(terms, 0.0, inside.low * (1.0 - gap))
        ups, ats = self._choose_sides(amounts[first:last], inside)
        for terms, gap in zip(amounts[last:], apart[last:], strict=True):
            self.program.between(terms, inside.high * (1.0 + gap), np.inf)
        self.program.between(dict.fromkeys(ats, 1.0), 1, 1)
        self.program.between(dict.fromkeys(ups, 1.0), WINDOW, WINDOW)

    def _choose_sides(
        self, amounts: list[dict[int, float]], inside: Interval
    ) -> tuple[list[int], list[int]]:
        """Let some amounts be under a median, over it or on it; two 0-1 variables say which.

        Returns:
            One variable per amount that is 1 when it is over, then one that is 1 when it is on it.
        """
        ups, ats = [], []
        step = inside.high - inside.low
        for terms in amounts:
            up, at = self.program.integer(0, 1), self.program.integer(0, 1)
            ups.append(up)
            ats.append(at)
            self.program.between({up: 1.0, at: 1.0}, 0, 1)
            self.program.between({**terms, at: -step, up: -LARGE}, -np.inf, inside.low)
            self.program.between({**terms, at: -inside.low, up: -inside.high}, 0.0, np.inf)
        return ups, ats

    def lean_on_median(self, lines: tuple[str, ...], wide: Interval, order: Ints) -> None:
        """Make it cost to be on the wrong side of a median in euros; members come in order."""
        middle, value = len(order) // 2, wide.middle / EUR_PER_KEUR
        for rank, i in enumerate(order.tolist()):
            terms = self._terms(lines, i)
            if terms:
                off = self.program.variable(0.0, np.inf, LEAN / value)
                if rank <= middle:
                    self.program.between({**terms, off: -1.0}, -np.inf, value)
                if rank >= middle:
                    self.program.between({**terms, off: 1.0}, value, np.inf)

    def bind_aggregate(self, wide: Interval, chosen: Flags) -> None:
        """Keep the operating revenue of some centres at (100 + a ratio) % of their costs."""
        members = np.flatnonzero(chosen).tolist()
        terms: dict[int, float] = {}
        for i in members:
            terms |= self._terms(REVENUE, i, 100.0)
        constant = sum(self._constant(REVENUE, i) for i in members)
        for share, sign in ((wide.low, 1.0), (wide.high, -1.0)):
            signed = {cell: sign * weight for cell, weight in terms.items()}
            for i in members:
                signed |= self._terms(COSTS, i, -(100.0 + share) * sign)
            self.program.between(signed, -sign * 100.0 * constant, np.inf)

    def solve(self) -> pd.DataFrame:
        """Return the amounts, in k€; NaN where nothing is declared.

        Raises:
            InfeasibleError: ratios, totals and medians exclude each other.
        """
        solution = self.program.solve("accounts of 2022")
        found = pd.DataFrame(np.nan, index=self.frame.index, columns=[*COSTS, *LINES])
        declared = self.frame.honoraires_connus.to_numpy()
        for line in LINES:
            found.loc[declared, line] = self.fixed.loc[declared, line]
        for (line, i), cell in self.cells.items():
            found.at[i, line] = float(solution[cell])
        return found


def known_of(ratio: Bounded) -> Iterator[int]:
    """Yield the ranks of the centres in the field of a ratio."""
    yield from np.flatnonzero(~np.isnan(ratio.value)).tolist()
