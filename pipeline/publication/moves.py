"""How far each row of an indicator goes over a grid, and which rows change places."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pyarrow as pa

Row = dict[str, Any]
# Of more rows, the order is not compared: the pairs would be too many to mean something.
ORDERED_ROWS = 200


@dataclass(frozen=True)
class Move:
    """How far one measure of one row goes over the grid of one parameter."""

    parameter: str
    key: str
    measure: str
    reference: float | None
    low: float
    high: float
    # At how many points there is no value, of how many.
    empty: int = 0
    points: int = 1

    @property
    def moving(self) -> bool:
        """Does its value change, or is it there at some points only?"""
        return self.span > 0 or self.empty > 0

    @property
    def span(self) -> float:
        """Its highest value minus its lowest."""
        return self.high - self.low

    @property
    def turns(self) -> bool:
        """Does it change its sign: a surplus here, a deficit there?"""
        return self.low < 0 < self.high


def moves(table: pa.Table) -> list[Move]:
    """Return how far each measure of each row goes, the widest first within each measure."""
    grouped: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        grouped[row["parametre"], row["mesure"], row["cle"]].append(row)
    found = []
    for (parameter, measure, key), rows in grouped.items():
        values = [row["valeur"] for row in rows if row["valeur"] is not None]
        if values:
            base = rows[0]["valeur_reference"]
            empty = len(rows) - len(values)
            found.append(
                Move(parameter, key, measure, base, min(values), max(values), empty, len(rows))
            )
    return sorted(found, key=lambda m: (m.parameter, m.measure, -m.span, -m.empty, m.key))


def swapped_pairs(rows: list[Row]) -> tuple[int, int] | None:
    """Count the pairs of rows whose order is not always that of the present parameters.

    Args:
        rows: one measure over the grid of one parameter.

    Returns:
        Pairs swapped at one point at least, and all pairs; None for too many rows.
    """
    at: dict[int, dict[str, float]] = defaultdict(dict)
    base: dict[str, float] = {}
    for row in rows:
        if row["valeur"] is not None and row["valeur_reference"] is not None:
            at[row["rang_parametre"]][row["cle"]] = row["valeur"]
            base[row["cle"]] = row["valeur_reference"]
    if len(base) > ORDERED_ROWS:
        return None
    pairs = list(combinations(sorted(base), 2))
    swapped = sum(
        any(
            (base[a] - base[b]) * (seen[a] - seen[b]) < 0
            for seen in at.values()
            if {a, b} <= seen.keys()
        )
        for a, b in pairs
    )
    return swapped, len(pairs)
