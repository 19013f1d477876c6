"""What a reader returns: the rows it kept and the cells it could not read."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema

Row = dict[str, object]


@dataclass(frozen=True)
class BadCell:
    """One cell that does not parse."""

    source_file: str
    source_line: int
    table_cible: str
    colonne: str
    valeur: str
    motif: str


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
        return len({(cell.source_file, cell.source_line) for cell in self.bad_cells})

    def merge(self, other: SourceResult) -> None:
        """Append the rows of another file of the same table."""
        self.rows += other.rows
        self.bad_cells += other.bad_cells
        self.rows_in += other.rows_in

    def to_arrow(self) -> pa.Table:
        """Return the kept rows under the contract's schema, in the order read."""
        schema = arrow_schema(contract(self.table))
        return pa.Table.from_pylist(self.rows, schema=schema)


def quarantine_table(cells: list[BadCell]) -> pa.Table:
    """Return the quarantine as a table under its contract."""
    rows = [vars(cell) for cell in cells]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract("quarantaine")))
