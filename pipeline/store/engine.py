"""Where SQL runs. One protocol; DuckDB in memory over the Parquet files is the default engine."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Literal, Protocol

import duckdb
import pyarrow as pa

from pipeline.contracts.schema import sql_literal
from pipeline.errors import InputError
from pipeline.store.lots import LOT_ROWS, Lot, Lots, Value, condition, cut
from pipeline.store.partitions import relation, split_columns
from pipeline.store.quantiles import shared_quantiles
from pipeline.store.workers import tables_of
from pipeline.threads import threads_of

EngineName = Literal["duckdb", "spark"]
# What a laptop can lend; the default tables take a tenth of it.
MEMORY = "1000MB"


class Engine(Protocol):
    """What an indicator needs of a database: named tables and one query at a time.

    `description` says which engine it is, and of a server which one, without its address.
    """

    description: str

    def __enter__(self) -> Engine:
        """Use it in a `with`, which closes it."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""

    def register(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of partitions, queryable under a name."""

    def register_table(self, name: str, table: pa.Table) -> None:
        """Make a table in memory queryable under a name."""

    def register_query(self, name: str, sql: str, lots: Lots | None = None) -> None:
        """Make the rows of a query queryable under a name, computed once.

        Args:
            name: where they are found.
            sql: one SELECT.
            lots: how a table it reads may be cut, for an engine that gains from it; the rows are
                those of the whole query, or add up to them.
        """

    def query(self, sql: str) -> pa.Table:
        """Run one SELECT and return its rows."""

    def close(self) -> None:
        """Release what the engine holds."""


def memory_limit() -> str:
    """Return how much memory DuckDB may take, as it writes it: `SNP_MEMORY`, or 1000 MB.

    Raises:
        InputError: the variable is no size DuckDB understands.
    """
    given = os.environ.get("SNP_MEMORY", MEMORY)
    if not re.fullmatch(r"[1-9][0-9]*(MB|GB|MiB|GiB)", given):
        raise InputError(file="SNP_MEMORY", expected="a size such as 4GB or 1500MB", found=given)
    return given


class DuckDBEngine:
    """DuckDB in memory: one writer-free connection, so no file is ever locked."""

    def __init__(self, threads: int | None = None, lot_rows: int = LOT_ROWS) -> None:
        """Open it.

        Args:
            threads: how many; those of the machine when None.
            lot_rows: rows of a lot, where a query may run lot by lot.
        """
        self._lot_rows = lot_rows
        self._connection = duckdb.connect()
        self._cuts: dict[Lots, list[Lot]] = {}
        self._in_memory: dict[str, pa.Table] = {}
        # Of the tables on disk, where each lies and the columns that split it.
        self._places: dict[str, tuple[Path, tuple[str, ...]]] = {}
        # Beyond this it works from disk: a national feed must not take the memory of the machine.
        self._connection.execute(f"SET memory_limit = {sql_literal(memory_limit())}")
        self._spill = TemporaryDirectory(prefix="snp-", ignore_cleanup_errors=True)
        self._connection.execute(f"SET temp_directory = {sql_literal(self._spill.name)}")
        # An instant is read in universal time, whatever the machine's own time zone.
        self._connection.execute("SET TimeZone = 'UTC'")
        self.description = f"DuckDB {duckdb.__version__}"
        if threads:
            self._connection.execute(f"SET threads = {int(threads)}")

    def __enter__(self) -> DuckDBEngine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def register(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of partitions, queryable under a name."""
        self._cuts.clear()
        self._places[name] = path, split_columns(path)
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {relation(path)}")

    def register_table(self, name: str, table: pa.Table) -> None:
        """Make a table in memory queryable under a name."""
        self._cuts.clear()
        self._in_memory[name] = table
        self._places.pop(name, None)
        self._connection.register(name, table)

    def register_query(self, name: str, sql: str, lots: Lots | None = None) -> None:
        """Make the rows of a query queryable under a name, computed once, lot by lot if it may be.

        They are a table of its own, which counts in its bound and goes to disk with the rest.
        """
        sql = shared_quantiles(sql)
        verb, cuts = f"CREATE OR REPLACE TEMP TABLE {name} AS", self._cut(lots) if lots else []
        if lots is None or len(cuts) < 2:
            self._connection.execute(f"{verb} {sql}")
            return
        queries = [
            f"WITH {lots.table} AS NOT MATERIALIZED ({self._lot(lots, lot.values)}) "
            f"SELECT * FROM ({sql})"
            for lot in cuts
        ]
        workers = lots.at_once(cuts, threads_of(self._connection))
        prepare = partial(self._open_lots, table=lots.table)
        for made in tables_of(self._connection, name, queries, workers, prepare):
            self._connection.execute(f"{verb} SELECT * FROM {made}")
            verb = f"INSERT INTO {name}"

    def _cut(self, lots: Lots) -> list[Lot]:
        """Return the lots of a table."""
        if lots not in self._cuts:
            rows = self.query(lots.counts_sql).to_pylist()
            found = [(*row.values(),) for row in rows]
            told = [([None if v is None else str(v) for v in row], n) for *row, n in found]
            self._cuts[lots] = cut(told, self._lot_rows)
        return self._cuts[lots]

    def _open_lots(self, cursor: duckdb.DuckDBPyConnection, table: str) -> None:
        """Let a cursor see what this connection alone does, and a whole table beside its lots."""
        cursor.execute("SET TimeZone = 'UTC'")
        for name, held in self._in_memory.items():
            cursor.register(name, held)
        cursor.execute(f"CREATE TEMP VIEW {table}__entier AS SELECT * FROM {table}")

    def _lot(self, lots: Lots, values: list[Value]) -> str:
        """Return the SELECT of one lot: its own folders, else rows of `<table>__entier`."""
        column, place = lots.columns[0], self._places.get(lots.table)
        told = [value for value in values if value is not None]
        if place and column in place[1] and len(told) == len(values):
            return relation(place[0], only=(column, told))
        return f"SELECT * FROM {lots.table}__entier WHERE {condition(column, values)}"

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Run one SELECT and return its rows."""
        relation = self._connection.sql(shared_quantiles(sql), params=dict(parameters or {}))
        return relation.to_arrow_table()

    def close(self) -> None:
        """Close the connection and remove what it wrote beside its memory."""
        self._connection.close()
        self._spill.cleanup()


@dataclass(frozen=True)
class EngineChoice:
    """Which engine computes the indicators.

    `remote` is the `sc://HOST:PORT` of a Spark Connect server; empty, the embedded one starts, with
    `workers` beside its driver. `data_root` is where that server finds `data/processed`, when it is
    not under the same path.
    """

    name: EngineName = "duckdb"
    remote: str = ""
    workers: int = 0
    data_root: str = ""

    def check(self) -> None:
        """Refuse options that say nothing to the engine chosen, and an address nobody answers at.

        Raises:
            InputError: an option without its engine, or not understood.
            EngineError: no server there, or the extra `cluster` is not installed.
        """
        given = {
            "--remote": self.remote,
            "--workers": self.workers,
            "--data-root": self.data_root,
        }
        for option, value in given.items():
            if value and self.name != "spark":
                raise InputError(file=option, expected="--engine spark", found=self.name)
        if self.remote and self.workers:
            raise InputError(
                file="--workers", expected="the embedded server", found=f"--remote {self.remote}"
            )
        if self.name == "spark":
            from pipeline.store.spark import require_installed, require_reachable

            require_installed(embedded=not self.remote)
            if self.remote:
                require_reachable(self.remote)

    def open(self, local_root: Path) -> Engine:
        """Open the engine; the caller closes it.

        Args:
            local_root: `data/processed`, which `data_root` stands for on the server.

        Raises:
            EngineError: the server cannot be reached, or the extra `cluster` is not installed.
        """
        if self.name == "duckdb":
            return DuckDBEngine()
        from pipeline.store.spark import SparkConnectEngine

        return SparkConnectEngine(self.remote, self.workers, local_root, self.data_root)
