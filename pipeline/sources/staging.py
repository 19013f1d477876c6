"""Where a stream is read: blocks of lines in, typed rows and set-aside cells out, on disk.

One DuckDB database in a folder of its own, with a bound on memory: what does not fit spills beside
it. A reader of events (`Source.stage`) is given a `Staging` and says in SQL what a block holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import duckdb

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal, sql_type
from pipeline.sources.fields import MACROS, Field
from pipeline.sources.manifest import Entry
from pipeline.sources.pseudonyms import pseudonym_sql
from pipeline.sources.streams import Block, Limits, ahead, blocks

BAD = "mauvais"
FILE, LINE = "source_file", "source_line"
# What readers keep beside the columns of a table, to put together what the file says apart.
BESIDE = {
    "creneaux": {"reference": "BIGINT"},
    "rendez_vous": {"reference": "BIGINT"},
}


@dataclass(frozen=True)
class Job:
    """One file to read: its name, what the manifest says of it, key of pseudonyms, limits."""

    name: str
    entry: Entry
    key: bytes
    limits: Limits

    @property
    def origin(self) -> str:
        """The origin of its rows."""
        return self.entry.origin


def open_engine(folder: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB database in a folder, that spills there beyond a bound of memory."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(folder / "travail.duckdb"))
    connection.execute(f"SET memory_limit = '{memory_mb}MB'")
    connection.execute(f"SET temp_directory = {sql_literal(str(folder / 'deborde'))}")
    connection.execute("SET TimeZone = 'UTC'")
    for macro in MACROS:
        connection.execute(macro)
    return connection


def staged_name(table: str) -> str:
    """Return the name, in the database, of the rows read for a table."""
    return f"lu_{table}"


def staged_columns(table: str) -> dict[str, str]:
    """Return the columns of the rows read for a table, each with its SQL type."""
    known = {column.name: sql_type(column.type) for column in contract(table).columns}
    del known[FILE]
    return {**known, **BESIDE.get(table, {}), LINE: "BIGINT"}


class Staging:
    """The reading of one file into the rows of its tables."""

    def __init__(self, folder: Path, job: Job, tables: Sequence[str]) -> None:
        self.folder, self.job, self.tables = folder, job, tuple(tables)
        self.connection = open_engine(folder, job.limits.memory_mb)
        self.rows_in = dict.fromkeys(tables, 0)
        self.notes: list[str] = []
        self._block = folder / "bloc"
        for table in tables:
            columns = ", ".join(f"{name} {kind}" for name, kind in staged_columns(table).items())
            self.connection.execute(f"CREATE TABLE {staged_name(table)} ({columns})")
        self.connection.execute(
            f"CREATE TABLE {BAD} (table_cible VARCHAR, source_file VARCHAR, {LINE} BIGINT, "
            "colonne VARCHAR, valeur VARCHAR, motif VARCHAR)"
        )

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def blocks(self, path: Path) -> Iterator[Block]:
        """Yield the file by blocks of lines, the next one read while the current one is used."""
        return ahead(blocks(path, self.job.name, self.job.limits))

    def lay(self, block: Block, head: bytes = b"") -> str:
        """Write the lines of a block where the engine reads them; returns the SQL of the path."""
        with self._block.open("wb") as handle:
            handle.write(head)
            handle.write(block.data)
        return sql_literal(str(self._block))

    def pseudonym(self, kind: str, expression: str) -> str:
        """Return the SQL of the keyed hash of an identifier."""
        return pseudonym_sql(self.job.key, kind, expression)

    def set_aside(self, table: str, line: int, column: str, value: str, reason: str) -> None:
        """Put one row of a table in quarantine, by the cell that is wrong."""
        self.rows_in[table] += 1
        self.note_bad(table, line, column, value, reason)

    def note_bad(self, table: str, line: int, column: str, value: str, reason: str) -> None:
        """Record a cell that sets a row aside, when the row is already counted as read."""
        self.connection.execute(
            f"INSERT INTO {BAD} VALUES (?, ?, ?, ?, ?, ?)",
            [table, self.job.name, line, column, value[:200], reason],
        )

    def put(self, table: str, rows: str, fields: Sequence[Field]) -> int:
        """Add rows to a table: each is kept whole, or set aside by the cells that do not parse.

        Args:
            table: one of the tables of the source.
            rows: the SQL of rows as found; it must give `source_line`.
            fields: what gives each column; those of the contract left out stay null.

        Returns:
            How many rows were found.
        """
        sound = self.pose(table, rows, fields)
        names = ", ".join([*(f.column for f in fields), LINE])
        self.connection.execute(
            f"INSERT INTO {staged_name(table)} ({names}, origin) SELECT {names}, "
            f"{sql_literal(self.job.origin)} FROM pose WHERE {sound} ORDER BY rowid"
        )
        return self.count("pose")

    def pose(self, table: str, rows: str, fields: Sequence[Field]) -> str:
        """Read rows into the table `pose` and set aside those with a cell that does not parse.

        Args:
            table: the table they are counted against.
            rows: the SQL of rows as found; it must give `source_line`.
            fields: what gives each column.

        Returns:
            The SQL condition of the sound rows of `pose`.
        """
        values = ", ".join(f"{f.value} AS {f.column}" for f in fields)
        faults = ", ".join(f"{f.fault} AS faute_{i}" for i, f in enumerate(fields))
        shown = ", ".join(
            f"CASE WHEN {f.fault} THEN {f.shown} END AS vu_{i}" for i, f in enumerate(fields)
        )
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE pose AS SELECT {LINE}, {values}, {faults}, {shown} "
            f"FROM ({rows})"
        )
        self.rows_in[table] += self.count("pose")
        any_fault = " OR ".join(f"faute_{i}" for i in range(len(fields))) or "false"
        if self.count(f"pose WHERE {any_fault}"):
            self._keep_faults(table, fields)
        return f"NOT ({any_fault})"

    def _keep_faults(self, table: str, fields: Sequence[Field]) -> None:
        """Record the cells that set rows of the last batch aside."""
        file, target = sql_literal(self.job.name), sql_literal(table)
        for i, f in enumerate(fields):
            self.connection.execute(
                f"INSERT INTO {BAD} SELECT {target}, {file}, {LINE}, "
                f"{sql_literal(f.header or f.column)}, vu_{i}, {sql_literal(f.expected)} "
                f"FROM pose WHERE faute_{i} ORDER BY {LINE}"
            )

    def count(self, source: str) -> int:
        """Count the rows of a table of the database."""
        found = self.connection.execute(f"SELECT count(*) FROM {source}").fetchone()
        return int(found[0]) if found else 0

    def bad_rows(self, table: str) -> int:
        """Return how many rows of a table were set aside."""
        return self.count(
            f"(SELECT DISTINCT source_file, {LINE} FROM {BAD} "
            f"WHERE table_cible = {sql_literal(table)})"
        )

    def save(self, target: Path) -> None:
        """Write what was read as Parquet, a file by table and one of the cells set aside."""
        for table in self.tables:
            self._copy(staged_name(table), target / f"{table}.parquet")
        # One cell may spoil several columns of a table: it is set aside once.
        once = f"(SELECT DISTINCT ON (table_cible, {LINE}, colonne) * FROM {BAD} ORDER BY ALL)"
        self._copy(once, target / f"{BAD}.parquet")

    def _copy(self, source: str, target: Path) -> None:
        """Write a table of the database as Parquet, in the order of the file."""
        self.connection.execute(
            f"COPY (SELECT * FROM {source} ORDER BY {LINE}) TO {sql_literal(str(target))} "
            "(FORMAT parquet, COMPRESSION lz4)"
        )
