"""Slots counted in steps are those counted one by one, whatever territories and days they share."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.creneaux import compute, number, slot, table, utc

Row = dict[str, Any]
# Two weeks around the end of a month and of a year; a CPTS that works in two departments.
DAYS = [date(2024, 12, 26) + timedelta(days=n) for n in range(14)]
PLACES = [
    ("44", "44-erdre-et-cens"),
    ("85", "44-erdre-et-cens"),
    ("44", "44-ancenis"),
    ("44", None),
    ("49", "49-saumur"),
]
TAKEN = ("reserve", "honore", "absent")
STATUSES = ("reserve", "honore", "absent", "rendu", "non_pris")
NAMES = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


@st.composite
def feeds(draw: st.DrawFn) -> list[Row]:
    rows = []
    for rank in range(draw(st.integers(1, 25))):
        department, cpts = draw(st.sampled_from(PLACES))
        day, hour = draw(st.sampled_from(DAYS)), draw(st.integers(8, 10))
        row = slot(
            f"{day.isoformat()}T{hour:02d}:00",
            draw(st.sampled_from(STATUSES)),
            doctor=draw(st.sampled_from("abc")),
            departement_code=department,
            cpts_id=cpts,
            canal_code=draw(st.sampled_from(["secretariat", None])),
        )
        if row["statut_code"] in TAKEN:
            before = draw(st.one_of(st.none(), st.integers(0, 400)))
            taken = None if before is None else utc(row["debut_utc"] - timedelta(minutes=before))
            row |= {"pris_utc": taken}
        rows.append(row | {"creneau_id": number("rang", rank)})
    return rows


def places_of(row: Row) -> list[tuple[str, str]]:
    cpts = row["cpts_id"] or f"hors_cpts_{row['departement_code']}"
    return [("ensemble",) * 2, ("departement", row["departement_code"]), ("cpts", cpts)]


def breakdowns_of(row: Row) -> list[tuple[str, str]]:
    year, week, weekday = row["jour_local"].isocalendar()
    return [
        ("ensemble", "ensemble"),
        ("semaine", f"{year}-S{week:02d}"),
        ("jour", NAMES[weekday - 1]),
        ("heure", f"{row['heure_locale']:02d}h"),
        ("profession", row["profession_code"]),
        ("canal", row["canal_code"] or "sans_canal"),
        ("outil", row["outil_code"] or "sans_outil"),
    ]


def one_by_one(rows: list[Row]) -> dict[tuple[str, ...], list[Row]]:
    found: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows:
        for place in places_of(row):
            for breakdown in breakdowns_of(row):
                found[place + breakdown].append(row)
    return found


def key_of(row: Row) -> tuple[str, ...]:
    keys = ("niveau_code", "territoire_code", "dimension_code", "modalite_code")
    return tuple(row[name] for name in keys)


@settings(max_examples=25)
@given(feeds())
def test_supply_is_what_counting_one_by_one_gives(rows: list[Row]) -> None:
    expected = one_by_one(rows)
    found = {
        key_of(row): row for row in compute("offre_creneaux", {"creneaux": table("creneaux", rows)})
    }
    assert found.keys() == expected.keys()
    for key, slots in expected.items():
        days = {row["jour_local"] for row in slots}
        weeks = [day.isocalendar()[:2] for day in (row["jour_local"] for row in slots)]
        told = found[key]
        assert told["creneaux_nb"] == len(slots)
        assert told["effecteurs_nb"] == len({row["effecteur_id"] for row in slots})
        assert told["jours_nb"] == len(days)
        assert told["semaines_nb"] == len(set(weeks))
        assert told["mois_nb"] == len({(day.year, day.month) for day in days})
        counts = [weeks.count(week) for week in set(weeks)]
        assert (told["semaine_min_nb"], told["semaine_max_nb"]) == (min(counts), max(counts))
        assert (told["premier_jour"], told["dernier_jour"]) == (min(days), max(days))


@settings(max_examples=25)
@given(feeds())
def test_rates_and_no_shows_are_what_counting_one_by_one_gives(rows: list[Row]) -> None:
    expected, tables = one_by_one(rows), {"creneaux": table("creneaux", rows)}
    rates = {key_of(row): row for row in compute("remplissage_rendez_vous", tables)}
    absences = {key_of(row): row for row in compute("absences_creneaux", tables)}
    for key, slots in expected.items():
        taken = [r for r in slots if r["statut_code"] in TAKEN]
        filled = [r for r in taken if r["statut_code"] != "absent"]
        assert rates[key]["pourvus_nb"] == len(filled)
        assert rates[key]["effecteurs_nb"] == len({r["effecteur_id"] for r in slots})
        assert (key in absences) == bool(taken)
        if taken:
            assert absences[key]["pris_nb"] == len(taken)
            assert absences[key]["effecteurs_nb"] == len({r["effecteur_id"] for r in taken})


@pytest.mark.parametrize("indicator", ["offre_creneaux", "delais_creneaux"])
@settings(max_examples=8)
@given(feeds())
def test_slots_counted_by_lots_are_those_counted_at_once(indicator: str, rows: list[Row]) -> None:
    # Lots as small as they can be: a CPTS of two departments still holds them together.
    tables = {"creneaux": table("creneaux", rows)}
    assert compute(indicator, tables, lot_rows=1) == compute(indicator, tables)


@settings(max_examples=25)
@given(st.lists(st.one_of(st.none(), st.integers(0, 400)), min_size=1, max_size=30))
def test_lead_times_have_the_quantiles_of_their_list(minutes: list[int | None]) -> None:
    rows = []
    for rank, before in enumerate(minutes):
        row = slot(f"2025-03-03T{8 + rank % 10:02d}:00", doctor=f"d{rank}")
        start: datetime = row["debut_utc"]
        taken = None if before is None else utc(start - timedelta(minutes=before))
        rows.append(row | {"pris_utc": taken, "mis_en_ligne_utc": None})
    found = compute("delais_creneaux", {"creneaux": table("creneaux", rows)})
    (whole,) = [r for r in found if key_of(r) == ("ensemble",) * 4]
    known = [before / 60 for before in minutes if before is not None]
    assert (whole["pris_nb"], whole["prise_debut_n_nb"]) == (len(minutes), len(known))
    for name, share in (("q1", 25), ("mediane", 50), ("q3", 75)):
        told = whole[f"prise_debut_{name}_h"]
        if known:
            assert told == pytest.approx(np.percentile(known, share), rel=1e-12, abs=1e-12)
        else:
            assert told is None
