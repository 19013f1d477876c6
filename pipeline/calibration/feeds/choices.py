"""Our own choices (choices.yml): what the documents do not print and the feeds need."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pipeline.contracts.registry import read_yaml


@cache
def choices() -> dict[str, Any]:
    """Return every choice, by section of choices.yml."""
    return dict(read_yaml(Path(__file__).resolve().parent / "choices.yml"))


@cache
def holidays() -> frozenset[date]:
    """Return the public holidays of the years the feeds cover."""
    return frozenset(day for year in choices()["jours_feries"] for day in year)


def draw(*key: object) -> float:
    """Return a number in [0, 1) that the key alone decides: no generator, no state."""
    text = "|".join(str(part) for part in key)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


def in_drawn_order(length: int, *key: object) -> list[int]:
    """Return the ranks 0 to length - 1 in an order that the key alone decides."""
    return sorted(range(length), key=lambda rank: (draw(*key, rank), rank))
