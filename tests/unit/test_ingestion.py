"""Blocks read at several desks: the same rows and quarantine however a file is cut."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import hashing
from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.events.ledger import bad_path
from pipeline.paths import Layout
from pipeline.sources import csv_stream, fhir_lines, flat_cells, json_stream, json_whole, streams
from pipeline.sources.flat_cells import bare
from pipeline.sources.streams import Block, share_out
from pipeline.store.parquet import table_path
from pipeline.store.partitions import SCHEMA_FILE, partition_files
from tests.feeds import COUNTER, Place, appointment, diary, ndjson, practitioner, slot
from tests.support import tree_hashes

FAULTS: tuple[dict[str, Any], ...] = (
    {"type": "rdv"},
    {"max_patients": "2.5"},
    {"start": "2025-03-30T02:30"},
    {"effecteur": ""},
    {"service_code": " cabinet "},
    {"departement_code": "99", "cpts": ""},
)


def counter(rank: int) -> dict[str, Any]:
    fault = FAULTS[rank // 7 % len(FAULTS)] if rank % 7 == 0 else {}
    said = {"id": f"c{rank}", "effecteur": f"SYN{rank % 5}", "departement_code": "44"}
    return {**COUNTER, **said, **fault}


def counter_lines(blank: str = "") -> str:
    """A feed of counters with faults of every kind, lines that are none among them."""
    lines = [json.dumps(counter(rank)) for rank in range(120)]
    lines[10], lines[50], lines[51] = "[1]", blank, "{}"
    lines[90] = lines[90][:20]
    return "\n".join(lines) + "\n"


def counter_table() -> str:
    names = list(counter(1))
    rows = [",".join(str(counter(rank)[name]) for name in names) for rank in range(120)]
    rows[10], rows[50], rows[90] = "a,b", "", rows[90] + ",de trop"
    return "\n".join([",".join(names), *rows]) + "\n"


def fhir_text() -> str:
    resources: list[dict[str, Any]] = [*practitioner("p1"), *practitioner("p2", "810000000029")]
    for rank in range(60):
        at = {"start": f"2025-03-{1 + rank % 28:02}T08:40:00+01:00",
              "end": f"2025-03-{1 + rank % 28:02}T09:{10 * (rank // 28):02}:00+01:00"}  # fmt: skip
        fault = {"status": "perdu"} if rank % 9 == 0 else {}
        resources.append(slot(f"s{rank}", schedule={"reference": f"Schedule/p{1 + rank % 2}"},
                              **at, **fault))  # fmt: skip
        if rank % 4 == 0:
            resources.append(appointment(f"r{rank}", slot=[{"reference": f"Slot/s{rank}"}], **at))
    return ndjson(*resources, {"resourceType": "Patient"})


FEEDS = {
    "compteurs.ndjson": ("sas_plateforme", counter_lines),
    "pleins.ndjson": ("sas_plateforme", lambda: counter_lines("null")),
    "compteurs.csv": ("sas_plateforme", counter_table),
    "flux.ndjson": ("sas_fhir", fhir_text),
}


def cut_small(patch: pytest.MonkeyPatch) -> None:
    """Blocks of a few lines, small blocks of one or two, and little kept from one to the next."""
    patch.setattr(streams, "PIECE", 700)
    patch.setattr(json_whole, "OBJECTS_BLOCK", 1_500)
    patch.setattr("pipeline.sources.fhir_documents.OBJECTS_BLOCK", 1_500)
    patch.setattr(csv_stream.Staging.blocks, "__defaults__", (1_500,))
    for module in (csv_stream, json_stream):
        patch.setattr(module, "SMALL_BLOCK", 400)
    patch.setattr(flat_cells, "KEPT_TEXTS", 4)
    patch.setattr(hashing, "BLOCK", 700)
    patch.setattr(json_whole, "STRETCH", 7)


def by_blocks(patch: pytest.MonkeyPatch) -> None:
    """No file read at once."""
    for module in (json_whole, fhir_lines):
        patch.setattr(module, "read_whole", lambda *_: None)


@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.parametrize("name", FEEDS)
def test_a_file_in_one_block_or_in_many_gives_the_same_bytes(
    name: str, at_once: bool, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, made = FEEDS[name]
    place.put(source, name, made())
    whole = place.build()
    other = Place(Layout(tmp_path / "morceaux"))
    other.put(source, name, made())
    cut_small(monkeypatch)
    if not at_once:
        by_blocks(monkeypatch)
    cut = other.build()
    assert place.bad()
    assert any(place.rows(table) for table in ("capacites", "creneaux"))
    assert cut.ledger == whole.ledger
    assert bad_path(other.layout).read_bytes() == bad_path(place.layout).read_bytes()


@given(st.lists(st.text(max_size=6) | st.text("a \u00a0\u3000\té", max_size=4), min_size=1))
def test_a_cell_seen_bare_is_the_cell_trimmed(cells: list[str]) -> None:
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {bare('x')}, nullif(trim(x), '') FROM (SELECT unnest(?) AS x)", [cells]
        ).fetchall()
    assert all(seen == trimmed for seen, trimmed in found)


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("data", [b"{}\n", b"\x1f\x8b", None], ids=["other", "damaged", "gone"])
def test_bytes_not_as_listed_are_told_before_what_they_hold(
    place: Place, known: bool, data: bytes | None
) -> None:
    path = place.put("sas_plateforme", "compteurs.ndjson", counter_lines())
    place.build()
    if not known:
        path = place.put("sas_plateforme", "autres.ndjson", counter_lines())
    before = tree_hashes(place.layout.processed)
    path.unlink()
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(InputError) as told:
        place.build()
    expected = "sha256 " if data else "the file listed"
    assert told.value.expected.startswith(expected)
    assert told.value.file.endswith(path.name)
    assert tree_hashes(place.layout.processed) == before


@given(st.lists(st.binary(max_size=20).map(lambda b: b.replace(b"\n", b""))), st.integers(1, 50))
def test_a_block_cut_small_holds_the_same_numbered_lines(lines: list[bytes], size: int) -> None:
    data = b"".join(line + b"\n" for line in lines)
    found = list(Block.of(7, data).cut(size))
    assert b"".join(small.data for small in found) == data
    line = 7
    for small in found:
        assert small.first_line == line
        line += small.data.count(b"\n")


def test_two_items_are_never_at_one_desk() -> None:
    desks = (threading.Lock(), threading.Lock())
    seen = []

    def use(desk: threading.Lock, rank: int, item: int) -> None:
        assert desk.acquire(blocking=False)
        seen.append((rank, item))
        desk.release()

    share_out(range(10, 60), desks, use)
    assert sorted(seen) == [(rank, rank + 10) for rank in range(50)]


def test_the_first_item_at_fault_is_the_one_told() -> None:
    second_failed = threading.Event()

    def use(_: str, rank: int, __: int) -> None:
        if rank == 0:
            second_failed.wait(5)
        else:
            second_failed.set()
        raise ValueError(rank)

    with pytest.raises(ValueError, match=r"^0$"):
        share_out(range(2), ("a", "b"), use)


def spoil(file: Path) -> None:
    """Change one byte in the middle, so that the size stays."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.write_bytes(data)


@pytest.mark.parametrize("harm", ["edited", "cut short", "removed", "schema", "added"])
def test_a_partition_that_is_not_as_written_is_built_again(place: Place, harm: str) -> None:
    place.put("agendas", "a.csv", diary({}, {"cpts": "", "departement_code": "75"}))
    place.build()
    before = tree_hashes(place.layout.processed)
    folder = table_path(place.layout, contract("creneaux"))
    file = partition_files(folder)[0]
    if harm == "edited":
        spoil(file)
    elif harm == "cut short":
        file.write_bytes(file.read_bytes()[:-10])
    elif harm == "removed":
        file.unlink()
    elif harm == "schema":
        spoil(folder / SCHEMA_FILE)
    else:
        other = folder / "annee=2031" / "departement_code=01" / file.name
        other.parent.mkdir(parents=True)
        other.write_bytes(file.read_bytes())
    assert tree_hashes(place.layout.processed) != before
    build = place.build()
    assert tree_hashes(place.layout.processed) == before
    assert build.read_files == []
    lost = [] if harm in ("schema", "added") else [file.parent.relative_to(folder).as_posix()]
    assert build.built["creneaux"] == lost
    assert place.build().built == {}
