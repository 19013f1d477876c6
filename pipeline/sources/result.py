"""What a reader returns: the rows it kept and the cells it could not read, table by table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema

Row = dict[str, object]
# The year and the number of a centre, or whatever names the object several tables speak of.
Key = tuple[object, ...]


@dataclass(frozen=True)
class BadCell:
    """One cell that does not parse.

    `rows` names the rows of the table it sets aside, unlike those of any other line of the file.
    A cell that names none sets aside the one row of its line.
    """

    source_file: str
    source_line: int
    table_cible: str
    colonne: str
    valeur: str
    motif: str
    rows: tuple[str, ...] = ()

    @property
    def aside(self) -> set[tuple[str, str]]:
        """The rows it sets aside, each under the name of its file."""
        return {(self.source_file, row) for row in self.rows or (str(self.source_line),)}


@dataclass
class SourceResult:
    """Rows read from the files of one table: in = kept + set aside."""

    table: str
    rows: list[Row] = field(default_factory=list)
    bad_cells: list[BadCell] = field(default_factory=list)
    rows_in: int = 0

    @property
    def rows_set_aside(self) -> int:
        """Rows holding at least one bad cell."""
        return len(set().union(*(cell.aside for cell in self.bad_cells)))

    def merge(self, other: SourceResult) -> None:
        """Append the rows of another file of the same table."""
        self.rows += other.rows
        self.bad_cells += other.bad_cells
        self.rows_in += other.rows_in

    def to_arrow(self) -> pa.Table:
        """Return the kept rows under the contract's schema, in the order read."""
        schema = arrow_schema(contract(self.table))
        return pa.Table.from_pylist(self.rows, schema=schema)


@dataclass
class Reading:
    """What the files of one source gave: a result by table, and what there is to say of it.

    `lost` holds the objects whose own row is set aside, with the place of that row: the rows of
    other tables that speak of them cannot stand alone. `headers` gives, for each file, how it
    writes what checks call by another name.
    """

    results: dict[str, SourceResult]
    notes: list[str] = field(default_factory=list)
    lost: dict[Key, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def merge(self, other: Reading) -> None:
        """Append what another file of the same source gave."""
        for table, result in other.results.items():
            self.results.setdefault(table, SourceResult(table)).merge(result)
        self.notes += other.notes
        self.lost |= other.lost
        self.headers |= other.headers

    @property
    def rows_in(self) -> int:
        """Rows met, kept or not, all tables together."""
        return sum(result.rows_in for result in self.results.values())


def quarantine_table(cells: list[BadCell]) -> pa.Table:
    """Return the quarantine as a table under its contract."""
    rows = [vars(cell) for cell in cells]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract("quarantaine")))
