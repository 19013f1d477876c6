"""Read a CSV whose header is that of a contract: the project's own layout for every table."""

from __future__ import annotations

import difflib
from pathlib import Path

from pipeline.contracts.model import TableContract
from pipeline.contracts.registry import LOADED_COLUMNS
from pipeline.errors import InputError
from pipeline.sources.cells import CellError, cell_parser
from pipeline.sources.manifest import Entry
from pipeline.sources.result import BadCell, Row, SourceResult
from pipeline.sources.text import CsvFile, read_csv

FILLED = (*LOADED_COLUMNS, "origin")


def expected_header(contract: TableContract) -> list[str]:
    """Return the columns a file of this table must hold; `origin` may be left to the manifest."""
    return [name for name in contract.names if name not in FILLED]


def check_header(file: CsvFile, contract: TableContract) -> None:
    """Refuse a missing column and an unknown one, naming the nearest known name."""
    missing = [name for name in expected_header(contract) if name not in file.header]
    unknown = [name for name in file.header if name not in contract.names or name in LOADED_COLUMNS]
    if missing:
        near = difflib.get_close_matches(missing[0], unknown, n=1)
        hint = f"Is it the column {near[0]!r} under another name?" if near else ""
        raise InputError(
            file=file.name,
            line=1,
            column=missing[0],
            expected=f"the columns of {contract.table}, with {', '.join(missing)}",
            found=f"a header without {'it' if len(missing) == 1 else 'them'}",
            hint=hint,
        )
    if unknown:
        raise InputError(
            file=file.name,
            line=1,
            column=unknown[0],
            expected=f"only columns of {contract.table}",
            found=f"unknown {', '.join(map(repr, unknown))}",
        )


def row_origin(row: Row, entry: Entry, file: str, line: int) -> str:
    """Return the origin of a row; a row may be weaker than its file (`derived`), never stronger."""
    found = str(row.get("origin") or entry.origin)
    if found not in (entry.origin, "derived"):
        raise InputError(
            file=file,
            line=line,
            column="origin",
            expected=f"{entry.origin!r} as the manifest says, or 'derived'",
            found=repr(found),
        )
    return found


def read_canonical(path: Path, name: str, contract: TableContract, entry: Entry) -> SourceResult:
    """Read one canonical CSV.

    Args:
        path: the file.
        name: its path relative to the root, as errors and rows name it.
        contract: the table it fills.
        entry: its line of the manifest, for the origin of the rows.

    Returns:
        Kept rows with `source_file`, `source_line` and `origin`; cells that do not parse.

    Raises:
        InputError: a structural fault (encoding, header, width, origin).
    """
    file = read_csv(path, name)
    check_header(file, contract)
    parsers = {column.name: cell_parser(column.type) for column in contract.columns}
    result = SourceResult(contract.table, rows_in=len(file.rows))
    for line, cells in file.rows:
        row: Row = {"source_file": name, "source_line": line}
        bad: list[BadCell] = []
        for column, text in zip(file.header, cells, strict=True):
            try:
                row[column] = parsers[column](text) if text != "" else None
            except CellError as error:
                bad.append(BadCell(name, line, contract.table, column, text, str(error)))
        if bad:
            result.bad_cells += bad
        else:
            row["origin"] = row_origin(row, entry, name, line)
            result.rows.append(row)
    return result
