"""What each printed figure may be: the shared SQL block, run on the registry."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import pyarrow as pa

from pipeline.contracts.sql import BLOCKS, part
from pipeline.parameters import Parameters, bind
from pipeline.store.engine import DuckDBEngine


@dataclass(frozen=True)
class Interval:
    """The numbers a printed figure may stand for, bounds included."""

    low: Decimal
    high: Decimal

    def holds(self, value: float) -> bool:
        """Is a value inside? Its binary form is read back as the shortest decimal."""
        return self.low <= Decimal(repr(value)) <= self.high


def intervals(registry: pa.Table, parameters: Parameters) -> dict[str, Interval]:
    """Return the interval of every figure that holds a number.

    Half a unit of its last decimal on each side, its qualifier taken into account.

    Args:
        registry: the table `published_figures`.
        parameters: how wide "about" and "nearly" are.
    """
    sql = f"WITH {part('intervalles', (BLOCKS,))}\nSELECT figure_id, bas, haut FROM intervalles"
    with DuckDBEngine() as engine:
        engine.register_table("published_figures", registry)
        rows = engine.query(f"{bind(sql, parameters)} ORDER BY figure_id").to_pylist()
    return {row["figure_id"]: Interval(row["bas"], row["haut"]) for row in rows}
