"""How far does an indicator move when its parameters do? One parameter at a time, on a grid."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import InputError
from pipeline.indicators.card import Card
from pipeline.indicators.runner import bind_parameters, inherited_origin, open_core
from pipeline.indicators.views import core_inputs, open_views, view_parameters
from pipeline.parameters import Parameters
from pipeline.paths import Layout
from pipeline.store.engine import DuckDBEngine, Engine
from pipeline.store.parquet import conform

TABLE = "sensibilite"
# More points than a table anyone reads: a step with one nought too many.
POINTS = 101
# Between the pairs of a key; a value may hold spaces or commas.
PAIRS = " ; "
NUMERIC = ("int32", "int64", "float64", "decimal")
Value = int | float
RowKey = tuple[object, ...]
Rows = dict[RowKey, dict[str, Any]]


@dataclass(frozen=True)
class Axis:
    """One parameter and the values it takes, its present one among them, in order."""

    parameter: str
    values: tuple[Value, ...]
    reference: Value


def number_of(text: str, parameter: str) -> Decimal:
    """Read one number of a grid; InputError when it is none."""
    try:
        found = Decimal(text.strip())
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or found < 0:
        raise InputError(
            file="--param", column=parameter, expected="a number, zero or more", found=repr(text)
        )
    return found


def stepped(parameter: str, low: Decimal, high: Decimal, step: Decimal) -> list[Decimal]:
    """Return the values from `low` to `high`, both in, by `step`."""
    if step <= 0 or high < low or (high - low) / step >= POINTS:
        raise InputError(
            file="--param",
            column=parameter,
            expected=f"FROM:TO:STEP with FROM <= TO and at most {POINTS} values",
            found=f"{low}:{high}:{step}",
        )
    return [low + rank * step for rank in range(int((high - low) / step) + 1)]


def plain_value(value: Decimal) -> Value:
    """Return a whole number as one, for SQL may use it as a year."""
    return int(value) if value == value.to_integral_value() else float(value)


def parse_grid(asked: str) -> tuple[str, tuple[Value, ...]]:
    """Read `NAME=FROM:TO:STEP` or `NAME=V1,V2`.

    Raises:
        InputError: not of that form, or not a number.
    """
    name, found, text = asked.partition("=")
    bounds = text.split(":")
    if not found or not text or len(bounds) not in (1, 3):
        expected = "NAME=FROM:TO:STEP or NAME=V1,V2"
        raise InputError(file="--param", expected=expected, found=repr(asked))
    if len(bounds) == 3:
        low, high, step = (number_of(bound, name) for bound in bounds)
        values = stepped(name, low, high, step)
    else:
        values = [number_of(value, name) for value in text.split(",")]
    return name, tuple(plain_value(value) for value in values)


def axis(parameters: Parameters, name: str, values: tuple[Value, ...]) -> Axis:
    """Return a parameter with the values asked and its present one."""
    reference = parameters.value(name)
    return Axis(name, tuple(sorted({*values, reference})), reference)


def axes_of(card: Card, parameters: Parameters, asked: tuple[str, ...]) -> list[Axis]:
    """Return the grids of an indicator: those asked, or those its parameters declare.

    Raises:
        InputError: it has no such parameter, or none with a grid.
    """
    own = ", ".join(card.parameters) or "none: it depends on no threshold"
    grids = dict(parse_grid(text) for text in asked)
    if unknown := sorted(set(grids) - set(card.parameters)):
        raise InputError(
            file=card.table, column=unknown[0], expected=f"one of its parameters ({own})",
            found=unknown[0],
        )  # fmt: skip
    if not grids:
        grids = {
            name: found for name in card.parameters if (found := parameters.entries[name].grid)
        }
    if not grids:
        raise InputError(
            file=card.table,
            expected="a parameter with a grid",
            found=f"its parameters: {own}",
            hint="Give one with --param NAME=FROM:TO:STEP." if card.parameters else "",
        )
    return [axis(parameters, name, values) for name, values in grids.items()]


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
    """Compute the indicator once; returns the rows that hold the pairs of `where`, by key.

    The views it reads are computed again when they have parameters of their own.
    """
    if view_parameters(card.inputs):
        open_views(engine, card.inputs, parameters)
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
        origin = inherited_origin(engine, card)
        reference = computed(engine, card, parameters, where)
        for axis in axes:
            for value in axis.values:
                at = computed(engine, card, parameters.replaced(axis.parameter, value), where)
                shared = {
                    "indicator_id": card.table,
                    "parametre": axis.parameter,
                    "valeur_parametre": float(value),
                    "reference": value == axis.reference,
                    "origin": origin,
                }
                found += [{**shared, **row} for row in moved(card, at, reference)]
    if not found:
        said = " ".join(f"{name}={value}" for name, value in (where or {}).items())
        raise InputError(file=card.table, expected="pairs that keep a row", found=said or "no row")
    known = contract(TABLE)
    return conform(pa.Table.from_pylist(found, schema=arrow_schema(known)), known)
