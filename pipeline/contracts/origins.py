"""Origins of numbers, and which one a mixture takes."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

# Weakest first: a mixture is no better than its weakest part.
STRENGTH = ("synthetic", "derived", "published", "real")


def weakest(origins: Iterable[str]) -> str:
    """Return the weakest of some origins."""
    return min(origins, key=STRENGTH.index)


def weakest_of(table: pa.Table) -> str:
    """Return the weakest origin among the rows of a table."""
    return weakest(str(value) for value in table.column("origin").unique().to_pylist())
