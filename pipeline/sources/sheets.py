"""Open an export whatever its container: CSV of any usual separator and encoding, or XLSX."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.sources.encoding import decode_export
from pipeline.sources.french import Raw
from pipeline.sources.text import check_header, check_rows, parse_csv
from pipeline.sources.workbook import Grid, read_workbook

DELIMITERS = {";": "semicolon", ",": "comma", "\t": "tab"}
WORKBOOKS = (".xlsx", ".xlsm")
# How many cells of a header the reader knows.
Score = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Sheet:
    """One table of an export: a header, and the rows that hold something, each with its line."""

    name: str
    title: str
    header: list[str]
    rows: list[tuple[int, Sequence[Raw]]]
    container: str


def is_empty(raw: Raw) -> bool:
    """Is there nothing in a cell?"""
    return raw is None or (isinstance(raw, str) and not raw.strip())


def filled_width(header: Sequence[str], rows: Sequence[tuple[int, Sequence[Raw]]]) -> int:
    """Return the number of columns up to the last one that holds anything."""
    width = len(header)
    while width and is_empty(header[width - 1]):
        if any(not is_empty(cells[width - 1]) for _, cells in rows):
            break
        width -= 1
    return width


def trimmed(
    header: list[str], rows: Sequence[tuple[int, Sequence[Raw]]], name: str
) -> tuple[list[str], list[tuple[int, Sequence[Raw]]]]:
    """Drop the empty columns at the right and the empty rows that spreadsheets leave."""
    width = filled_width(header, rows)
    kept = [
        (line, cells[:width])
        for line, cells in rows
        if any(not is_empty(cell) for cell in cells[:width])
    ]
    titles = [title.strip() for title in header[:width]]
    check_header([title for title in titles if title], name)
    for rank, title in enumerate(titles, 1):
        if not title:
            raise InputError(
                file=name, line=1, expected=f"a header for column {rank}", found="none"
            )
    return titles, kept


def best_delimiter(text: str, name: str, score: Score) -> str:
    """Return the separator under which the header is best known, then widest."""
    first = text.lstrip("\r\n")

    def rank(delimiter: str) -> tuple[int, int]:
        header, _ = parse_csv(first[: first_record_end(first)], name, delimiter)
        return score(header), len(header)

    return max(DELIMITERS, key=rank)


def first_record_end(text: str) -> int:
    """Return where the header ends: at the first line end outside quotes."""
    inside = False
    for position, sign in enumerate(text):
        if sign == '"':
            inside = not inside
        elif sign in "\r\n" and not inside:
            return position
    return len(text)


def read_text(path: Path, name: str, score: Score) -> list[Sheet]:
    """Return the one table of a CSV."""
    text, encoding = decode_export(path.read_bytes(), name)
    delimiter = best_delimiter(text, name, score)
    header, found = parse_csv(text, name, delimiter)
    check_rows(header, found, name)
    titles, rows = trimmed(header, found, name)
    check_rows(titles, rows, name)
    container = f"{encoding}, {DELIMITERS[delimiter]} between columns"
    return [Sheet(name, "", titles, rows, container)]


def read_sheet(grid: Grid, name: str, title: str) -> Sheet | None:
    """Return a sheet of a workbook; None when it is empty."""
    if not any(not is_empty(cell) for row in grid for cell in row):
        return None
    header = ["" if cell is None else str(cell) for cell in grid[0]]
    place = f"{name}#{title}"
    if all(is_empty(cell) for cell in header):
        raise InputError(file=place, line=1, expected="a header line", found="an empty line")
    titles, rows = trimmed(header, list(enumerate(grid[1:], 2)), place)
    return Sheet(place, title, titles, rows, "XLSX")


def read_export(path: Path, name: str, score: Score) -> list[Sheet]:
    """Open an export: its tables in order, empty sheets left out.

    Args:
        path: the file.
        name: how errors and rows name it; a sheet adds its own name after `#`.
        score: how many cells of a header the reader knows, to find the separator.

    Raises:
        InputError: a file that does not open, broken accents, a header or a width that is wrong.
    """
    if path.suffix.lower() not in WORKBOOKS:
        return read_text(path, name, score)
    grids = read_workbook(path, name)
    sheets = [read_sheet(grid, name, title) for title, grid in grids.items()]
    found = [sheet for sheet in sheets if sheet is not None]
    if not found:
        raise InputError(file=name, expected="a header line and rows", found="an empty workbook")
    return found
