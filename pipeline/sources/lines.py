"""Where the lines of a plain file are, learnt as its bytes pass: how many, and how to read some."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from pipeline.hashing import BLOCK, buffers


class Lines:
    """The lines of a file: number and place of the first of each stretch of it, then its end.

    `longest` is the length of the longest line, or the size of the buffers if none is longer.
    """

    def __init__(self) -> None:
        self.numbers, self.places = [1], [0]
        self.longest, self.seen = BLOCK, 0

    def feed(self, buffer: bytearray, size: int) -> None:
        """Take in the next bytes of the file: the first `size` of a buffer."""
        last = buffer.rfind(b"\n", 0, size) + 1
        if last:
            self.longest = max(self.longest, self.seen + buffer.find(b"\n", 0, size) - self.start)
            self.stop(buffer.count(b"\n", 0, last), self.seen + last)
        self.seen += size

    def end(self) -> Lines:
        """Count the last line, which may have no end; returns itself."""
        if self.seen > self.start:
            self.longest = max(self.longest, self.seen - self.start)
            self.stop(1, self.seen)
        return self

    @property
    def start(self) -> int:
        """Where the line under way begins."""
        return self.places[-1]

    def stop(self, lines: int, place: int) -> None:
        """End a stretch of some lines."""
        self.numbers.append(self.numbers[-1] + lines)
        self.places.append(place)

    @property
    def total(self) -> int:
        """How many lines the file has."""
        return self.numbers[-1] - 1

    def read(self, path: Path, wanted: Sequence[int]) -> Iterator[tuple[int, bytes]]:
        """Yield some lines of the file, given in order, each with its number."""
        with path.open("rb") as handle:
            for rank, (first, after) in enumerate(pairwise(self.numbers)):
                chosen = wanted[bisect_left(wanted, first) : bisect_left(wanted, after)]
                if chosen:
                    handle.seek(self.places[rank])
                    held = handle.read(self.places[rank + 1] - self.places[rank]).split(b"\n")
                    yield from ((line, held[line - first]) for line in chosen)


def lines_of(path: Path) -> Lines:
    """Return the lines of a plain file."""
    found = Lines()
    for buffer, size in buffers(path):
        found.feed(buffer, size)
    return found.end()
