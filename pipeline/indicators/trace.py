"""From a row of an indicator back to the files and lines it came from."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.indicators.card import Card, Trace
from pipeline.store.engine import Engine

LOCATOR = ("document_id", "document_line", "source_file", "source_line", "origin")


def key_columns(table: str) -> list[str]:
    """Return the key of a core table, without the columns every locator already shows."""
    return [name for name in contract(table).key if name not in LOCATOR]


def trace_sql(trace: Trace, columns: list[str]) -> str:
    """Return the SELECT of the core rows behind one row of an indicator.

    A join column that is null in the indicator row matches null rows.
    """
    matches = [f"{core} IS NOT DISTINCT FROM ${name}" for core, name in trace.on.items()]
    where = " AND ".join([f"({trace.where})", *matches])
    return (
        f"SELECT {', '.join(columns)} FROM {trace.table} WHERE {where} "
        f"ORDER BY {', '.join(columns)}"
    )


def locator_columns(table: str) -> list[str]:
    """Return the locator columns a table has; a document table has no line."""
    return [name for name in LOCATOR if name in contract(table).names]


def core_rows(engine: Engine, card: Card, row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every core row behind one row of an indicator, with table, key and locator."""
    found = []
    for trace in card.trace:
        columns = [*locator_columns(trace.table), *key_columns(trace.table)]
        parameters = {name: row[name] for name in trace.on.values()}
        for core in engine.query(trace_sql(trace, columns), parameters).to_pylist():
            key = {name: core[name] for name in key_columns(trace.table)}
            found.append({"table": trace.table, "key": key, **core})
    return found


def compact(rows: list[tuple[str, int]]) -> str:
    """Return locators in short: `doc:3, 5, 9 ; other:2`, documents and lines in order."""
    lines: dict[str, set[int]] = {}
    for document, line in rows:
        lines.setdefault(document, set()).add(line)
    return " ; ".join(
        f"{document}:{', '.join(str(line) for line in sorted(found))}"
        for document, found in sorted(lines.items())
    )


def locators(engine: Engine, card: Card, table: pa.Table) -> list[str | None]:
    """Return the compact locator of every row of an indicator, one query per trace.

    The join is done once for all rows: row numbers of the indicator against core rows.
    """
    gathered: list[list[tuple[str, int]]] = [[] for _ in range(table.num_rows)]
    numbered = table.append_column("rang__", pa.array(range(table.num_rows), pa.int32()))
    engine.register_table("indicateur__", numbered)
    for trace in card.trace:
        if "document_line" not in contract(trace.table).names:
            continue
        on = [f"c.{core} IS NOT DISTINCT FROM i.{name}" for core, name in trace.on.items()]
        sql = (
            "SELECT DISTINCT i.rang__, c.document_id, c.document_line "
            f"FROM (SELECT * FROM {trace.table} WHERE {trace.where}) c "
            f"JOIN indicateur__ i ON {' AND '.join(on) or 'true'} "
            "ORDER BY i.rang__, c.document_id, c.document_line"
        )
        for found in engine.query(sql).to_pylist():
            gathered[found["rang__"]].append((found["document_id"], found["document_line"]))
    return [compact(rows) or None for rows in gathered]


def pick_row(card: Card, table: pa.Table, where: dict[str, str]) -> dict[str, Any]:
    """Return the one row of an indicator that the given `column=value` pairs name.

    Raises:
        InputError: an unknown column, or several or no rows match; lists the first keys.
    """
    for name in where:
        if name not in table.column_names:
            known = ", ".join(table.column_names)
            raise InputError(
                file=card.table, column=name, expected=f"a column among {known}", found=name
            )
    rows = [
        row
        for row in table.to_pylist()
        if all(str(row[name]) == value for name, value in where.items())
    ]
    if len(rows) == 1:
        return rows[0]
    shown = "; ".join(
        " ".join(f"{name}={row[name]}" for name in card.key) for row in (rows or table.to_pylist())[:8]
    )
    raise InputError(
        file=card.table,
        expected=f"column=value pairs that name one row, such as: {shown}",
        found=f"{len(rows)} rows for {where or 'no condition'}",
    )
