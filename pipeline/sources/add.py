"""Accept an input: copy it under `data/raw/<source>/` and list it with its hash."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts.origins import Origin
from pipeline.errors import InputError
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.sources.manifest import Entry, Manifest, read_manifest, write_manifest
from pipeline.sources.registry import WIDE, sources
from pipeline.sources.text import read_csv
from pipeline.sources.trial import try_events


@dataclass(frozen=True)
class Provenance:
    """What a user says of a file."""

    origin: Origin
    producer: str
    title: str
    licence: str
    document: str
    vintage: str
    obtained: str


def check_source(source: str) -> None:
    """Refuse a source the project does not read, naming those it does."""
    if source not in sources():
        raise InputError(file="--as", expected=f"one of {', '.join(sources())}", found=repr(source))


def entry_for(layout: Layout, path: Path, source: str, said: Provenance) -> Entry:
    """Return the manifest entry of a file already under `data/raw`."""
    return Entry(
        path=path.relative_to(layout.raw).as_posix(),
        source=source,
        sha256=sha256(path),
        bytes=path.stat().st_size,
        **vars(said),
    )


def try_reading(layout: Layout, file: Path, source: str, said: Provenance) -> int:
    """Read a file as its source before accepting it; return its rows.

    Raises:
        InputError: the structural fault that would stop a run, or no row at all.
    """
    name = layout.relative(file)
    if source == WIDE:
        return len(read_csv(file, name).rows)
    probe = Entry(path=name, source=source, sha256="0" * 64, bytes=0, **vars(said))
    if sources()[source].stage:
        rows = sum(try_events(layout, file, probe).rows_in.values())
    else:
        rows = sources()[source].read(file, name, probe).rows_in
    if not rows:
        raise InputError(file=name, expected="at least one row", found="none")
    return rows


def sleeps(old: Entry, entry: Entry) -> bool:
    """Does a listed file of the same source give its place to a new one?"""
    joins = sources()[entry.source].joins
    if joins == "same_origin":
        return old.origin != entry.origin
    return joins == "none"


def gives_way(old: Entry, entry: Entry) -> bool:
    """Does a file of another source give its place: one of events, of another origin?

    Diaries and FHIR feeds fill the same tables: real slots never mix with synthetic ones.
    """
    mine, theirs = sources()[entry.source], sources().get(old.source)
    if not (mine.stage and theirs and theirs.stage):
        return False
    return bool(set(mine.tables) & set(theirs.tables)) and old.origin != entry.origin


def merged(files: tuple[Entry, ...], entry: Entry, alone: bool) -> Manifest:
    """Return the manifest with the entry in place; the files that give theirs to it sleep."""
    kept = []
    for old in files:
        if old.path == entry.path:
            continue
        same = old.source == entry.source
        asleep = (alone and same) or (sleeps(old, entry) if same else gives_way(old, entry))
        kept.append(old.model_copy(update={"active": False}) if asleep else old)
    return Manifest(files=(*kept, entry))


def add(layout: Layout, file: Path, source: str, said: Provenance, *, alone: bool = False) -> Entry:
    """Copy a file into `data/raw/<source>/` and list it; returns its entry.

    A file that already lies there is listed in place: this accepts its new bytes. `alone` puts to
    sleep even the files it would join.

    Raises:
        InputError: no such source or file, or a file the source cannot read.
    """
    check_source(source)
    if not file.is_file():
        raise InputError(file=str(file), expected="a file", found="none")
    try_reading(layout, file, source, said)
    # Before any copy: an unreadable manifest must leave `data/raw` as it was.
    known = read_manifest(layout).files if layout.manifest.is_file() else ()
    target = layout.raw / source / file.name
    if not lies_inside(layout, file, source):
        refuse_default_name(layout, file, source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    entry = entry_for(layout, target, source, said)
    write_manifest(layout, merged(known, entry, alone))
    return entry


def refuse_default_name(layout: Layout, file: Path, source: str) -> None:
    """Refuse an outside file that bears the name of a listed one that is not the user's own.

    Its bytes would pass for the default's: published numbers that nobody published.
    """
    old = known_entry(layout, file, source)
    if old and old.origin != "real":
        raise InputError(
            file=str(file),
            expected=f"another name than that of the {old.origin} file data/raw/{old.path}",
            found=file.name,
            hint="Rename your file and add it again: the default then stays beside it, inactive.",
        )


def lies_inside(layout: Layout, file: Path, source: str) -> bool:
    """Is the file the one in the folder of its source, rather than one of the same name?"""
    return file.resolve() == (layout.raw / source / file.name).resolve()


def known_entry(layout: Layout, file: Path, source: str) -> Entry | None:
    """Return what the manifest already says of a file of that source, if anything."""
    if not layout.manifest.is_file():
        return None
    target = (layout.raw / source / file.name).relative_to(layout.raw).as_posix()
    found = [e for e in read_manifest(layout).files if e.path == target and e.source == source]
    return found[0] if found else None


def files_of(layout: Layout, source: str, *, active: bool) -> list[str]:
    """Return the listed files of a source, those that are read or those that sleep."""
    manifest = read_manifest(layout)
    awake = manifest.active(source)
    return [e.path for e in manifest.files if e.source == source and (e in awake) == active]


def accept(
    layout: Layout, file: Path, source: str, said: dict[str, str | None], *, alone: bool = False
) -> Entry:
    """Add a file with what the user says of it, completed by what the manifest already knows.

    Args:
        layout: the project root.
        file: the file.
        source: what it is read as.
        said: any of the fields of `Provenance`; None when not said.
        alone: put to sleep even the files it would join.
    """
    check_source(source)
    old = known_entry(layout, file, source)
    inside = lies_inside(layout, file, source)
    defaults: dict[str, str] = {
        "origin": "real",
        "producer": "fichier de l'utilisateur",
        "title": file.name,
        "licence": "non précisée",
        "document": file.name,
        "vintage": "non précisé",
        "obtained": "non précisé",
    }
    if old and (inside or old.origin == "real"):
        defaults = {name: str(getattr(old, name)) for name in defaults}
    told = {name: value for name, value in said.items() if value is not None}
    provenance = Provenance(**(defaults | told))  # type: ignore[arg-type]
    return add(layout, file, source, provenance, alone=alone)
