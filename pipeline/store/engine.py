"""Where SQL runs. One protocol; DuckDB in memory over the Parquet files implements it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Protocol

import duckdb
import pyarrow as pa

from pipeline.store.partitions import relation


class Engine(Protocol):
    """What an indicator needs of a database: named tables and one query at a time."""

    def register(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of partitions, queryable under a name."""

    def register_table(self, name: str, table: pa.Table) -> None:
        """Make a table in memory queryable under a name."""

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Run one SELECT and return its rows."""

    def close(self) -> None:
        """Release what the engine holds."""


class DuckDBEngine:
    """DuckDB in memory: one writer-free connection, so no file is ever locked."""

    def __init__(self, threads: int | None = None) -> None:
        self._connection = duckdb.connect()
        # An instant is read in universal time, whatever the machine's own time zone.
        self._connection.execute("SET TimeZone = 'UTC'")
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
        self._connection.execute(f"CREATE OR REPLACE VIEW {name} AS {relation(path)}")

    def register_table(self, name: str, table: pa.Table) -> None:
        """Make a table in memory queryable under a name."""
        self._connection.register(name, table)

    def query(self, sql: str, parameters: Mapping[str, object] | None = None) -> pa.Table:
        """Run one SELECT and return its rows."""
        relation = self._connection.sql(sql, params=dict(parameters or {}))
        return relation.to_arrow_table()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
