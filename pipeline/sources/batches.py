"""From columns of raw cells to the rows of a table: every row is kept or set aside, none is lost.

A batch holds the cells of one table for the centres and years of one sheet, column by column: that
is how an export of thousands of lines and a hundred columns is read within a second or two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.contracts.registry import contract
from pipeline.sources.cells import CellError
from pipeline.sources.french import Parser, Raw, french_parser, is_missing
from pipeline.sources.result import BadCell, Key, Row, SourceResult

A_VALUE = "a value"


@dataclass(frozen=True)
class Fault:
    """One cell that does not parse: its line, the name of its column, what it holds."""

    line: int
    header: str
    value: str
    expected: str


@dataclass
class Parsed:
    """A column of cells once parsed; a missing cell gives None, an unreadable one a fault."""

    values: list[object]
    faults: dict[int, Fault] = field(default_factory=dict)


@dataclass(frozen=True)
class CellColumn:
    """The raw cells of one column of a table, each with its line in the file."""

    column: str
    header: str
    raws: Sequence[Raw]
    lines: Sequence[int]
    factor: int = 1

    def parsed(self, table: str) -> Parsed:
        """Parse every cell as the contract of its table says; equal texts are parsed once."""
        return parse_cells(self, french_parser(contract(table).column(self.column), self.factor))


@dataclass(frozen=True)
class Keys:
    """The centre and year of each entry; None where they do not parse, with the faults."""

    values: Sequence[Key | None]
    faults: dict[int, list[Fault]]


@dataclass(frozen=True)
class Batch:
    """The cells of one table, entry by entry.

    `codes` says the row of each entry where the table has several by centre and year, `derived`
    the columns that follow from each code. `required` cells may not miss on a row that is made.
    """

    table: str
    file: str
    keys: Keys
    lines: Sequence[int]
    columns: Sequence[CellColumn]
    codes: Sequence[str]
    derived: dict[str, dict[str, object]]
    required: tuple[str, ...] = ()


def memo_key(raw: Raw) -> object:
    """Return what tells two raw cells apart: 1, 1.0 and True are not the same cell."""
    return raw if isinstance(raw, str) else (type(raw), raw)


def parse_cells(cells: CellColumn, parser: Parser) -> Parsed:
    """Parse a column of cells."""
    found = Parsed([None] * len(cells.raws))
    known: dict[object, tuple[object, str]] = {}
    for rank, raw in enumerate(cells.raws):
        key = memo_key(raw)
        if key not in known:
            known[key] = parse_cell(raw, parser)
        value, expected = known[key]
        if expected:
            found.faults[rank] = Fault(cells.lines[rank], cells.header, str(raw), expected)
        else:
            found.values[rank] = value
    return found


def parse_cell(raw: Raw, parser: Parser) -> tuple[object, str]:
    """Return the value of a cell, and what was expected when it has none."""
    if is_missing(raw):
        return None, ""
    try:
        return parser(raw), ""
    except CellError as error:
        return None, str(error)


def row_name(line: int, code: str) -> str:
    """Return the name of a row within its file: its line, and its code where there are several."""
    return f"{line}/{code}" if code else str(line)


def missing_faults(batch: Batch, rank: int, columns: list[Parsed]) -> list[Fault]:
    """Return a fault for each required cell that misses."""
    return [
        Fault(cells.lines[rank], cells.header, str(cells.raws[rank] or ""), A_VALUE)
        for cells, parsed in zip(batch.columns, columns, strict=True)
        if cells.column in batch.required
        and parsed.values[rank] is None
        and rank not in parsed.faults
    ]


def assemble(batch: Batch, origin: str, result: SourceResult) -> set[int]:
    """Make the rows of a batch; an entry with nothing to say makes none.

    Args:
        batch: the cells.
        origin: that of the file.
        result: where rows and bad cells go.

    Returns:
        The ranks of the entries set aside.
    """
    columns = [cells.parsed(batch.table) for cells in batch.columns]
    names = [cells.column for cells in batch.columns]
    faulty = set(batch.keys.faults).union(*(parsed.faults for parsed in columns))
    demanded = [p.values for p, n in zip(columns, names, strict=True) if n in batch.required]
    blank: Row = dict.fromkeys(contract(batch.table).names)
    aside = set()
    for rank, values in enumerate(zip(*(parsed.values for parsed in columns), strict=True)):
        spoilt = rank in faulty and any(rank in parsed.faults for parsed in columns)
        if not spoilt and not any(value is not None for value in values):
            continue
        result.rows_in += 1
        key = batch.keys.values[rank]
        if spoilt or key is None or any(held[rank] is None for held in demanded):
            result.bad_cells += bad_cells(batch, rank, columns)
            aside.add(rank)
            continue
        code = batch.codes[rank]
        row = {**blank, **dict(zip(names, values, strict=True)), **batch.derived[code]}
        row["annee"], row["finess"] = key
        row["source_file"], row["source_line"] = batch.file, batch.lines[rank]
        row["origin"] = origin
        result.rows.append(row)
    return aside


def bad_cells(batch: Batch, rank: int, columns: list[Parsed]) -> list[BadCell]:
    """Return the cells that set an entry aside, those of its key among them."""
    faults = [*batch.keys.faults.get(rank, ()), *missing_faults(batch, rank, columns)]
    faults += [parsed.faults[rank] for parsed in columns if rank in parsed.faults]
    rows = (row_name(batch.lines[rank], batch.codes[rank]),)
    return [
        BadCell(batch.file, f.line, batch.table, f.header, f.value, f.expected, rows)
        for f in faults
    ]
