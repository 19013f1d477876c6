"""Write the workbook to fill for e-CDS: instructions, drop-down lists, notes, an example row."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import xlsxwriter

from pipeline.contracts.model import Column
from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import ContractError
from pipeline.sources.ecds_cells import CENTRES, KEYS, targets
from pipeline.sources.ecds_parts import parts
from pipeline.sources.equivalence import KnownPart, heading

LAYOUT = "modele"
EPOCH = dt.datetime(2000, 1, 1)
ROWS_TO_FILL = 5000
YES_NO = ["Oui", "Non"]
WIDE_COLUMN, READABLE = 24, 110
DAY = "dd/mm/yyyy"
# The example row. A cell that is not here takes the example of its type.
EXAMPLES: dict[str, object] = {
    "annee": 2022,
    "date_fermeture": None,
    "effectif_etp": 2.5,
    "effectif_nb": 3,
    "groupement_id": None,
    "montant_eur": 450000.5,
    "poste_code": "Charges de personnel",
    "profession_code": "Médecin généraliste",
}


def column_of(cell: str, part: KnownPart) -> Column:
    """Return the column of a contract that a header fills."""
    if cell in KEYS:
        return contract(CENTRES).column(cell)
    return contract(part.part.table or targets()[cell].table).column(cell)


def example(column: Column, mark: str) -> object:
    """Return what the example row holds in a column."""
    if column.name == "finess":
        return mark
    if column.name in EXAMPLES:
        return EXAMPLES[column.name]
    if column.constraints.vocabulary:
        return next(iter(vocabularies()[column.constraints.vocabulary].values())).fr
    return {"bool": YES_NO[0], "date": dt.datetime(2010, 9, 1)}.get(column.type, 40)


def note(column: Column) -> str:
    """Return what the note of a header says."""
    rules = column.constraints
    unit = "" if column.unit == "none" else f"Unité : {column.unit}.\n"
    listed = f"Valeurs : feuille Listes, colonne {rules.vocabulary}.\n" if rules.vocabulary else ""
    answer = "Valeurs : Oui ou Non.\n" if column.type == "bool" else ""
    needed = "Obligatoire." if rules.required else "Facultatif."
    return f"{column.description.fr}\n{unit}{listed}{answer}{needed}"


def own_parts() -> list[KnownPart]:
    """Return the parts of the layout that the template follows."""
    found = [part for part in parts() if part.layout.name == LAYOUT]
    if not found:
        raise ContractError(f"no layout is named {LAYOUT!r}")
    return found


def columns_of(part: KnownPart) -> list[tuple[str, Column]]:
    """Return the headers of a sheet with the columns they fill."""
    cells = {name: heading(meaning).cell for name, meaning in part.part.headers.items()}
    return [(name, column_of(cell, part)) for name, cell in cells.items()]


class Template:
    """A workbook being written."""

    def __init__(self, target: Path) -> None:
        self.book: Any = xlsxwriter.Workbook(str(target), {"in_memory": True})
        self.parts = own_parts()
        layout = self.parts[0].layout
        self.book.set_properties({"title": layout.title.fr, "created": EPOCH})
        self.bold = self.book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        self.wrap = self.book.add_format({"text_wrap": True, "valign": "top"})
        self.text = self.book.add_format({"num_format": "@"})
        self.day = self.book.add_format({"num_format": DAY})
        grey = {"italic": True, "font_color": "#777777", "bg_color": "#EEEEEE"}
        self.grey = self.book.add_format(grey)
        self.grey_day = self.book.add_format({**grey, "num_format": DAY})
        self.lists: dict[str, str] = {}

    def write(self) -> None:
        """Write every sheet; those that hold no data stand at both ends."""
        first, last = self.parts[0].layout.ignored_sheets
        self.instructions(self.book.add_worksheet(first))
        sheets = [self.book.add_worksheet(part.part.sheet) for part in self.parts]
        self.closed_lists(self.book.add_worksheet(last), last)
        for sheet, part in zip(sheets, self.parts, strict=True):
            self.data_sheet(sheet, part)
        self.book.close()

    def instructions(self, sheet: Any) -> None:
        """Write what to know before filling, in both languages."""
        layout = self.parts[0].layout
        sheet.set_column(0, 1, READABLE, self.wrap)
        for rank, said in enumerate((layout.title, layout.description, *layout.instructions)):
            style = self.bold if rank == 0 else self.wrap
            sheet.write(rank, 0, said.fr, style)
            sheet.write(rank, 1, said.en, style)

    def closed_lists(self, sheet: Any, title: str) -> None:
        """Write the closed lists, one in each column, for the drop-down lists."""
        columns = [column for part in self.parts for _, column in columns_of(part)]
        names = dict.fromkeys(c.constraints.vocabulary for c in columns if c.constraints.vocabulary)
        for rank, name in enumerate(filter(None, names)):
            labels = [label.fr for label in vocabularies()[name].values()]
            sheet.write(0, rank, name, self.bold)
            sheet.write_column(1, rank, labels)
            sheet.set_column(rank, rank, WIDE_COLUMN)
            letter = xlsxwriter.utility.xl_col_to_name(rank)
            self.lists[name] = f"={title}!${letter}$2:${letter}${len(labels) + 1}"

    def data_sheet(self, sheet: Any, part: KnownPart) -> None:
        """Write the headers of a sheet, its drop-down lists and its example row."""
        sheet.freeze_panes(1, len(KEYS))
        sheet.set_row(0, 45)
        for rank, (title, column) in enumerate(columns_of(part)):
            sheet.write(0, rank, title, self.bold)
            sheet.write_comment(0, rank, note(column), {"x_scale": 2.5, "y_scale": 1.6})
            style = {"string": self.text, "date": self.day}.get(column.type)
            sheet.set_column(rank, rank, WIDE_COLUMN, style)
            shown = example(column, part.layout.example)
            grey = self.grey_day if column.type == "date" else self.grey
            if shown is None:
                sheet.write_blank(1, rank, None, grey)
            else:
                sheet.write(1, rank, shown, grey)
            choice = self.choice(column)
            if choice:
                sheet.data_validation(2, rank, ROWS_TO_FILL, rank, choice)

    def choice(self, column: Column) -> dict[str, object]:
        """Return what a cell of a column may hold, as a spreadsheet enforces it."""
        rules = column.constraints
        if rules.vocabulary:
            return {"validate": "list", "source": self.lists[rules.vocabulary]}
        if column.type == "bool":
            return {"validate": "list", "source": YES_NO}
        return {}


def write_ecds_template(target: Path) -> list[Path]:
    """Write the workbook; the same bytes every time.

    Args:
        target: the XLSX to write.

    Returns:
        The file written.
    """
    Template(target).write()
    return [target]
