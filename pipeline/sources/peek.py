"""A glance at an input before it is read: how many rows, what its first lines look like."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.sources.sheets import WORKBOOKS
from pipeline.sources.workbook import read_workbook

FIRST_LINES = 5
# A JSON of hundreds of megabytes may be one line.
HEAD_BYTES = 20_000


@dataclass(frozen=True)
class Glance:
    """Rows of a file, headers left out, and its first lines."""

    rows: int
    first: list[str]


def glance(path: Path) -> Glance:
    """Look at a file as it stands: a text by its lines, a workbook by the lines of its sheets.

    Of an archive, the names of what it holds.
    """
    if path.suffix.lower() in WORKBOOKS:
        grids = read_workbook(path, path.name)
        rows = sum(max(len(grid) - 1, 0) for grid in grids.values())
        lines = [
            f"{title}: " + " | ".join("" if cell is None else str(cell) for cell in row)
            for title, grid in grids.items()
            for row in grid[:FIRST_LINES]
        ]
        return Glance(rows, lines[:FIRST_LINES])
    if path.suffix.lower() == ".zip":
        with zipfile.ZipFile(path) as archive:
            names = [info.filename for info in archive.infolist() if not info.is_dir()]
        return Glance(len(names), names[:FIRST_LINES])
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    head = data[:HEAD_BYTES].decode("utf-8", errors="replace")
    return Glance(data.count(b"\n") - 1, head.splitlines()[:FIRST_LINES])
