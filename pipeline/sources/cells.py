"""Strict parsing of one canonical cell. Nothing is coerced: a cell parses or is refused."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

from pipeline.contracts.schema import decimal_scale

INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
INTEGER_BITS = {"int32": 32, "int64": 64}
# Digits and sign of the widest integer; beyond some thousands of digits `int` itself gives up.
LONGEST_INTEGER = 20


class CellError(ValueError):
    """The cell is not what its column expects; the message says what was expected."""


def parse_integer(text: str, bits: int) -> int:
    """Parse digits with an optional sign, within the width of the column."""
    if not INTEGER.fullmatch(text):
        raise CellError("an integer: digits only, no space, no decimal")
    value = int(text) if len(text) <= LONGEST_INTEGER else 2**bits
    if not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        raise CellError(f"an integer of {bits} bits")
    return value


def parse_decimal(text: str, precision: int, scale: int) -> Decimal:
    """Parse a decimal with a point, refusing more digits than the column holds."""
    if not NUMBER.fullmatch(text):
        raise CellError("a number with a decimal point, such as 1234.5")
    value = Decimal(text)
    whole, _, fraction = text.lstrip("-").partition(".")
    if len(fraction) > scale or len(whole.lstrip("0")) > precision - scale:
        raise CellError(f"at most {precision - scale} digits and {scale} decimals")
    return value


def parse_float(text: str) -> float:
    """Parse a plain number."""
    if not NUMBER.fullmatch(text):
        raise CellError("a number with a decimal point, such as 1234.5")
    value = float(text)
    if math.isinf(value):
        raise CellError("a number of fewer than 309 digits")
    return value


def parse_bool(text: str) -> bool:
    """Parse `true` or `false`."""
    if text not in ("true", "false"):
        raise CellError("true or false")
    return text == "true"


def parse_date(text: str) -> date:
    """Parse an ISO date that exists in the calendar."""
    if not ISO_DATE.fullmatch(text):
        raise CellError("a date such as 2025-12-31")
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CellError("a day that exists") from None


def cell_parser(type_name: str) -> Callable[[str], object]:
    """Return the parser of a contract type; parsers raise CellError."""
    scale = decimal_scale(type_name)
    if scale:
        return partial(parse_decimal, precision=scale[0], scale=scale[1])
    if type_name in INTEGER_BITS:
        return partial(parse_integer, bits=INTEGER_BITS[type_name])
    simple: dict[str, Callable[[str], object]] = {
        "float64": parse_float,
        "bool": parse_bool,
        "date": parse_date,
        "string": str,
    }
    return simple[type_name]
