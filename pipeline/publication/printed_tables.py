"""The tables the documents print, in their own shape again: one page, one CSV each."""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.publication.context import ReportContext, Rows
from pipeline.publication.format import EMPTY, number

FOLDER = "publies"


@dataclass(frozen=True)
class PrintedTable:
    """One printed table: its description, its columns with their unit, its rows of cells."""

    about: dict[str, Any]
    columns: list[tuple[str, str]]
    rows: list[tuple[dict[str, Any], list[dict[str, Any]]]]

    @property
    def file(self) -> str:
        """Name of its CSV."""
        return f"{self.about['tableau_id']}.csv"


def rebuild(about: dict[str, Any], cells: Rows) -> PrintedTable:
    """Put the cells of one table back in rows and columns."""
    by_row: dict[int, Rows] = defaultdict(list)
    for cell in sorted(cells, key=lambda c: (c["ligne_rang"], c["colonne_rang"])):
        by_row[cell["ligne_rang"]].append(cell)
    listed = list(by_row.values())
    units: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        units[cell["colonne"]].add(cell["unite"])
    columns = [
        (cell["colonne"], cell["unite"] if len(units[cell["colonne"]]) == 1 else "")
        for cell in listed[0]
    ]
    return PrintedTable(about, columns, [(row[0], row) for row in listed])


def printed_tables(context: ReportContext) -> list[PrintedTable]:
    """Return every transcribed table, in the order of the index."""
    cells: dict[str, Rows] = defaultdict(list)
    for cell in context.rows("published_tables"):
        cells[cell["tableau_id"]].append(cell)
    return [rebuild(about, cells[about["tableau_id"]]) for about in context.rows("tableaux_index")]


def shown(cell: dict[str, Any], context: ReportContext) -> str:
    """Return a cell as a reader sees it: its number with the printed decimals, or its text."""
    if cell["valeur"] is not None:
        return number(cell["valeur"], cell["decimales"], context.lang)
    return cell["valeur_imprimee"] or EMPTY


def write_printed_csv(table: PrintedTable, folder: Path) -> None:
    """Write one table as a wide CSV: row label, its line in the document, then the cells."""
    with (folder / table.file).open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        names = [f"{name} [{unit}]" if unit else name for name, unit in table.columns]
        writer.writerow(["ligne", "document_id", "document_line", *names])
        for first, row in table.rows:
            printed = [cell["valeur_imprimee"] or "" for cell in row]
            writer.writerow(
                [first["ligne"], first["document_id"], first["document_line"], *printed]
            )


def export_printed_tables(folder: Path, tables: list[PrintedTable]) -> None:
    """Write the CSV of every printed table."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in tables:
        write_printed_csv(table, folder)
