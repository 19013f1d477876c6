"""A flat feed, CSV, XLSX or one JSON object to a line, as rows with every cell of its layout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa

from pipeline.errors import InputError
from pipeline.sources.csv_stream import RAW, CsvForm, csv_relations, select_cells
from pipeline.sources.flat_layout import FlatLayout, all_cells, layout_of, names_for
from pipeline.sources.french import Raw
from pipeline.sources.json_stream import json_relations
from pipeline.sources.sheets import WORKBOOKS
from pipeline.sources.staging import LINE, Staging
from pipeline.sources.streams import stem_of
from pipeline.sources.workbook import read_workbook

JSON_LINES = (".ndjson", ".jsonl", ".json")


def flat_rows(source: str, table: str, path: Path, staging: Staging) -> Iterator[str]:
    """Yield the SQL of the rows of each block, with every cell of the layout of the file.

    Args:
        source: the source, whose folder holds the layouts.
        table: the table a line that is no row is counted against.
        path: the file.
        staging: its reading.

    Raises:
        InputError: a header no layout knows, a needed one missing, damaged or oversized bytes.
    """
    name, layout = layout_of(source, path)
    staging.notes.append(f"layout {name}")

    def aside(line: int, found: str, expected: str) -> None:
        staging.set_aside(table, line, "ligne", found, expected)

    stem = stem_of(path).lower()
    if stem.endswith(JSON_LINES):
        members = {said: "VARCHAR" for heads in layout.headers.values() for said in heads}
        for rows in json_relations(staging, path, members, aside):
            yield all_cells(layout, by_cell(layout, rows), set(layout.headers))
        return
    choose = names_for(layout, staging.job.name)
    if stem.endswith(tuple(WORKBOOKS)):
        form = load_sheet(staging, path)
        chosen = choose(form)
        yield all_cells(layout, select_cells(form, chosen), set(chosen.values()))
        return
    present: set[str] = set()

    def names(form: CsvForm) -> dict[str, str]:
        chosen = choose(form)
        present.update(chosen.values())
        return chosen

    for rows in csv_relations(staging, path, names, aside):
        yield all_cells(layout, rows, present)


def by_cell(layout: FlatLayout, rows: str) -> str:
    """Return the SQL of objects whose members take the names of the cells they fill."""
    cells = [
        "nullif(trim(coalesce(" + ", ".join(f'"{head}"' for head in heads) + f")), '') AS {cell}"
        for cell, heads in layout.headers.items()
    ]
    return f"SELECT {', '.join(cells)}, {LINE} FROM ({rows})"


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
