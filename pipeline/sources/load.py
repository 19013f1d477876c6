"""The one door: from the manifest to the rows of every core table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.corrections import apply_corrections, read_corrections
from pipeline.sources.manifest import Entry, Manifest, read_manifest, verify
from pipeline.sources.registry import INDEX, WIDE, core_tables, source_of, sources
from pipeline.sources.result import Reading, Row, SourceResult
from pipeline.sources.wide_tables import read_wide_table


@dataclass
class Loaded:
    """Everything read in one go: results and corrections by table, notes of readers by source."""

    results: dict[str, SourceResult]
    corrections: dict[str, list[str]] = field(default_factory=dict)
    notes: dict[str, list[str]] = field(default_factory=dict)


def verified_paths(layout: Layout, manifest: Manifest, source: str) -> list[tuple[Entry, Path]]:
    """Return the active files of a source after checking their hashes; none may be needed."""
    pairs = [(entry, verify(layout, entry)) for entry in manifest.active(source)]
    if not pairs and sources()[source].needed:
        raise InputError(
            file=layout.relative(layout.manifest),
            column=source,
            expected=f"at least one active file for {source}",
            found="none",
            hint=f"snp add FILE --as {source}",
        )
    return pairs


def read_source(layout: Layout, manifest: Manifest, source: str, index: list[Row]) -> Reading:
    """Read and merge all files of one source, in the order of the manifest."""
    known = sources()[source]
    merged = Reading({table: SourceResult(table) for table in known.tables})
    for entry, path in verified_paths(layout, manifest, source):
        name = layout.relative(path)
        if source == WIDE:
            described = described_by(index, path, name)
            merged.merge(Reading({WIDE: read_wide_table(path, name, entry, described)}))
        else:
            merged.merge(known.read(path, name, entry))
    known.settle(merged)
    return merged


def described_by(index: list[Row], path: Path, name: str) -> Row:
    """Return the index row of a transcribed table."""
    for row in index:
        if row["fichier"] == path.name:
            return row
    raise InputError(
        file=name,
        expected=f"a row of {INDEX} with fichier {path.name}",
        found="none",
        hint="Describe the table in data/raw/tableaux_index/ first.",
    )


def load(layout: Layout, tables: list[str] | None = None) -> Loaded:
    """Verify and read the inputs of the given core tables (all by default).

    A source of several tables is read whole, for its files fill them together.

    Raises:
        InputError: the first structural fault met, naming file, line, column.
    """
    manifest = read_manifest(layout)
    corrections = read_corrections(layout)
    wanted = tables or core_tables()
    needed = {source_of(table) for table in wanted} | ({INDEX} if WIDE in wanted else set())
    loaded = Loaded({})
    index: list[Row] = []
    for source in sorted(needed, key=lambda name: (name == WIDE, name)):
        reading = read_source(layout, manifest, source, index)
        loaded.notes[source] = reading.notes
        for table, result in sorted(reading.results.items()):
            loaded.corrections[table] = apply_corrections(result, corrections)
            loaded.results[table] = result
        if source == INDEX:
            index = reading.results[INDEX].rows
    return loaded
