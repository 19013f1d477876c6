"""A CSV of any size, block by block: rows of text under their header, each with its line.

A block is read at once by the engine; when that fails, or when its rows are not one to a line, it
is read again by small blocks, and those at fault line by line: the lines at fault are set aside
with the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from pipeline.contracts.schema import sql_literal
from pipeline.errors import InputError
from pipeline.sources.desk import LINE, Aside, Desk, is_long
from pipeline.sources.staging import Staging
from pipeline.sources.streams import SMALL_BLOCK, Block

SEPARATORS = (",", ";", "\t")
UTF8, WINDOWS = "utf-8", "cp1252"
RAW, SMALL = "brut", "morceau"
ON_ONE_LINE = "a row on one line"


@dataclass(frozen=True)
class CsvForm:
    """How a CSV is written: its header as found, its separator, its encoding."""

    header: tuple[str, ...]
    separator: str
    encoding: str


# A block, the form of its file, and the name to read each header under.
FormedBlock = tuple[Block, CsvForm, dict[str, str]]


def form_of(first: bytes, name: str) -> CsvForm:
    """Return the form of a CSV from its first block.

    Raises:
        InputError: no header, or a header that names a column twice.
    """
    try:
        first.decode(UTF8)
        encoding = UTF8
    except UnicodeDecodeError:
        encoding = WINDOWS
    line = first.split(b"\n", 1)[0].decode(encoding, errors="replace").rstrip("\r")
    separator = max(SEPARATORS, key=line.count)
    cells = tuple(cell.strip() for cell in next(csv.reader([line], delimiter=separator), []))
    if not any(cells):
        raise InputError(file=name, line=1, expected="a header", found="nothing")
    twice = next((cell for cell in cells if cell and cells.count(cell) > 1), None)
    if twice:
        raise InputError(
            file=name, line=1, column=twice, expected="each column once", found="it twice"
        )
    return CsvForm(cells, separator, encoding)


def csv_relations(
    staging: Staging, path: Path, names: Callable[[CsvForm], dict[str, str]], aside: Aside
) -> Iterator[str]:
    """Yield, for each block of a CSV, the SQL of its rows as found.

    Args:
        staging: the reading of the file.
        path: the file.
        names: given the form of the file, returns the name to read each header under; headers left
            out are not read. It raises on a header it does not know.
        aside: called with each line that is no row.

    Yields:
        A SELECT of texts, empty cells null, with `source_line`.

    Raises:
        InputError: no header, a header that is not known, damaged bytes.
    """
    for block, form, chosen in csv_blocks(staging, path, names, aside):
        load(staging, block, form, chosen, aside)
        yield select_cells(form, chosen)


def read_csv(
    staging: Staging,
    path: Path,
    names: Callable[[CsvForm], dict[str, str]],
    table: str,
    use: Callable[[Desk, str], None],
) -> None:
    """Read a CSV, several blocks at once: at a desk, the SQL of the rows of a block is used.

    Its cells are texts as found, under the names chosen, with `source_line`; see `csv_relations`.

    Args:
        staging: the reading of the file.
        path: the file.
        names: as there.
        table: the table a line that is no row is counted against.
        use: given a desk and the SQL.

    Raises:
        InputError: no header, a header that is not known, damaged bytes.
    """

    def at_a_desk(desk: Desk, given: FormedBlock) -> None:
        block, form, chosen = given
        load(desk, block, form, chosen, desk.lines_aside(table))
        use(desk, found_cells(form, chosen))

    staging.share(csv_blocks(staging, path, names, staging.lines_aside(table)), at_a_desk)


def csv_blocks(
    staging: Staging, path: Path, names: Callable[[CsvForm], dict[str, str]], aside: Aside
) -> Iterator[FormedBlock]:
    """Yield the blocks of a CSV without its header, with its form and the names chosen."""
    form, chosen = None, {}
    for block in staging.blocks(path):
        if is_long(block, aside):
            continue
        if form is None:
            form = form_of(block.data, staging.job.name)
            chosen = names(form)
            staging.notes.append(f"{form.encoding}, separator {form.separator!r}")
            block = without_header(block)
        if block.parts != (b"",):
            yield block, form, chosen
    if form is None:
        raise InputError(file=staging.job.name, line=1, expected="a header", found="nothing")


def without_header(block: Block) -> Block:
    """Return the first block without the line of the header."""
    _, _, data = block.data.partition(b"\n")
    return Block.of(block.first_line + 1, data)


def select_cells(form: CsvForm, chosen: dict[str, str]) -> str:
    """Return the SELECT of the cells read, trimmed, under the names chosen."""
    ranks = {header: rank for rank, header in enumerate(form.header)}
    cells = [f"nullif(trim(c{ranks[header]}), '') AS {name}" for header, name in chosen.items()]
    return f"SELECT {', '.join([*cells, LINE])} FROM {RAW}"


def found_cells(form: CsvForm, chosen: dict[str, str]) -> str:
    """Return the SELECT of the cells read, as found, under the names chosen."""
    ranks = {header: rank for rank, header in enumerate(form.header)}
    cells = [f"c{ranks[header]} AS {name}" for header, name in chosen.items()]
    return f"SELECT {', '.join([*cells, LINE])} FROM {RAW}"


def load(desk: Desk, block: Block, form: CsvForm, chosen: dict[str, str], aside: Aside) -> None:
    """Load the cells read of a block in the table `brut`: at once, else by small blocks."""
    if load_at_once(desk, block, form, chosen, RAW):
        return
    cells = ", ".join([*(f"{name} VARCHAR" for name in kept_cells(form, chosen)), f"{LINE} BIGINT"])
    desk.connection.execute(f"CREATE OR REPLACE TEMP TABLE {RAW} ({cells})")
    for small in block.cut(SMALL_BLOCK):
        ends = small.data.count(b"\r")
        if ends in (0, small.lines) and load_at_once(desk, small, form, chosen, SMALL):
            desk.connection.execute(f"INSERT INTO {RAW} SELECT * FROM {SMALL}")
        else:
            load_by_line(desk, small, form, chosen, aside)


def kept_cells(form: CsvForm, chosen: dict[str, str]) -> dict[str, int]:
    """Return the cells that are read, each with its rank."""
    return {f"c{rank}": rank for rank, head in enumerate(form.header) if head in chosen}


def load_at_once(
    desk: Desk, block: Block, form: CsvForm, chosen: dict[str, str], target: str
) -> bool:
    """Let the engine read a block, the cells read alone; did it find one row to a line?"""
    kept = "".join(f"{name}, " for name in kept_cells(form, chosen))
    columns = ", ".join(f"'c{rank}': 'VARCHAR'" for rank in range(len(form.header)))
    try:
        data = block.data.decode(form.encoding)
        sane = block if form.encoding == UTF8 else Block.of(block.first_line, data.encode())
        desk.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {target} AS "
            f"SELECT {kept}row_number() OVER () - 1 + {block.first_line} AS {LINE} "
            f"FROM read_csv({desk.lay(sane)}, "
            f"header = false, auto_detect = false, delim = {sql_literal(form.separator)}, "
            f"quote = '\"', escape = '\"', new_line = {new_line(sane)}, "
            f"max_line_size = {desk.job.limits.line + 2}, columns = {{{columns}}})"
        )
        return desk.count(target) == sane.lines
    except (UnicodeDecodeError, duckdb.Error):
        return False


def new_line(block: Block) -> str:
    """Return how the lines of a block end, for the engine."""
    first = bytes(block.parts[0])
    return "'\\r\\n'" if first[: first.find(b"\n")].endswith(b"\r") else "'\\n'"


def load_by_line(
    desk: Desk, block: Block, form: CsvForm, chosen: dict[str, str], aside: Aside
) -> None:
    """Add the cells of a small block to `brut`, line by line; what is no row goes aside."""
    width, kept, lines = len(form.header), [], []
    for line, data in enumerate(block.data.split(b"\n"), block.first_line):
        if not data.strip():
            continue
        cells, expected = cells_of(data, form, width)
        if expected:
            aside(line, f"{len(data)} bytes", expected)
        else:
            kept.append(cells)
            lines.append(line)
    columns = {
        name: pa.array([row[rank] for row in kept], pa.string())
        for name, rank in kept_cells(form, chosen).items()
    }
    table = pa.table({**columns, LINE: pa.array(lines, pa.int64())})
    desk.connection.register("lignes", table)
    desk.connection.execute(f"INSERT INTO {RAW} SELECT * FROM lignes")
    desk.connection.unregister("lignes")


def cells_of(data: bytes, form: CsvForm, width: int) -> tuple[list[str], str]:
    """Return the cells of one line, and what was expected when it is no row."""
    try:
        text = data.decode(form.encoding).rstrip("\r")
    except UnicodeDecodeError:
        return [], f"text in {form.encoding}"
    try:
        (cells,) = csv.reader([text], delimiter=form.separator, strict=True)
    except (csv.Error, ValueError):
        return [], ON_ONE_LINE
    if len(cells) != width:
        return [], f"{width} cells; found {len(cells)}"
    return cells, ""
