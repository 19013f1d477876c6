"""Open an XLSX workbook: typed cells of every sheet, errors of formulas included."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from xml.etree import ElementTree

import python_calamine

from pipeline.errors import InputError
from pipeline.sources.french import Raw

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR_CELL = re.compile(rb"""\bt=["']e["']""")
PLACE = re.compile(r"([A-Z]+)([0-9]+)")
LETTERS = 26

Grid = list[list[Raw]]


def column_rank(letters: str) -> int:
    """Return the rank of a column from its letters, A being 0."""
    rank = 0
    for letter in letters:
        rank = rank * LETTERS + ord(letter) - ord("A") + 1
    return rank - 1


def sheet_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the file of the archive that holds each sheet, by name of the sheet."""
    links = {
        link.get("Id"): str(link.get("Target"))
        for link in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    return {
        str(sheet.get("name")): str(PurePosixPath("/xl") / links[sheet.get(LINK)]).lstrip("/")
        for sheet in book.iter(f"{MAIN}sheet")
    }


def counts_from_1904(archive: zipfile.ZipFile) -> bool:
    """Does the workbook count its days from 1904, four years after the others?"""
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    found = book.find(f"{MAIN}workbookPr")
    return found is not None and found.get("date1904") in ("1", "true")


def error_cells(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[int, int, str]]:
    """Yield row, column and text of the cells whose formula failed.

    The reader of workbooks shows them as empty, hence as missing, which they are not.
    """
    data = archive.read(part)
    if not ERROR_CELL.search(data):
        return
    for cell in ElementTree.fromstring(data).iter(f"{MAIN}c"):
        found = PLACE.fullmatch(cell.get("r", ""))
        if cell.get("t") == "e" and found:
            text = cell.findtext(f"{MAIN}v") or "#"
            yield int(found[2]) - 1, column_rank(found[1]), text


def read_grids(path: Path) -> dict[str, Grid]:
    """Return the cells of each sheet from its corner A1."""
    book = python_calamine.load_workbook(str(path))
    with zipfile.ZipFile(path) as archive:
        if counts_from_1904(archive):
            raise ValueError("days counted from 1904")
        parts = sheet_parts(archive)
        grids = {}
        for sheet in book.sheet_names:
            cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            grid: Grid = [list(row) for row in cells]
            for row, column, text in error_cells(archive, parts[sheet]):
                grid[row][column] = text
            grids[sheet] = grid
    return grids


def read_workbook(path: Path, name: str) -> dict[str, Grid]:
    """Return the cells of each sheet of a workbook, by name of the sheet.

    Raises:
        InputError: the file is no XLSX workbook, or counts its days from 1904.
    """
    try:
        return read_grids(path)
    except (
        python_calamine.CalamineError,
        zipfile.BadZipFile,
        ElementTree.ParseError,
        KeyError,
        ValueError,
    ) as error:
        raise InputError(
            file=name, expected="an XLSX workbook that opens", found=str(error)
        ) from None
