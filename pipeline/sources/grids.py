"""Find the table in a published sheet: under titles and notes, above footers, in any container."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from pipeline.errors import InputError
from pipeline.sources.encoding import decode_export
from pipeline.sources.french import Raw, folded
from pipeline.sources.grid_layouts import GridLayout, grid_layouts, refuse_header
from pipeline.sources.sheets import DELIMITERS, WORKBOOKS, is_empty
from pipeline.sources.workbook import BROKEN, Grid, read_workbook

# Titles and notes stand above the header: no publisher read so far writes more lines of them.
DEEPEST_HEADER = 20
ODS_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
ODS_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
ODS_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
# A sheet ends with a row, and rows with a cell, repeated up to its last possible place.
LAST_REPEAT = 1000
ERROR_TEXT = re.compile(r"#[A-Z/0!?]+|Err:[0-9]+")
Line = tuple[int, Sequence[Raw]]


@dataclass(frozen=True)
class GridTable:
    """One table found: its edition, the headers as written, the rows by cell with their lines."""

    layout: GridLayout
    place: str
    sheet: str
    titles: dict[str, str]
    rows: list[tuple[int, dict[str, Raw]]]
    footers: int


def ods_cell(cell: ElementTree.Element) -> Raw:
    """Return a cell of an ODS sheet; a failed formula is its text, whatever value stands beside."""
    text = "\n".join("".join(part.itertext()) for part in cell.iter(f"{ODS_TEXT}p"))
    kind = cell.get(f"{ODS_OFFICE}value-type")
    if ERROR_TEXT.fullmatch(text.strip()):
        return text.strip()
    if kind in ("float", "percentage", "currency"):
        return float(cell.get(f"{ODS_OFFICE}value", "nan"))
    if kind == "date":
        return cell.get(f"{ODS_OFFICE}date-value")
    return text or None


def repeats(element: ElementTree.Element, what: str) -> int:
    """Return how many times a row or a cell stands."""
    return int(element.get(f"{ODS_TABLE}number-{what}-repeated", "1"))


def ods_row(row: ElementTree.Element) -> list[Raw]:
    """Return the cells of a row, the empty ones at its end left out."""
    cells: list[Raw] = []
    for cell in row:
        if cell.tag in (f"{ODS_TABLE}table-cell", f"{ODS_TABLE}covered-table-cell"):
            value, count = ods_cell(cell), repeats(cell, "columns")
            cells += [value] * (count if value is not None else min(count, LAST_REPEAT))
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def read_ods(path: Path, name: str) -> dict[str, Grid]:
    """Return the cells of each sheet of an ODS workbook.

    Raises:
        InputError: the file is no ODS workbook.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            root = ElementTree.fromstring(archive.read("content.xml"))
    except BROKEN as error:
        raise InputError(
            file=name, expected="an ODS workbook that opens", found=str(error)
        ) from None
    grids: dict[str, Grid] = {}
    for sheet in root.iter(f"{ODS_TABLE}table"):
        grid: Grid = []
        for row in sheet.iter(f"{ODS_TABLE}table-row"):
            cells, count = ods_row(row), repeats(row, "rows")
            grid += [cells] * (count if cells else min(count, LAST_REPEAT))
        width = max((len(cells) for cells in grid), default=0)
        padded: Grid = [[*cells, *[None] * (width - len(cells))] for cells in grid]
        grids[sheet.get(f"{ODS_TABLE}name", "")] = padded
    return grids


def text_lines(text: str, name: str, delimiter: str) -> list[Line]:
    """Return the lines of a CSV text, of any width: titles stand above the header."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    lines: list[Line] = []
    start = 1
    try:
        for cells in reader:
            lines.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        hint = "A quote may be left open, or the file cut short."
        raise InputError(
            file=name, line=reader.line_num, expected="valid CSV", found=str(error), hint=hint
        ) from None
    return lines


def csv_candidates(path: Path, name: str) -> Iterator[list[Line]]:
    """Yield the lines of a CSV under each usual separator; the right one shows the header."""
    text, _ = decode_export(path.read_bytes(), name)
    for delimiter in DELIMITERS:
        head = "\n".join(text.splitlines()[:DEEPEST_HEADER])
        if delimiter in head:
            yield text_lines(text, name, delimiter)


def sheets_of(path: Path, name: str) -> dict[str, list[list[Line]]]:
    """Return, for each sheet, the ways its lines may be read: one, but for a CSV."""
    suffix = path.suffix.lower()
    if suffix not in (*WORKBOOKS, ".ods"):
        return {"": list(csv_candidates(path, name))}
    grids = read_ods(path, name) if suffix == ".ods" else read_workbook(path, name)
    return {title: [[*enumerate(grid, 1)]] for title, grid in grids.items()}


def texts_of(cells: Sequence[Raw]) -> list[str]:
    """Return cells as the titles of columns; empty ones as empty texts."""
    return ["" if is_empty(cell) else str(cell).strip() for cell in cells]


def header_rank(layout: GridLayout, lines: Sequence[Line]) -> int | None:
    """Return the rank of the first line that holds every needed header."""
    for rank, (_, cells) in enumerate(lines[:DEEPEST_HEADER]):
        if not layout.missing([layout.meaning(title) for title in texts_of(cells) if title]):
            return rank
    return None


def unknown_headers(layout: GridLayout, lines: Sequence[Line]) -> int:
    """Return how many headers of a table a layout does not know."""
    _, cells = lines[header_rank(layout, lines) or 0]
    return sum(1 for title in texts_of(cells) if title and layout.meaning(title) is None)


def check_units(layout: GridLayout, line: Line, key: int, place: str) -> bool:
    """Is the line under the titles that of units? One of another unit is another quantity."""
    number, cells = line
    texts = [text for text in texts_of(cells) if text]
    if not layout.units or not is_empty(cells[key] if key < len(cells) else None) or not texts:
        return False
    if not any(re.search(layout.units, folded(text)) for text in texts):
        raise InputError(
            file=place,
            line=number,
            expected=f"a unit like {layout.units!r} for layout {layout.layout}",
            found=repr(" / ".join(texts)),
        )
    return True


def read_table(layout: GridLayout, lines: Sequence[Line], place: str, sheet: str) -> GridTable:
    """Return the table of a sheet, whose header is known to be there.

    Raises:
        InputError: an unknown or repeated header, a wrong unit, a row of another width.
    """
    rank = header_rank(layout, lines) or 0
    number, cells = lines[rank]
    titles = texts_of(cells)
    while titles and not titles[-1]:
        titles.pop()
    refuse_header(layout, titles, place, number)
    meanings = [layout.meaning(title) if title else None for title in titles]
    written = {cell: title for cell, title in zip(meanings, titles, strict=True) if cell}
    table = GridTable(layout, place, sheet, written, [], 0)
    rest = list(lines[rank + 1 :])
    if rest and check_units(layout, rest[0], meanings.index(layout.key), place):
        rest.pop(0)
    footers = 0
    for line, row in rest:
        texts = texts_of(row)
        first = next((text for text in texts if text), "")
        if not first or layout.is_footer(first):
            footers += bool(first)
            continue
        refuse_width(row, titles, place, line)
        named = zip(meanings, row, strict=False)
        table.rows.append((line, {cell: raw for cell, raw in named if cell}))
    return GridTable(layout, place, sheet, written, table.rows, footers)


def refuse_width(row: Sequence[Raw], titles: Sequence[str], place: str, line: int) -> None:
    """Refuse a row that lacks cells, or holds something beyond the last header."""
    if len(row) < len(titles) or any(not is_empty(cell) for cell in row[len(titles) :]):
        raise InputError(
            file=place,
            line=line,
            expected=f"{len(titles)} cells as in the header",
            found=f"{len(row)}",
            hint="The file may be cut short, or a note stands under the table: see `footers`.",
        )


def find_tables(path: Path, name: str, source: str) -> tuple[list[GridTable], list[str]]:
    """Open a published file and return its tables, with what there is to say of it.

    Args:
        path: the file: CSV, XLSX or ODS.
        name: how errors and rows name it; a sheet adds its own name after `#`.
        source: the folder of its layouts.

    Raises:
        InputError: no sheet holds a known header, or a table is at fault.
    """
    tables, notes = [], []
    for sheet, ways in sheets_of(path, name).items():
        place = f"{name}#{sheet}" if sheet else name
        found = [
            (layout, lines)
            for layout in grid_layouts(source)
            for lines in ways
            if re.fullmatch(layout.sheet, folded(sheet)) and header_rank(layout, lines) is not None
        ]
        if not found:
            notes.append(f"{place}: no table known, not read")
            continue
        layout, lines = min(found, key=lambda pair: unknown_headers(*pair))
        table = read_table(layout, lines, place, sheet)
        if not table.rows:
            raise InputError(file=place, expected="at least one row", found="a header alone")
        notes.append(
            f"{place}: layout {layout.layout}, {len(table.rows)} rows, {table.footers} notes"
        )
        tables.append(table)
    if not tables:
        wanted = " or ".join(
            f"{lay.layout} ({', '.join(lay.needed)})" for lay in grid_layouts(source)
        )
        raise InputError(
            file=name,
            expected=f"a header of {wanted} in the first {DEEPEST_HEADER} lines",
            found="none",
            hint=f"Copy a layout of pipeline/sources/layouts/{source} and map the headers.",
        )
    return tables, notes
