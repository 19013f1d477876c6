"""Read one cell as French administrations write it, or refuse it.

A cell is a text, or a typed value of a workbook. A text is first rewritten in the plain notation of
`cells`, then parsed as strictly as any other: widths and scales are those of the contract.

Numbers. Thousands are grouped by one same space (U+0020, U+00A0, U+202F, U+2009) or apostrophe, or
by points or commas when nothing else can be meant. The decimal mark is a comma or a point. So:

- `1,234` is one and 234 thousandths: a lone comma is always the French decimal mark. `1,650` keeps
  its three decimals, so that no column of two takes an English 1650 for 1.65;
- `1.234.567` and `1,234,567` are grouped, for a number has one decimal mark;
- `1.234,5` and `1,234.5` are 1234.5: the last mark is the decimal one;
- `1.234` is refused: it may be 1234 or 1.234. `0.234`, `1234.567` and `1.23` are not ambiguous.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Context, Decimal
from functools import cache, lru_cache, partial

from pipeline.contracts.model import Column
from pipeline.contracts.registry import vocabularies
from pipeline.errors import ContractError
from pipeline.sources.cells import CellError, cell_parser

Raw = object
Parser = Callable[[Raw], object]

SPACES = " \u00a0\u202f\u2009"
BLANK = re.compile(r"\s+")
# What an export writes where nothing is known, without its dots and case. None of them is zero.
MISSING = {"", "-", "\u2212", "–", "—", "nc", "nd", "ns", "nr", "na", "n/a"}
PLAIN = re.compile(r"([0-9]+)(?:[.,]([0-9]+))?")
GROUPED = re.compile(
    rf"([1-9][0-9]{{0,2}}([{SPACES}'’.,])[0-9]{{3}}(?:\2[0-9]{{3}})*)(?:([.,])([0-9]+))?"
)
AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
LONE_COMMA = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
SIGNS = "-\u2212"
# What a cell may write after a number in a column of each unit, longest first, and its factor.
UNITS = {"€": (("k€", 1000), ("€", 1)), "%": (("%", 1),)}
WORKBOOK_DIGITS = 15
# No column holds as many digits; up to there the arithmetic below is exact.
LONGEST_NUMBER = 40
EXACT = Context(prec=2 * LONGEST_NUMBER)
TRUE = {"oui", "o", "x", "vrai", "true", "1"}
FALSE = {"non", "n", "faux", "false", "0"}
DAY_FIRST = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})(?: 00:00(?::00)?)?")
ISO_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]00:00(?::00)?)?")
SERIAL = re.compile(r"[1-9][0-9]{4}")
# Day zero of spreadsheets, which count a 29 February 1900 that never was.
SERIAL_ZERO = date(1899, 12, 30)


# A long export repeats the same few hundred names on every row.
@lru_cache(maxsize=4096)
def folded(text: str) -> str:
    """Return a text without case, accents, repeated spaces or kinds of apostrophe, to compare."""
    plain = text.replace("’", "'").replace("œ", "oe").replace("Œ", "OE")
    letters = unicodedata.normalize("NFKD", plain)
    bare = "".join(c for c in letters if not unicodedata.combining(c))
    return BLANK.sub(" ", bare).strip().casefold()


def is_missing(raw: Raw) -> bool:
    """Does a cell say that its value is not known?"""
    if not isinstance(raw, str):
        return raw is None
    text = raw.strip()
    return text in MISSING or (len(text) <= 6 and text.replace(".", "").casefold() in MISSING)


def without_unit(text: str, unit: str) -> tuple[str, int | None]:
    """Return a number without the unit written after it, and the factor that unit stands for."""
    if text[-1:].isdigit():
        return text, None
    for suffix, factor in UNITS.get(unit, ()):
        if text.casefold().endswith(suffix):
            return text[: -len(suffix)].strip(), factor
    return text, None


def without_sign(text: str) -> tuple[str, bool]:
    """Return a number without its sign, and whether it is negative; one sign at most."""
    if text.startswith("(") and text.endswith(")"):
        return text[1:-1].strip(), True
    if text[:1] in SIGNS:
        return text[1:].strip(), True
    if text[-1:] in SIGNS:
        return text[:-1].strip(), True
    return text.removeprefix("+").strip(), False


def unsigned(text: str) -> str:
    """Return digits and marks in plain notation: no group, a decimal point."""
    if len(text) > LONGEST_NUMBER:
        raise CellError(f"a number of at most {LONGEST_NUMBER} signs")
    if AMBIGUOUS.fullmatch(text):
        raise CellError("a number that reads in one way: 1234 or 1,234")
    if found := PLAIN.fullmatch(text):
        return found[1] + (f".{found[2]}" if found[2] else "")
    found = GROUPED.fullmatch(text)
    if found is None or found[2] == found[3]:
        raise CellError("a number, such as 1 234,5")
    whole = found[1].replace(found[2], "")
    return whole + (f".{found[4]}" if found[4] else "")


def typed_number(raw: Raw, unit: str) -> str:
    """Return a number of a workbook in plain notation, at the digits a spreadsheet keeps."""
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise CellError("a number")
    if unit == "%" and 0 < abs(raw) <= 1:
        # A cell formatted as a percentage holds 0.125 for 12.5 %.
        raise CellError("a percentage above 1, or a text such as 0,5 %")
    return format(Decimal(f"{raw:.{WORKBOOK_DIGITS}g}"), "f")


def plain_number(raw: Raw, unit: str = "none", factor: int = 1) -> str:
    """Return a number in plain notation: digits, a minus sign, a decimal point.

    Args:
        raw: the cell.
        unit: unit of the column, which the cell may repeat.
        factor: what the header says to multiply by (1000 for thousands of euros, -1 for expenses
            written as negative numbers).
    """
    negative, told, as_written = False, None, False
    if isinstance(raw, str):
        text, told = without_unit(raw.strip(), unit)
        text, negative = without_sign(text)
        if told is None:
            text, told = without_unit(text, unit)
        number = unsigned(text)
        as_written = abs(factor) == 1 and told != 1000 and bool(LONE_COMMA.fullmatch(text))
    else:
        number = typed_number(raw, unit)
    if told is not None and abs(factor) not in (1, told):
        raise CellError("a number in the unit of its header")
    value = EXACT.multiply(Decimal(number), told or abs(factor))
    shown = format(value.copy_negate() if negative is not (factor < 0) and value else value, "f")
    return shown.rstrip("0").rstrip(".") if "." in shown and not as_written else shown


def parse_bool(raw: Raw) -> bool:
    """Parse oui or non, in the ways exports write them."""
    text = plain_text(raw).casefold()
    if text not in TRUE | FALSE:
        raise CellError("oui or non")
    return text in TRUE


def parse_day(raw: Raw) -> date:
    """Parse a day: dd/mm/yyyy, ISO, or the five digits of a spreadsheet date."""
    if isinstance(raw, datetime):
        if (raw.hour, raw.minute, raw.second, raw.microsecond) != (0, 0, 0, 0):
            raise CellError("a day without a time")
        return raw.date()
    if isinstance(raw, date):
        return raw
    text = plain_text(raw)
    if SERIAL.fullmatch(text):
        return SERIAL_ZERO + timedelta(days=int(text))
    found = DAY_FIRST.fullmatch(text)
    iso = f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text
    if not (match := ISO_TIME.fullmatch(iso)):
        raise CellError("a date such as 31/12/2025")
    try:
        return date.fromisoformat(match[1])
    except ValueError:
        raise CellError("a day that exists") from None


def plain_text(raw: Raw) -> str:
    """Return a cell as a text; a whole number of a workbook has no decimals."""
    if isinstance(raw, bool):
        return "oui" if raw else "non"
    if isinstance(raw, int | float):
        return typed_number(raw, "none")
    if isinstance(raw, str):
        return raw.strip()
    raise CellError("a text")


@cache
def codes_by_name(vocabulary: str) -> dict[str, str]:
    """Return the codes of a closed list by code and by French label, folded.

    A code of digits is also found without its leading zeros, which spreadsheets drop.
    """
    found: dict[str, str] = {}
    listed = vocabularies()[vocabulary]
    names = [(code, code) for code in listed]
    names += [(label.fr, code) for code, label in listed.items()]
    names += [(code.lstrip("0"), code) for code in listed if code.isdigit()]
    for name, code in names:
        if found.setdefault(folded(name), code) != code:
            raise ContractError(f"list {vocabulary}: {name!r} names two codes")
    return found


def parse_code(raw: Raw, vocabulary: str) -> str:
    """Return the code that a cell names by itself or by its label."""
    code = codes_by_name(vocabulary).get(folded(plain_text(raw)))
    if code is None:
        raise CellError(f"a code or a label of the list {vocabulary}")
    return code


def parse_form(raw: Raw, pattern: str) -> str:
    """Return a text of a given form."""
    text = plain_text(raw)
    if not re.fullmatch(pattern.removesuffix("$"), text):
        zero = "; a spreadsheet may have dropped its first zero" if text.isdigit() else ""
        raise CellError(f"a text like {pattern}{zero}")
    return text


def parse_number(raw: Raw, strict: Callable[[str], object], unit: str, factor: int) -> object:
    """Parse a French number as the type of its column allows."""
    return strict(plain_number(raw, unit, factor))


def french_parser(column: Column, factor: int = 1) -> Parser:
    """Return the parser of the cells of a column; it raises CellError.

    Args:
        column: the column of a contract.
        factor: what its header says to multiply by.
    """
    rules = column.constraints
    if rules.vocabulary:
        return partial(parse_code, vocabulary=rules.vocabulary)
    if column.type == "bool":
        return parse_bool
    if column.type == "date":
        return parse_day
    if column.type == "string":
        return partial(parse_form, pattern=rules.pattern) if rules.pattern else plain_text
    return partial(parse_number, strict=cell_parser(column.type), unit=column.unit, factor=factor)
