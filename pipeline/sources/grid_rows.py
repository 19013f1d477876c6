"""From the cells of a published grid to canonical rows: each kept whole, or set aside."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from functools import cache
from pathlib import Path

from pipeline.contracts.model import Column
from pipeline.contracts.registry import contract, vocabularies
from pipeline.contracts.schema import decimal_scale
from pipeline.errors import InputError
from pipeline.sources.canonical import FILLED
from pipeline.sources.cells import INTEGER_BITS, NUMBER, CellError, cell_parser
from pipeline.sources.french import EXACT, Raw, folded, french_parser, is_missing, plain_number
from pipeline.sources.grids import ERROR_TEXT, GridTable
from pipeline.sources.manifest import Entry
from pipeline.sources.result import BadCell, Row, SourceResult

# What a spreadsheet leaves on a whole number: 520.000000004.
NOISE = Decimal("0.000001")
REASON = "motif_vide_code"
MISSING_CODES = {"nc": "nc", "ns": "ns", "nd": "nd"}


def why_missing(raw: Raw) -> str | None:
    """Return the code of why a cell holds no value; None when it holds one."""
    if isinstance(raw, str) and ERROR_TEXT.fullmatch(raw.strip()):
        return "erreur"
    if not is_missing(raw):
        return None
    text = raw.strip().replace(".", "").casefold() if isinstance(raw, str) else ""
    return MISSING_CODES.get(text, "absent")


def read_number(raw: Raw, column: Column, dotted: bool) -> object:
    """Read a number of a column, binary tails rounded to what the column holds.

    Args:
        raw: the cell, a text or a number of a workbook.
        column: that of the contract.
        dotted: does the file write decimals with a point?
    """
    if dotted and isinstance(raw, str):
        text = raw.strip()
        if not NUMBER.fullmatch(text):
            raise CellError("a number with a decimal point, such as 1234.5")
    else:
        text = plain_number(raw)
    scale = decimal_scale(column.type)
    if scale is not None:
        unit = Decimal(1).scaleb(-scale[1])
        text = format(EXACT.quantize(Decimal(text), unit).normalize(), "f")
    elif column.type in INTEGER_BITS and isinstance(raw, float):
        whole = Decimal(text).quantize(Decimal(1), ROUND_HALF_EVEN)
        text = format(whole, "f") if abs(Decimal(text) - whole) <= NOISE else text
    return cell_parser(column.type)(text)


@cache
def parser_of(table: str, name: str, dotted: bool) -> Callable[[Raw], object]:
    """Return what reads the cells of a column of a contract."""
    column = contract(table).column(name)
    if decimal_scale(column.type) or column.type in INTEGER_BITS:
        return lambda raw: read_number(raw, column, dotted)
    return french_parser(column)


@dataclass
class Keeper:
    """Where the rows of one table of one file go.

    `names` gives the header of a column of the contract, where the file has one.
    """

    table: str
    source: GridTable
    origin: str
    names: Mapping[str, str] = field(default_factory=dict)
    result: SourceResult = field(init=False)

    def __post_init__(self) -> None:
        self.result = SourceResult(self.table)

    def bad(self, line: int, column: str, raw: Raw, reason: str, row: str = "") -> None:
        """Set a row aside for a cell."""
        shown = "" if raw is None else str(raw)
        title = self.names.get(column, column)
        rows = (f"{line} {row}",) if row else ()
        cell = BadCell(self.source.place, line, self.table, title, shown, reason, rows)
        self.result.bad_cells.append(cell)

    def refuse(self, line: int, column: str, raw: Raw, reason: str, row: str = "") -> None:
        """Count a row and set it aside, for a reason a parser does not see."""
        self.result.rows_in += 1
        self.bad(line, column, raw, reason, row)

    def put(self, line: int, cells: Mapping[str, Raw], row: str = "") -> None:
        """Parse the cells of one row of the table and keep it, or set it aside.

        Args:
            line: its line in the file.
            cells: by column of the contract; the others are empty.
            row: what tells it from the other rows of its line.
        """
        self.result.rows_in += 1
        kept: Row = {"source_file": self.source.place, "source_line": line, "origin": self.origin}
        faults = 0
        for column in contract(self.table).columns:
            if column.name in FILLED:
                continue
            raw = cells.get(column.name)
            try:
                kept[column.name] = self.parse(column, raw)
            except CellError as error:
                faults += 1
                self.bad(line, column.name, raw, str(error), row)
        if not faults:
            self.result.rows.append(kept)

    def parse(self, column: Column, raw: Raw) -> object:
        """Parse one cell; CellError when it does not read, or misses where it must not."""
        # `nd` says nothing in a cell of the file, but is a reason of the list.
        if column.name != REASON and why_missing(raw) is not None:
            if column.constraints.required:
                raise CellError("a value")
            return None
        if raw is None:
            return None
        return parser_of(self.table, column.name, self.source.layout.decimal == ".")(raw)


def keeper(table: str, source: GridTable, entry: Entry, **names: str) -> Keeper:
    """Return where the rows of a table go; `names` gives the cell that fills a column."""
    titles = source.titles
    known = {column: titles.get(cell, cell) for column, cell in names.items()}
    return Keeper(table, source, entry.origin, {**titles, **known})


def year_in(text: str) -> int | None:
    """Return the one year a text holds; None when it holds none or several."""
    found = set(re.findall(r"(?<![0-9])((?:19|20)[0-9]{2})(?![0-9])", text))
    return int(found.pop()) if len(found) == 1 else None


def year_of(name: str, entry: Entry) -> int:
    """Return the year of an edition: in the name of the file, else the declared vintage.

    Raises:
        InputError: neither holds one year.
    """
    year = year_in(Path(name).stem.replace("_", " ")) or year_in(entry.vintage)
    if year is None:
        raise InputError(
            file=name,
            expected="one year in the name of the file or in the vintage",
            found=f"vintage {entry.vintage!r}",
            hint="Say it: snp add FILE --as SOURCE --vintage YEAR.",
        )
    return year


DEPARTEMENT = re.compile(r"(?:SAS-)?0*([0-9][0-9A-F]?[0-9AB]?)(?: ?- ?.*)?", re.IGNORECASE)
# The departments FINESS names otherwise, and Corsica as the SAS platform writes it.
ALIASES = {
    "20A": "2A",
    "20B": "2B",
    "9A": "971",
    "9B": "972",
    "9C": "973",
    "9D": "974",
    "9F": "976",
}


def departement_of(raw: Raw) -> str:
    """Return the department a cell names, however its publisher writes it.

    Read: `1`, `075-Paris`, `02A-Corse-du-Sud`, `971 -Guadeloupe`, `SAS-976`, `20A`, `9F`, a name.

    Raises:
        CellError: no department of today; `20`, the Corsica of before 1976, is none.
    """
    text = plain_number(raw) if isinstance(raw, int | float) else str(raw or "").strip()
    known = vocabularies()["departement"]
    if found := DEPARTEMENT.fullmatch(text):
        code = found[1].upper()
        code = ALIASES.get(code, code.zfill(2))
        if code in known:
            return code
    named = [code for code, label in known.items() if folded(label.fr) == folded(text)]
    if len(named) == 1:
        return named[0]
    raise CellError("a department, such as 01, 2A or 971")


NEIGHBOURHOOD_PLACE = re.compile(r"Q[PN]([0-9]{2}[0-9AB])[0-9A-Z]{3}")


def departement_of_code(code: str) -> str | None:
    """Return the department in the code of a municipality, district or neighbourhood.

    Returns:
        `01` for 01001, `2A` for 2A004 or QP02A001, `971` for 97101; None when there is none.
    """
    if found := NEIGHBOURHOOD_PLACE.fullmatch(code):
        return found[1].removeprefix("0")
    if not re.fullmatch(r"(?:[0-9]{2}|2[AB])[0-9]{3}", code):
        return None
    return code[:3] if code.startswith(("97", "98")) else code[:2]


DISTRICTS = {"751": "75056", "6938": "69123", "132": "13055"}


def parent_of(commune: str) -> str:
    """Return the municipality of a district of Paris, Lyon or Marseille; any other code itself."""
    for head, parent in DISTRICTS.items():
        if commune.startswith(head) and commune != parent:
            return parent
    return commune


def commune_text(raw: Raw) -> str:
    """Return the code of a municipality as a text; a workbook may have made a number of it."""
    if isinstance(raw, int | float):
        raise CellError("a code written as a text: its first zero may be lost")
    return str(raw or "").strip()


def commune_level(commune: str) -> str:
    """Return the level of a municipality code: a district is no municipality."""
    return "commune" if parent_of(commune) == commune else "arrondissement_municipal"
