"""How far does an indicator move when its parameters do? One parameter at a time, on a grid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import InputError
from pipeline.indicators.card import Card
from pipeline.indicators.grids import Axis
from pipeline.indicators.runner import bind_parameters, inherited_origin, open_core
from pipeline.indicators.views import core_inputs, open_moved_views, open_views
from pipeline.parameters import Parameters
from pipeline.paths import Layout
from pipeline.store.engine import DuckDBEngine, Engine
from pipeline.store.parquet import conform

TABLE = "sensibilite"
# A measure of every indicator that refuses rows: how many it computes.
COMPUTED_ROWS = "lignes_calculees_nb"
STATUS, DONE = "statut_calcul", "calcule"
# Between the pairs of a key; a value may hold spaces or commas.
PAIRS = " ; "
NUMERIC = ("int32", "int64", "float64", "decimal")
RowKey = tuple[object, ...]
Rows = dict[RowKey, dict[str, Any]]


def measures(card: Card) -> list[str]:
    """Return the columns that hold a number and do not name the row."""
    return [
        column.name
        for column in card.released
        if column.type.startswith(NUMERIC) and column.name not in card.key
    ]


def computed(
    engine: Engine, card: Card, parameters: Parameters, where: dict[str, str] | None = None
) -> Rows:
    """Compute the indicator once; returns the rows that hold the pairs of `where`, by key."""
    table = engine.query(bind_parameters(card, parameters))
    return {
        tuple(row[name] for name in card.key): row
        for row in table.to_pylist()
        if all(str(row[name]) == value for name, value in (where or {}).items())
    }


def check_where(card: Card, where: dict[str, str]) -> None:
    """Refuse a condition on what does not name the rows; InputError says what does."""
    if unknown := sorted(set(where) - set(card.key)):
        raise InputError(
            file=card.table, column=unknown[0], expected=f"one of {', '.join(card.key)}",
            found=unknown[0],
        )  # fmt: skip


def row_text(card: Card, key: RowKey) -> str:
    """Return the key of a row as `column=value` pairs."""
    return PAIRS.join(f"{name}={value}" for name, value in zip(card.key, key, strict=True))


def as_float(value: object) -> float | None:
    """Return a number as a float; a missing one stays missing."""
    return None if value is None else float(str(value))


def n_columns(card: Card) -> dict[str, str]:
    """Return, for each measure whose N the card names, the column of that N."""
    said = [(found.column, found.n_column) for found in card.published]
    said += [(found.column, found.n_column) for found in card.headlines]
    return {column: n for column, n in said if n}


def moved(card: Card, found: Rows, reference: Rows) -> Iterator[dict[str, Any]]:
    """Yield each measure of each row, beside its value under the present parameters."""
    counted = n_columns(card)
    for key in sorted({*found, *reference}, key=repr):
        row, base = found.get(key, {}), reference.get(key, {})
        for name in measures(card):
            value, expected = as_float(row.get(name)), as_float(base.get(name))
            n = row.get(counted.get(name, ""))
            gap = None if value is None or expected is None else value - expected
            yield {
                "cle": row_text(card, key),
                "mesure": name,
                "unite": card.column(name).unit,
                "valeur": value,
                "valeur_reference": expected,
                "ecart": gap,
                "n": None if n is None else int(n),
            }


def group_column(card: Card) -> str | None:
    """Return the column whose codes part the rows best: the measure, else the first closed list."""
    listed = [name for name in card.key if card.column(name).constraints.vocabulary]
    return next((name for name in listed if name == "mesure_code"), next(iter(listed), None))


def status_counts(card: Card, rows: Rows) -> dict[str, tuple[int, int]]:
    """Return, by group of rows, how many are computed and how many there are."""
    column = group_column(card)
    found: dict[str, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for row in rows.values():
        group = f"{column}={row[column]}" if column else ""
        done, every = found[group]
        found[group] = (done + (row[STATUS] == DONE), every + 1)
    return found


def counted(card: Card, found: Rows, reference: Rows) -> Iterator[dict[str, Any]]:
    """Yield how many rows are computed, beside how many are under the present parameters."""
    if STATUS not in card.names:
        return
    here, base = status_counts(card, found), status_counts(card, reference)
    for group in sorted({*here, *base}):
        (done, every), expected = here.get(group, (0, 0)), base.get(group, (0, 0))[0]
        yield {
            "cle": group,
            "mesure": COMPUTED_ROWS,
            "unite": "lignes",
            "valeur": float(done),
            "valeur_reference": float(expected),
            "ecart": float(done - expected),
            "n": every,
        }


def point(axis: Axis, rank: int) -> dict[str, Any]:
    """Return what names one value of a grid: a number or a text, and its rank."""
    value = axis.values[rank]
    words = isinstance(value, str)
    return {
        "parametre": axis.parameter,
        "rang_parametre": rank,
        "valeur_parametre": None if words else float(value),
        "texte_parametre": value if words else None,
        "reference": value == axis.reference,
    }


def points(
    engine: Engine, card: Card, parameters: Parameters, axis: Axis, where: dict[str, str] | None
) -> Iterator[dict[str, Any]]:
    """Yield the rows of one grid; the views are those of the present parameters at the end."""
    reference = computed(engine, card, parameters, where)
    for rank, value in enumerate(axis.values):
        there = parameters.replaced(axis.parameter, value)
        open_moved_views(engine, card.inputs, axis.parameter, there)
        at = computed(engine, card, there, where)
        for row in (*moved(card, at, reference), *counted(card, at, reference)):
            yield {**point(axis, rank), **row}
    open_moved_views(engine, card.inputs, axis.parameter, parameters)


def sensitivity(
    layout: Layout,
    card: Card,
    parameters: Parameters,
    axes: list[Axis],
    where: dict[str, str] | None = None,
) -> pa.Table:
    """Compute an indicator at every point of its grids, one parameter moving at a time.

    Args:
        layout: the project root; its core tables must exist.
        card: the indicator.
        parameters: the values of the parameters that do not move.
        axes: what moves.
        where: the rows to keep, as column=value pairs of the key; all when None.

    Returns:
        A row by parameter, value, row of the indicator and measure, under `sensibilite`.

    Raises:
        InputError: `where` names no column of the key, or no row.
    """
    check_where(card, where or {})
    found: list[dict[str, Any]] = []
    with DuckDBEngine() as engine:
        open_core(layout, engine, core_inputs(card.inputs))
        open_views(engine, card.inputs, parameters)
        shared = {"indicator_id": card.table, "origin": inherited_origin(engine, card)}
        for axis in axes:
            rows = points(engine, card, parameters, axis, where)
            found += [{**shared, **row} for row in rows]
    if not found:
        said = " ".join(f"{name}={value}" for name, value in (where or {}).items())
        raise InputError(file=card.table, expected="pairs that keep a row", found=said or "no row")
    known = contract(TABLE)
    return conform(pa.Table.from_pylist(found, schema=arrow_schema(known)), known)
