"""From a row of an indicator back to the files and lines it came from."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.indicators.card import Card, Trace
from pipeline.store.engine import Engine

PLACE = ("document_id", "document_line", "document_line_end")
LOCATOR = (*PLACE, "source_file", "source_line", "origin")


def key_columns(table: str) -> list[str]:
    """Return the key of a core table, without the columns every locator already shows."""
    return [name for name in contract(table).key if name not in LOCATOR]


def trace_sql(trace: Trace, columns: list[str]) -> str:
    """Return the SELECT of the core rows behind the rows registered as `indicateur__`.

    A join column that is null in the indicator matches null.
    """
    matches = [f"c.{core} IS NOT DISTINCT FROM i.{name}" for core, name in trace.match.items()]
    listed = ", ".join(["i.rang__", *(f"c.{name}" for name in columns)])
    return (
        f"SELECT DISTINCT {listed} FROM (SELECT * FROM {trace.table} WHERE {trace.where}) c "
        f"JOIN (SELECT * FROM indicateur__ WHERE {trace.rows}) i "
        f"ON {' AND '.join(matches) or 'true'} ORDER BY {listed}"
    )


def number_rows(engine: Engine, table: pa.Table) -> None:
    """Register rows of an indicator as `indicateur__`, with their rank."""
    ranks = pa.array(range(table.num_rows), pa.int32())
    engine.register_table("indicateur__", table.append_column("rang__", ranks))


def locator_columns(table: str) -> list[str]:
    """Return the locator columns a table has; a document table has no line."""
    return [name for name in LOCATOR if name in contract(table).names]


def is_events(table: str) -> bool:
    """Does a table hold events, a row for each: too many to be listed one by one?"""
    return bool(contract(table).partition)


def event_files(engine: Engine, card: Card, row: pa.Table) -> list[dict[str, Any]]:
    """Return the files of events behind one row of an indicator.

    Args:
        engine: with the core tables of the card's trace registered.
        card: the indicator.
        row: the row, as a table of one row.

    Returns:
        By table, file and origin: how many rows, their first and last line.
    """
    number_rows(engine, row)
    found = []
    for trace in card.trace:
        if is_events(trace.table):
            lines = trace_sql(trace, ["source_file", "source_line", "origin"])
            found += engine.query(
                f"SELECT '{trace.table}' AS \"table\", source_file, origin, count(*) AS lignes_nb, "
                "min(source_line) AS premiere_nb, max(source_line) AS derniere_nb "
                f"FROM ({lines}) l GROUP BY source_file, origin ORDER BY source_file, origin"
            ).to_pylist()
    return found


def core_rows(engine: Engine, card: Card, row: pa.Table) -> list[dict[str, Any]]:
    """Return every core row behind one row of an indicator, with table, key and locator.

    Rows of events are told by file: see `event_files`.

    Args:
        engine: with the core tables of the card's trace registered.
        card: the indicator.
        row: the row, as a table of one row.
    """
    number_rows(engine, row)
    found = []
    for trace in (one for one in card.trace if not is_events(one.table)):
        columns = [*locator_columns(trace.table), *key_columns(trace.table)]
        for core in engine.query(trace_sql(trace, columns)).to_pylist():
            key = {name: core[name] for name in key_columns(trace.table)}
            found.append({"table": trace.table, "key": key, **core})
    return found


def compact(rows: list[tuple[str, int, int | None]]) -> str:
    """Return locators in short: `doc:3, 5-7 ; other:2`, documents and lines in order."""
    lines: dict[str, set[tuple[int, int]]] = {}
    for document, first, last in rows:
        lines.setdefault(document, set()).add((first, last or first))
    return " ; ".join(
        f"{document}:{', '.join(span(*found) for found in sorted(lines[document]))}"
        for document in sorted(lines)
    )


def span(first: int, last: int) -> str:
    """Return `5` or `5-7`."""
    return str(first) if first == last else f"{first}-{last}"


def locators(engine: Engine, card: Card, table: pa.Table) -> pa.Array:
    """Return the compact locator of every row of an indicator, null without one; a query a trace.

    Traces whose table has no line, as events, give none: nothing is held for their rows.
    """
    lined = [trace for trace in card.trace if "document_line" in contract(trace.table).names]
    if not lined:
        return pa.nulls(table.num_rows, pa.string())
    gathered: list[list[tuple[str, int, int | None]]] = [[] for _ in range(table.num_rows)]
    number_rows(engine, table)
    for trace in lined:
        place = [name for name in PLACE if name in contract(trace.table).names]
        for found in engine.query(trace_sql(trace, place)).to_pylist():
            first, last = found["document_line"], found.get("document_line_end")
            gathered[found["rang__"]].append((found["document_id"], first, last))
    return pa.array([compact(rows) or None for rows in gathered], pa.string())


def pick_row(card: Card, table: pa.Table, where: dict[str, str]) -> pa.Table:
    """Return the one row of an indicator that the given `column=value` pairs name, as a table.

    Raises:
        InputError: an unknown column, or several or no rows match; lists the first keys.
    """
    for name in where:
        if name not in table.column_names:
            known = ", ".join(table.column_names)
            raise InputError(
                file=card.table, column=name, expected=f"a column among {known}", found=name
            )
    listed = table.to_pylist()
    ranks = [
        rank
        for rank, row in enumerate(listed)
        if all(str(row[name]) == value for name, value in where.items())
    ]
    if len(ranks) == 1:
        return table.slice(ranks[0], 1)
    rows = [listed[rank] for rank in ranks]
    shown = "; ".join(
        " ".join(f"{name}={row[name]}" for name in card.key) for row in (rows or listed)[:8]
    )
    raise InputError(
        file=card.table,
        expected=f"column=value pairs that name one row, such as: {shown}",
        found=f"{len(rows)} rows for {where or 'no condition'}",
    )
