"""The years of the panel."""

from __future__ import annotations

YEARS = tuple(range(2016, 2023))
FIRST, LAST = YEARS[0], YEARS[-1]
