"""Codes of closed lists as the engine holds them best: numbers that stand for their texts.

Rows with many codes are sorted and written in two thirds of the time. Only codes leave the readers
that are on their lists; one that is not joins the type of this build, for the checks to tell.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import duckdb

from pipeline.contracts.registry import contract, vocabularies
from pipeline.contracts.schema import sql_literal
from pipeline.sources.desk import staged_columns


@cache
def code_columns(table: str) -> dict[str, str]:
    """Return the columns of a table that hold codes, each with the name of its list."""
    staged = staged_columns(table)
    return {
        column.name: column.constraints.vocabulary
        for column in contract(table).columns
        if column.constraints.vocabulary and column.name in staged
    }


def type_name(vocabulary: str) -> str:
    """Return the name of the type of the codes of a list."""
    return f"liste_{vocabulary}"


def typed(table: str, column: str) -> str:
    """Return the SQL of a staged column, under the type of its list if it has one."""
    vocabulary = code_columns(table).get(column)
    return f"CAST({column} AS {type_name(vocabulary)}) AS {column}" if vocabulary else column


def create_types(connection: duckdb.DuckDBPyConnection, rows: Mapping[str, str]) -> None:
    """Create the types of the lists of some tables.

    Args:
        connection: where to create them.
        rows: the SQL of the rows read for each table.
    """
    codes: dict[str, set[str]] = {}
    for table, read in rows.items():
        columns = code_columns(table)
        for vocabulary in columns.values():
            codes.setdefault(vocabulary, set(vocabularies()[vocabulary]))
        others = ", ".join(
            f"list(DISTINCT {name}) FILTER (WHERE {name} NOT IN ({listed(codes[vocabulary])}))"
            for name, vocabulary in columns.items()
        )
        if columns:
            found = connection.execute(f"SELECT {others} FROM ({read})").fetchone() or ()
            for vocabulary, strange in zip(columns.values(), found, strict=True):
                codes[vocabulary] |= set(strange or ())
    for vocabulary, held in codes.items():
        connection.execute(f"CREATE TYPE {type_name(vocabulary)} AS ENUM ({listed(held)})")


def listed(codes: set[str]) -> str:
    """Return codes as SQL writes them, in the order texts sort in."""
    return ", ".join(sql_literal(code) for code in sorted(codes))
