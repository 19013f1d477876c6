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

BAD, LAID = "mauvais", "pose"
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
    """Open a DuckDB database in memory, that spills to a folder beyond a bound."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
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


def sound_rows(fields: Sequence[Field]) -> str:
    """Return the SQL of the rows laid whose cells all parse, typed, with their line."""
    values = ", ".join([*(f"{f.value} AS {f.column}" for f in fields), LINE])
    fault = " OR ".join(f.fault for f in fields) or "false"
    return f"SELECT {values} FROM {LAID} WHERE NOT coalesce({fault}, false)"


class Staging:
    """The reading of one file into the rows of its tables."""

    def __init__(self, folder: Path, job: Job, tables: Sequence[str]) -> None:
        self.folder, self.job, self.tables = folder, job, tuple(tables)
        self.connection = open_engine(folder, job.limits.memory_mb)
        self.rows_in = dict.fromkeys(tables, 0)
        self.notes: list[str] = []
        self._block = folder / "bloc"
        self._block.touch()
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

    def lay(self, block: Block) -> str:
        """Write the lines of a block where the engine reads them; returns the SQL of the path."""
        # Written over the block before: the pages of the file are there already.
        with self._block.open("r+b") as handle:
            handle.writelines(block.parts)
            handle.truncate()
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
        found = self.lay_rows(table, rows)
        before = self.count(staged_name(table))
        names = ", ".join([*(f.column for f in fields), LINE])
        self.connection.execute(
            f"INSERT INTO {staged_name(table)} ({names}, origin) SELECT {names}, "
            f"{sql_literal(self.job.origin)} FROM ({sound_rows(fields)})"
        )
        if self.count(staged_name(table)) - before < found:
            self.keep_faults(table, fields)
        return found

    def lay_rows(self, table: str, rows: str) -> int:
        """Bring rows as found where `sound_rows` and `keep_faults` look; returns how many."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {LAID} AS SELECT * FROM ({rows})")
        found = self.count(LAID)
        self.rows_in[table] += found
        return found

    def keep_faults(self, table: str, fields: Sequence[Field]) -> None:
        """Record the cells that set rows of the last rows laid aside."""
        file, target = sql_literal(self.job.name), sql_literal(table)
        for f in fields:
            self.connection.execute(
                f"INSERT INTO {BAD} SELECT {target}, {file}, {LINE}, "
                f"{sql_literal(f.header or f.column)}, {f.shown}, {sql_literal(f.expected)} "
                f"FROM {LAID} WHERE {f.fault} ORDER BY {LINE}"
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
            self._copy(f"SELECT * FROM {staged_name(table)}", target / f"{table}.parquet")
        # One cell may spoil several columns of a table: it is set aside once.
        once = (
            f"SELECT DISTINCT ON (table_cible, {LINE}, colonne) * FROM {BAD} "
            f"ORDER BY table_cible, {LINE}, colonne, motif"
        )
        self._copy(once, target / f"{BAD}.parquet")

    def _copy(self, rows: str, target: Path) -> None:
        """Write rows as Parquet, in their order: that of the file."""
        self.connection.execute(
            f"COPY ({rows}) TO {sql_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)"
        )
