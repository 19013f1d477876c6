"""From the cells of a published grid to canonical rows: each kept whole, or set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.contracts.registry import contract, vocabularies
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import InputError
from pipeline.sources.canonical import FILLED
from pipeline.sources.cells import CellError
from pipeline.sources.french import Raw, folded, plain_number
from pipeline.sources.grid_cells import CellReader
from pipeline.sources.grids import GridTable
from pipeline.sources.manifest import Entry
from pipeline.sources.result import BadCell, Row, SourceResult


@dataclass
class Keeper:
    """Where the rows of one table of one file go.

    `names` gives the header of a column of the contract, where the file has one.
    """

    table: str
    source: GridTable
    origin: str
    names: Mapping[str, str] = field(default_factory=dict)
    readers: list[CellReader] = field(init=False)
    columns: dict[str, list[object]] = field(init=False)
    met: SourceResult = field(init=False)

    def __post_init__(self) -> None:
        self.met = SourceResult(self.table)
        self.columns = {name: [] for name in contract(self.table).names}
        dotted = self.source.layout.decimal == "."
        columns = contract(self.table).columns
        self.readers = [
            CellReader(self.table, column, dotted)
            for column in columns
            if column.name not in FILLED
        ]

    @property
    def result(self) -> SourceResult:
        """What was read so far; the rows kept since it was last asked for are one block."""
        if self.columns["source_line"]:
            schema = arrow_schema(contract(self.table))
            nullable = pa.schema([one.with_nullable(True) for one in schema])
            self.met.blocks.append(pa.table(self.columns, schema=nullable))
            self.columns = {name: [] for name in self.columns}
        return self.met

    def bad(self, line: int, column: str, raw: Raw, reason: str, row: str = "") -> None:
        """Set a row aside for a cell."""
        shown = "" if raw is None else str(raw)
        title = self.names.get(column, column)
        rows = (f"{line} {row}",) if row else ()
        cell = BadCell(self.source.place, line, self.table, title, shown, reason, rows)
        self.met.bad_cells.append(cell)

    def refuse(self, line: int, column: str, raw: Raw, reason: str, row: str = "") -> None:
        """Count a row and set it aside, for a reason a parser does not see."""
        self.met.rows_in += 1
        self.bad(line, column, raw, reason, row)

    def put(self, line: int, cells: Mapping[str, Raw], row: str = "") -> None:
        """Parse the cells of one row of the table and keep it, or set it aside.

        Args:
            line: its line in the file.
            cells: by column of the contract; the others are empty.
            row: what tells it from the other rows of its line.
        """
        self.put_each(line, {}, {row: cells})

    def put_each(
        self, line: int, common: Mapping[str, Raw], rows: Mapping[str, Mapping[str, Raw]]
    ) -> None:
        """Keep or set aside the rows that one line of the file makes.

        Args:
            line: the line.
            common: the cells its rows share, read once.
            rows: the cells of each, by what tells it from the others.
        """
        shared: Row = {"source_file": self.source.place, "source_line": line, "origin": self.origin}
        faults: list[tuple[str, Raw, str]] = []
        own = next(iter(rows.values()), {})
        for reader in self.readers:
            if reader.name not in own:
                raw = common.get(reader.name)
                shared[reader.name], expected = reader.read(raw)
                if expected:
                    faults.append((reader.name, raw, expected))
        apart = [reader for reader in self.readers if reader.name in own]
        for name, cells in rows.items():
            self.keep_row(shared, apart, (name, cells, faults))

    def keep_row(
        self,
        kept: Row,
        readers: list[CellReader],
        told: tuple[str, Mapping[str, Raw], list[tuple[str, Raw, str]]],
    ) -> None:
        """Read the cells of a row that are its own, then keep it or set it aside."""
        name, cells, common_faults = told
        faults = list(common_faults)
        for reader in readers:
            raw = cells[reader.name]
            kept[reader.name], expected = reader.read(raw)
            if expected:
                faults.append((reader.name, raw, expected))
        self.met.rows_in += 1
        for column, raw, expected in faults:
            self.bad(int(str(kept["source_line"])), column, raw, expected, name)
        if not faults:
            for column, values in self.columns.items():
                values.append(kept[column])


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
