"""Numbers, dates and units as French or English readers expect them. Nothing else formats."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale
from babel.dates import format_date
from babel.numbers import format_decimal

from pipeline.contracts.model import Column, Lang
from pipeline.contracts.registry import vocabularies

NBSP = "\u00a0"
EMPTY = "–"
MAX_DECIMALS = 4


@cache
def locale(lang: Lang) -> Locale:
    """Return the Babel locale of a language."""
    return Locale.parse("fr_FR" if lang == "fr" else "en_GB")


@cache
def number(value: float | int | Decimal, decimals: int | None = None, lang: Lang = "fr") -> str:
    """Format a number: U+202F between thousands and a decimal comma in French.

    Args:
        value: the number.
        decimals: decimals shown; as many as the value holds, four at most, when None.
        lang: language of the reader.
    """
    exact = Decimal(str(value))
    if not exact.is_finite():
        return EMPTY
    kept = MAX_DECIMALS if decimals is None else decimals
    # Halves away from zero, as readers round; a value that rounds to zero has no sign.
    exact = exact.quantize(Decimal(1).scaleb(-kept), rounding=ROUND_HALF_UP)
    exact = abs(exact) if exact.is_zero() else exact
    pattern = "#,##0." + ("#" * MAX_DECIMALS if decimals is None else "0" * decimals)
    text = format_decimal(exact, format=pattern, locale=locale(lang))
    return text.replace("-", "\u2212")


def with_unit(text: str, unit: str, lang: Lang = "fr") -> str:
    """Attach a unit to a formatted number: no-break space before it in French."""
    if unit in ("none", "sans", "") or text == EMPTY:
        return text
    if unit == "%":
        return f"{text}{NBSP}%" if lang == "fr" else f"{text}%"
    return f"{text}{NBSP}{unit}"


def day(value: dt.date, lang: Lang = "fr") -> str:
    """Format a date in full."""
    return format_date(value, format="long", locale=locale(lang))


def code_label(vocabulary: str, code: str, lang: Lang = "fr") -> str:
    """Return the label of a code; the code itself when the list does not know it."""
    label = vocabularies()[vocabulary].get(code)
    return label[lang] if label else code


def decimals_of(column: Column) -> int | None:
    """Return the decimals to show for a column: one for shares and ratios, none for counts."""
    if column.type.startswith("int"):
        return 0
    if column.type == "float64":
        return 1
    return None


def cell(value: object, column: Column, lang: Lang = "fr") -> str:
    """Format one cell for a reader, from its column's type and closed list."""
    if value is None:
        return EMPTY
    if isinstance(value, bool):
        words = {"fr": ("non", "oui"), "en": ("no", "yes")}
        return words[lang][value]
    if isinstance(value, dt.date):
        return day(value, lang)
    if column.unit == "année":
        return str(value)
    if isinstance(value, int | float | Decimal):
        return number(value, decimals_of(column), lang)
    vocabulary = column.constraints.vocabulary
    return code_label(vocabulary, str(value), lang) if vocabulary else str(value)


def unbreakable(value: str) -> str:
    """Keep French double punctuation and `N = 12` on one line, with no-break spaces."""
    for mark in (";", ":", "?", "!", "»", "%"):
        value = value.replace(f" {mark}", f"{NBSP}{mark}")
    return value.replace("« ", f"«{NBSP}").replace(" = ", f"{NBSP}={NBSP}")


def locator(value: str | None, lang: Lang = "fr") -> str:
    """Format compact locators (`doc:3, 5 ; other:2`) for a reader: document, then its lines."""
    if not value:
        return EMPTY
    places = (place.partition(":") for place in value.split(" ; "))
    named = ((code_label("document", document, lang), lines) for document, _, lines in places)
    return " ; ".join(f"{document}, l.{NBSP}{lines}" for document, lines in named)
