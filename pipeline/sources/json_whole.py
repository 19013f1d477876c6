"""A plain file of JSON objects one to a line, read whole by the engine, all processors at once.

The engine parses the file itself and writes what is kept of each object, in the order of the file,
while its lines are counted beside: their number must be that of the objects, else the file is read
block by block. A line that gave nothing is looked at alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from glob import escape
from pathlib import Path

import duckdb

from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import RAW
from pipeline.sources.desk import LINE, Aside, Desk, is_long
from pipeline.sources.json_stream import (
    fault_of,
    load_objects,
    nothing,
    objects_sql,
    with_members,
)
from pipeline.sources.lines import Lines, lines_of
from pipeline.sources.staging import Staging
from pipeline.sources.streams import BOM, OBJECTS_BLOCK, Block, codec_of, refuse_bomb

EMPTY, WHOLE = "rien", "lignes"
# Lines used at once: what is worked out once of their texts must fit in memory.
STRETCH = 2_000_000


def rows_of(first: int = 1, last: int | None = None) -> str:
    """Return the SQL of the objects read at once, each with `source_line`.

    Args:
        first: the first line wanted.
        last: the last one; None for all those that follow.
    """
    ends = f"rowid >= {first - 1}" + (f" AND rowid < {last}" if last else "")
    return (
        f"SELECT * EXCLUDE ({EMPTY}), rowid + 1 AS {LINE} FROM {WHOLE} WHERE NOT {EMPTY} AND {ends}"
    )


def read_objects(
    staging: Staging,
    path: Path,
    members: Mapping[str, Sequence[str]],
    table: str,
    use: Callable[[Desk, str], None],
) -> None:
    """Read the objects of a file, at once if it can be, else several blocks at a time.

    Args:
        staging: the reading of the file.
        path: the file.
        members: for each cell, the members that may hold its text; the others are passed over.
        table: the table a line that is no object is counted against.
        use: given a desk and the SQL of the cells of some lines, with `source_line`.

    Raises:
        InputError: damaged bytes.
    """
    columns = {said: "VARCHAR" for heads in members.values() for said in heads}
    cells = {
        cell: "coalesce(" + ", ".join(f'"{head}"' for head in heads) + ")"
        for cell, heads in members.items()
    }

    if lines := read_whole(staging, path, columns, cells, staging.lines_aside(table)):
        for first in range(1, lines.total + 1, STRETCH):
            staging.rank += 1
            use(staging, rows_of(first, first + STRETCH - 1))
        return

    def at_a_desk(desk: Desk, block: Block) -> None:
        aside = desk.lines_aside(table)
        if not is_long(block, aside):
            load_objects(desk, block, columns, aside, cells)
            use(desk, f"SELECT * FROM {RAW}")

    staging.share(staging.blocks(path, OBJECTS_BLOCK), at_a_desk)


def read_whole(
    staging: Staging,
    path: Path,
    columns: Mapping[str, str],
    cells: Mapping[str, str],
    aside: Aside,
    shaped: Callable[[str], str] = lambda objects: objects,
) -> Lines | None:
    """Read the objects of a file at once, for `rows_of` to give.

    They wait in the engine, which spills beyond its bound: texts that name people are in them, and
    never reach Parquet.

    Args:
        staging: the reading of the file.
        path: the file.
        columns: the members to read, each with its DuckDB type.
        cells: what to keep of the members, as SQL by name.
        aside: called with each line that is no object, or holds nothing of what is read.
        shaped: given the SQL of objects, returns that of what to write of them, `rien` included.

    Returns:
        The lines of the file; None when it can only be read block by block.

    Raises:
        InputError: text beyond the limits.
    """
    job, run = staging.job, staging.connection.execute
    if not is_plain(path, job.name):
        return None
    text = path.stat().st_size
    refuse_bomb(job.name, text, text, job.limits)
    # To the engine a path is a pattern: of two files, flux[1] and flux1, it would read the other.
    objects = objects_sql(sql_literal(escape(str(path))), columns, cells)
    first = f'"{next(iter(cells))}"'
    # Most objects give the first cell: the others are not looked at.
    empty = f"CASE WHEN {first} IS NULL THEN {nothing(cells)} ELSE false END"
    objects = shaped(f"SELECT *, {empty} AS {EMPTY} FROM ({objects})")
    with ThreadPoolExecutor(1) as pool:
        counted = job.counted or pool.submit(lines_of, path).result
        try:
            run(f"CREATE OR REPLACE TABLE {WHOLE} AS {objects}")
            found = staging.count(WHOLE)
        except duckdb.Error:
            found = -1
        lines = counted()
    if found != lines.total or lines.longest > job.limits.line:
        run(f"DROP TABLE IF EXISTS {WHOLE}")
        return None
    unread = run(f"SELECT rowid + 1 FROM {WHOLE} WHERE {EMPTY} ORDER BY 1").fetchall()
    for line, data in lines.read(path, [line for (line,) in unread]):
        expected = fault_of(data)
        size = f"{len(data)} bytes" if expected else ""
        aside(line, size, expected or with_members(columns))
    return lines


def is_plain(path: Path, name: str) -> bool:
    """Is a file neither compressed nor marked with its encoding? A mark is text to the engine."""
    with path.open("rb") as handle:
        return not codec_of(path, name) and handle.read(len(BOM)) != BOM
