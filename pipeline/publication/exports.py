"""Downloads of a table: CSV with stable bytes, XLSX with a sheet on what the columns mean."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pa_csv

from pipeline.contracts.model import Lang, TableContract
from pipeline.contracts.registry import contracts

EPOCH = dt.datetime(2000, 1, 1)
WIDEST = 60


def plain(value: object) -> str:
    """Return a cell as a CSV holds it: decimal point, ISO dates, true and false."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def exported_tables() -> dict[str, TableContract]:
    """Return the core tables published as files, by name.

    Restricted ones hold a row per centre, of the user's own export perhaps: they stay in
    `data/processed/`, and only the indicators drawn from them are published. So do tables of
    events, of any size.
    """
    return {
        name: found
        for name, found in contracts().items()
        if found.group == "core" and found.sensitivity == "public" and not found.partition
    }


def plain_column(column: pa.ChunkedArray) -> list[str]:
    """Return the cells of a column as a CSV holds them; texts and whole numbers go all at once."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_integer(kind):
        found: list[str] = column.cast(pa.string()).fill_null("").to_pylist()
        return found
    return [plain(value) for value in column.to_pylist()]


def unquoted_csv(table: pa.Table) -> str | None:
    """Return a table as CSV text where no cell needs quotes, in one go; None where one does."""
    columns = [
        column
        if pa.types.is_string(column.type) or pa.types.is_integer(column.type)
        else pa.array(plain_column(column), pa.string())
        for column in table.columns
    ]
    out = pa.BufferOutputStream()
    options = pa_csv.WriteOptions(quoting_style="none")
    try:
        pa_csv.write_csv(pa.table(columns, names=table.column_names), out, options)
    except pa.ArrowInvalid:
        return None
    head = ",".join(table.column_names) + "\n"
    body: str = out.getvalue().to_pybytes().decode("utf-8")
    return head + body.partition("\n")[2]


def csv_text(table: pa.Table) -> str:
    """Return a table as CSV text: UTF-8, comma, LF."""
    if len(table.column_names) > 1 and (quick := unquoted_csv(table)) is not None:
        return quick
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(table.column_names)
    writer.writerows(zip(*map(plain_column, table.columns), strict=True))
    return out.getvalue()


def write_csv(table: pa.Table, path: Path) -> None:
    """Write a table as CSV."""
    path.write_text(csv_text(table), encoding="utf-8", newline="\n")


def write_cells(sheet: Any, position: int, values: list[object]) -> None:
    """Write the cells of a column under its head; a missing value leaves its cell empty."""
    for row, value in enumerate(values, 1):
        if isinstance(value, bool):
            sheet.write_boolean(row, position, value)
        elif isinstance(value, int | float | Decimal):
            sheet.write_number(row, position, float(value))
        elif value is not None:
            sheet.write_string(row, position, str(value))


def write_xlsx(table: pa.Table, contract: TableContract, path: Path, lang: Lang = "fr") -> None:
    """Write a workbook: the data, then the meaning, unit and source of each column.

    The creation date is fixed so that the same data give the same bytes.
    """
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    book.set_properties({"title": contract.title[lang], "created": EPOCH})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    data = book.add_worksheet("donnees" if lang == "fr" else "data")
    data.freeze_panes(1, 0)
    for position, column in enumerate(contract.released):
        values = table.column(column.name).to_pylist()
        data.write(0, position, column.name, bold)
        write_cells(data, position, values)
        width = max([len(column.name), *(len(str(v)) for v in values if v is not None)])
        data.set_column(position, position, min(width + 2, WIDEST))
    notes = book.add_worksheet("colonnes" if lang == "fr" else "columns")
    write_notes(notes, contract, bold, lang)
    book.close()


def write_notes(sheet: Any, contract: TableContract, bold: Any, lang: Lang) -> None:
    """Write the sheet that says what each column means."""
    sheet.write(0, 0, contract.title[lang], bold)
    sheet.write(1, 0, contract.description[lang])
    heads = {"fr": ("Colonne", "Libellé", "Unité", "Description", "Source")}
    heads["en"] = ("Column", "Label", "Unit", "Description", "Source")
    for position, head in enumerate(heads[lang]):
        sheet.write(3, position, head, bold)
    for row, column in enumerate(contract.released, 4):
        cells = (column.name, column.label[lang], column.unit, column.description[lang])
        for position, value in enumerate((*cells, column.source)):
            sheet.write(row, position, value)
    sheet.set_column(0, 2, 26)
    sheet.set_column(3, 3, 80)
    sheet.set_column(4, 4, 30)
