"""Days, weeks and holidays computed in SQL are those of the calendar; the Gini that of its sum."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from dateutil.easter import easter
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.sql import BLOCKS, part
from pipeline.indicators.card import FRAGMENTS
from pipeline.store.engine import DuckDBEngine
from tests.creneaux import compute, slot, table

DAYS = st.dates(min_value=date(2010, 1, 1), max_value=date(2060, 12, 31))
# From the proleptic ordinal of Python to the Julian day.
JULIAN = 1721425


def fragment(name: str) -> str:
    return part(name, (FRAGMENTS, BLOCKS)).rstrip(",\n")


def numbered(days: list[date]) -> list[dict[str, object]]:
    with DuckDBEngine() as engine:
        engine.register_table("jours_locaux", pa.table({"jour_local": pa.array(days, pa.date32())}))
        sql = f"WITH evenements AS (SELECT * FROM jours_locaux), {fragment('jours')}"
        return engine.query(f"{sql} SELECT * FROM jours ORDER BY jour_local").to_pylist()


@settings(max_examples=40)
@given(st.lists(DAYS, min_size=1, max_size=40, unique=True))
def test_a_day_has_the_number_and_week_of_the_calendar(days: list[date]) -> None:
    for row, day in zip(numbered(days), sorted(days), strict=True):
        iso = day.isocalendar()
        assert row["jour_nb"] == day.toordinal() + JULIAN
        assert row["jour_semaine_nb"] == iso.weekday
        assert row["semaine_code"] == f"{iso.year}-S{iso.week:02d}"
        assert row["mois_nb"] == 12 * day.year + day.month
        monday = day.toordinal() - day.weekday() + JULIAN
        assert row["semaine_nb"] == monday // 7


def test_the_public_holidays_are_those_of_the_labour_code() -> None:
    with DuckDBEngine() as engine:
        sql = f"WITH {fragment('entiers')}, {fragment('jours_feries')}"
        found = engine.query(f"{sql} SELECT jour_nb FROM jours_feries ORDER BY jour_nb")
    held = {date.fromordinal(n - JULIAN) for n in found.column("jour_nb").to_pylist()}
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    for year in range(2010, 2061):
        sunday = easter(year).toordinal()
        moving = {date.fromordinal(sunday + shift) for shift in (1, 39, 50)}
        expected = moving | {date(year, *each) for each in fixed}
        assert {day for day in held if day.year == year} == expected


@settings(max_examples=30)
@given(st.lists(st.integers(min_value=1, max_value=28), min_size=10, max_size=16))
def test_the_gini_is_half_the_relative_mean_difference(counts: list[int]) -> None:
    rows = [
        slot(f"2025-03-{rank + 1:02d}T09:00", doctor=f"d{n}")
        for n, count in enumerate(counts)
        for rank in range(count)
    ]
    found = compute("concentration_effort", {"creneaux": table("creneaux", rows)})
    gini = found[0]["gini_pct"] / 100
    gaps = sum(abs(a - b) for a in counts for b in counts)
    expected = gaps / (2 * len(counts) * sum(counts))
    assert gini == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert -1e-12 <= gini <= 1 - 1 / len(counts)


STATUSES = ("reserve", "honore", "absent", "annule", "rendu", "non_pris", "libre")


@settings(max_examples=15)
@given(st.lists(st.sampled_from(STATUSES), min_size=1, max_size=40))
def test_a_rate_is_a_share_of_every_slot_or_refused(statuses: list[str]) -> None:
    rows = [
        slot(f"2025-03-{1 + rank // 10:02d}T{8 + rank % 10:02d}:00", status)
        for rank, status in enumerate(statuses)
    ]
    for row in compute("remplissage_rendez_vous", {"creneaux": table("creneaux", rows)}):
        assert (row["taux_pct"] is None) == (row["statut_calcul"] == "refuse")
        assert (row["motif_refus"] is None) == (row["statut_calcul"] == "calcule")
        if row["libres_nb"]:
            assert row["taux_pct"] is None
        elif row["taux_pct"] is not None:
            assert row["taux_pct"] == 100 * row["pourvus_nb"] / row["offerts_nb"]
