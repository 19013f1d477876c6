"""Numbers, dates and codes as French and English readers expect them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipeline.contracts.model import Column, Constraints, Lang, Text
from pipeline.contracts.registry import vocabularies
from pipeline.publication.format import cell, code_label, day, number, unbreakable, with_unit

NARROW, NBSP, MINUS = "\u202f", "\u00a0", "\u2212"
SAID = Text(fr="Essai", en="Trial")


def column(type_name: str, unit: str = "none", vocabulary: str | None = None) -> Column:
    rules = Constraints(vocabulary=vocabulary)
    return Column(
        name="essai", type=type_name, unit=unit, label=SAID, description=SAID, source="essai",
        constraints=rules,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("value", "decimals", "french", "english"),
    [
        (0, None, "0", "0"),
        (999, None, "999", "999"),
        (1234567, None, f"1{NARROW}234{NARROW}567", "1,234,567"),
        (Decimal("1234.5"), None, f"1{NARROW}234,5", "1,234.5"),
        (Decimal("12.30"), None, "12,3", "12.3"),
        (12.345678, None, "12,3457", "12.3457"),
        (12, 1, "12,0", "12.0"),
        (0.26, 1, "0,3", "0.3"),
        (-1234.5, 1, f"{MINUS}1{NARROW}234,5", f"{MINUS}1,234.5"),
    ],
)
def test_a_number(value: float, decimals: int | None, french: str, english: str) -> None:
    assert number(value, decimals) == french
    assert number(value, decimals, "en") == english


@pytest.mark.parametrize(
    ("unit", "french", "english"),
    [
        ("%", f"12,5{NBSP}%", "12,5%"),
        ("habitants", f"12,5{NBSP}habitants", f"12,5{NBSP}habitants"),
        ("none", "12,5", "12,5"),
        ("sans", "12,5", "12,5"),
    ],
)
def test_a_unit_never_starts_a_line(unit: str, french: str, english: str) -> None:
    assert with_unit("12,5", unit) == french
    assert with_unit("12,5", unit, "en") == english


def test_a_date() -> None:
    assert day(date(2025, 12, 1)) == "1 décembre 2025"
    assert day(date(2025, 12, 1), "en") == "1 December 2025"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_code_shows_its_label(lang: Lang) -> None:
    (code, label), *_ = vocabularies()["departement"].items()
    assert code_label("departement", code, lang) == label[lang]
    assert cell(code, column("string", vocabulary="departement"), lang) == label[lang]
    assert code_label("departement", "999", lang) == "999"


@pytest.mark.parametrize(
    ("value", "described", "french", "english"),
    [
        (None, column("int32"), "–", "–"),
        (True, column("bool"), "oui", "yes"),
        (False, column("bool"), "non", "no"),
        (date(2024, 2, 29), column("date"), "29 février 2024", "29 February 2024"),
        (2025, column("int32", "année"), "2025", "2025"),
        (2025, column("int32", "habitants"), f"2{NARROW}025", "2,025"),
        (66.6667, column("float64", "%"), "66,7", "66.7"),
        (50.0, column("float64", "%"), "50,0", "50.0"),
        (Decimal("-3.50"), column("decimal(7,2)"), f"{MINUS}3,5", f"{MINUS}3.5"),
        ("49-loire", column("string"), "49-loire", "49-loire"),
    ],
)
def test_a_cell(value: object, described: Column, french: str, english: str) -> None:
    assert cell(value, described) == french
    assert cell(value, described, "en") == english


def test_french_punctuation_stays_on_its_line() -> None:
    said = "Combien ? « 12 % » : N = 3 ; oui !"
    assert unbreakable(said) == (
        f"Combien{NBSP}? «{NBSP}12{NBSP}%{NBSP}»{NBSP}: N{NBSP}={NBSP}3{NBSP}; oui{NBSP}!"
    )
