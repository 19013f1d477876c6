"""From a sheet of an e-CDS export to batches of cells, in each of its three forms."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.contracts.registry import contract
from pipeline.sources.batches import A_VALUE, Batch, CellColumn, Fault, Keys, parse_cells
from pipeline.sources.ecds_cells import (
    CENTRES,
    CODE_COLUMN,
    KEYS,
    SUFFIXES,
    Target,
    derived,
    targets,
)
from pipeline.sources.ecds_long import long_batches
from pipeline.sources.ecds_parts import ORIGIN, check_complete
from pipeline.sources.equivalence import IGNORED, KnownPart
from pipeline.sources.french import french_parser
from pipeline.sources.result import Key
from pipeline.sources.sheets import Sheet


def parse_keys(columns: Sequence[CellColumn], table: str = CENTRES) -> Keys:
    """Parse the columns that name an entry: each must hold a value."""
    faults: dict[int, list[Fault]] = {}
    parsed = []
    for cells in columns:
        found = parse_cells(cells, french_parser(contract(table).column(cells.column)))
        parsed.append(found.values)
        for rank, value in enumerate(found.values):
            if value is None:
                missing = Fault(cells.lines[rank], cells.header, str(cells.raws[rank]), A_VALUE)
                faults.setdefault(rank, []).append(found.faults.get(rank, missing))
    keys: list[Key | None] = [
        None if rank in faults else key for rank, key in enumerate(zip(*parsed, strict=True))
    ]
    return Keys(keys, faults)


def sheet_columns(sheet: Sheet, part: KnownPart) -> dict[str, CellColumn]:
    """Return the columns of a sheet by what they mean."""
    found: dict[str, CellColumn] = {}
    lines = [line for line, _ in sheet.rows]
    meanings = part.cells(sheet.header)
    for rank, (title, meaning) in enumerate(zip(sheet.header, meanings, strict=True)):
        if meaning is not None and meaning.cell not in (IGNORED, ORIGIN):
            raws = [cells[rank] for _, cells in sheet.rows]
            found[meaning.cell] = CellColumn(meaning.cell, title, raws, lines, meaning.factor)
    return found


def batches(sheet: Sheet, part: KnownPart) -> list[Batch]:
    """Return the cells of a sheet as batches, whatever its form."""
    columns = sheet_columns(sheet, part)
    if part.part.form == "long":
        return long_batches(sheet.name, part, columns, parse_keys([columns[k] for k in KEYS]))
    if part.part.form == "table":
        return [table_batch(sheet.name, part.part.table, columns)]
    check_complete(sheet, part, columns)
    return wide_batches(sheet.name, columns)


def wide_batches(name: str, columns: dict[str, CellColumn]) -> list[Batch]:
    """Return a batch by table, and by profession or line where the table has several rows."""
    keys = parse_keys([columns[key] for key in KEYS])
    lines = columns[KEYS[0]].lines
    groups: dict[tuple[str, str], list[CellColumn]] = {}
    for cell, cells in columns.items():
        if cell not in KEYS:
            target = targets()[cell]
            groups.setdefault((target.table, target.code), []).append(named(cells, target))
    return [
        Batch(
            table=table,
            file=name,
            keys=keys,
            lines=lines,
            columns=found,
            codes=[code] * len(lines),
            derived={code: derived(table, code)},
            required=tuple(SUFFIXES.get(table, ())),
        )
        for (table, code), found in groups.items()
    ]


def named(cells: CellColumn, target: Target) -> CellColumn:
    """Return cells under the name of the column of the table they fill."""
    return CellColumn(target.column, cells.header, cells.raws, cells.lines, cells.factor)


def table_batch(name: str, table: str, columns: dict[str, CellColumn]) -> Batch:
    """Return the batch of a sheet that has a row by row of a table: its code is in a column."""
    code_column = columns[CODE_COLUMN[table]]
    keys = parse_keys([columns[key] for key in KEYS])
    coded = parse_keys([code_column], table)
    codes = [str(key[0]) if key is not None else "" for key in coded.values]
    faults = {
        rank: [*keys.faults.get(rank, ()), *coded.faults.get(rank, ())]
        for rank in sorted({*keys.faults, *coded.faults})
    }
    whole = [None if coded.values[rank] is None else key for rank, key in enumerate(keys.values)]
    return Batch(
        table=table,
        file=name,
        keys=Keys(whole, faults),
        lines=code_column.lines,
        columns=[columns[column] for column in SUFFIXES[table] if column in columns],
        codes=codes,
        derived={code: derived(table, code) for code in set(codes) if code},
        required=tuple(SUFFIXES[table]),
    )
