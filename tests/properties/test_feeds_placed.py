"""Instants and slots of any feed: Paris time as the standard library has it, rows in any order."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import duckdb
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sources.fields import MACROS, instant_value, local_value

PARIS = ZoneInfo("Europe/Paris")
YEARS = (dt.datetime(2010, 1, 1), dt.datetime(2040, 12, 31))
ENGINE = duckdb.connect()
ENGINE.execute("SET TimeZone = 'UTC'")
for macro in MACROS:
    ENGINE.execute(macro)


def read(sql: str, text: str) -> dt.datetime | None:
    row = ENGINE.execute(f"SELECT {sql} FROM (SELECT ?::VARCHAR AS x)", [text]).fetchone()
    assert row
    found = row[0]
    return None if found is None else found.astimezone(dt.UTC)


def instants_of(naive: dt.datetime) -> set[dt.datetime]:
    """Every instant Paris clocks show as this time: none, one or two."""
    found = set()
    for fold in (0, 1):
        instant = naive.replace(tzinfo=PARIS, fold=fold).astimezone(dt.UTC)
        if instant.astimezone(PARIS).replace(tzinfo=None) == naive:
            found.add(instant)
    return found


changes = st.sampled_from([
    dt.datetime(year, month, day, 2, 0)
    for year, month, day in [(2024, 3, 31), (2024, 10, 27), (2025, 3, 30), (2025, 10, 26)]
])  # fmt: skip
near_a_change = st.builds(
    lambda change, minutes: change + dt.timedelta(minutes=minutes), changes, st.integers(-180, 180)
)
any_minute = st.datetimes(*YEARS).map(lambda t: t.replace(second=0, microsecond=0))


@given(any_minute | near_a_change, st.sampled_from(["%Y-%m-%dT%H:%M", "%d/%m/%Y %H:%M"]))
def test_paris_time_is_an_instant_when_there_is_just_one(naive: dt.datetime, form: str) -> None:
    possible = instants_of(naive)
    expected = possible.pop() if len(possible) == 1 else None
    assert read(local_value("x"), naive.strftime(form)) == expected


@given(any_minute | near_a_change, st.integers(-14 * 4, 14 * 4))
def test_an_offset_settles_every_doubt(naive: dt.datetime, quarters: int) -> None:
    zone = dt.timezone(dt.timedelta(minutes=15 * quarters))
    instant = naive.replace(tzinfo=zone)
    assert read(instant_value("x"), instant.isoformat()) == instant.astimezone(dt.UTC)
    assert read(local_value("x"), instant.isoformat()) == instant.astimezone(dt.UTC)


@given(st.text(max_size=20))
def test_a_text_without_offset_is_never_an_instant(text: str) -> None:
    clean = text.replace("\0", "").encode("utf-8", "ignore").decode()
    if not clean.rstrip().endswith("Z") and "+" not in clean and "-" not in clean:
        assert read(instant_value("x"), clean) is None
