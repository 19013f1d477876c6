"""JSON objects one to a line, of any size, block by block, each with its line.

A block is read at once by the engine. When a line of it is no object, the block is read again line
by line: that line goes aside with the reason, and the others are kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import RAW, Aside
from pipeline.sources.staging import LINE, Staging
from pipeline.sources.streams import Block

AN_OBJECT = "one JSON object on the line"
BLANKS = b" \t\r\n"
OBJECTS = "objets"
# Sizes the buffers of the engine, hence how many it reads at once; a longer object still passes.
OBJECT_SIZE = 8 << 20


def json_relations(
    staging: Staging, path: Path, columns: Mapping[str, str], aside: Aside
) -> Iterator[str]:
    """Yield, for each block of a file, the SQL of its objects.

    Args:
        staging: the reading of the file.
        path: the file.
        columns: the members to read, each with its DuckDB type; the others are passed over.
        aside: called with each line that is no object.

    Yields:
        A SELECT of these members, with `source_line`.

    Raises:
        InputError: damaged bytes.
    """
    for block in staging.blocks(path):
        if block.too_long:
            aside(block.first_line, f"{block.too_long} bytes", "a line within the limit")
            continue
        load_objects(staging, block, columns, aside)
        yield f"SELECT * FROM {RAW}"


def load_objects(staging: Staging, block: Block, columns: Mapping[str, str], aside: Aside) -> None:
    """Load the objects of a block under the name `brut`, each with its line."""
    try:
        # Rows of a table bear their rank: those of a file read in parallel keep its order.
        found = load_at_once(staging, block, columns)
        number = f"rowid + {block.first_line}"
        staging.connection.execute(
            f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT *, {number} AS {LINE} FROM {OBJECTS}"
        )
        if found == block.lines and not staging.count(f"{OBJECTS} WHERE {nothing(columns)}"):
            return
    except duckdb.Error:
        pass
    lines, kept = sound_lines(block, aside)
    staging.connection.register("lignes", pa.table({LINE: pa.array(lines, pa.int64())}))
    staging.connection.execute("CREATE OR REPLACE TEMP TABLE rangs AS SELECT * FROM lignes")
    staging.connection.unregister("lignes")
    load_at_once(staging, Block.of(1, kept), columns)
    staging.connection.execute(
        f"CREATE OR REPLACE TEMP VIEW {RAW} AS SELECT l.* EXCLUDE (rang), r.{LINE} "
        f"FROM (SELECT *, rowid AS rang FROM {OBJECTS}) l "
        f"JOIN (SELECT {LINE}, rowid AS rang FROM rangs) r USING (rang)"
    )
    drop_unread(staging, columns, aside)


def nothing(columns: Mapping[str, str]) -> str:
    """Return the SQL condition of a row that gave none of its members."""
    return " AND ".join(f'"{name}" IS NULL' for name in columns)


def load_at_once(staging: Staging, block: Block, columns: Mapping[str, str]) -> int:
    """Let the engine read the objects of a block; returns how many it found."""
    types = ", ".join(f"{sql_literal(name)}: {sql_literal(kind)}" for name, kind in columns.items())
    path = staging.lay(block)
    staging.connection.execute(f"DROP VIEW IF EXISTS {RAW}")
    staging.connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {OBJECTS} AS SELECT * FROM read_ndjson({path}, "
        f"columns = {{{types}}}, ignore_errors = true, maximum_object_size = {OBJECT_SIZE})"
    )
    return staging.count(OBJECTS)


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


def drop_unread(staging: Staging, columns: Mapping[str, str], aside: Aside) -> None:
    """Set aside the objects that hold nothing of what is read."""
    empty = f"SELECT {LINE} FROM {RAW} WHERE {nothing(columns)} ORDER BY {LINE}"
    for (line,) in staging.connection.execute(empty).fetchall():
        aside(int(line), "", f"an object with {', '.join(columns)}")
    staging.connection.execute(f"DELETE FROM {OBJECTS} WHERE {nothing(columns)}")
