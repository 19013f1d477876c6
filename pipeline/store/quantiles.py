"""Quantiles as each engine best computes them: the text of an indicator gives them one by one."""

from __future__ import annotations

import math
import re

ORDERED = re.compile(
    r"percentile_cont\(\s*(0?\.\d+)\s*\)\s*WITHIN\s+GROUP\s*\(\s*ORDER\s+BY\s+([\w.]+)\s*\)"
    r"(?!\s*(?:FILTER|OVER)\b)",
    re.IGNORECASE,
)
QUANTILE = re.compile(r"percentile_cont\(\s*(0?\.\d+)\s*\)", re.IGNORECASE)
# The first decile of 0 to 43 is 4.3; a server that cuts the weight at six decimals says 4.299999.
PROBE = (
    "SELECT percentile_cont(0.1) WITHIN GROUP (ORDER BY CAST(id AS DOUBLE)) AS decile "
    "FROM range(44)"
)
PROBED = 4.3
# In units of the last binary place: the product with a rank no longer rounds down.
NUDGE = 4


def exact_quantiles(sql: str) -> str:
    """Return a query whose quantiles a server that cuts interpolation weights computes exactly.

    DataFusion, and Sail with it, keeps six decimals of the weight and drops the rest, so that 0.3
    computed as 0.29999999 counts as 0.299999. Moved up by a few units of its last binary place, a
    quantile gives weights that are never just below a short decimal; the value moves by less than
    one part in 10^12.
    """

    def moved(found: re.Match[str]) -> str:
        fraction = float(found[1])
        for _ in range(NUDGE):
            fraction = math.nextafter(fraction, 1.0)
        return f"percentile_cont({fraction!r})"

    return QUANTILE.sub(moved, sql)


def shared_quantiles(sql: str) -> str:
    """Return a query whose quantiles of one column are read on one list of its values.

    DuckDB holds a list for each quantile: three quartiles took three times the memory.
    """
    wanted: dict[str, list[str]] = {}
    for fraction, column in ORDERED.findall(sql):
        asked = wanted.setdefault(column, [])
        if fraction not in asked:
            asked.append(fraction)

    def shared(found: re.Match[str]) -> str:
        asked = wanted[found[2]]
        if len(asked) == 1:
            return found[0]
        place = asked.index(found[1]) + 1
        return f"(quantile_cont({found[2]}, [{', '.join(asked)}]))[{place}]"

    return ORDERED.sub(shared, sql)
