"""The one door: from the manifest to the rows of every core table."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pipeline.contracts.registry import contract, contracts
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.canonical import read_canonical
from pipeline.sources.corrections import apply_corrections, read_corrections
from pipeline.sources.manifest import Entry, Manifest, read_manifest, verify
from pipeline.sources.result import Row, SourceResult
from pipeline.sources.wide_tables import read_wide_table

WIDE = "published_tables"
INDEX = "tableaux_index"


def core_tables() -> list[str]:
    """Return the names of the tables that files of `data/raw` fill."""
    return [name for name, table in contracts().items() if table.group == "core"]


@dataclass
class Loaded:
    """Everything read in one go: results by table, inputs verified, corrections applied."""

    results: dict[str, SourceResult]
    inputs: dict[str, list[Entry]] = field(default_factory=dict)
    corrections: dict[str, list[str]] = field(default_factory=dict)


def verified_paths(layout: Layout, manifest: Manifest, source: str) -> list[tuple[Entry, Path]]:
    """Return the active files of a source after checking their hashes."""
    pairs = [(entry, verify(layout, entry)) for entry in manifest.active(source)]
    if not pairs:
        raise InputError(
            file=layout.relative(layout.manifest),
            column=source,
            expected=f"at least one active file for {source}",
            found="none",
            hint=f"snp add FILE --as {source}",
        )
    return pairs


def read_source(
    layout: Layout, manifest: Manifest, source: str, index: list[Row] | None
) -> SourceResult:
    """Read and merge all files of one source, in the order of the manifest."""
    merged = SourceResult(source)
    for entry, path in verified_paths(layout, manifest, source):
        name = layout.relative(path)
        if source == WIDE:
            merged.merge(read_wide_table(path, name, entry, described_by(index or [], path, name)))
        else:
            merged.merge(read_canonical(path, name, contract(source), entry))
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

    Raises:
        InputError: the first structural fault met, naming file, line, column.
    """
    manifest = read_manifest(layout)
    corrections = read_corrections(layout)
    wanted = tables or core_tables()
    needed = set(wanted) | ({INDEX} if WIDE in wanted else set())
    order = sorted(needed, key=lambda table: (table == WIDE, table))
    loaded = Loaded({})
    index: list[Row] = []
    for table in order:
        result = read_source(layout, manifest, table, index)
        if table == INDEX:
            index = result.rows
        loaded.corrections[table] = apply_corrections(result, corrections)
        loaded.inputs[table] = manifest.active(table)
        loaded.results[table] = result
    return loaded
