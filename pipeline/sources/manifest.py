"""The manifest of `data/raw`: every input listed with its hash. What is not listed is not read."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from pipeline.contracts.model import Strict
from pipeline.contracts.origins import Origin
from pipeline.contracts.registry import read_yaml
from pipeline.errors import InputError
from pipeline.hashing import Seen, sha256
from pipeline.paths import Layout

HEADER = (
    "# Every input of data/raw: what it is, where it comes from, the hash of its bytes.\n"
    "# `snp add FILE --as SOURCE` writes this file; inactive entries are kept, not read.\n"
)


class Entry(Strict):
    """One input file."""

    path: str
    source: str
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    bytes: int = Field(ge=0)
    producer: str = Field(min_length=1)
    title: str = Field(min_length=1)
    licence: str = Field(min_length=1)
    document: str = Field(min_length=1)
    vintage: str = Field(min_length=1)
    obtained: str = Field(min_length=1)
    origin: Origin
    active: bool = True
    # Of a generated input: the hash of what it was generated from.
    calibrated_from: str | None = None
    # Of an input drawn from another one: the path of that one, without which it is not read.
    drawn_from: str | None = None


class Manifest(Strict):
    """All inputs, active or not."""

    files: tuple[Entry, ...]

    @model_validator(mode="after")
    def _paths_are_inside_and_once(self) -> Manifest:
        paths = [entry.path for entry in self.files]
        if outside := [p for p in paths if p.startswith("/") or ".." in p.split("/")]:
            raise ValueError(f"a path leaves data/raw: {', '.join(outside)}")
        if repeated := sorted({path for path in paths if paths.count(path) > 1}):
            raise ValueError(f"a path is listed twice: {', '.join(repeated)}")
        return self

    def active(self, source: str | None = None) -> list[Entry]:
        """Return the entries to read, of one source or of all, in the order of the file."""
        awake = {entry.path for entry in self.files if entry.active}
        return [
            entry
            for entry in self.files
            if entry.active
            and source in (None, entry.source)
            and (entry.drawn_from is None or entry.drawn_from in awake)
        ]

    def sources(self) -> list[str]:
        """Return the sources that have an active file, in alphabetical order."""
        return sorted({entry.source for entry in self.active()})


def read_manifest(layout: Layout) -> Manifest:
    """Read `data/raw/manifest.yml`."""
    name = layout.relative(layout.manifest)
    if not layout.manifest.is_file():
        raise InputError(file=name, expected="the list of inputs", found="no file")
    raw: Any = read_yaml(layout.manifest)
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(
            file=name, column=place, expected=first["msg"], found=repr(first.get("input"))
        ) from None


def write_manifest(layout: Layout, manifest: Manifest) -> None:
    """Write the manifest atomically, entries sorted by source then path."""
    files = sorted(manifest.files, key=lambda e: (e.source, e.path))
    body = yaml.safe_dump(
        {"files": [entry.model_dump(exclude_none=True) for entry in files]},
        allow_unicode=True,
        sort_keys=False,
        width=100,
    )
    temporary = layout.manifest.with_suffix(".yml.tmp")
    temporary.write_text(HEADER + body, encoding="utf-8")
    os.replace(temporary, layout.manifest)


def verify(layout: Layout, entry: Entry, seen: Seen | None = None) -> Path:
    """Return the path of an input whose bytes are those the manifest lists.

    Args:
        layout: the project root.
        entry: the input.
        seen: given its bytes as they pass.

    Raises:
        InputError: the file is missing, or its size or hash differs; says how to accept it.
    """
    path = layout.raw / entry.path
    name = layout.relative(path)
    if not path.is_file():
        raise InputError(
            file=name, expected=f"the file listed in {layout.manifest.name}", found="no file"
        )
    accept = f"If the change is meant: snp add {name} --as {entry.source}"
    size = path.stat().st_size
    found = sha256(path, seen)
    if found != entry.sha256:
        cut = ", shorter: it may be cut" if size < entry.bytes else ""
        raise InputError(
            file=name,
            expected=f"sha256 {entry.sha256[:12]}… ({entry.bytes} bytes) as listed",
            found=f"{found[:12]}… ({size} bytes{cut})",
            hint=accept,
        )
    return path
