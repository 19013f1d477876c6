"""What a server reads from elsewhere must be what has been built here.

To some servers a path where nothing lies is a table without rows: indicators would come out empty,
and nobody would know why.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts.schema import sql_literal
from pipeline.errors import EngineError
from pipeline.store.partitions import partition_files

SHOWN = 3


def stored_rows(path: Path) -> int:
    """Return how many rows a Parquet file, or a folder of partitions, holds; from footers alone."""
    files = partition_files(path) if path.is_dir() else [path]
    return sum(int(pq.read_metadata(file).num_rows) for file in files)


def counting(names: Mapping[str, Path]) -> str:
    """Return the query that counts the rows of some tables: columns `nom` and `lignes_nb`."""
    return " UNION ALL ".join(
        f"SELECT {sql_literal(name)} AS nom, COUNT(*) AS lignes_nb FROM {name}" for name in names
    )


def require_seen(built: Mapping[str, Path], counted: pa.Table, places: Mapping[str, str]) -> None:
    """Refuse to compute on tables of other sizes than those built.

    Args:
        built: the tables by name, where they lie on this machine.
        counted: what the server answered to `counting`.
        places: where the server looks for each.

    Raises:
        EngineError: a table of the server has more or fewer rows; names the first ones.
    """
    found = {str(row["nom"]): int(row["lignes_nb"]) for row in counted.to_pylist()}
    wrong = [
        f"{name} has {found.get(name, 0)} row(s) at {places[name]}, {rows} here"
        for name, path in built.items()
        if (rows := stored_rows(path)) != found.get(name, 0)
    ]
    if wrong:
        more = f" (and {len(wrong) - SHOWN} more)" if len(wrong) > SHOWN else ""
        raise EngineError(
            "The Spark server does not read the tables that have been built: "
            f"{'; '.join(wrong[:SHOWN])}{more}. Copy data/processed/core there again, or correct "
            "--data-root."
        )
