"""A glance at an input before it is read: how many rows, what its first lines look like."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.sources.sheets import WORKBOOKS
from pipeline.sources.workbook import read_workbook

FIRST_LINES = 5


@dataclass(frozen=True)
class Glance:
    """Rows of a file, headers left out, and its first lines."""

    rows: int
    first: list[str]


def glance(path: Path) -> Glance:
    """Look at a file as it stands: a text by its lines, a workbook by the lines of its sheets."""
    if path.suffix.lower() in WORKBOOKS:
        grids = read_workbook(path, path.name)
        rows = sum(max(len(grid) - 1, 0) for grid in grids.values())
        lines = [
            f"{title}: " + " | ".join("" if cell is None else str(cell) for cell in row)
            for title, grid in grids.items()
            for row in grid[:FIRST_LINES]
        ]
        return Glance(rows, lines[:FIRST_LINES])
    data = path.read_bytes()
    shown = data.decode("utf-8", errors="replace").splitlines()[:FIRST_LINES]
    return Glance(data.count(b"\n") - 1, shown)


def glance_at_stream(path: Path) -> Glance:
    """Look at a file of events: its bytes stay out of sight, for its lines name people."""
    return Glance(0, [f"{path.suffix.lstrip('.')}, {path.stat().st_size} octets"])
