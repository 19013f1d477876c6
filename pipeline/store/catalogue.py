"""The DuckDB file an analyst opens: commented views over the Parquet files, read-only."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import chdir
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.contracts.model import TableContract
from pipeline.contracts.schema import comment_statements
from pipeline.errors import InputError, MissingOutputError
from pipeline.paths import Layout
from pipeline.store.parquet import table_path
from pipeline.store.partitions import is_built, relation

READING = ("SELECT", "EXPLAIN")


def view_statement(layout: Layout, contract: TableContract) -> str:
    """Return the CREATE VIEW of a table; the path is relative to the project root."""
    path = table_path(layout, contract)
    return f"CREATE VIEW {contract.table} AS {relation(path, layout.relative(path))}"


def write_catalogue(layout: Layout, known: Iterable[TableContract]) -> Path:
    """Write `observatoire.duckdb`: one view per Parquet file, with comments. Atomic."""
    temporary = layout.catalogue.absolute().with_suffix(".duckdb.tmp")
    temporary.unlink(missing_ok=True)
    with chdir(layout.root), duckdb.connect(str(temporary)) as connection:
        for contract in known:
            if is_built(table_path(layout, contract)):
                connection.execute(view_statement(layout, contract))
                for statement in comment_statements(contract, contract.table):
                    connection.execute(statement)
    os.replace(temporary, layout.catalogue)
    return layout.catalogue


def run_query(layout: Layout, sql: str) -> pa.Table:
    """Run one query on the catalogue, opened read-only.

    Raises:
        MissingOutputError: the catalogue has not been built yet.
        InputError: DuckDB refuses the query; its message is passed on.
    """
    if not layout.catalogue.is_file():
        raise MissingOutputError(
            f"{layout.relative(layout.catalogue)} does not exist yet: run `snp run` first."
        )
    # The views hold paths relative to the root; DuckDB looks in the current folder first.
    file = str(layout.catalogue.absolute())
    with chdir(layout.root), duckdb.connect(file, read_only=True) as connection:
        try:
            relation = connection.sql(only_select(connection, sql))
            return relation.to_arrow_table()
        except duckdb.Error as error:
            message = str(error).strip().split("\n\n")[0]
            raise InputError(file="query", expected="valid SQL", found=message) from None


def only_select(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """Return the text when it is one statement that only reads; refuse COPY, ATTACH and the like.

    A read-only connection protects the catalogue, not the files beside it.
    """
    statements = connection.extract_statements(sql)
    kinds = [statement.type.name for statement in statements]
    if len(kinds) != 1 or kinds[0] not in READING:
        found = ", ".join(kinds).lower() or "nothing"
        raise InputError(file="query", expected="one SELECT or DESCRIBE", found=found)
    return sql
