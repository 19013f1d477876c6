"""A large table cut in lots, so that a query whose groups never cross lots runs on one at a time.

What a query holds then grows with a lot, not with the table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.contracts.schema import sql_literal

# Lots of about this many rows: groups stay few, hence fast and small, and queries too.
LOT_ROWS = 300_000
# Rows of the lots computed side by side: what they hold must fit together.
ROWS_AT_ONCE = 10_000_000
Value = str | None


class Lot(NamedTuple):
    """The values of the first column that a lot holds, and how many rows that makes."""

    values: list[Value]
    rows: int


@dataclass(frozen=True)
class Lots:
    """How a table may be cut: along its first column, no value of the others in two lots.

    A query that groups by these columns, one or several, gives by lots the rows it gives at once;
    so does one whose readers add its rows up. `alone` is for a query that holds lists of values,
    which no engine puts on disk: its lots are computed one at a time.
    """

    table: str
    columns: tuple[str, ...]
    alone: bool = field(default=False, compare=False)

    def at_once(self, lots: Sequence[Lot], threads: int) -> int:
        """Return how many of some lots are computed side by side, at most one by thread."""
        if self.alone:
            return 1
        most = ROWS_AT_ONCE // max(1, *(lot.rows for lot in lots))
        return max(1, min(len(lots), threads, most))

    @property
    def counts_sql(self) -> str:
        """The query that gives `cut` its rows."""
        listed = ", ".join(self.columns)
        return (
            f"SELECT {listed}, count(*) AS n FROM {self.table} GROUP BY {listed} ORDER BY {listed}"
        )


def linked(rows: Iterable[Sequence[Value]]) -> list[list[Value]]:
    """Return the values of the first column by sets that share no value of the other columns.

    Args:
        rows: the values of the columns found together; None in another column links nothing.
    """
    parents: dict[tuple[int, Value], tuple[int, Value]] = {}

    def root(node: tuple[int, Value]) -> tuple[int, Value]:
        while parents.setdefault(node, node) != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for first, *others in rows:
        own = root((0, first))
        for rank, value in enumerate(others, start=1):
            if value is not None:
                parents[root((rank, value))] = own
    found: dict[tuple[int, Value], list[Value]] = defaultdict(list)
    for rank, value in list(parents):
        if rank == 0:
            found[root((rank, value))].append(value)
    return list(found.values())


def cut(rows: Sequence[tuple[Sequence[Value], int]], most: int) -> list[Lot]:
    """Return the values of the first column by lots of at most so many rows where they can be.

    Args:
        rows: the values of the columns found together, and on how many rows.
        most: rows of a lot; values that must stay together may make a larger one.
    """
    sizes: dict[Value, int] = defaultdict(int)
    for values, count in rows:
        sizes[values[0]] += count
    lots: list[Lot] = []
    for together in linked(values for values, _ in rows):
        size = sum(sizes[value] for value in together)
        if lots and lots[-1].rows + size <= most:
            held = lots.pop()
            lots.append(Lot([*held.values, *together], held.rows + size))
        else:
            lots.append(Lot(together, size))
    return lots


def condition(column: str, values: Iterable[Value]) -> str:
    """Return the SQL condition that a column holds one of some values, missing ones included."""
    listed = list(values)
    known = ", ".join(sql_literal(value) for value in listed if value is not None)
    told = [f"{column} IN ({known})"] if known else []
    if None in listed:
        told.append(f"{column} IS NULL")
    return " OR ".join(told)
