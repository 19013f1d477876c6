"""Small helpers of the tests: inputs rewritten, trees hashed."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa

from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.sources.manifest import Entry, Manifest, read_manifest, write_manifest

Records = list[list[str]]


def tree_hashes(*folders: Path) -> dict[str, str]:
    """Return the hash of every file under some folders, by path."""
    return {
        path.as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def entry_of(path: str = "essai.csv", source: str = "cpts", **told: object) -> Entry:
    """Return a manifest entry whose texts say nothing."""
    said = dict.fromkeys(("producer", "title", "licence", "document", "vintage", "obtained"), "?")
    base = {"path": path, "source": source, "sha256": "0" * 64, "bytes": 0, "origin": "published"}
    return Entry.model_validate({**base, **said, **told})


def refresh_hashes(layout: Layout) -> None:
    """List every input with the bytes it has now, as if each change had been accepted."""
    entries = []
    for entry in read_manifest(layout).files:
        path = layout.raw / entry.path
        now = {"sha256": sha256(path), "bytes": path.stat().st_size}
        entries.append(entry.model_copy(update=now))
    write_manifest(layout, Manifest(files=tuple(entries)))


def records_of(text: str) -> Records:
    """Return the rows of a CSV text, header first."""
    return list(csv.reader(io.StringIO(text, newline="")))


def csv_text(records: Records) -> str:
    """Return rows as a CSV text."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(records)
    return buffer.getvalue()


def with_value(text: str, key: str, column: str, value: str) -> str:
    """Return a CSV text with one cell changed; the row is the one whose first cell is the key."""
    records = records_of(text)
    rank = records[0].index(column)
    (row,) = [row for row in records[1:] if row[0] == key]
    assert row[rank] != value
    row[rank] = value
    return csv_text(records)


def without_column(text: str, column: str) -> str:
    """Return a CSV text without one column."""
    records = records_of(text)
    rank = records[0].index(column)
    return csv_text([row[:rank] + row[rank + 1 :] for row in records])


def row_with(**cells: object) -> Callable[[dict[str, object]], bool]:
    """Return a test that is true of the rows holding these cells."""
    return lambda row: all(row[name] == value for name, value in cells.items())


def with_cell(
    table: pa.Table, chosen: Callable[[dict[str, object]], bool], **changes: object
) -> pa.Table:
    """Return a table whose first chosen row is changed."""
    rows = table.to_pylist()
    row = next(row for row in rows if chosen(row))
    assert {name: row[name] for name in changes} != changes
    row.update(changes)
    return pa.Table.from_pylist(rows, schema=table.schema)
