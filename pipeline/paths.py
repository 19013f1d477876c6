"""Where things lie. Every path of the project derives from one root."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def project_root() -> Path:
    """Return the project root: `SNP_ROOT` when set, else the checkout that holds this package."""
    given = os.environ.get("SNP_ROOT")
    return Path(given).resolve() if given else PACKAGE.parent


@dataclass(frozen=True)
class Layout:
    """The folders of one project root."""

    root: Path

    @property
    def raw(self) -> Path:
        """Inputs, each listed in `manifest.yml`."""
        return self.root / "data" / "raw"

    @property
    def manifest(self) -> Path:
        """The list of inputs with their hashes."""
        return self.raw / "manifest.yml"

    @property
    def processed(self) -> Path:
        """Generated Parquet and the DuckDB catalogue."""
        return self.root / "data" / "processed"

    @property
    def catalogue(self) -> Path:
        """The DuckDB file of views and comments."""
        return self.processed / "observatoire.duckdb"

    @property
    def reports(self) -> Path:
        """Generated publications."""
        return self.root / "reports"

    @property
    def build(self) -> Path:
        """What a run leaves to go faster next time; removing it loses nothing."""
        return self.root / ".build"

    @property
    def private(self) -> Path:
        """What must never be shared, such as the key of the pseudonyms."""
        return self.root / "data" / "private"

    def relative(self, path: Path) -> str:
        """Return a path relative to the root, with forward slashes."""
        try:
            return path.resolve().relative_to(self.root.resolve()).as_posix()
        except ValueError:
            return path.name


def layout() -> Layout:
    """Return the layout of the current project root."""
    return Layout(project_root())
