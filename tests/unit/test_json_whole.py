"""Objects read from the file itself: the same rows, lines and faults as block by block."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.sources import desk, fhir_lines, json_whole, staging
from pipeline.sources.desk import Desk, Job
from pipeline.sources.json_whole import read_objects, read_whole
from pipeline.sources.lines import Lines
from pipeline.sources.staging import Staging
from pipeline.sources.streams import Limits
from tests.actes import act
from tests.feeds import COUNTER, RPPS, Place, appointment, bundle, ndjson, practitioner, slot
from tests.support import entry_of

MEMBERS = {"a": ("a",), "b": ("b", "beta")}
SOUND = [
    b'{"a": "x", "b": 1}',
    b'{"beta": "\\u00e9"}',
    b'{"a": null, "b": "y", "c": [1]}',
    b' {"a": "' + b"long" * 300 + b'"}\r',
    b'{"a": {"d": 1}}',
    b'{"a": "1", "a": "2"}',
]
FAULTY = [b"[1]", b"{}", b'{"c": 1}', b'"x"', b"null", b'{"a": ', b"\xff", b'{"a": "x"} fin', b"}{"]
BLANK = [b"", b"  "]
lines_of_a_file = st.lists(st.sampled_from(SOUND * 3 + FAULTY + BLANK), max_size=30)


def job(limits: Limits | None = None) -> Job:
    entry = entry_of("a.ndjson", "sas_plateforme", origin="real")
    return Job("a.ndjson", entry, b"k" * 32, limits or Limits.of())


def read(folder: Path, path: Path) -> tuple[list[Any], list[Any]]:
    """Return the rows and the lines set aside."""
    with Staging(folder, job(), ["capacites"]) as reading:
        found: list[Any] = []

        def use(desk: Desk, rows: str) -> None:
            found.extend(
                desk.connection.execute(f"SELECT source_line, a, b FROM ({rows})").fetchall()
            )

        read_objects(reading, path, MEMBERS, "capacites", use)
        aside = "SELECT source_line, colonne, valeur, motif FROM mauvais ORDER BY ALL"
        return sorted(found), reading.connection.execute(aside).fetchall()


@given(lines_of_a_file, st.booleans(), st.integers(1, 9))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_file_read_at_once_gives_what_its_blocks_give(
    tmp_path_factory: pytest.TempPathFactory, lines: list[bytes], ended: bool, stretch: int
) -> None:
    folder = tmp_path_factory.mktemp("lu")
    path = folder / "a.ndjson"
    path.write_bytes(b"\n".join(lines) + (b"\n" if ended else b""))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_whole, "STRETCH", stretch)
        at_once = read(folder / "entier", path)
        patch.setattr(json_whole, "read_whole", lambda *_: None)
        assert at_once == read(folder / "blocs", path)


@given(st.binary(max_size=60) | st.text("a\n", max_size=60).map(str.encode), st.data())
def test_lines_are_those_of_the_file_however_its_bytes_come(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("lignes") / "a"
    path.write_bytes(text)
    lines, rest = Lines(), text
    while rest:
        size = data.draw(st.integers(1, len(rest)))
        lines.feed(bytearray(rest[:size] + b"\n of the bytes before"), size)
        rest = rest[size:]
    expected = text.split(b"\n")
    if not expected[-1]:
        expected.pop()
    assert lines.end().total == len(expected)
    numbers = range(1, len(expected) + 1)
    wanted = sorted(data.draw(st.sets(st.sampled_from(numbers)))) if expected else []
    assert list(lines.read(path, wanted)) == [(n, expected[n - 1]) for n in wanted]


def test_the_longest_line_is_known_whatever_the_buffers(tmp_path: Path) -> None:
    lines = Lines()
    for part in (b"x" * 900_000, b"x" * 900_000, b"x\nx\n"):
        lines.feed(bytearray(part), len(part))
    assert lines.end().longest == 1_800_001


LIMIT = replace(Limits.of(), line=2_000_000)
OBJECT = b'{"a": "x"}\n'


@pytest.mark.parametrize(
    ("name", "data", "at_once"),
    [
        ("a.ndjson", OBJECT * 3, True),
        ("a.ndjson", OBJECT[:-1], True),
        ("a.ndjson", b"[1]\n" + OBJECT, True),
        ("a.ndjson", OBJECT + b"\n" + OBJECT, False),
        ("a.ndjson", b"\xef\xbb\xbf" + OBJECT, False),
        ("a.ndjson.gz", gzip.compress(OBJECT, mtime=0), False),
        ("a.ndjson", OBJECT + b'{"a": "' + b"x" * 2_000_000 + b'"}\n', False),
    ],
    ids=["lines", "no end", "no object", "blank", "mark", "compressed", "long"],
)
def test_what_cannot_be_numbered_is_left_to_blocks(
    tmp_path: Path, name: str, data: bytes, at_once: bool
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with Staging(tmp_path / "moteur", job(LIMIT), ["capacites"]) as reading:
        aside = reading.lines_aside("capacites")
        found = read_whole(reading, path, {"a": "VARCHAR"}, {"a": "a"}, aside)
        assert (found is not None) is at_once
        if not at_once:
            assert not reading.bad_rows("capacites")
            kept = f"duckdb_tables() WHERE table_name = '{json_whole.WHOLE}'"
            assert not reading.count(kept)


@pytest.mark.parametrize("name", ["a[1].ndjson", "a?.ndjson", "a*.ndjson", "a'.ndjson"])
def test_a_file_is_read_and_not_those_its_name_would_match(tmp_path: Path, name: str) -> None:
    for other in ("a1.ndjson", name):
        (tmp_path / other).write_bytes(json.dumps({"a": other}).encode())
    with Staging(tmp_path / "moteur", job(), ["capacites"]) as reading:
        aside = reading.lines_aside("capacites")
        assert read_whole(reading, tmp_path / name, {"a": "VARCHAR"}, {"a": "a"}, aside)
        found = reading.connection.execute(json_whole.rows_of()).fetchall()
    assert found == [(name, 1)]


def test_a_plain_feed_is_read_at_once(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("read by blocks")

    monkeypatch.setattr(fhir_lines, "read_by_blocks", refused)
    place.put("sas_fhir", "a.ndjson", ndjson(*practitioner(), slot()) + json.dumps(slot("s2")))
    place.build()
    assert [row["source_line"] for row in place.rows("creneaux")] == [4]


PEOPLE = (RPPS, "M. Martin 17")
COPIED = {
    "a.ndjson": ("sas_fhir", ndjson(*practitioner(), slot(), appointment())),
    "a.json": ("sas_fhir", json.dumps(bundle(*practitioner(), slot(), appointment()))),
    "c.ndjson": ("sas_plateforme", json.dumps({**COUNTER, "effecteur": RPPS}) + "\n"),
    "d.ndjson": ("actes", json.dumps(act(patient=PEOPLE[1], effecteur=RPPS)) + "\n"),
}


@pytest.mark.parametrize("suffix", ["", ".gz"])
@pytest.mark.parametrize("name", COPIED)
def test_no_parquet_ever_holds_the_number_of_a_person(
    place: Place, name: str, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those written on the way and removed included."""
    held: list[str] = []
    copy = desk.copy_rows

    def seen(connection: Any, rows: str, target: Path) -> int:
        found = copy(connection, rows, target)
        held.append(str(pq.read_table(target).to_pydict()))
        return found

    for module in (desk, staging):
        monkeypatch.setattr(module, "copy_rows", seen)
    source, text = COPIED[name]
    data = gzip.compress(text.encode(), mtime=0) if suffix else text
    place.put(source, name + suffix, data)
    place.build()
    assert held
    assert any(place.rows(table) for table in ("creneaux", "capacites", "actes"))
    for person in PEOPLE:
        assert not [text for text in held if person in text or person[1:] in text]
