"""Read the cells of published grids: why one misses, binary tails, equal cells once."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from functools import cache
from math import isfinite

from pipeline.contracts.model import Column
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import decimal_scale
from pipeline.sources.cells import INTEGER_BITS, NUMBER, CellError, cell_parser
from pipeline.sources.french import (
    EXACT,
    WORKBOOK_DIGITS,
    Raw,
    french_parser,
    is_missing,
    plain_number,
    typed_number,
)
from pipeline.sources.grids import ERROR_TEXT

# What a spreadsheet leaves on a whole number: 520.000000004.
NOISE = Decimal("0.000001")
REASON = "motif_vide_code"
MISSING_CODES = {"nc": "nc", "ns": "ns", "nd": "nd"}


def why_missing(raw: Raw) -> str | None:
    """Return the code of why a cell holds no value; None when it holds one."""
    if isinstance(raw, str) and ERROR_TEXT.fullmatch(raw.strip()):
        return "erreur"
    if not is_missing(raw):
        return None
    text = raw.strip().replace(".", "").casefold() if isinstance(raw, str) else ""
    return MISSING_CODES.get(text, "absent")


def plain_text_of(raw: Raw, dotted: bool) -> str:
    """Return a number in plain notation; CellError when it is none."""
    if not isinstance(raw, str):
        if isinstance(raw, float) and not isfinite(raw):
            raise CellError("a number")
        return typed_number(raw, "none")
    if not dotted:
        return plain_number(raw)
    text = raw.strip()
    if not NUMBER.fullmatch(text):
        raise CellError("a number with a decimal point, such as 1234.5")
    return text


def number_parser(column: Column, dotted: bool) -> Callable[[Raw], object]:
    """Return what reads the numbers of a column, binary tails rounded to what the column holds.

    Args:
        column: that of the contract.
        dotted: does the file write decimals with a point?
    """
    scale, strict = decimal_scale(column.type), cell_parser(column.type)
    digits, decimals = scale or (0, 0)
    unit = Decimal(1).scaleb(-decimals)

    def rounded(text: str) -> Decimal:
        try:
            return EXACT.quantize(Decimal(text), unit)
        except InvalidOperation:
            raise CellError(f"at most {digits - decimals} digits") from None

    def read_decimal(raw: Raw) -> object:
        if isinstance(raw, float) and isfinite(raw):
            # A number of a workbook that fits needs no look at its text.
            exact = rounded(f"{raw:.{WORKBOOK_DIGITS}g}")
            if exact.adjusted() < digits - decimals:
                return exact
        exact = rounded(plain_text_of(raw, dotted))
        return strict(format(exact.normalize(), "f"))

    def read_whole(raw: Raw) -> object:
        text = plain_text_of(raw, dotted)
        if isinstance(raw, float) and abs(raw) < 10**WORKBOOK_DIGITS:
            whole = Decimal(text).quantize(unit, ROUND_HALF_EVEN)
            text = format(whole, "f") if abs(Decimal(text) - whole) <= NOISE else text
        return strict(text)

    return read_decimal if scale else read_whole


def read_number(raw: Raw, column: Column, dotted: bool) -> object:
    """Read one number of a column; CellError when it is none."""
    return number_parser(column, dotted)(raw)


@cache
def parser_of(table: str, name: str, dotted: bool) -> Callable[[Raw], object]:
    """Return what reads the cells of a column of a contract."""
    column = contract(table).column(name)
    if decimal_scale(column.type) or column.type in INTEGER_BITS:
        return number_parser(column, dotted)
    return french_parser(column)


# How many texts of a column are remembered: published grids repeat theirs, but for measures.
REMEMBERED = 200_000
Outcome = tuple[object, str]


class CellReader:
    """Reads the cells of one column of a table, equal cells once.

    Args:
        table: the contract.
        column: its column.
        dotted: does the file write decimals with a point?
    """

    def __init__(self, table: str, column: Column, dotted: bool) -> None:
        self.name = column.name
        self._required = column.constraints.required
        # `nd` says nothing in a cell of the file, but is a reason of the list.
        self._reason = column.name == REASON
        self._parse = parser_of(table, column.name, dotted)
        self._known: dict[object, Outcome] = {}
        self.missing: Outcome = (None, "a value" if self._required else "")

    def read(self, raw: Raw) -> Outcome:
        """Return the value of a cell, and what was expected when it does not read."""
        if raw is None:
            return self.missing
        # 1, 1.0 and True are equal, and are not the same cell.
        key = raw if raw.__class__ is str else (raw.__class__, raw)
        found = self._known.get(key)
        if found is None:
            found = self._judged(raw)
            if len(self._known) < REMEMBERED:
                self._known[key] = found
        return found

    def _judged(self, raw: Raw) -> Outcome:
        """Parse a cell, or say why it does not read."""
        if isinstance(raw, str) and not self._reason and why_missing(raw) is not None:
            return self.missing
        try:
            return self._parse(raw), ""
        except CellError as error:
            return None, str(error)
