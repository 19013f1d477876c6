"""What a reader returns: the rows it kept and the cells it could not read, table by table."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import ContractError

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
    """Rows read from the files of one table: in = kept + set aside.

    A large file is read column by column: its rows are `blocks`, tables under the names and types
    of the contract. Rows and blocks may stand side by side, from files of different sizes.
    """

    table: str
    rows: list[Row] = field(default_factory=list)
    bad_cells: list[BadCell] = field(default_factory=list)
    rows_in: int = 0
    blocks: list[pa.Table] = field(default_factory=list)

    @property
    def kept(self) -> int:
        """Rows kept, whatever way they were read."""
        return len(self.rows) + sum(int(block.num_rows) for block in self.blocks)

    @property
    def rows_set_aside(self) -> int:
        """Rows holding at least one bad cell."""
        return len(set().union(*(cell.aside for cell in self.bad_cells)))

    def merge(self, other: SourceResult) -> None:
        """Append the rows of another file of the same table."""
        self.rows += other.rows
        self.bad_cells += other.bad_cells
        self.rows_in += other.rows_in
        self.blocks += other.blocks

    def unfold(self) -> None:
        """Turn the blocks into rows, which may be changed one by one."""
        for block in self.blocks:
            self.rows += block.to_pylist()
        self.blocks = []

    def to_arrow(self) -> pa.Table:
        """Return the kept rows under the contract's schema: rows, then blocks, as they were read.

        Raises:
            ContractError: a block lacks a column, has one too many, or a type that does not cast.
        """
        schema = arrow_schema(contract(self.table))
        read = [pa.Table.from_pylist(self.rows, schema=schema)] if self.rows else []
        tables = [*read, *(under_schema(block, schema, self.table) for block in self.blocks)]
        return pa.concat_tables(tables) if tables else schema.empty_table()


def under_schema(block: pa.Table, schema: pa.Schema, table: str) -> pa.Table:
    """Return a block under the schema of its table; ContractError when it does not fit."""
    if difference := set(block.column_names) ^ set(schema.names):
        raise ContractError(f"{table}: columns differ from the contract: {sorted(difference)}")
    try:
        return block.select(schema.names).cast(schema)
    except (pa.ArrowInvalid, ValueError) as error:
        raise ContractError(f"{table}: {error}") from error


@dataclass
class Reading:
    """What the files of one source gave: a result by table, and what there is to say of it.

    `lost` holds the objects whose own row is set aside, with the place of that row: the rows of
    other tables that speak of them cannot stand alone. `headers` gives, for each file, how it
    writes what checks call by another name. `pending` holds rows that complete those of another
    file, by kind: the settling of the source joins them.
    """

    results: dict[str, SourceResult]
    notes: list[str] = field(default_factory=list)
    lost: dict[Key, str] = field(default_factory=dict)
    headers: dict[str, dict[str, str]] = field(default_factory=dict)
    pending: dict[str, list[pa.Table]] = field(default_factory=dict)

    def merge(self, other: Reading) -> None:
        """Append what another file of the same source gave."""
        for table, result in other.results.items():
            self.results.setdefault(table, SourceResult(table)).merge(result)
        self.notes += other.notes
        self.lost |= other.lost
        self.headers |= other.headers
        for kind, tables in other.pending.items():
            self.pending.setdefault(kind, []).extend(tables)

    @property
    def rows_in(self) -> int:
        """Rows met, kept or not or waiting for another file, all tables together."""
        waiting = sum(int(t.num_rows) for tables in self.pending.values() for t in tables)
        return sum(result.rows_in for result in self.results.values()) + waiting


def quarantine_table(cells: list[BadCell]) -> pa.Table:
    """Return the quarantine as a table under its contract."""
    rows = [vars(cell) for cell in cells]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract("quarantaine")))
