"""Printed values beside recomputed ones, matched by the figures of the registry both cards list."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.indicators.card import Card

SUFFIX = "_imprime"


def printed_values(card: Card, table: pa.Table) -> dict[str, float]:
    """Return the value a transcription holds for each figure of the registry it lists."""
    rows = table.to_pylist()
    found: dict[str, float] = {}
    for published in card.published:
        for row in rows:
            if published.where.items() <= row.items() and row[published.column] is not None:
                found[published.figure_id] = float(row[published.column])
    return found


def with_printed(table: pa.Table, card: Card, beside: Card, printed: pa.Table) -> pa.Table:
    """Append to an indicator, for each column printed too, a column of the printed values.

    Args:
        table: the rows of the indicator.
        card: its card, whose `published` places each figure in a cell.
        beside: the card of a transcription of the same figures.
        printed: the rows of that transcription.

    Returns:
        The table with columns named `<column>_imprime`, null where nothing is printed.
    """
    values = printed_values(beside, printed)
    rows: list[dict[str, Any]] = table.to_pylist()
    added: dict[str, list[float | None]] = {}
    for published in card.published:
        if published.figure_id not in values:
            continue
        column = added.setdefault(f"{published.column}{SUFFIX}", [None] * len(rows))
        for rank, row in enumerate(rows):
            if published.where.items() <= row.items():
                column[rank] = values[published.figure_id]
    for name, column in added.items():
        table = table.append_column(name, pa.array(column, pa.float64()))
    return table
