"""A flat feed, CSV, XLSX or one JSON object to a line, as rows with every cell of its layout."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from pipeline.errors import InputError
from pipeline.sources.csv_stream import RAW, CsvForm, found_cells, read_csv
from pipeline.sources.desk import LINE, Desk
from pipeline.sources.flat_cells import Cells
from pipeline.sources.flat_layout import layout_of, names_for
from pipeline.sources.flat_members import require_known
from pipeline.sources.french import Raw
from pipeline.sources.json_whole import read_objects
from pipeline.sources.sheets import WORKBOOKS
from pipeline.sources.staging import Staging
from pipeline.sources.streams import stem_of
from pipeline.sources.workbook import read_workbook

JSON_LINES = (".ndjson", ".jsonl", ".json")


def read_flat(
    source: str, table: str, path: Path, staging: Staging, use: Callable[[Desk, Cells], None]
) -> None:
    """Read the cells of a file, several blocks at once.

    Args:
        source: the source, whose folder holds the layouts.
        table: the table a line that is no row is counted against.
        path: the file.
        staging: its reading.
        use: given a desk and the cells of a block.

    Raises:
        InputError: a header no layout knows, a needed one missing, damaged or oversized bytes.
    """
    name, layout = layout_of(source, path)
    staging.notes.append(f"layout {name}")
    stem = stem_of(path).lower()
    choose = names_for(layout, staging.job.name)
    present: set[str] = set()

    def names(form: CsvForm) -> dict[str, str]:
        chosen = choose(form)
        present.update(chosen.values())
        return chosen

    def used(desk: Desk, rows: str) -> None:
        use(desk, Cells(rows, frozenset(present), layout))

    if stem.endswith(JSON_LINES):
        require_known(layout, path, staging)
        present.update(layout.headers)
        read_objects(staging, path, layout.headers, table, used)
    elif stem.endswith(tuple(WORKBOOKS)):
        form = load_sheet(staging, path)
        used(staging, found_cells(form, names(form)))
    else:
        read_csv(staging, path, names, table, used)


def load_sheet(staging: Staging, path: Path) -> CsvForm:
    """Load the first sheet of a workbook in the table `brut`, cells as text."""
    grids = read_workbook(path, staging.job.name)
    title, grid = next(iter(grids.items()))
    header = tuple("" if cell is None else str(cell).strip() for cell in (grid or [[]])[0])
    if not any(header):
        raise InputError(
            file=staging.job.name, line=1, expected=f"a header in sheet {title!r}", found="nothing"
        )
    rows = [(rank, row) for rank, row in enumerate(grid[1:], 2) if any(c is not None for c in row)]
    width = len(header)
    columns = {
        f"c{i}": pa.array(
            [as_text(row[i]) if i < len(row) else None for _, row in rows], pa.string()
        )
        for i in range(width)
    }
    table = pa.table({**columns, LINE: pa.array([rank for rank, _ in rows], pa.int64())})
    staging.connection.register("feuille", table)
    staging.connection.execute(f"CREATE OR REPLACE TEMP TABLE {RAW} AS SELECT * FROM feuille")
    staging.connection.unregister("feuille")
    return CsvForm(header, "", "workbook")


def as_text(raw: Raw) -> str | None:
    """Return a cell of a workbook as a CSV would write it."""
    if raw is None:
        return None
    if isinstance(raw, datetime):
        return raw.isoformat(sep="T", timespec="seconds")
    if isinstance(raw, date):
        return raw.isoformat()
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return str(raw)
