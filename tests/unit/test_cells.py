"""Cells parse strictly: what a column expects, or a refusal that says what was expected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pipeline.sources.cells import CellError, cell_parser


@pytest.mark.parametrize(
    ("type_name", "text", "value"),
    [
        ("int32", "0", 0),
        ("int32", "-2147483648", -(2**31)),
        ("int64", "9223372036854775807", 2**63 - 1),
        ("decimal(7,2)", "12345.67", Decimal("12345.67")),
        ("decimal(7,2)", "-0.50", Decimal("-0.50")),
        ("decimal(7,2)", "00012", Decimal(12)),
        ("float64", "-1.25", -1.25),
        ("bool", "true", True),
        ("bool", "false", False),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("string", " 2A\u202f", " 2A\u202f"),
    ],
)
def test_a_good_cell_parses(type_name: str, text: str, value: object) -> None:
    found = cell_parser(type_name)(text)
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("type_name", "text", "expected"),
    [
        ("int32", "1 000", "digits only"),
        ("int32", "1\u202f000", "digits only"),
        ("int32", "+1", "digits only"),
        ("int32", "1.0", "digits only"),
        ("int32", "١٢", "digits only"),
        ("int32", "12\n", "digits only"),
        ("int32", "", "digits only"),
        ("int32", "2147483648", "32 bits"),
        ("int64", "-9223372036854775809", "64 bits"),
        ("int64", "8" * 5000, "64 bits"),
        ("decimal(7,2)", "12,5", "decimal point"),
        ("decimal(7,2)", "1e3", "decimal point"),
        ("decimal(7,2)", ".5", "decimal point"),
        ("decimal(7,2)", "nan", "decimal point"),
        ("decimal(7,2)", "1.234", "2 decimals"),
        ("decimal(7,2)", "123456", "5 digits"),
        ("float64", "inf", "decimal point"),
        ("float64", "9" * 400, "309 digits"),
        ("bool", "True", "true or false"),
        ("bool", "1", "true or false"),
        ("date", "29/02/2024", "2025-12-31"),
        ("date", "2023-02-29", "a day that exists"),
        ("date", "0000-01-01", "a day that exists"),
    ],
)
def test_a_bad_cell_says_what_was_expected(type_name: str, text: str, expected: str) -> None:
    with pytest.raises(CellError, match=expected):
        cell_parser(type_name)(text)
