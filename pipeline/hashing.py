"""Files read once in blocks, and their SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

BLOCK = 1 << 20
Seen = Callable[[bytearray, int], None]


def buffers(path: Path) -> Iterator[tuple[bytearray, int]]:
    """Yield the bytes of a file, in a buffer used again: the buffer, how many bytes it holds."""
    buffer = bytearray(BLOCK)
    with path.open("rb", buffering=0) as handle:
        while size := handle.readinto(buffer):
            yield buffer, size


def sha256(path: Path, seen: Seen | None = None) -> str:
    """Return the SHA-256 of a file; `seen` is given its bytes as they pass, see `buffers`."""
    digest = hashlib.sha256()
    for buffer, size in buffers(path):
        digest.update(memoryview(buffer)[:size])
        if seen:
            seen(buffer, size)
    return digest.hexdigest()
