"""A file of any size as blocks of whole lines: decompressed as it is read, never held whole."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

import pyarrow as pa

from pipeline.errors import InputError
from pipeline.parameters import Parameters, default_parameters

PIECE = 4 << 20
BLOCK = 64 << 20
# Objects take more room in the engine than cells do, and several blocks are there at once.
OBJECTS_BLOCK = 32 << 20
# What is read line by line when a line of it is at fault: memory is that of Python objects.
SMALL_BLOCK = 1 << 20
# Below, a ratio says nothing: a short text of blanks compresses a thousandfold.
LEAST_EXPANDED = 64 << 20
MEGA, GIGA = 1_000_000, 1_000_000_000
CODECS = {".gz": "gzip", ".zst": "zstd"}
MAGIC = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
BOM = b"\xef\xbb\xbf"
Item = TypeVar("Item")
Desk = TypeVar("Desk")


@dataclass(frozen=True)
class Limits:
    """What a stream may cost: bytes of a line, bytes in all, text over compressed, engine."""

    line: int
    expanded: int
    ratio: float
    memory_mb: int
    document: int

    @classmethod
    def of(cls, parameters: Parameters | None = None) -> Limits:
        """Return the limits the parameters set."""
        value = (parameters or default_parameters()).value
        return cls(
            line=int(value("flux_ligne_max_mo") * MEGA),
            expanded=int(value("flux_taille_max_go") * GIGA),
            ratio=float(value("flux_expansion_max")),
            memory_mb=int(value("flux_memoire_mo")),
            document=int(value("flux_lot_json_max_mo") * MEGA),
        )


@dataclass(frozen=True)
class Block:
    """Whole lines of a file, the first of them numbered; `too_long` says the size of one left out.

    A line beyond the limit comes as a block of its own, without its bytes. The bytes are kept in
    the parts they were read in: most blocks go to the engine without being put together.
    """

    first_line: int
    parts: tuple[bytes | memoryview, ...]
    lines: int
    too_long: int = 0

    @classmethod
    def of(cls, first_line: int, data: bytes) -> Block:
        """Return a block of lines already together."""
        return cls(first_line, (data,), data.count(b"\n") + (not data.endswith(b"\n")))

    @property
    def data(self) -> bytes:
        """Its bytes, together."""
        return b"".join(self.parts)

    def cut(self, size: int) -> Iterator[Block]:
        """Yield its lines in blocks of about `size` bytes."""
        data, start, line = self.data, 0, self.first_line
        while start < len(data):
            end = data.find(b"\n", start + size) + 1 or len(data)
            piece = Block.of(line, data[start:end])
            yield piece
            start, line = end, line + piece.lines


def stem_of(path: Path) -> str:
    """Return the name of a file without the suffix of its compression."""
    return path.name[: -len(path.suffix)] if path.suffix.lower() in CODECS else path.name


def codec_of(path: Path, name: str) -> str | None:
    """Return how a file is compressed; refuses one whose bytes and name disagree."""
    said = CODECS.get(path.suffix.lower())
    with path.open("rb") as handle:
        head = handle.read(4)
    found = next((codec for magic, codec in MAGIC.items() if head.startswith(magic)), None)
    if said != found:
        raise InputError(
            file=name,
            expected=f"{said or 'plain text'}, as its name says",
            found=found or "plain text",
        )
    return found


def pieces(path: Path, name: str, limits: Limits) -> Iterator[bytes]:
    """Yield the text of a file by pieces.

    Raises:
        InputError: a compressed file cut short or damaged, or text beyond the limits.
    """
    codec = codec_of(path, name)
    size, total = min(PIECE, limits.line), 0
    with pa.OSFile(str(path), "rb") as raw:
        stream: Any = pa.CompressedInputStream(raw, codec) if codec else raw
        while piece := read_piece(stream, size, name, codec):
            total += len(piece)
            refuse_bomb(name, total, raw.tell() if codec else total, limits)
            yield piece


def read_piece(stream: Any, size: int, name: str, codec: str | None) -> bytes:
    """Read one piece; a damaged stream is a fault of the file."""
    try:
        return bytes(stream.read(size))
    except OSError as error:
        raise InputError(file=name, expected=f"a whole {codec} file", found=str(error)) from None


def refuse_bomb(name: str, total: int, read: int, limits: Limits) -> None:
    """Refuse a file whose text is out of proportion with its bytes, or too large."""
    if total > limits.expanded:
        raise InputError(
            file=name,
            expected=f"at most {limits.expanded / GIGA:g} GB of text",
            found="more",
            hint="The limit is `flux_taille_max_go` of the parameters.",
        )
    if total > LEAST_EXPANDED and total > limits.ratio * max(read, 1):
        raise InputError(
            file=name,
            expected=f"at most {limits.ratio:g} bytes of text for a byte of the file",
            found=f"{total / max(read, 1):.0f}",
            hint="The limit is `flux_expansion_max` of the parameters.",
        )


def blocks(path: Path, name: str, limits: Limits, size: int = BLOCK) -> Iterator[Block]:
    """Yield the lines of a file in blocks of about `size` bytes, a line never cut.

    Raises:
        InputError: see `pieces`.
    """
    cutter = Cutter(limits.line, size)
    for rank, piece in enumerate(pieces(path, name, limits)):
        yield from cutter.feed(piece.removeprefix(BOM) if rank == 0 else piece)
    yield from cutter.end()


class Cutter:
    """Cuts a stream of bytes at line ends; a line beyond the limit is dropped as it passes."""

    def __init__(self, line_limit: int, size: int) -> None:
        self.line_limit, self.size = line_limit, size
        self.whole: list[bytes | memoryview] = []
        self.held, self.held_lines, self.line, self.dropped = 0, 0, 1, 0
        self.rest = b""

    def feed(self, piece: bytes) -> Iterator[Block]:
        """Take a piece, yield the blocks it completes."""
        first = piece.find(b"\n")
        if first < 0:
            yield from self.lengthen(piece)
            return
        yield from self.lengthen(piece[: first + 1])
        yield from self.close_line()
        last = piece.rfind(b"\n")
        if last > first:
            lines = piece.count(b"\n", first + 1, last + 1)
            self.keep(memoryview(piece)[first + 1 : last + 1], lines)
        self.rest = piece[last + 1 :]
        if self.held >= self.size:
            yield from self.flush()

    def lengthen(self, part: bytes) -> Iterator[Block]:
        """Lengthen the line under way; beyond the limit, forget it."""
        if self.dropped:
            self.dropped += len(part)
        elif len(self.rest) + len(part) > self.line_limit + 1:
            yield from self.flush()
            self.dropped, self.rest = len(self.rest) + len(part), b""
        else:
            self.rest += part

    def close_line(self) -> Iterator[Block]:
        """End the line under way, which the last part given completes."""
        if self.dropped:
            yield Block(self.line, (), 1, self.dropped)
            self.line, self.dropped = self.line + 1, 0
        elif self.rest:
            self.keep(self.rest, 1)
        self.rest = b""

    def keep(self, part: bytes | memoryview, lines: int) -> None:
        """Keep whole lines for the next block."""
        self.whole.append(part)
        self.held += len(part)
        self.held_lines += lines

    def flush(self) -> Iterator[Block]:
        """Yield what is held as one block."""
        if self.held:
            yield Block(self.line, tuple(self.whole), self.held_lines)
            self.line += self.held_lines
            self.whole, self.held, self.held_lines = [], 0, 0

    def end(self) -> Iterator[Block]:
        """Yield what is left at the end of the file, whose last line may have no end."""
        yield from self.close_line()
        yield from self.flush()


def ahead(source: Iterator[Block]) -> Iterator[Block]:
    """Yield the same blocks, the next one read while the current one is used."""

    def next_block() -> Block | None:
        return next(source, None)

    with ThreadPoolExecutor(1) as pool:
        coming: Future[Block | None] = pool.submit(next_block)
        while (block := coming.result()) is not None:
            coming = pool.submit(next_block)
            yield block


def share_out(
    source: Iterable[Item], desks: Sequence[Desk], use: Callable[[Desk, int, Item], None]
) -> None:
    """Use every item at one of several desks, as many at once as there are desks.

    Args:
        source: the items; the next one is read while those before are used.
        desks: what an item is used at; never two items at one desk at the same time.
        use: given a desk, the rank of an item and the item.

    Raises:
        Exception: that of the first item at fault, in the order of the items.
    """
    free: SimpleQueue[Desk] = SimpleQueue()
    for desk in desks:
        free.put(desk)

    def at_a_desk(rank: int, item: Item) -> None:
        desk = free.get()
        try:
            use(desk, rank, item)
        finally:
            free.put(desk)

    under_way: deque[Future[None]] = deque()
    with ThreadPoolExecutor(len(desks)) as pool:
        for rank, item in enumerate(source):
            if len(under_way) >= len(desks):
                under_way.popleft().result()
            under_way.append(pool.submit(at_a_desk, rank, item))
        for future in under_way:
            future.result()
