"""Write Parquet: schema enforced, sorted by key, atomic, the same bytes every time."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.contracts.model import TableContract
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import ContractError, MissingOutputError
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.store.partitions import is_built, read_split


@dataclass(frozen=True)
class Written:
    """A table written: where, how many rows, the hash of its bytes."""

    table: str
    path: Path
    rows: int
    sha256: str


def conform(table: pa.Table, contract: TableContract) -> pa.Table:
    """Return the table under its contract's schema, sorted by its key.

    A missing value is left for the checks, which say where it is; `write_all` refuses it.

    Raises:
        ContractError: a column is missing, unknown, or does not cast without loss.
    """
    strict = arrow_schema(contract)
    schema = pa.schema([field.with_nullable(True) for field in strict], strict.metadata)
    if set(table.column_names) != set(schema.names):
        difference = set(table.column_names) ^ set(schema.names)
        raise ContractError(f"{contract.table}: columns differ from the contract: {difference}")
    ordered = table.select(schema.names)
    try:
        cast = ordered.cast(schema)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, ValueError) as error:
        raise ContractError(f"{contract.table}: {error}") from error
    if is_sorted(cast, contract.key):
        return cast.combine_chunks()
    return cast.sort_by([(name, "ascending") for name in contract.key])


def is_sorted(table: pa.Table, key: Sequence[str]) -> bool:
    """Do the rows of a table stand in the strict order of a key, without a missing value in it?

    Far cheaper than to sort again what a query has sorted.
    """
    if not key or table.num_rows < 2:
        return True
    tied = pa.repeat(True, table.num_rows - 1)
    for name in key:
        before, after = table.column(name).slice(0, table.num_rows - 1), table.column(name).slice(1)
        same = pc.equal(before, after)
        ordered = pc.fill_null(pc.or_(pc.less(before, after), same), False)
        if pc.any(pc.and_not(tied, ordered)).as_py():
            return False
        tied = pc.and_(tied, pc.fill_null(same, False))
    return not pc.any(tied).as_py()


def complete(table: pa.Table, contract: TableContract) -> pa.Table:
    """Return a conform table whose required columns are full; ContractError names the others."""
    schema = arrow_schema(contract)
    holed = [f.name for f in schema if not f.nullable and table.column(f.name).null_count]
    if holed:
        raise ContractError(f"{contract.table}: a value is missing in {', '.join(holed)}")
    return table.cast(schema)


def table_path(layout: Layout, contract: TableContract) -> Path:
    """Return where the Parquet of a table lies: a file, or the folder of a table that is split."""
    name = contract.table if contract.partition else f"{contract.table}.parquet"
    return layout.processed / contract.group / name


def write_bytes(table: pa.Table, path: Path) -> str:
    """Write one Parquet file and return its SHA-256."""
    pq.write_table(table, path, compression="zstd", version="2.6", write_statistics=True)
    return sha256(path)


def write_all(layout: Layout, tables: Iterable[tuple[TableContract, pa.Table]]) -> list[Written]:
    """Write several tables together: all temporary files first, then all renames.

    A fault before the last temporary file leaves every previous output as it was.
    """
    pending: list[tuple[TableContract, Path, Path, int, str]] = []
    try:
        for contract, table in tables:
            path = table_path(layout, contract)
            path.parent.mkdir(parents=True, exist_ok=True)
            temporary = path.with_suffix(".parquet.tmp")
            pending.append((contract, temporary, path, table.num_rows, ""))
            digest = write_bytes(complete(conform(table, contract), contract), temporary)
            pending[-1] = (contract, temporary, path, table.num_rows, digest)
    except BaseException:
        for _, temporary, *_ in pending:
            temporary.unlink(missing_ok=True)
        raise
    written = []
    for contract, temporary, path, rows, digest in pending:
        os.replace(temporary, path)
        written.append(Written(contract.table, path, rows, digest))
    return written


def built_path(layout: Layout, contract: TableContract) -> Path:
    """Return the Parquet of a table that has been built.

    Raises:
        MissingOutputError: it has not been.
    """
    path = table_path(layout, contract)
    if not is_built(path):
        raise MissingOutputError(
            f"{layout.relative(path)} does not exist yet: run `snp run` first."
        )
    return path


def read_built(layout: Layout, contract: TableContract) -> pa.Table:
    """Read a table of `data/processed`; MissingOutputError when it has not been built."""
    path = built_path(layout, contract)
    return read_split(path) if contract.partition else pq.read_table(path)
