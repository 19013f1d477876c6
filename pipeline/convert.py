"""The canonical table of any file the project reads, as Parquet, without adding the file."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal
from pipeline.errors import InputError
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.preview import probe_entry
from pipeline.sandbox import events_apart
from pipeline.sources.add import check_source
from pipeline.sources.manifest import Entry
from pipeline.sources.registry import WIDE, sources
from pipeline.store.parquet import conform, table_path, write_bytes
from pipeline.store.partitions import relation


def convert(
    layout: Layout, file: Path, source: str, target: Path, table: str | None = None
) -> tuple[str, int]:
    """Write one table of a file as Parquet; returns its name and its rows.

    Args:
        layout: the project root.
        file: the file.
        source: what it is read as.
        target: the Parquet file to write.
        table: which table, where the file fills several.

    Raises:
        InputError: no such source, file or table; a fault of the file; a target that exists.
    """
    check_source(source)
    if source == WIDE:
        raise InputError(file="--as", expected="a source with a table of its own", found=source)
    for wrong, path in ((not file.is_file(), file), (target.exists(), target)):
        if wrong:
            found = "an existing one" if path == target else "none"
            expected = "a new file" if path == target else "a file"
            raise InputError(file=str(path), expected=expected, found=found)
    entry = probe_entry(layout, file, source)
    if sources()[source].stage:
        return convert_events(layout, file, entry, target, table)
    reading = sources()[source].read(file, layout.relative(file), entry)
    sources()[source].settle(reading)
    tables = {name: result.to_arrow() for name, result in reading.results.items()}
    name = chosen(source, {n: t.num_rows for n, t in tables.items()}, table)
    rows: pa.Table = conform(tables[name], contract(name))
    write_bytes(rows, target)
    return name, rows.num_rows


def chosen(source: str, rows: dict[str, int], table: str | None) -> str:
    """Return the table to write: the one named, else the only one that has rows."""
    filled = [name for name, count in rows.items() if count]
    if table is None and len(filled) == 1:
        return filled[0]
    if table in rows:
        return str(table)
    raise InputError(
        file="--table",
        expected=f"one of {', '.join(sources()[source].tables)}",
        found=repr(table) if table else f"none, and {len(filled)} tables have rows",
    )


def convert_events(
    layout: Layout, file: Path, entry: Entry, target: Path, table: str | None
) -> tuple[str, int]:
    """Write one table of events of a file as one Parquet file, in the order of its partitions."""
    known = entry.model_copy(update={"sha256": sha256(file), "bytes": file.stat().st_size})
    with events_apart(layout, [(known, file)], keep_key=True) as (place, build):
        rows = {name: build.account(name).kept for name in sources()[entry.source].tables}
        name = chosen(entry.source, rows, table)
        path, order = table_path(place, contract(name)), contract(name)
        columns = ", ".join([*order.partition, *order.order])
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT * FROM ({relation(path)}) ORDER BY {columns}) "
                f"TO {sql_literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
            )
        return name, rows[name]
