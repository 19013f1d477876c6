"""Exact yearly totals behind tables 3 and 4: amounts, shares and growth rates hold together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil, floor

from pipeline.calibration.choices import choices
from pipeline.calibration.lines import CHARGES, EUR_PER_KEUR, EUR_PER_MEUR, FUNDING
from pipeline.calibration.program import InfeasibleError, LinearProgram
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError, Interval
from pipeline.calibration.years import LAST, YEARS

GROWTH = {
    "croissance_2016_2019_pct": (2016, 2019),
    "croissance_2019_2022_pct": (2019, 2022),
    "croissance_2016_2022_pct": (2016, 2022),
}
# Row of a table -> the rows it is the sum of; the last one is the whole table.
CHARGES_SUMS = {7: tuple(CHARGES)}
FUNDING_SUMS = {1: (2, 3), 4: (5, 6, 7, 8, 9), 19: tuple(FUNDING)}
# No centre was paid a demographic contract in 2022 (l. 4300-4302).
NOTHING = {("aides_demographiques", LAST)}
# "A little over" its print (l. 2803-2805).
OVER = ("igas_tableau_4", 19, LAST)
# What falls by this much, in %, leaves nothing: it has no base to grow from.
GONE = -99.0
# How far inside their rounding interval values are kept, as a share of its width: tried in turn.
MARGINS = (0.3, 0.2, 0.1, 0.05, 0.01)


@dataclass(frozen=True)
class Table:
    """One printed table of amounts: its lines, its sums, and whether growth is under each line."""

    name: str
    lines: dict[int, str]
    sums: dict[int, tuple[int, ...]]
    yearly_growth: bool


TABLES = (
    Table("igas_tableau_3", CHARGES, CHARGES_SUMS, True),
    Table("igas_tableau_4", FUNDING, FUNDING_SUMS, False),
)


def printed(published: Published, table: Table, row: int) -> Iterator[tuple[str, Interval]]:
    """Yield what a line prints besides its amounts."""
    for column in ("part_2022_pct", *GROWTH):
        if published.has_cell(table.name, row, column):
            yield column, published.cell(table.name, row, column)


class Amounts:
    """The program of one table, in whole euros: a growth from a small base leaves few of them."""

    def __init__(self, published: Published, table: Table, margin: float) -> None:
        self.published, self.table, self.margin = published, table, margin
        self.program = LinearProgram()
        self.cells: dict[tuple[int, int], int] = {}
        total = max(table.sums)
        for row in (*table.lines, *table.sums):
            self._add_amounts(row)
        for row, parts in table.sums.items():
            for year in YEARS:
                terms = {self.cells[part, year]: -1.0 for part in parts}
                self.program.between({self.cells[row, year]: 1.0, **terms}, 0.0, 0.0)
        for row in (*table.lines, *table.sums):
            for column, wide in printed(published, table, row):
                self._add_rate(row, column, wide, total)
            if table.yearly_growth:
                self._add_yearly(row)

    def _add_amounts(self, row: int) -> None:
        """Add the amounts a line prints, inside their rounding intervals."""
        for year in YEARS:
            inside = self.published.cell(self.table.name, row, f"a{year}").shrunk(self.margin)
            euros = inside.scaled(EUR_PER_MEUR)
            none = (self.table.lines.get(row), year) in NOTHING
            low, high = max(euros.low, self._least(row, year)), euros.high
            cell = self.program.integer(0 if none else ceil(low), 0 if none else floor(high))
            self.program.stay_near(cell, 0.0 if none else max(euros.middle, low))
            self.cells[row, year] = cell

    def _least(self, row: int, year: int) -> float:
        """Return the least amount of a cell printed as 0.0 whose growth is printed all the same."""
        if (self.table.name, row, year) == OVER:
            return self.published.cell(self.table.name, row, f"a{year}").middle * EUR_PER_MEUR + 1.0
        rates = dict(printed(self.published, self.table, row))
        bases = {GROWTH[c][0] for c, wide in rates.items() if c in GROWTH and wide.high > GONE}
        return float(choices()["montant_minimal_eur"]) if year in bases else 0.0

    def _add_rate(self, row: int, column: str, wide: Interval, total: int) -> None:
        """Add a printed share of the total, or a printed growth."""
        inside = wide.shrunk(self.margin)
        if column == "part_2022_pct":
            base, top = self.cells[total, LAST], self.cells[row, LAST]
            low, high = inside.low, inside.high
        else:
            first, last = GROWTH[column]
            base, top = self.cells[row, first], self.cells[row, last]
            low, high = inside.low + 100.0, inside.high + 100.0
        if base != top:
            self.program.between({top: 100.0, base: -max(low, 0.0)}, 0.0, float("inf"))
            self.program.between({top: 100.0, base: -high}, -float("inf"), 0.0)

    def _add_yearly(self, row: int) -> None:
        """Add the yearly growth printed under a line of table 3."""
        for year in YEARS[1:]:
            inside = self.published.cell(self.table.name, row + 1, f"a{year}").shrunk(self.margin)
            top, base = self.cells[row, year], self.cells[row, year - 1]
            self.program.between({top: 100.0, base: -(100.0 + inside.low)}, 0.0, float("inf"))
            self.program.between({top: 100.0, base: -(100.0 + inside.high)}, -float("inf"), 0.0)

    def solve(self) -> dict[tuple[str, int], float]:
        """Return the amount of every line and year, in k€.

        Raises:
            InfeasibleError: amounts, shares and growth exclude each other.
        """
        solution = self.program.solve(f"amounts of {self.table.name}")
        return {
            (name, year): round(solution[self.cells[row, year]]) / EUR_PER_KEUR
            for row, name in self.table.lines.items()
            for year in YEARS
        }


def yearly_totals(published: Published) -> dict[tuple[str, int], float]:
    """Return the total of each line and year in k€, as far inside the printed intervals as can be.

    Raises:
        CalibrationError: a table contradicts itself beyond rounding.
    """
    found: dict[tuple[str, int], float] = {}
    for table in TABLES:
        for margin in MARGINS:
            try:
                found |= Amounts(published, table, margin).solve()
                break
            except InfeasibleError:
                continue
        else:
            raise CalibrationError(f"{table.name}: amounts, shares and growth exclude each other")
    return found
