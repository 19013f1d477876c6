"""Read the transcribed tables: one wide CSV each, described by a row of `tableaux_index`."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.sources.cells import NUMBER, CellError, cell_parser
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Row, SourceResult
from pipeline.sources.text import CsvFile, read_csv

BY_ROW = "selon la ligne"
# Columns that say something of the whole row: its unit, its own line of the document.
ABOUT_ROW = ("unite", "ligne", "ligne_fin")
LABEL_SEPARATOR = " · "
LINE_NUMBER = re.compile(r"[0-9]{1,9}")


def parse_units(text: str, index_name: str) -> dict[str, str]:
    """Parse `column=unit;column=unit`."""
    units = {}
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        column, found, unit = part.partition("=")
        if not found:
            raise InputError(
                file=index_name, column="unites", expected="column=unit", found=repr(part)
            )
        units[column.strip()] = unit.strip()
    return units


def split_columns(
    file: CsvFile, described: Row, index_name: str
) -> tuple[list[str], dict[str, str]]:
    """Return the label columns and the unit of each value column; refuse what does not match."""
    labels = [name.strip() for name in str(described["colonnes_libelle"]).split(";")]
    units = parse_units(str(described["unites"] or ""), index_name)
    by_row = ["unite"] if BY_ROW in units.values() else []
    for name in [*labels, *units, *by_row]:
        if name not in file.header:
            raise InputError(
                file=file.name,
                line=1,
                column=name,
                expected=f"the columns that {index_name} describes",
                found=f"a header without {name!r}",
            )
    for name in file.header:
        if name not in labels and name not in units and name not in ABOUT_ROW:
            raise InputError(
                file=file.name,
                line=1,
                column=name,
                expected=f"a unit for every value column in {index_name}",
                found=f"none for {name!r}",
            )
    return [name for name in labels if name not in ABOUT_ROW], units


def row_lines(record: dict[str, str], described: Row, name: str, line: int) -> Row:
    """Return the document lines of a row: its own when printed beside it, else the table's."""
    if not record.get("ligne"):
        return {key: described[key] for key in ("document_line", "document_line_end")}
    first, last = record["ligne"], record.get("ligne_fin", "")
    for column, text in (("ligne", first), ("ligne_fin", last or "1")):
        if not LINE_NUMBER.fullmatch(text):
            raise InputError(
                file=name, line=line, column=column, expected="a line number", found=repr(text)
            )
    return {"document_line": int(first), "document_line_end": int(last) if last else None}


def table_cell(
    printed: str, name: str, line: int, column: str
) -> tuple[Decimal | None, int | None]:
    """Return the number of a printed cell and its decimals; (None, None) for a text."""
    if not NUMBER.fullmatch(printed):
        return None, None
    parse = cell_parser(contract("published_tables").column("valeur").type)
    try:
        return Decimal(str(parse(printed))), len(printed.partition(".")[2])
    except CellError as error:
        raise InputError(
            file=name, line=line, column=column, expected=str(error), found=printed
        ) from None


def read_wide_table(path: Path, name: str, entry: Entry, described: Row) -> SourceResult:
    """Melt one wide table into cells.

    Args:
        path: the file.
        name: its path relative to the root.
        entry: its line of the manifest.
        described: its row of `tableaux_index`.

    Returns:
        One row per cell, blanks included, under the contract `published_tables`.
    """
    file = read_csv(path, name)
    index_name = str(described["source_file"])
    labels, units = split_columns(file, described, index_name)
    shared = ("tableau_id", "document_id")
    common: Row = {key: described[key] for key in shared} | {"origin": entry.origin}
    result = SourceResult("published_tables")
    for row_rank, (line, cells) in enumerate(file.rows, 1):
        record = dict(zip(file.header, cells, strict=True))
        shown = [record[n] for n in labels if record[n]]
        lines = row_lines(record, described, name, line)
        for column_rank, (column, unit) in enumerate(units.items(), 1):
            value, decimals = table_cell(record[column], name, line, column)
            result.rows.append(
                {
                    **common,
                    **lines,
                    "ligne_rang": row_rank,
                    "ligne": LABEL_SEPARATOR.join(shown),
                    "colonne_rang": column_rank,
                    "colonne": column,
                    "valeur_imprimee": record[column] or None,
                    "valeur": value,
                    "decimales": decimals,
                    "unite": (record["unite"] or None) if unit == BY_ROW else unit,
                    "source_file": name,
                    "source_line": line,
                }
            )
    result.rows_in = len(result.rows)
    return result
