"""Columns of events that repeat others: the contract says what they equal; rows are held to it."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest
from pydantic import ValidationError

from pipeline.checks.events import check_rows
from pipeline.checks.results import ExpectationResult
from pipeline.contracts.model import TableContract
from pipeline.contracts.registry import contract
from pipeline.events.lists import create_types, typed
from pipeline.sources.desk import staged_columns
from tests.creneaux import Row, slot, table

SLOTS = contract("creneaux")
SOUND = [
    slot("2025-03-03T08:40"),
    slot("2025-12-31T23:50", doctor="b"),
    slot("2024-02-29T08:40", departement_code="2A", cpts_id=None),
    slot("2024-01-01T00:10", departement_code="974", cpts_id=None),
]


def checked(rows: list[Row]) -> dict[str, ExpectationResult]:
    """Return what the columns said to equal others give, by column."""
    placed = [
        {**row, "source_file": "data/raw/a.csv", "source_line": line}
        for line, row in enumerate(rows, start=2)
    ]
    with duckdb.connect() as connection:
        connection.register("lignes", table("creneaux", placed))
        found = check_rows(connection, SLOTS, "lignes", len(rows)).results
    return {result.columns[0]: result for result in found if result.kind == "equals"}


def test_keys_that_agree_pass() -> None:
    found = checked(SOUND)
    assert set(found) == {"annee", "departement_mois"}
    assert all(result.passed and result.evaluated == len(SOUND) for result in found.values())


@pytest.mark.parametrize(
    ("column", "told"),
    [
        ("departement_mois", {"departement_mois": "44 2025-04"}),
        ("departement_mois", {"departement_mois": "44 2024-03"}),
        ("departement_mois", {"departement_mois": "75 2025-03"}),
        ("departement_mois", {"departement_mois": "442025-03"}),
        ("departement_mois", {"jour_local": date(2025, 4, 1)}),
        ("annee", {"annee": 2024}),
    ],
)
def test_one_that_disagrees_stops_the_build_and_names_its_line(
    column: str, told: dict[str, object]
) -> None:
    found = checked([*SOUND, slot("2025-03-04T08:40", **told)])
    faulty = [name for name, result in found.items() if not result.passed]
    assert faulty == [column]
    (failure,) = found[column].failures
    assert found[column].severity == "critical"
    assert (failure.source_file, failure.source_line) == ("data/raw/a.csv", len(SOUND) + 2)
    assert failure.expected.startswith("the value of ")


def test_a_table_checked_on_frames_cannot_promise_it() -> None:
    """Great Expectations reads frames, not the SQL of an engine: the promise would not be kept."""
    said = contract("cpts").model_dump()
    assert TableContract.model_validate(said) == contract("cpts")
    said["columns"][0]["constraints"]["equals"] = "cpts_nom"
    with pytest.raises(ValidationError, match="for tables of events"):
        TableContract.model_validate(said)


def test_codes_as_numbers_sort_as_their_texts_and_are_still_held_to_their_list() -> None:
    odd = slot("2025-03-05T08:40", profession_code="astrologue")
    placed = [
        {**row, "source_file": "data/raw/a.csv", "source_line": line}
        for line, row in enumerate([*SOUND, odd], start=2)
    ]
    with duckdb.connect() as connection:
        connection.register("lus", table("creneaux", placed))
        create_types(connection, {"creneaux": "SELECT * FROM lus"})
        names = [name for name in staged_columns("creneaux") if name != "reference"]
        columns = ", ".join(typed("creneaux", name) for name in names)
        connection.execute(f"CREATE TABLE lignes AS SELECT {columns}, source_file FROM lus")
        kinds = {name: kind for name, kind, *_ in connection.execute("DESCRIBE lignes").fetchall()}
        found = check_rows(connection, SLOTS, "lignes", len(placed)).results
        by_number = connection.execute(
            "SELECT departement_code FROM lignes ORDER BY departement_code"
        ).fetchall()
    assert kinds["profession_code"].startswith("ENUM")
    assert by_number == sorted(by_number)
    failed = [result for result in found if not result.passed]
    assert [(r.kind, r.columns, r.unexpected) for r in failed] == [
        ("in_set", ("profession_code",), 1)
    ]
    assert failed[0].failures[0].source_line == 6
