"""Render centre-years as e-CDS exports: every layout, container, encoding and French notation.

Headers come from the equivalence tables, so that a layout that changes is rendered as it now is.

    paths = write_export(folder, centre_years(real=True), Style(layout="export_large"))
    for path in paths:
        accept(layout, path, "ecds", {})
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.contracts.model import Column
from pipeline.contracts.registry import contract, vocabularies
from pipeline.sources.ecds_cells import (
    CENTRES,
    CODE_COLUMN,
    CODE_LIST,
    KEYS,
    SUFFIXES,
    Target,
    targets,
)
from pipeline.sources.ecds_parts import parts
from pipeline.sources.equivalence import KnownPart
from tests.ecds_centres import CentreYear

Records = list[list[object]]


@dataclass(frozen=True)
class Style:
    """How an export is written.

    `encoding` is that of Python. `group` and `mark` write numbers, `labels` writes the labels of
    closed lists instead of their codes, `missing` stands where nothing is known.
    """

    layout: str = "observatoire"
    container: str = "csv"
    encoding: str = "utf-8"
    delimiter: str = ","
    group: str = ""
    mark: str = "."
    labels: bool = False
    french_dates: bool = False
    yes_no: tuple[str, str] = ("true", "false")
    missing: str = ""


FRENCH = Style(
    layout="export_large",
    encoding="cp1252",
    delimiter=";",
    group="\u00a0",
    mark=",",
    labels=True,
    french_dates=True,
    yes_no=("Oui", "Non"),
    missing="NC",
)


def column_of(cell: str) -> Column:
    """Return the contract of what a cell fills."""
    if cell in KEYS:
        return contract(CENTRES).column(cell)
    target = targets()[cell]
    return contract(target.table).column(target.column)


def number_text(value: Decimal | int, style: Style) -> str:
    """Return a number as the style writes it."""
    whole, _, fraction = format(abs(Decimal(value)), "f").partition(".")
    for place in range(len(whole) - 3, 0, -3):
        whole = whole[:place] + style.group + whole[place:]
    return ("-" if value < 0 else "") + whole + (style.mark + fraction if fraction else "")


def cell_text(cell: str, value: object, style: Style) -> str:
    """Return a value as the style writes it."""
    column = column_of(cell)
    if value is None:
        return style.missing
    if isinstance(value, bool):
        return style.yes_no[0] if value else style.yes_no[1]
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y") if style.french_dates else value.isoformat()
    if isinstance(value, Decimal | int):
        return str(value) if cell == "annee" else number_text(value, style)
    if column.constraints.vocabulary and style.labels:
        return vocabularies()[column.constraints.vocabulary][str(value)].fr
    return str(value)


def typed(cell: str, value: object, style: Style) -> object:
    """Return a value as a workbook holds it; shares stay texts: a format may hide their scale."""
    if isinstance(value, Decimal) and column_of(cell).unit != "%":
        return float(value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day)
    return cell_text(cell, value, style)


def own_parts(layout: str) -> list[KnownPart]:
    """Return the parts of a layout that an export of it is made of."""
    found = [part for part in parts() if part.layout.name == layout]
    return found[:1] if found[0].part.form != "table" and not found[0].part.sheet else found


def value_of(row: CentreYear, cell: str, style: Style) -> object:
    """Return the value of a cell in the container of the style."""
    value = row.get(cell)
    return typed(cell, value, style) if style.container == "xlsx" else cell_text(cell, value, style)


def wide_records(rows: Sequence[CentreYear], part: KnownPart, style: Style) -> Records:
    """Return a row by centre-year; cells the layout has no header for are left out."""
    cells = [cell for cell in (*KEYS, *targets()) if part.written(cell)]
    header: list[object] = [part.written(cell)[0] for cell in cells]
    return [header, *([value_of(row, cell, style) for cell in cells] for row in rows)]


def table_records(rows: Sequence[CentreYear], part: KnownPart, style: Style) -> Records:
    """Return a row by row of a table of several rows by centre and year."""
    table = part.part.table
    columns = (*KEYS, CODE_COLUMN[table], *SUFFIXES[table])
    records: Records = [[part.written(column)[0] for column in columns]]
    for row in rows:
        for code, label in vocabularies()[CODE_LIST[table]].items():
            cells = [Target(table, column, code).name for column in SUFFIXES[table]]
            if any(cell in row for cell in cells):
                keys = [value_of(row, key, style) for key in KEYS]
                values = [value_of(row, cell, style) for cell in cells]
                records.append([*keys, label.fr if style.labels else code, *values])
    return records


def long_variables(
    row: CentreYear, part: KnownPart, style: Style
) -> Iterator[tuple[str, str, str]]:
    """Yield section, variable and cell of what is known of a centre-year."""
    for cell, target in targets().items():
        if cell not in row:
            continue
        for label, section in part.part.sections.items():
            if (section.table, section.column or target.column) == (target.table, target.column):
                column = contract(target.table).column(target.column)
                codes = vocabularies()[CODE_LIST[target.table]] if target.code else {}
                name = codes[target.code].fr if target.code else column.label.fr
                yield label, name if style.labels else (target.code or target.column), cell


def long_records(rows: Sequence[CentreYear], part: KnownPart, style: Style) -> Records:
    """Return a row by cell."""
    cells = (*KEYS, "section", "variable", "value")
    records: Records = [[part.written(cell)[0] for cell in cells]]
    for row in rows:
        keys = [value_of(row, key, style) for key in KEYS]
        for section, variable, cell in long_variables(row, part, style):
            records.append([*keys, section, variable, value_of(row, cell, style)])
    return records


def records_by_part(rows: Sequence[CentreYear], style: Style) -> dict[str, Records]:
    """Return the tables of an export by the name of their sheet."""
    makers = {"wide": wide_records, "table": table_records, "long": long_records}
    return {
        part.part.sheet or "Export": makers[part.part.form](rows, part, style)
        for part in own_parts(style.layout)
    }


def csv_bytes(records: Records, style: Style) -> bytes:
    """Return records as the bytes of a CSV."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n", delimiter=style.delimiter).writerows(records)
    return buffer.getvalue().encode(style.encoding)


def write_book(path: Path, tables: dict[str, Records]) -> None:
    """Write records as a workbook."""
    import xlsxwriter

    book: Any = xlsxwriter.Workbook(str(path), {"default_date_format": "dd/mm/yyyy"})
    for title, records in tables.items():
        sheet = book.add_worksheet(title)
        for rank, record in enumerate(records):
            for column, value in enumerate(record):
                if isinstance(value, str):
                    sheet.write_string(rank, column, value)
                else:
                    sheet.write(rank, column, value)
    book.close()


def write_export(
    folder: Path, rows: Sequence[CentreYear], style: Style | None = None, name: str = "export"
) -> list[Path]:
    """Write centre-years as an export; a layout of several tables gives one CSV for each.

    Args:
        folder: where the files go.
        rows: the centre-years.
        style: layout, container, encoding, notation; the project's own layout by default.
        name: how the files are called, a table adding its own name.

    Returns:
        The files.
    """
    style = style or Style()
    tables = records_by_part(rows, style)
    if style.container == "xlsx":
        write_book(folder / f"{name}.xlsx", tables)
        return [folder / f"{name}.xlsx"]
    paths = []
    for title, records in tables.items():
        stem = name if len(tables) == 1 else f"{name}_{title.lower()}"
        path = folder / f"{stem}.csv"
        path.write_bytes(csv_bytes(records, style))
        paths.append(path)
    return paths
