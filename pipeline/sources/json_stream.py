"""JSON objects one to a line, of any size, block by block, each with its line.

A block is read at once by the engine. When a line of it is no object, the block is read again by
small blocks, and the one that holds it line by line: that line goes aside with the reason, and the
others are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import duckdb
import pyarrow as pa

from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import RAW
from pipeline.sources.desk import LINE, Aside, Desk
from pipeline.sources.streams import SMALL_BLOCK, Block

AN_OBJECT = "one JSON object on the line"
BLANKS = b" \t\r\n"
OBJECTS, GATHERED = "objets", "assembles"
# Sizes the buffers of the engine, hence how many it reads at once; a longer object still passes.
OBJECT_SIZE = 8 << 20


def load_objects(
    desk: Desk,
    block: Block,
    columns: Mapping[str, str],
    aside: Aside,
    cells: Mapping[str, str] | None = None,
) -> None:
    """Load the objects of a block under the name `brut`, each with its line.

    Args:
        desk: where the block is read.
        block: the block.
        columns: the members to read, each with its DuckDB type.
        aside: called with each line that is no object.
        cells: what to keep of the members, as SQL by name; the members themselves when None.
    """
    kept = cells or {name: f'"{name}"' for name in columns}
    run = desk.connection.execute
    run(f"DROP VIEW IF EXISTS {RAW}")
    if load_at_once(desk, block, columns, kept) == block.lines and is_read(desk, kept):
        # Rows of a table bear their rank: those of a file read in parallel keep its order.
        number = f"rowid + {block.first_line} AS {LINE}"
        run(f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT *, {number} FROM {OBJECTS}")
        return
    verb = f"CREATE OR REPLACE TEMP TABLE {GATHERED} AS"
    for small in block.cut(SMALL_BLOCK):
        run(f"{verb} {load_small(desk, small, columns, kept, aside)}")
        verb = f"INSERT INTO {GATHERED}"
    run(f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT * FROM {GATHERED}")


def load_small(
    desk: Desk, block: Block, columns: Mapping[str, str], kept: Mapping[str, str], aside: Aside
) -> str:
    """Load a small block at once, else its sound lines; returns the SQL of its objects."""
    if load_at_once(desk, block, columns, kept) == block.lines and is_read(desk, kept):
        return f"SELECT *, rowid + {block.first_line} AS {LINE} FROM {OBJECTS}"
    lines, sound = sound_lines(block, aside)
    ranks = pa.table({LINE: pa.array(lines, pa.int64())})
    desk.connection.register("lignes", ranks)
    desk.connection.execute("CREATE OR REPLACE TEMP TABLE rangs AS SELECT * FROM lignes")
    desk.connection.unregister("lignes")
    load_at_once(desk, Block.of(1, sound), columns, kept)
    rows = (
        f"SELECT l.* EXCLUDE (rang), r.{LINE} FROM (SELECT *, rowid AS rang FROM {OBJECTS}) l "
        f"JOIN (SELECT {LINE}, rowid AS rang FROM rangs) r USING (rang)"
    )
    drop_unread(desk, rows, columns, kept, aside)
    return rows


def objects_sql(place: str, columns: Mapping[str, str], kept: Mapping[str, str]) -> str:
    """Return the SQL of the objects of a file; one that does not parse gives a row of nothing."""
    types = ", ".join(f"{sql_literal(name)}: {sql_literal(kind)}" for name, kind in columns.items())
    values = ", ".join(f'{value} AS "{name}"' for name, value in kept.items())
    return (
        f"SELECT {values} FROM read_ndjson({place}, columns = {{{types}}}, ignore_errors = true, "
        f"maximum_object_size = {OBJECT_SIZE})"
    )


def nothing(names: Iterable[str]) -> str:
    """Return the SQL condition of a row that gave none of its members."""
    return " AND ".join(f'"{name}" IS NULL' for name in names)


def is_read(desk: Desk, kept: Mapping[str, str]) -> bool:
    """Did every object give something of what is read?"""
    return not desk.count(f"{OBJECTS} WHERE {nothing(kept)}")


def load_at_once(
    desk: Desk, block: Block, columns: Mapping[str, str], kept: Mapping[str, str]
) -> int:
    """Let the engine read the objects of a block; returns how many it found.

    -1 when it stops at what is no JSON.
    """
    objects = objects_sql(desk.lay(block), columns, kept)
    try:
        desk.connection.execute(f"CREATE OR REPLACE TEMP TABLE {OBJECTS} AS {objects}")
        return desk.count(OBJECTS)
    except duckdb.Error:
        return -1


def with_members(columns: Iterable[str]) -> str:
    """Return what was expected of an object that holds nothing of what is read."""
    return f"an object with {', '.join(columns)}"


def sound_lines(block: Block, aside: Aside) -> tuple[list[int], bytes]:
    """Return the lines that hold an object, with their numbers; the others go aside."""
    lines, kept = [], []
    for line, data in enumerate(block.data.split(b"\n"), block.first_line):
        if not data.strip(BLANKS):
            continue
        expected = fault_of(data)
        if expected:
            aside(line, f"{len(data)} bytes", expected)
        else:
            lines.append(line)
            kept.append(data + b"\n")
    return lines, b"".join(kept)


def fault_of(data: bytes) -> str:
    """Return what was expected of a line that holds no object; empty when it does."""
    try:
        found = json.loads(data.decode("utf-8"))
    except UnicodeDecodeError:
        return f"{AN_OBJECT}, in UTF-8"
    except json.JSONDecodeError as error:
        return f"{AN_OBJECT}; at character {error.colno}: {error.msg}"
    except RecursionError:
        return f"{AN_OBJECT}, not nested without end"
    return "" if isinstance(found, dict) else AN_OBJECT


def drop_unread(
    desk: Desk, rows: str, columns: Iterable[str], kept: Iterable[str], aside: Aside
) -> None:
    """Set aside the objects that hold nothing of what is read."""
    empty = nothing(kept)
    found = f"SELECT {LINE} FROM ({rows}) WHERE {empty} ORDER BY {LINE}"
    for (line,) in desk.connection.execute(found).fetchall():
        aside(int(line), "", with_members(columns))
    desk.connection.execute(f"DELETE FROM {OBJECTS} WHERE {empty}")
