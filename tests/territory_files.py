"""Small files on territories, made up, in the exact formats of their publishers."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import xlsxwriter

from pipeline.sources.registry import sources
from pipeline.sources.result import Reading, Row
from tests.support import entry_of

Line = Sequence[object]
APL_TITLES = [
    "Code commune INSEE",
    "Commune",
    "APL aux médecins généralistes",
    "APL aux médecins généralistes de 65 ans et moins ",
    "Population standardisée 2022 pour la médecine générale",
    "Population totale 2022",
]
APL_UNITS = ["", "", "Nombre de consultations accessibles par an par habitant standardisé"]
ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">'
)


def workbook(path: Path, sheets: Mapping[str, Sequence[Line]]) -> Path:
    """Write an XLSX of these sheets."""
    with xlsxwriter.Workbook(str(path)) as book:
        for title, lines in sheets.items():
            sheet = book.add_worksheet(title)
            for rank, cells in enumerate(lines):
                sheet.write_row(rank, 0, cells)
    return path


def apl_sheet(*rows: Line, titles: Line = APL_TITLES, units: Line = APL_UNITS) -> list[Line]:
    """Return a sheet of the APL: eight lines of titles, the header, units, rows, footers."""
    head: list[Line] = [["APL"], ["Note"], [], [], [], [], [], ["DREES"]]
    foot: list[Line] = [
        ["Lecture > 1 commune"],
        ["Champ > Hors Mayotte"],
        ["Source > DREES"],
    ]
    return [*head, titles, units, *rows, *foot]


def apl_book(path: Path, *rows: Line, title: str = "APL 2024") -> Path:
    """Write a workbook of the APL, with a page of notes before its year."""
    return workbook(path, {"Lisez-moi": [["Notice"]], title: apl_sheet(*rows)})


def ods_value(value: object) -> str:
    """Return a cell of an ODS; a failed formula keeps a zero beside its text, as some tools do."""
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, int | float):
        return f'<table:table-cell office:value-type="float" office:value="{value!r}"/>'
    shown = f"<text:p>{escape(str(value))}</text:p>".replace("\n", "</text:p><text:p>")
    kind = "float" if str(value).startswith("#") else "string"
    told = ' office:value="0"' if kind == "float" else ""
    return f'<table:table-cell office:value-type="{kind}"{told}>{shown}</table:table-cell>'


def ods(path: Path, lines: Sequence[Line]) -> Path:
    """Write an ODS of one sheet, whose rows end as spreadsheets end them."""
    tail = '<table:table-cell table:number-columns-repeated="16380"/>'
    rows = "".join(
        f"<table:table-row>{''.join(map(ods_value, cells))}{tail}</table:table-row>"
        for cells in lines
    )
    last = f'<table:table-row table:number-rows-repeated="1048000">{tail}</table:table-row>'
    body = (
        f'{ODS_HEAD}<office:body><office:spreadsheet><table:table table:name="F1">{rows}{last}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", body)
    return path


def csv_file(path: Path, *lines: str, encoding: str = "utf-8") -> Path:
    """Write lines as a text."""
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return path


def read(source: str, *paths: Path, vintage: str = "2024") -> Reading:
    """Read files as a source does in a run, settled."""
    known = sources()[source]
    merged = Reading({})
    for path in paths:
        merged.merge(known.read(path, path.name, entry_of(source=source, vintage=vintage)))
    known.settle(merged)
    return merged


def rows(reading: Reading, table: str) -> list[Row]:
    """Return the kept rows of a table."""
    return reading.results[table].to_arrow().to_pylist()


def reasons(reading: Reading, table: str) -> list[tuple[int, str, str]]:
    """Return line, value and reason of what was set aside."""
    return [(c.source_line, c.valeur, c.motif) for c in reading.results[table].bad_cells]
