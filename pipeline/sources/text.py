"""Open a text input: strict UTF-8, a header, rows of the same width, each with its line."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError

# A line of the file, and the cells it holds.
Line = tuple[int, Sequence[object]]


@dataclass(frozen=True)
class CsvFile:
    """A CSV read whole: header and rows with their line numbers."""

    name: str
    header: list[str]
    rows: list[tuple[int, list[str]]]


def decode(data: bytes, name: str) -> str:
    """Decode strict UTF-8 (a byte order mark is dropped); refuse anything else by its line."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        byte = f"byte 0x{data[error.start]:02X}, which no UTF-8 text holds there"
        hint = "The file looks like Latin-1 or cp1252: save it again as UTF-8."
        raise InputError(
            file=name, line=line, expected="UTF-8 text", found=byte, hint=hint
        ) from None
    if not text.strip():
        raise InputError(file=name, expected="a header line and rows", found="an empty file")
    return text


def read_csv(path: Path, name: str) -> CsvFile:
    """Read a comma CSV strictly.

    Args:
        path: the file.
        name: how errors name it.

    Raises:
        InputError: empty file, bytes that are not UTF-8, a duplicate header, a row whose width
            differs from the header's, a quote left open.
    """
    header, rows = parse_csv(decode(path.read_bytes(), name), name)
    check_shape(header, rows, name)
    return CsvFile(name, header, rows)


def parse_csv(
    text: str, name: str, delimiter: str = ","
) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """Return the header of a CSV text and its rows, each with its line; lines left empty go.

    Raises:
        InputError: a NUL byte, a quote left open.
    """
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise InputError(file=name, line=line, expected="text", found="a NUL byte")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, delimiter=delimiter)
    rows: list[tuple[int, list[str]]] = []
    header: list[str] = []
    try:
        header = next(reader)
        start = reader.line_num + 1
        for cells in reader:
            if cells:
                rows.append((start, cells))
            start = reader.line_num + 1
    except csv.Error as error:
        hint = "A quote may be left open, or the file cut short."
        raise InputError(
            file=name, line=reader.line_num, expected="valid CSV", found=str(error), hint=hint
        ) from None
    return header, rows


def check_shape(header: list[str], rows: Sequence[Line], name: str) -> None:
    """Refuse no header, a repeated one, a header alone, and a row of another width."""
    check_header(header, name)
    check_rows(header, rows, name)


def check_header(header: list[str], name: str) -> None:
    """Refuse no header and a repeated one."""
    if not header:
        raise InputError(file=name, line=1, expected="a header line", found="an empty line")
    for column in header:
        if header.count(column) > 1:
            raise InputError(
                file=name,
                line=1,
                column=column,
                expected="each column once",
                found=f"{header.count(column)} columns of that name",
            )


def check_rows(header: list[str], rows: Sequence[Line], name: str) -> None:
    """Refuse a header alone and a row of another width."""
    if not rows:
        raise InputError(file=name, line=2, expected="at least one row", found="a header alone")
    for line, cells in rows:
        if len(cells) != len(header):
            last = " It is the last row: the file may be cut short." if line == rows[-1][0] else ""
            raise InputError(
                file=name,
                line=line,
                expected=f"{len(header)} cells as in the header",
                found=f"{len(cells)}",
                hint=last.strip(),
            )
