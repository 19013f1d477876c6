"""Counters of the national platform: unlimited, full, and what cannot be a capacity."""

from __future__ import annotations

import json

import pytest

from tests.feeds import COUNTER, Place, counters, only


@pytest.mark.parametrize(
    ("maximum", "referred", "bounded", "full"),
    [("4", "3", 4, False), ("4", "4", 4, True), ("-1", "0", None, False), ("-1", "5", None, True)],
)
def test_a_counter_is_full_as_the_platform_says(
    place: Place, maximum: str, referred: str, bounded: int | None, full: bool
) -> None:
    place.put(
        "sas_plateforme",
        "a.csv",
        counters({"max_patients": maximum, "orientation_count": referred}),
    )
    place.build()
    row = only(place.rows("capacites"))
    assert (row["capacite_nb"], row["complet"]) == (bounded, full)
    assert row["illimite"] is (bounded is None)
    assert row["orientations_nb"] == int(referred)


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"max_patients": "0"}, "max_patients"),
        ({"max_patients": "-2"}, "max_patients"),
        ({"max_patients": ""}, "max_patients"),
        ({"max_patients": "4.0"}, "max_patients"),
        ({"orientation_count": "5"}, "orientation_count"),
        ({"orientation_count": "-1"}, "orientation_count"),
        ({"type": "rdv"}, "type"),
        ({"end": "2025-03-03T08:40"}, "fin"),
    ],
)
def test_what_is_no_counter_is_set_aside(place: Place, change: dict[str, str], column: str) -> None:
    place.put("sas_plateforme", "a.csv", counters(change, {"id": "c2"}))
    build = place.build()
    assert [row["orientations_nb"] for row in place.rows("capacites")] == [3]
    assert ("capacites", 2, column) in place.faults()
    assert (build.account("capacites").set_aside, build.account("capacites").gap) == (1, 0)


def test_csv_and_json_lines_say_the_same(place: Place) -> None:
    place.put("sas_plateforme", "a.csv", counters({}))
    place.build()
    from_csv = only(place.rows("capacites"))
    place.drop("sas_plateforme/a.csv")
    numbers = {name: int(COUNTER[name]) for name in ("max_patients", "orientation_count")}
    place.put("sas_plateforme", "a.ndjson", json.dumps({**COUNTER, **numbers}) + "\n")
    place.build()
    from_json = only(place.rows("capacites"))
    assert from_json == {
        **from_csv,
        "source_file": "data/raw/sas_plateforme/a.ndjson",
        "source_line": 1,
    }


def test_a_counter_given_twice_alike_is_one(place: Place) -> None:
    place.put("sas_plateforme", "a.csv", counters({}, {}))
    account = place.build().account("capacites")
    assert (account.kept, account.merged, account.set_aside) == (1, 1, 0)


def test_a_counter_with_two_values_is_none(place: Place) -> None:
    place.put("sas_plateforme", "a.csv", counters({}, {"orientation_count": "4"}))
    place.put("sas_plateforme", "b.csv", counters({"id": "c2"}))
    build = place.build()
    assert [row["source_file"] for row in place.rows("capacites")] == [
        "data/raw/sas_plateforme/b.csv"
    ]
    assert {fault[1] for fault in place.faults()} == {2, 3}
    assert build.account("capacites").gap == 0
