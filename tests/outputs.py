"""Outputs of a project seen by tests: a copy to play with, hashes of what was written."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.contracts.model import TableContract
from pipeline.paths import Layout
from pipeline.store.parquet import table_path

# Too many rows for a workbook: the crosswalk is offered as CSV alone.
WITHOUT_WORKBOOK = {"territoires"}
ROOT_FILES = ("dagster.yaml", "pyproject.toml", "requirements.lock")


def kinds_of(card: str) -> tuple[str, ...]:
    """Return the kinds of files an indicator is offered in, its page aside."""
    return ("csv",) if card in WITHOUT_WORKBOOK else ("csv", "xlsx")


def copy_outputs(built: Layout, target: Path) -> Layout:
    """Copy the inputs and the tables of a built project; its reports are left out."""
    for folder in ("raw", "processed"):
        shutil.copytree(built.root / "data" / folder, target / "data" / folder)
    for name in ROOT_FILES:
        if (built.root / name).is_file():
            shutil.copyfile(built.root / name, target / name)
    return Layout(target)


def rows(layout: Layout, described: TableContract) -> list[dict[str, Any]]:
    """Read the rows of one table."""
    found: list[dict[str, Any]] = pq.read_table(table_path(layout, described)).to_pylist()
    return found


def files_of(layout: Layout) -> dict[str, Path]:
    """Return the files of `reports/` and the Parquet files, by relative path.

    `observatoire.duckdb` is left out: it holds views and comments, no data, and DuckDB writes
    identifiers of its own into the file.
    """
    found = [p for p in layout.reports.rglob("*") if p.is_file()]
    found += layout.processed.rglob("*.parquet")
    return {layout.relative(path): path for path in sorted(found)}


def hashes(layout: Layout) -> dict[str, str]:
    """Return the SHA-256 of every output, by relative path."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for name, path in files_of(layout).items()
    }
