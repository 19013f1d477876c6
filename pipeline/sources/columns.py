"""Large files, column by column: texts in, typed columns and quarantined cells out.

A register of a hundred thousand rows never becomes rows of Python: its cells stay Arrow columns.
Each distinct text of a column is parsed once, by the same strict parser as any other cell, and what
does not parse sets its row aside.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.model import Column
from pipeline.contracts.registry import LOADED_COLUMNS, contract, vocabularies
from pipeline.contracts.schema import arrow_type
from pipeline.sources.cells import CellError, cell_parser
from pipeline.sources.result import BadCell, SourceResult

FILLED = (*LOADED_COLUMNS, "origin")
TextParser = Callable[[str], object]


@dataclass(frozen=True)
class TextColumns:
    """The cells of one table in one file, as columns of texts of the same length.

    `lines` holds the line of each row in the file, `texts` the columns under the names of the
    contract (null where a cell is missing), `headers` what the file calls them, `parsers` what
    reads those that are not written as canonical cells are. `values` are columns already computed,
    of the type of the contract; a text beside one is read for its faults alone. `names` tells the
    rows apart where several stand on a line.
    """

    table: str
    file: str
    lines: pa.Array
    texts: Mapping[str, pa.Array]
    headers: Mapping[str, str] = field(default_factory=dict)
    parsers: Mapping[str, TextParser] = field(default_factory=dict)
    values: Mapping[str, pa.Array] = field(default_factory=dict)
    names: Sequence[str] = ()


@dataclass(frozen=True)
class Misread:
    """The cells of one column that do not read: their ranks, and what was expected of each."""

    column: str
    expected: Mapping[int, str]


def flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Return a column in one piece."""
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def parse_texts(
    texts: pa.Array, parser: TextParser, kind: pa.DataType
) -> tuple[pa.Array, dict[int, str]]:
    """Parse a column, each distinct text once.

    Args:
        texts: the cells; null where missing.
        parser: raises CellError on a text that is not what the column expects.
        kind: the type of the column.

    Returns:
        The values, null where missing or unreadable, and what was expected at each unreadable rank.
    """
    coded = flat(texts).dictionary_encode()
    values: list[object] = []
    faults: dict[int, str] = {}
    for code, text in enumerate(coded.dictionary.to_pylist()):
        try:
            values.append(parser(text))
        except CellError as error:
            values.append(None)
            faults[code] = str(error)
    typed = pa.array(values, kind).take(coded.indices)
    if not faults:
        return typed, {}
    codes = coded.indices.fill_null(-1).to_numpy()
    ranks = np.flatnonzero(np.isin(codes, list(faults)))
    return typed, {int(rank): faults[int(codes[rank])] for rank in ranks}


def ranks_of(mask: pa.Array, expected: str) -> dict[int, str]:
    """Return what was expected at each rank where a mask is true."""
    found = np.flatnonzero(flat(mask).fill_null(False).to_numpy(zero_copy_only=False))
    return {int(rank): expected for rank in found}


def unlisted(texts: pa.Array, column: Column) -> dict[int, str]:
    """Return the ranks of the codes that are not in the closed list of a column."""
    name = column.constraints.vocabulary
    if name is None:
        return {}
    codes = pa.array(list(vocabularies()[name]), pa.string())
    outside = pc.and_(pc.is_valid(texts), pc.invert(pc.is_in(texts, codes)))
    return ranks_of(outside, f"a code of the list {name}")


def unlike(texts: pa.Array, column: Column) -> dict[int, str]:
    """Return the ranks of the texts that have not the form their column asks for."""
    pattern = column.constraints.pattern
    if pattern is None:
        return {}
    alike = pc.match_substring_regex(texts, pattern)
    return ranks_of(pc.invert(alike), f"a text like {pattern}")


def read_column(cells: TextColumns, column: Column) -> tuple[pa.Array, Misread]:
    """Read one column of a contract; a column the file has not is missing on every row."""
    kind, count = arrow_type(column.type), len(cells.lines)
    texts = flat(cells.texts.get(column.name, pa.nulls(count, pa.string())))
    faults: dict[int, str] = {}
    if column.constraints.required:
        faults |= ranks_of(pc.is_null(texts), "a value")
    parser = cells.parsers.get(column.name)
    if pa.types.is_string(kind) and parser is None:
        texts = flat(cells.values.get(column.name, texts))
        return texts, Misread(column.name, faults | unlisted(texts, column) | unlike(texts, column))
    typed, unread = parse_texts(texts, parser or cell_parser(column.type), kind)
    return flat(cells.values.get(column.name, typed)), Misread(column.name, faults | unread)


def bad_cells(cells: TextColumns, misread: Misread) -> list[BadCell]:
    """Return the quarantined cells of one column."""
    texts = cells.texts.get(misread.column)
    header = cells.headers.get(misread.column, misread.column)
    return [
        BadCell(
            cells.file,
            cells.lines[rank].as_py(),
            cells.table,
            header,
            "" if texts is None else str(texts[rank].as_py() or ""),
            expected,
            (cells.names[rank],) if cells.names else (),
        )
        for rank, expected in sorted(misread.expected.items())
    ]


def keep_columns(cells: TextColumns, origin: str, result: SourceResult) -> None:
    """Read the columns of a table and append them to a result: a row is kept whole or set aside.

    A row is set aside when a cell does not parse, when a required one is missing, and when a text
    has not the form, or a code is not in the list, that its contract asks for.

    Args:
        cells: the texts.
        origin: that of the file.
        result: where the kept rows go, as one block, and the cells that do not read.
    """
    count = len(cells.lines)
    kept = np.ones(count, dtype=bool)
    arrays = {}
    for column in contract(cells.table).columns:
        if column.name in FILLED:
            continue
        arrays[column.name], misread = read_column(cells, column)
        if misread.expected:
            kept[list(misread.expected)] = False
            result.bad_cells += bad_cells(cells, misread)
    arrays["source_file"] = pa.repeat(pa.scalar(cells.file), count)
    arrays["source_line"] = flat(cells.lines)
    arrays["origin"] = pa.repeat(pa.scalar(origin), count)
    block = pa.table({name: arrays[name] for name in contract(cells.table).names})
    result.rows_in += count
    result.blocks.append(block if kept.all() else block.filter(pa.array(kept)))
