"""A desk: where one block of a stream becomes typed rows, on disk, and cells set aside.

Several desks are connections to one DuckDB database, with a bound on memory: what does not fit
spills beside it. The rows of each block go to a Parquet file of their own, those at fault with a
mark (`fautif`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal, sql_type
from pipeline.sources.fields import MACROS, Field, shown
from pipeline.sources.lines import Lines
from pipeline.sources.manifest import Entry
from pipeline.sources.pseudonyms import pseudonym_sql, row_number_sql
from pipeline.sources.streams import MEGA, Block, Limits

BAD, LAID, FAULT = "mauvais", "pose", "fautif"
FILE, LINE = "source_file", "source_line"
# Receives the line, what was found and what was expected of a line that is no row. What was found
# is a size, never the text: a line that does not parse may hold anything, a person's number too.
Aside = Callable[[int, str, str], None]
# What readers keep beside the columns of a table, to put together what the file says apart.
BESIDE = {
    "creneaux": {"reference": "BIGINT"},
    "rendez_vous": {"reference": "BIGINT"},
}


@dataclass(frozen=True)
class Job:
    """One file to read: its name, what the manifest says of it, key of pseudonyms, limits.

    `counted` waits for its lines, when something else counts them already.
    """

    name: str
    entry: Entry
    key: bytes
    limits: Limits
    counted: Callable[[], Lines] | None = None

    @property
    def origin(self) -> str:
        """The origin of its rows."""
        return self.entry.origin


def is_long(block: Block, aside: Aside) -> bool:
    """Set a block aside when it is one line beyond the limit; says whether it is."""
    if block.too_long:
        # In megabytes: as many digits as bytes may take are hidden as the number of a person.
        size = f"{block.too_long / MEGA:.2f} MB"
        aside(block.first_line, size, "a line within the limit")
    return bool(block.too_long)


def open_engine(folder: Path, memory_mb: int) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB database in memory, that spills to a folder beyond a bound."""
    folder.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory_mb}MB'")
    connection.execute(f"SET temp_directory = {sql_literal(str(folder / 'deborde'))}")
    for macro in MACROS:
        connection.execute(macro)
    return in_utc(connection)


def in_utc(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Give a connection universal time: it is not handed down to its cursors."""
    connection.execute("SET TimeZone = 'UTC'")
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


def marked_rows(table: str, rows: str, fields: Sequence[Field], origin: str) -> str:
    """Return the SQL of every row under the columns of its table, with the mark of its faults.

    Each value is worked out once: the mark looks at it, and no filter makes the engine do it again.
    """
    values = ", ".join(f"{f.value} AS v_{f.column}" for f in fields)
    faults = " OR ".join(
        f"v_{f.column} IS NULL"
        if f.required
        else f"(({f.raw}) IS NOT NULL AND v_{f.column} IS NULL)"
        for f in fields
    )
    given = {f.column: f"v_{f.column}" for f in fields}
    given |= {"origin": sql_literal(origin), LINE: LINE}
    columns = ", ".join(
        f"CAST({given.get(name, 'NULL')} AS {kind}) AS {name}"
        for name, kind in staged_columns(table).items()
    )
    return (
        f"SELECT {columns}, coalesce({faults or 'false'}, false) AS {FAULT} "
        f"FROM (SELECT *, {values} FROM ({rows}))"
    )


def sound_parts(folder: Path) -> str:
    """Return the SQL of the rows of a folder of parts, those at fault left out."""
    parts = sql_literal(str(folder / "*.parquet"))
    return f"SELECT * EXCLUDE ({FAULT}) FROM read_parquet({parts}) WHERE NOT {FAULT}"


class Desk:
    """A connection where one block at a time is read into the rows of its tables."""

    def __init__(
        self, connection: duckdb.DuckDBPyConnection, folder: Path, job: Job, name: str = "bloc"
    ) -> None:
        self.connection, self.folder, self.job = connection, folder, job
        self.rows_in: dict[str, int] = {}
        # Rows of the tables kept here from one block to the next.
        self.kept: dict[str, int] = {}
        self.rank = 0
        self._block = folder / name
        self._block.touch()

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

    def row_number(self, kind: str, expression: str) -> str:
        """Return the SQL of the number of a row, from the identifier its source gives it."""
        return row_number_sql(self.job.key, kind, expression)

    def met(self, table: str, rows: int) -> None:
        """Count rows of a table as read."""
        self.rows_in[table] = self.rows_in.get(table, 0) + rows

    def set_aside(self, table: str, line: int, column: str, value: str, reason: str) -> None:
        """Put one row of a table in quarantine, by the cell that is wrong."""
        self.met(table, 1)
        self.note_bad(table, line, column, value, reason)

    def lines_aside(self, table: str) -> Aside:
        """Return what puts in quarantine a line that is no row of a table."""
        return lambda line, found, expected: self.set_aside(table, line, "ligne", found, expected)

    def note_bad(self, table: str, line: int, column: str, value: str, reason: str) -> None:
        """Record a cell that sets a row aside, when the row is already counted as read."""
        self.connection.execute(
            f"INSERT INTO {BAD} VALUES (?, ?, ?, ?, ?, ?)",
            [table, self.job.name, line, column, shown(value), reason],
        )

    def put(self, table: str, rows: str, fields: Sequence[Field]) -> int:
        """Add the rows of a block to a table: each is kept whole, or marked by what does not parse.

        Args:
            table: one of the tables of the source.
            rows: the SQL of rows as found; it must give `source_line`, once each.
            fields: what gives each column; those of the contract left out stay null.

        Returns:
            How many rows were found.
        """
        part = self.folder / table / f"{self.rank:06}.parquet"
        found = copy_rows(self.connection, marked_rows(table, rows, fields, self.job.origin), part)
        self.met(table, found)
        marked = f"SELECT {LINE} FROM read_parquet({sql_literal(str(part))}) WHERE {FAULT}"
        if self.count(f"({marked})"):
            self.connection.execute(
                f"CREATE OR REPLACE TEMP TABLE {LAID} AS SELECT * FROM ({rows}) "
                f"SEMI JOIN ({marked}) USING ({LINE})"
            )
            self.keep_faults(table, fields)
        return found

    def lay_rows(self, table: str, rows: str) -> int:
        """Bring rows as found where `sound_rows` and `keep_faults` look; returns how many."""
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE {LAID} AS SELECT * FROM ({rows})")
        found = self.count(LAID)
        self.met(table, found)
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
        # To the last row: a result left open bars the connection.
        ((found,),) = self.connection.execute(f"SELECT count(*) FROM {source}").fetchall()
        return int(found)


def copy_rows(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> int:
    """Write rows as Parquet, in their order; returns how many."""
    ((found,),) = connection.execute(
        f"COPY ({rows}) TO {sql_literal(str(target))} (FORMAT parquet, COMPRESSION lz4)"
    ).fetchall()
    return int(found)
