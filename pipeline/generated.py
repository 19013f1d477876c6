"""Inputs the project generates: are they in use, and made from the present values and code?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from pipeline.hashing import sha256
from pipeline.paths import PACKAGE, Layout
from pipeline.sources.manifest import Entry, Manifest


class State(Protocol):
    """Is a generated input in use, and does it come from the present values and code?"""

    @property
    def active(self) -> object:
        """Truthy when it is read."""

    @property
    def fresh(self) -> bool:
        """Is it up to date?"""

    @property
    def key(self) -> str:
        """What it is to be made from, as a hash."""


class Digest(Protocol):
    """A hash being computed."""

    def update(self, data: bytes, /) -> None:
        """Add some bytes."""


def listed(manifest: Manifest, path: str) -> Entry | None:
    """Return the manifest entry of a generated file, if there is one."""
    return next((entry for entry in manifest.files if entry.path == path), None)


def in_use(manifest: Manifest, source: str, path: str) -> bool:
    """Is the generated file of a source read: not asleep, and no other file beside it?"""
    entry = listed(manifest, path)
    others = [e for e in manifest.active(source) if e.path != path]
    return not others and (entry is None or entry in manifest.active(source))


def is_fresh(layout: Layout, manifest: Manifest, path: str, key: str) -> bool:
    """Is a generated file there, and listed as made from what the key stands for?"""
    entry = listed(manifest, path)
    return entry is not None and entry.calibrated_from == key and (layout.raw / path).is_file()


def add_entry(digest: Digest, entry: Entry) -> None:
    """Add an input to a key."""
    digest.update(f"{entry.path} {entry.sha256}\n".encode())


def add_corrections(digest: Digest, layout: Layout) -> None:
    """Add the corrections of the sources to a key, where there are some."""
    corrections = layout.raw / "corrections.yml"
    if corrections.is_file():
        digest.update(sha256(corrections).encode())


def add_code(digest: Digest, patterns: Iterable[str]) -> None:
    """Add to a key the files of the package that generate an input."""
    for pattern in patterns:
        for path in sorted(PACKAGE.glob(pattern)):
            digest.update(f"{path.name} {sha256(path)}\n".encode())
