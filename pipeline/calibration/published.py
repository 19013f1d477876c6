"""What the documents print, as the calibration reads it: values with their interval of rounding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pipeline.calibration.rows import CalibrationError, Interval


def rounding_interval(value: Decimal, decimals: int) -> Interval:
    """Return [v - half a unit of the last decimal, v + half]."""
    half = float(Decimal(1).scaleb(-decimals) / 2)
    return Interval(float(value) - half, float(value) + half)


class Published:
    """Printed cells by table, row and column; printed figures by identifier."""

    def __init__(
        self, cells: Iterable[Mapping[str, Any]], figures: Iterable[Mapping[str, Any]]
    ) -> None:
        self._cells = {
            (c["tableau_id"], c["ligne_rang"], c["colonne"]): (c["valeur"], c["decimales"])
            for c in cells
            if c["valeur"] is not None
        }
        self._figures = {
            f["figure_id"]: (f["value"], f["decimals"]) for f in figures if f["value"] is not None
        }

    def has_cell(self, table: str, row: int, column: str) -> bool:
        """Is a number printed there?"""
        return (table, row, column) in self._cells

    def cell(self, table: str, row: int, column: str) -> Interval:
        """Return the interval of a printed cell; CalibrationError when nothing is printed."""
        if (table, row, column) not in self._cells:
            raise CalibrationError(f"nothing is printed in {table}, row {row}, {column}")
        return rounding_interval(*self._cells[table, row, column])

    def cell_count(self, table: str, row: int, column: str) -> int:
        """Return a printed count."""
        return round(self.cell(table, row, column).middle)

    def figure(self, figure_id: str) -> Interval:
        """Return the interval of a printed figure; CalibrationError when it has no value."""
        if figure_id not in self._figures:
            raise CalibrationError(f"the registry has no number for {figure_id}")
        value, decimals = self._figures[figure_id]
        return rounding_interval(value, decimals or 0)

    def count(self, figure_id: str) -> int:
        """Return a printed count."""
        return round(self.figure(figure_id).middle)

    def figures(self, told: Mapping[str, str]) -> dict[str, Interval]:
        """Return the intervals of several figures, by the same keys."""
        return {stat: self.figure(figure) for stat, figure in told.items()}

    def has_share(self, figure_id: str, total: int) -> bool:
        """Has some whole number of a total the printed share?"""
        return bool(self.figure(figure_id).counts_of(total))

    def share_of(self, figure_id: str, total: int) -> int:
        """Return the whole number whose share of a total is the one printed, in %.

        Raises:
            CalibrationError: no whole number gives it.
        """
        return self.share_of_any(figure_id, (total,))

    def share_of_any(self, figure_id: str, totals: Iterable[int]) -> int:
        """Return the whole number that has the printed share of the first total that allows one.

        Raises:
            CalibrationError: none of the totals does.
        """
        tried = list(totals)
        for total in tried:
            if self.has_share(figure_id, total):
                return self.figure(figure_id).nearest_count(total)
        raise CalibrationError(f"no number out of {tried} has the share of {figure_id}")


def common_size(shares: Iterable[Interval], smallest: int, largest: int) -> list[int]:
    """Return the sizes for which every printed share (in %) is that of a whole number."""
    wanted = list(shares)
    return [
        size
        for size in range(smallest, largest + 1)
        if all(share.counts_of(size) for share in wanted)
    ]
