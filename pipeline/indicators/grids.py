"""The values a parameter takes, one after the other: numbers by step or listed, texts of a list."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from pipeline.errors import InputError
from pipeline.indicators.card import Card
from pipeline.parameters import Parameter, Parameters, Value

# More points than a table anyone reads: a step with one nought too many.
POINTS = 101
FORMS = "NAME=FROM:TO:STEP or NAME=V1,V2"


@dataclass(frozen=True)
class Axis:
    """One parameter and the values it takes, its present one among them, in order."""

    parameter: str
    values: tuple[Value, ...]
    reference: Value


def split_grid(asked: str) -> tuple[str, str]:
    """Return name and values of `NAME=VALUES`; InputError when it is not of that form."""
    name, _, text = asked.partition("=")
    if not text or len(text.split(":")) not in (1, 3):
        raise InputError(file="--param", expected=FORMS, found=repr(asked))
    return name, text


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


def parse_numbers(name: str, text: str) -> tuple[Value, ...]:
    """Read `FROM:TO:STEP` or `V1,V2` as numbers; InputError when they are none."""
    bounds = text.split(":")
    if len(bounds) == 3:
        low, high, step = (number_of(bound, name) for bound in bounds)
        values = stepped(name, low, high, step)
    else:
        values = [number_of(value, name) for value in text.split(",")]
    return tuple(plain_value(value) for value in values)


def parse_values(name: str, text: str, moving: Parameter) -> tuple[Value, ...]:
    """Read the values asked of a parameter.

    Raises:
        InputError: they are not of its kind, or it may not take them.
    """
    values: tuple[Value, ...]
    if moving.is_text:
        values = tuple(value.strip() for value in text.split(","))
    else:
        values = parse_numbers(name, text)
    if wrong := [value for value in values if not moving.accepts(value)]:
        raise InputError(
            file="--param", column=name, expected=moving.wanted(), found=repr(wrong[0])
        )
    return values


def axis(parameters: Parameters, name: str, values: tuple[Value, ...]) -> Axis:
    """Return a parameter with the values asked and its present one, in order."""
    moving = parameters.entries[name]
    every = {*values, moving.value}
    if moving.is_text:
        ordered: list[Value] = [choice for choice in moving.choices if choice in every]
    else:
        ordered = sorted(every, key=float)
    return Axis(name, tuple(ordered), moving.value)


def axes_of(card: Card, parameters: Parameters, asked: tuple[str, ...]) -> list[Axis]:
    """Return the grids of an indicator: those asked, or those its parameters declare.

    Raises:
        InputError: it has no such parameter, or none with a grid.
    """
    known = card.moved_by
    own = ", ".join(known) or "none: it depends on no threshold"
    texts = dict(split_grid(text) for text in asked)
    if unknown := sorted(set(texts) - set(known)):
        raise InputError(
            file=card.table, column=unknown[0], expected=f"one of its parameters ({own})",
            found=unknown[0],
        )  # fmt: skip
    entries = parameters.entries
    grids = {name: parse_values(name, text, entries[name]) for name, text in texts.items()}
    if not grids:
        grids = {name: found for name in known if (found := entries[name].tried)}
    if not grids:
        raise InputError(
            file=card.table,
            expected="a parameter with a grid",
            found=f"its parameters: {own}",
            hint=f"Give one with --param {FORMS}." if known else "",
        )
    return [axis(parameters, name, values) for name, values in grids.items()]
