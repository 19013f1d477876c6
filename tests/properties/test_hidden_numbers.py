"""What the quarantine shows of a cell: never a number long enough to be a person's."""

from __future__ import annotations

import re

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.fields import HIDDEN, Field, shown

CELL = Field("c", "texte", "NULL", "rien")
TEXTS = st.text(st.sampled_from("0123456789 .-:/TZéa'"), max_size=60)
SEPARATED = st.tuples(
    st.lists(st.sampled_from("0123456789"), min_size=10, max_size=30),
    st.sampled_from(["", " ", "."]),
)


def in_sql(text: str) -> str:
    """What the engine shows of a text."""
    with duckdb.connect() as connection:
        rows = connection.execute(f"SELECT {CELL.shown} FROM (SELECT ? AS texte)", [text])
        ((found,),) = rows.fetchall()
    return str(found)


@settings(max_examples=60, deadline=None)
@given(TEXTS)
def test_both_languages_show_the_same(text: str) -> None:
    assert in_sql(text) == shown(text)


@given(SEPARATED, TEXTS, TEXTS)
def test_no_ten_digits_in_a_row_are_left(
    number: tuple[list[str], str], before: str, after: str
) -> None:
    digits, between = number
    told = shown(f"{before}{between.join(digits)}{after}"[:200])
    assert HIDDEN in told
    assert not re.search(r"[0-9]([ .]?[0-9]){9}", told)


def test_dates_and_codes_are_shown() -> None:
    for text in (
        "2025-03-31 08:40:00.000000+01:00", "2025-03-31T08:40:00Z", "31/03/2025 08:40", "440000123",
        "44-finess-440000123", "-1", "1 234,50",
    ):  # fmt: skip
        assert shown(text) == text
