"""Origins of numbers, and which one a mixture takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import pyarrow as pa

Origin = Literal["published", "synthetic", "derived", "real"]
# Weakest first: a mixture is no better than its weakest part.
STRENGTH = ("synthetic", "derived", "published", "real")


def weakest(origins: Iterable[str]) -> str:
    """Return the weakest of some origins."""
    return min(origins, key=STRENGTH.index)


def weakest_of(table: pa.Table) -> str:
    """Return the weakest origin among the rows of a table; `derived` when it has none.

    An empty table is what a computation found: nothing in it was transcribed or generated.
    """
    if not table.num_rows:
        return "derived"
    return weakest(str(value) for value in table.column("origin").unique().to_pylist())


def shown_origin(nature: str, inherited: str) -> str:
    """Return the origin of what is shown of an indicator: printed values stay published.

    Args:
        nature: `transcription` when only printed values are shown, else `calcul`.
        inherited: the origin of the whole indicator.
    """
    return "published" if nature == "transcription" and inherited == "derived" else inherited
