"""Files of any size as blocks of whole lines, and what is refused before it costs anything."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.sources.desk import is_long
from pipeline.sources.fields import shown
from pipeline.sources.streams import MEGA, Block, Cutter, Limits, ahead, blocks

LIMITS = Limits(line=MEGA, expanded=1000 * MEGA, ratio=1000, memory_mb=500, document=MEGA)


def written(folder: Path, data: bytes, name: str = "flux.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def read(path: Path, limits: Limits = LIMITS, size: int = 64) -> list[Block]:
    return list(ahead(blocks(path, path.name, limits, size)))


@given(
    st.lists(st.binary(max_size=40).map(lambda b: b.replace(b"\n", b"")), max_size=30),
    st.booleans(),
    st.integers(1, 17),
    st.integers(1, 60),
)
def test_no_line_is_cut_lost_or_misnumbered(
    lines: list[bytes], ended: bool, step: int, size: int
) -> None:
    text = b"\n".join(lines) + (b"\n" if ended and lines else b"")
    cutter = Cutter(1000, size)
    found = []
    for start in range(0, len(text), step):
        found += list(cutter.feed(text[start : start + step]))
    found += list(cutter.end())
    assert b"".join(block.data for block in found) == text
    line = 1
    for block in found:
        assert block.first_line == line
        assert block.lines == block.data.count(b"\n") + (not block.data.endswith(b"\n"))
        line += block.lines


def test_a_line_beyond_the_limit_is_dropped_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path, b"a\n" + b"x" * 3_000 + b"\nb\nc")
    found = read(path, Limits(1_000, 10 * MEGA, 1000, 500, MEGA))
    assert [(b.first_line, b.data, b.too_long) for b in found] == [
        (1, b"a\n", 0),
        (2, b"", 3_001),
        (3, b"b\nc", 0),
    ]


def test_a_file_that_is_one_endless_line_holds_no_memory(tmp_path: Path) -> None:
    path = written(tmp_path, b"x" * 50_000)
    (block,) = read(path, Limits(1_000, 10 * MEGA, 1000, 500, MEGA))
    assert (block.data, block.too_long) == (b"", 50_000)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_compressed_files_give_the_same_lines(tmp_path: Path, suffix: str) -> None:
    text = b"".join(b"ligne %d\n" % i for i in range(500))
    data = gzip.compress(text) if suffix == ".gz" else pa.compress(text, "zstd").to_pybytes()
    found = read(written(tmp_path, data, f"flux.csv{suffix}"))
    assert b"".join(block.data for block in found) == text


def test_gzip_files_put_end_to_end_are_read_to_the_last(tmp_path: Path) -> None:
    data = gzip.compress(b"a\n") + gzip.compress(b"b\n")
    assert b"".join(b.data for b in read(written(tmp_path, data, "f.csv.gz"))) == b"a\nb\n"


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_cut_short_is_refused(tmp_path: Path, suffix: str) -> None:
    text = bytes(range(256)) * 4_000
    data = gzip.compress(text) if suffix == ".gz" else pa.compress(text, "zstd").to_pybytes()
    path = written(tmp_path, data[: len(data) // 2], f"flux.csv{suffix}")
    with pytest.raises(InputError, match=r"expected a whole (gzip|zstd) file"):
        read(path)


def test_a_bomb_is_refused_by_its_ratio(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"0" * 80 * MEGA), "bombe.csv.gz")
    with pytest.raises(InputError, match="at most 500 bytes of text for a byte"):
        read(path, Limits(MEGA, 1000 * MEGA, 500, 500, MEGA))


def test_a_text_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"at most 0\.001 GB of text"):
        read(written(tmp_path, b"abc\n" * 300_000), Limits(1_000, MEGA, 1000, 500, MEGA))


def test_a_name_that_lies_about_the_compression_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="expected gzip, as its name says; found plain text"):
        read(written(tmp_path, b"a\n", "flux.csv.gz"))
    with pytest.raises(InputError, match="expected plain text, as its name says; found gzip"):
        read(written(tmp_path, gzip.compress(b"a\n"), "flux.csv"))


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    (block,) = read(written(tmp_path, b"\xef\xbb\xbfa\n"))
    assert block.data == b"a\n"


def test_the_size_of_a_line_of_gigabytes_is_not_hidden_as_the_number_of_a_person() -> None:
    told: list[tuple[int, str, str]] = []
    assert is_long(Block(7, (), 1, 5_385_486_367), lambda *said: told.append(said))
    assert [(line, shown(size)) for line, size, _ in told] == [(7, "5385.49 MB")]
    assert not is_long(Block.of(7, b"{}\n"), lambda *said: told.append(said))
    assert len(told) == 1
