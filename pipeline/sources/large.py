"""Read a large CSV in the project's own layout column by column: thousands of rows at once."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as arrow_csv

from pipeline.contracts.registry import contract
from pipeline.sources.canonical import check_header, read_canonical
from pipeline.sources.columns import TextColumns, flat, keep_columns
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading, SourceResult
from pipeline.sources.text import CsvFile

FIRST_LINE = 2


def texts_of(data: bytes) -> pa.Table | None:
    """Return the cells of a CSV as texts; None when a file needs to be read line by line.

    That is a file with no row, whose lines and rows are not as many, or that Arrow refuses: the
    slow reader then names the line and the fault.
    """
    try:
        header = arrow_csv.open_csv(io.BytesIO(data)).schema.names
        table = arrow_csv.read_csv(
            io.BytesIO(data),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        return None
    lines = data.count(b"\n") + (not data.endswith(b"\n"))
    alike = table.num_rows == lines - 1 > 0 and len(set(header)) == len(header)
    return table if alike else None


def read_large(path: Path, name: str, entry: Entry) -> Reading:
    """Read a large file whose header is that of the contract of its source.

    Args:
        path: the file.
        name: its path relative to the root, as errors and rows name it.
        entry: its line of the manifest; its source is the table it fills.

    Returns:
        The rows that read, as one block; the cells that do not.

    Raises:
        InputError: a structural fault (encoding, header, width, origin).
    """
    table = contract(entry.source)
    found = texts_of(path.read_bytes())
    if found is None or "origin" in found.column_names:
        return Reading({table.table: read_canonical(path, name, table, entry)})
    check_header(CsvFile(name, found.column_names, []), table)
    last = FIRST_LINE + found.num_rows
    cells = TextColumns(
        table=table.table,
        file=name,
        lines=pa.array(range(FIRST_LINE, last), pa.int32()),
        texts={column: flat(found.column(column)) for column in found.column_names},
    )
    result = SourceResult(table.table)
    keep_columns(cells, entry.origin, result)
    return Reading({table.table: result})
