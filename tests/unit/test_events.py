"""Tables of events: what is read once, built again, refused, and never found in an output."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.core import build_core
from pipeline.errors import CheckError, InputError
from pipeline.events.build import build_events
from pipeline.events.ledger import ledger_path
from pipeline.paths import Layout
from pipeline.publication.context import verify_core
from pipeline.sources.registry import event_tables
from pipeline.store.engine import DuckDBEngine
from pipeline.store.parquet import built_path, table_path
from pipeline.store.partitions import digest, partition_files, read_split
from tests.feeds import (
    Place,
    appointment,
    asleep,
    counters,
    csv_of,
    diary,
    ndjson,
    only,
    practitioner,
    slot,
    strict,
)
from tests.outputs import copy_outputs
from tests.support import tree_hashes

JANUARY = {"debut": "2024-01-08T08:40", "fin": "2024-01-08T09:00"}
PARIS = {"cpts": "", "departement_code": "75"}


def test_nothing_is_done_twice(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}))
    first = place.build()
    assert first.read_files == ["data/raw/agendas/a.csv"]
    before = tree_hashes(place.layout.root)
    again = place.build()
    assert (again.read_files, again.built) == ([], {})
    assert tree_hashes(place.layout.root) == before


def test_a_new_file_builds_the_partitions_it_touches_alone(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}, JANUARY, PARIS))
    place.build()
    place.put("agendas", "b.csv", diary({**JANUARY, "effecteur": "SYN2"}))
    build = place.build()
    assert build.read_files == ["data/raw/agendas/b.csv"]
    assert build.built["creneaux"] == ["annee=2024/departement_code=44"]
    assert len(place.rows("creneaux")) == 4


def test_a_file_taken_away_takes_its_rows_with_it(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}, PARIS))
    place.build()
    alone = tree_hashes(place.layout.processed)
    place.put("agendas", "b.csv", diary(JANUARY, {**PARIS, "effecteur": "SYN2"}))
    place.build()
    assert tree_hashes(place.layout.processed) != alone
    place.drop("agendas/b.csv")
    place.build()
    assert tree_hashes(place.layout.processed) == alone


def test_no_file_at_all_leaves_tables_that_answer(place: Place) -> None:
    build = place.build(strict())
    with DuckDBEngine() as engine:
        for name in event_tables():
            engine.register(name, built_path(place.layout, contract(name)))
            assert engine.query(f"SELECT count(*) AS n FROM {name}").to_pylist() == [{"n": 0}]
    warned = {row["table_nom"] for row in build.ledger.checks if not row["reussi"]}
    assert warned == set(event_tables())
    assert {row["gravite"] for row in build.ledger.checks if not row["reussi"]} == {"warning"}


def test_the_order_of_the_files_and_lines_changes_no_value(place: Place, tmp_path: Path) -> None:
    rows = [{"debut": f"2025-03-03T{hour:02}:40", "fin": "2025-03-03T23:00"} for hour in range(9)]
    seen = {"statut_code": "libre", "instantane": "2025-03-01T00:00"}
    place.put("agendas", "a.csv", diary(*rows, *(row | seen for row in rows)))
    place.build()
    other = Place(Layout(tmp_path / "autre"))
    other.put("agendas", "a.csv", diary(*(row | seen for row in reversed(rows)), *reversed(rows)))
    other.build()
    lines = ("source_line",)
    assert [{k: v for k, v in r.items() if k not in lines} for r in place.rows("creneaux")] == [
        {k: v for k, v in r.items() if k not in lines} for r in other.rows("creneaux")
    ]


def test_two_projects_write_the_same_bytes(place: Place, tmp_path: Path) -> None:
    other = Place(Layout(tmp_path / "ailleurs" / "plus loin"))
    for project in (place, other):
        project.put("agendas", "a.csv", diary({}, JANUARY, PARIS, {"debut": "?"}))
        project.put("sas_plateforme", "c.csv", counters({}))
        project.build()
    mine, theirs = (
        {path.removeprefix(p.layout.processed.as_posix()): found for path, found in
         tree_hashes(p.layout.processed).items()}
        for p in (place, other)
    )  # fmt: skip
    assert mine == theirs


def test_step_by_step_or_at_once_the_tables_are_the_same(place: Place, tmp_path: Path) -> None:
    files = {
        "rdv.ndjson": ndjson(appointment("r1"), appointment("r2", status="cancelled")),
        "slots.ndjson": ndjson(slot(), *practitioner()),
        "autres.ndjson": ndjson(
            slot("s9", start="2024-05-06T10:00:00Z", end="2024-05-06T10:20:00Z"), *practitioner()
        ),
    }
    for name, text in files.items():
        place.put("sas_fhir", name, text)
        place.build()
    other = Place(Layout(tmp_path / "autre"))
    for name, text in files.items():
        other.put("sas_fhir", name, text)
    other.build()
    for name in event_tables():
        mine, theirs = (table_path(p.layout, contract(name)) for p in (place, other))
        assert digest(mine) == digest(theirs), name


def test_removing_the_readings_loses_nothing(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}, {"debut": "?"}))
    place.build()
    before = tree_hashes(place.layout.processed)
    shutil.rmtree(place.layout.build)
    assert place.build().read_files == []
    place.put("agendas", "b.csv", diary(JANUARY))
    place.build()
    place.drop("agendas/b.csv")
    place.build()
    assert tree_hashes(place.layout.processed) == before


def test_too_many_rows_set_aside_stop_the_run_and_change_nothing(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}))
    place.build(strict())
    before = tree_hashes(place.layout.processed)
    place.put("agendas", "b.csv", diary(JANUARY, {"statut_code": "?"}))
    with pytest.raises(CheckError, match="at most 5 % of the rows in quarantine") as caught:
        place.build(strict())
    assert "data/raw/agendas/b.csv, line 3, column statut_code" in str(caught.value)
    assert tree_hashes(place.layout.processed) == before
    assert not list((place.layout.build / "flux").glob("travail"))


def test_a_structural_fault_changes_nothing(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}))
    place.build()
    before = tree_hashes(place.layout.processed)
    place.put("agendas", "b.csv", "patient,debut\n1,2\n")
    with pytest.raises(InputError, match=r"data/raw/agendas/b\.csv, line 1, column patient"):
        place.build()
    assert tree_hashes(place.layout.processed) == before


def test_a_changed_byte_is_refused(place: Place) -> None:
    path = place.put("agendas", "a.csv", diary({}))
    place.build()
    path.write_text(diary({"effecteur": "SYN2"}), encoding="utf-8")
    with pytest.raises(InputError, match="expected sha256"):
        place.build()


def test_a_ledger_of_another_make_is_built_again(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}))
    place.build()
    before = tree_hashes(place.layout.processed)
    path = ledger_path(place.layout)
    path.write_text(path.read_text("utf-8").replace('"builder": "', '"builder": "0'), "utf-8")
    assert place.build().built["creneaux"] == ["annee=2025/departement_code=44"]
    assert tree_hashes(place.layout.processed) == before


def test_a_lost_table_is_built_again(place: Place) -> None:
    place.put("agendas", "a.csv", diary({}))
    place.build()
    before = tree_hashes(place.layout.processed)
    folder = table_path(place.layout, contract("creneaux"))
    shutil.rmtree(folder)
    place.build()
    assert tree_hashes(place.layout.processed) == before
    (file,) = partition_files(folder)
    file.write_bytes(file.read_bytes()[:-1])
    place.build()
    assert tree_hashes(place.layout.processed) == before


def test_the_records_of_the_checks_hold_the_events(built: Layout, tmp_path: Path) -> None:
    """Built before the core tables or after them, the tables of events leave the same records."""
    layout = copy_outputs(built, tmp_path)
    place = Place(layout)
    entry = place.put("agendas", "a.csv", csv_of([{}, {"debut": "?"}] + [{}] * 40, {
        "cpts": "44-ancenis", "effecteur": "SYN1", "debut": "2025-03-03T08:40",
        "fin": "2025-03-03T09:00", "statut_code": "non_pris"}))  # fmt: skip
    shutil.copyfile(built.manifest, layout.manifest)
    asleep(layout)
    from tests.support import entry_of

    known = entry_of("agendas/a.csv", "agendas", origin="synthetic")
    add_to_manifest(layout, known, entry)
    build_events(layout)
    after_core = {name: record(layout, name) for name in ("comptabilite", "controles")}
    account = only(after_core["comptabilite"], lambda row: row["table_nom"] == "creneaux")
    assert (account["lues_nb"], account["gardees_nb"], account["ecartees_nb"]) == (42, 1, 1)
    assert account["reunies_nb"] == 40
    core = {name: pq.read_table(table_path(layout, contract(name))) for name in after_core}
    verify_core(layout, core)
    build_core(layout)
    assert {name: record(layout, name) for name in after_core} == after_core
    quarantine = record(layout, "quarantaine")
    assert [row["source_line"] for row in quarantine if row["table_cible"] == "creneaux"] == [3]


def record(layout: Layout, name: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(table_path(layout, contract(name))).to_pylist()
    return found


def add_to_manifest(layout: Layout, entry: object, path: Path) -> None:
    from pipeline.hashing import sha256
    from pipeline.sources.manifest import Entry, Manifest, read_manifest, write_manifest

    assert isinstance(entry, Entry)
    known = {"sha256": sha256(path), "bytes": path.stat().st_size}
    files = (*read_manifest(layout).files, entry.model_copy(update=known))
    write_manifest(layout, Manifest(files=files))


def test_the_month_key_and_the_outcome_of_a_slot_are_stored_as_they_are_said(built: Layout) -> None:
    """Two columns repeat others, for the speed of a fill rate: they can say nothing else."""
    slots = read_split(built_path(built, contract("creneaux"))).to_pylist()
    assert {row["statut_code"] for row in slots} > {"honore", "absent", "non_pris"}
    for row in slots:
        assert row["departement_mois"] == f"{row['departement_code']} {row['jour_local']:%Y-%m}"
        assert row["annee"] == row["jour_local"].year
        assert row["pourvu_nb"] == (row["statut_code"] in ("reserve", "honore"))
