"""A CSV opens strictly, and each fault names its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.sources.text import CsvFile, read_csv


def opened(tmp_path: Path, data: bytes) -> CsvFile:
    path = tmp_path / "essai.csv"
    path.write_bytes(data)
    return read_csv(path, "data/raw/essai.csv")


def refused(tmp_path: Path, data: bytes) -> InputError:
    with pytest.raises(InputError) as caught:
        opened(tmp_path, data)
    assert caught.value.file == "data/raw/essai.csv"
    return caught.value


def test_rows_keep_their_line(tmp_path: Path) -> None:
    file = opened(tmp_path, b'a,b\n1,"deux\nlignes"\n\n3,4\n')
    assert file.header == ["a", "b"]
    assert file.rows == [(2, ["1", "deux\nlignes"]), (5, ["3", "4"])]


def test_a_byte_order_mark_and_windows_lines_are_read(tmp_path: Path) -> None:
    file = opened(tmp_path, b"\xef\xbb\xbfa,b\r\n1,\xc3\xa9\r\n")
    assert file.header == ["a", "b"]
    assert file.rows == [(2, ["1", "é"])]


@pytest.mark.parametrize("data", [b"", b" \n\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n"])
def test_an_empty_file_is_refused(tmp_path: Path, data: bytes) -> None:
    assert "an empty file" in str(refused(tmp_path, data))


def test_latin_1_is_refused_by_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, "a,b\n1,2\n3,Créneaux\n".encode("latin-1"))
    assert error.line == 3
    assert "0xE9" in error.found
    assert "UTF-8" in error.hint


def test_a_nul_byte_is_refused_by_its_line(tmp_path: Path) -> None:
    error = refused(tmp_path, b"a,b\n1,\0\n")
    assert (error.line, error.found) == (2, "a NUL byte")


@pytest.mark.parametrize(
    ("data", "line", "found"),
    [
        (b"\na,b\n1,2\n", 1, "an empty line"),
        (b"a,b,a\n1,2,3\n", 1, "2 columns of that name"),
        (b"a,b\n", 2, "a header alone"),
        (b"a,b\n1,2\n3\n5,6\n", 3, "1"),
        (b"a,b\n1,2,3\n", 2, "3"),
    ],
)
def test_a_wrong_shape_is_refused_by_its_line(
    tmp_path: Path, data: bytes, line: int, found: str
) -> None:
    error = refused(tmp_path, data)
    assert (error.line, error.found) == (line, found)


def test_only_a_short_last_row_hints_at_a_cut(tmp_path: Path) -> None:
    assert "cut short" in refused(tmp_path, b"a,b\n1,2\n3\n").hint
    assert refused(tmp_path, b"a,b\n1\n3,4\n").hint == ""


def test_an_open_quote_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, b'a,b\n1,"deux\n3,4\n')
    assert error.expected == "valid CSV"
    assert "cut short" in error.hint
