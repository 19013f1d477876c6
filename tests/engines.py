"""Two engines compared: every indicator, every cell."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.indicators.card import Card, cards
from pipeline.indicators.runner import build_indicators
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.store.engine import Engine
from pipeline.store.parquet import Written, table_path

# Floating point alone may differ, by the order of operations; nothing else may, by anything.
RELATIVE = 1e-12
SHOWN = 20


@dataclass(frozen=True)
class Computed:
    """The indicators one engine wrote, and where."""

    layout: Layout
    written: dict[str, Written]


def compute(built: Layout, folder: Path, engine: Engine, only: set[str] | None = None) -> Computed:
    """Compute indicators, all or some, with an engine, from the core tables of a built project."""
    place = Layout(folder)
    place.processed.mkdir(parents=True)
    (place.processed / "core").symlink_to(built.processed / "core")
    return Computed(place, build_indicators(place, default_parameters(), only, engine))


def same(expected: object, found: object) -> bool:
    """Are two cells the same? Exactly, but for floats."""
    if type(expected) is not type(found):
        return False
    if isinstance(expected, float) and isinstance(found, float):
        return expected == found or math.isclose(expected, found, rel_tol=RELATIVE, abs_tol=0.0)
    return expected == found


def key_of(row: dict[str, Any], names: Iterable[str]) -> str:
    return " ".join(f"{name}={row[name]}" for name in names)


def differences(card: Card, expected: pa.Table, found: pa.Table) -> list[str]:
    """Return one line per cell that differs: indicator, key, column, both values."""
    if expected.schema != found.schema:
        return [f"{card.table}: columns {expected.schema} became {found.schema}"]
    first = {key_of(row, card.key): row for row in expected.to_pylist()}
    second = {key_of(row, card.key): row for row in found.to_pylist()}
    lines = [f"{card.table} {key}: a row too few" for key in first if key not in second]
    lines += [f"{card.table} {key}: a row too many" for key in second if key not in first]
    lines += [
        f"{card.table} {key}, column {name}: {first[key][name]!r} became {second[key][name]!r}"
        for key in first
        if key in second
        for name in expected.column_names
        if not same(first[key][name], second[key][name])
    ]
    return lines


def all_differences(reference: Layout, computed: Computed) -> list[str]:
    """Return the cells that differ from those DuckDB wrote, in every indicator."""
    lines: list[str] = []
    for name, card in cards().items():
        expected = pq.read_table(table_path(reference, card))
        found = pq.read_table(computed.written[name].path)
        lines += differences(card, expected, found)
    return lines


def told(lines: list[str]) -> str:
    """Return the first lines of a list, and how many there are."""
    return "\n".join([f"{len(lines)} cell(s) differ", *lines[:SHOWN]])


def exact_tables() -> list[str]:
    """Return the indicators without a float column: both engines must write the same bytes."""
    return [
        name
        for name, card in cards().items()
        if not any(column.type == "float64" for column in card.columns)
    ]
