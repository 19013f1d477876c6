"""FINESS files of lines: the stock told by tags and ranks, and the history with its header.

Columns come from Arrow's reader; when it refuses a line, the file is read again line by line, only
to say which.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from pipeline.errors import InputError
from pipeline.sources.columns import flat
from pipeline.sources.encoding import BOM, decode_export
from pipeline.sources.finess_layouts import FinessLayout, Part, layouts_of
from pipeline.sources.finess_members import Member

HEADER_TAG = "finess"
TAG = "etiquette__"


@dataclass(frozen=True)
class Section:
    """Successive lines of one tag: where they start, and their bytes."""

    tag: str
    first_line: int
    data: bytes


def utf8(member: Member) -> tuple[bytes, str]:
    """Return the bytes of a text in UTF-8, without mark, and the encoding it had.

    Raises:
        InputError: broken accents, bytes of no known encoding, a NUL byte.
    """
    text, encoding = decode_export(member.data, member.name)
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError(file=member.name, line=line, expected="text", found="a NUL byte")
    data = text.encode() if encoding == "cp1252" else member.data.removeprefix(BOM)
    return data, encoding


def first_cells(data: bytes) -> list[str]:
    """Return the cells of the first line."""
    line = data.split(b"\n", 1)[0].decode("utf-8", "replace")
    return [cell.strip() for cell in next(csv.reader([line], delimiter=";"), [])]


def sections(data: bytes, name: str, line: int = 1) -> Iterator[Section]:
    """Split the lines of a stock by tag.

    Args:
        data: the lines, without the first one if it says what the file is.
        name: how errors name the file.
        line: the line they start at.
    """
    known = {tag: f"{tag};".encode() for tag in layouts_of("etiquettes")}
    after = dict.fromkeys(known, 0)
    start = 0
    while start < len(data):
        tag = next((tag for tag, mark in known.items() if data.startswith(mark, start)), None)
        if tag is None:
            found = data[start : start + 40].split(b"\n")[0].decode("utf-8", "replace")
            expected = f"a line tagged {', '.join(sorted(known))}"
            raise InputError(file=name, line=line, expected=expected, found=repr(found))
        # Each tag is looked for once past where it was last seen: a pass over the file in all.
        for other, mark in known.items():
            if other != tag and after[other] <= start:
                place = data.find(b"\n" + mark, start)
                after[other] = len(data) if place < 0 else place + 1
        end = min(after[other] for other in known if other != tag)
        block = data[start:end]
        yield Section(tag, line, block)
        line += block.count(b"\n")
        start = end


def read_tagged(member: Member, data: bytes) -> tuple[list[Part], str]:
    """Read a stock told by tags and ranks; returns its parts and the date of its first line."""
    first = first_cells(data)
    said, line = "", 1
    if first[:1] == [HEADER_TAG]:
        if len(first) != 4:
            raise InputError(
                file=member.name,
                line=1,
                expected="finess;etalab;<number>;<date>",
                found=";".join(first),
            )
        said, line = first[3], 2
        data = data.partition(b"\n")[2]
    parts = []
    for section in sections(data, member.name, line):
        layout = layouts_of("etiquettes")[section.tag]
        names = (TAG, *layout.fields)
        wanted = tuple(dict.fromkeys(layout.columns.values()))
        lines, cells = read_lines(section, names, (TAG, *wanted), member.name)
        check_tags(cells.pop(TAG), lines, layout, member.name)
        parts.append(Part(layout, lines, cells))
    return parts, said


def check_tags(tags: pa.Array, lines: pa.Array, layout: FinessLayout, name: str) -> None:
    """Refuse a line of another tag than its section."""
    other = pc.fill_null(pc.not_equal(tags, layout.tag), True)
    rank = pc.index(other, True).as_py()
    if rank >= 0:
        raise InputError(
            file=name,
            line=lines[rank].as_py(),
            expected=f"a line tagged {layout.tag}",
            found=repr(tags[rank].as_py()),
        )


def read_headed(member: Member, data: bytes) -> list[Part]:
    """Read a file of the history, whose first line names its columns.

    Raises:
        InputError: a header that no layout knows, or that lacks a column it needs.
    """
    (layout,) = layouts_of("entete").values()
    header = first_cells(data)
    named = [layout.aliases.get(cell.lower(), cell.lower()) for cell in header]
    check_names(named, header, layout, member.name)
    section = Section("", 2, data.partition(b"\n")[2])
    wanted = [f for f in dict.fromkeys(layout.columns.values()) if f in named]
    lines, cells = read_lines(section, named, wanted, member.name)
    return [Part(layout, lines, cells)]


def check_names(named: list[str], header: list[str], layout: FinessLayout, name: str) -> None:
    """Refuse an unknown header, a repeated one, and a missing one that is needed."""
    where = f"layouts/finess/{layout.layout}.yml"
    for field, cell in zip(named, header, strict=True):
        if field not in layout.fields or named.count(field) > 1:
            near = difflib.get_close_matches(field, layout.fields, n=3)
            raise InputError(
                file=name,
                line=1,
                column=cell,
                expected=f"each header of {where} once",
                found=repr(cell),
                hint=f"Nearest: {', '.join(near)}." if near else "Is it a file of establishments?",
            )
    missing = [field for field in layout.needed if field not in named]
    if missing:
        raise InputError(
            file=name,
            line=1,
            column=missing[0],
            expected=f"the headers {', '.join(layout.needed)}",
            found=f"a header without {', '.join(missing)}",
        )


def read_lines(
    section: Section, names: Sequence[str], wanted: Sequence[str], name: str
) -> tuple[pa.Array, dict[str, pa.Array]]:
    """Read lines of the same width as columns of texts, null where a cell is empty.

    Args:
        section: the lines.
        names: the field of each cell, in order.
        wanted: the fields to return.
        name: how errors name the file.

    Returns:
        The line of each row, and the columns.
    """
    if not section.data.strip():
        empty = {field: pa.array([], pa.string()) for field in wanted}
        return pa.array([], pa.int32()), empty
    try:
        table = arrow_table(section.data, names, wanted)
    except pa.ArrowInvalid as error:
        refuse_widths(section, names, name)
        raise InputError(file=name, expected="valid CSV", found=str(error)) from None
    data = section.data
    count = data.count(b"\n") + (not data.endswith(b"\n"))
    # As many rows as lines: no name runs over two of them, none is left empty.
    if table.num_rows == count:
        lines = pa.array(range(section.first_line, section.first_line + count), pa.int32())
    else:
        lines = pa.array([line for line, _ in slow_lines(section, name)], pa.int32())
    return lines, {field: trimmed(table.column(field)) for field in wanted}


def arrow_table(data: bytes, names: Sequence[str], wanted: Sequence[str]) -> pa.Table:
    """Read lines with Arrow; ArrowInvalid when one has not the width of the others."""
    return arrow_csv.read_csv(
        pa.BufferReader(data),
        read_options=arrow_csv.ReadOptions(column_names=list(names), block_size=1 << 23),
        parse_options=arrow_csv.ParseOptions(delimiter=";", newlines_in_values=True),
        convert_options=arrow_csv.ConvertOptions(
            include_columns=list(wanted),
            column_types=dict.fromkeys(wanted, pa.string()),
            null_values=[""],
            strings_can_be_null=True,
        ),
    )


def trimmed(column: pa.ChunkedArray) -> pa.Array:
    """Return cells without the spaces around them; a cell of spaces alone is missing."""
    bare = pc.utf8_trim_whitespace(flat(column))
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)


def slow_lines(section: Section, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the line and the cells of each row, one by one; lines left empty go."""
    text = section.data.decode("utf-8")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=";")
    start = section.first_line
    try:
        for cells in reader:
            if cells:
                yield start, cells
            start = section.first_line + reader.line_num
    except csv.Error as error:
        raise InputError(
            file=name,
            line=start,
            expected="valid CSV",
            found=str(error),
            hint="A quote may be left open, or the file cut short.",
        ) from None


def refuse_widths(section: Section, names: Sequence[str], name: str) -> None:
    """Refuse the first line that has not one cell by field."""
    for line, cells in slow_lines(section, name):
        if len(cells) != len(names):
            shown = f" tagged {section.tag}" if section.tag else ""
            raise InputError(
                file=name,
                line=line,
                expected=f"{len(names)} cells on a line{shown}",
                found=f"{len(cells)}",
                hint="The file may be cut short, or its layout may have changed.",
            )
