"""Tables of events: a folder of Parquet files, one by year and department.

`core/<table>/annee=2025/departement_code=44/data.parquet`: the columns that split the table are in
the names of the folders alone, so that an engine reads only what it asks for. An empty file,
`_schema.parquet`, says the columns and their types, and that the table has been built.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.contracts.model import TableContract
from pipeline.contracts.schema import arrow_schema, sql_literal, sql_type
from pipeline.errors import ContractError
from pipeline.hashing import sha256

SCHEMA_FILE = "_schema.parquet"
DATA_FILE = "data.parquet"
ROW_GROUP = 1_000_000
# Hashing lets the other threads go.
HASHERS = 2


def partition_name(values: Mapping[str, object]) -> str:
    """Return the folder of a partition within its table, as `annee=2025/departement_code=44`."""
    return "/".join(f"{column}={value}" for column, value in values.items())


def partition_files(folder: Path) -> list[Path]:
    """Return the files of the partitions of a table, in the order of their names."""
    return sorted(folder.glob(f"*=*/**/{DATA_FILE}"))


def is_built(path: Path) -> bool:
    """Is a table there, as a file or as a folder of partitions?"""
    return path.is_file() or (path / SCHEMA_FILE).is_file()


def empty_table(contract: TableContract) -> pa.Table:
    """Return a table without rows under the contract's schema, split columns included."""
    # `Schema.empty_table` would load pandas.
    return pa.Table.from_batches([], schema=arrow_schema(contract))


def write_schema_file(contract: TableContract, folder: Path) -> None:
    """Write the empty file that says the columns of a split table. Atomic."""
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{SCHEMA_FILE}.tmp"
    pq.write_table(empty_table(contract), temporary, compression="zstd", version="2.6")
    os.replace(temporary, folder / SCHEMA_FILE)


def split_columns(path: Path) -> tuple[str, ...]:
    """Return the columns that split a table as it stands on disk; none for a file."""
    return () if path.is_file() else split_of(pq.read_schema(path / SCHEMA_FILE))


def split_of(schema: pa.Schema) -> tuple[str, ...]:
    """Return the columns that split a table, as its schema on disk says them."""
    return tuple((schema.metadata or {})[b"partition"].decode().split(","))


def relation(
    path: Path, shown: str | None = None, only: tuple[str, Sequence[str]] | None = None
) -> str:
    """Return a SELECT over a table as it stands on disk, file or folder.

    Split columns come back with the types of the contract: a department stays text, "01".

    Args:
        path: where the table is.
        shown: the path the SQL is to name, when it will run from another folder.
        only: a column that splits the table, and those of its values to read: other folders are
            not even listed. Each must be there.
    """
    named = shown or str(path)
    if path.is_file():
        return f"SELECT * FROM read_parquet({sql_literal(named)})"
    schema = pq.read_schema(path / SCHEMA_FILE)
    split = split_of(schema)
    if only is None and not partition_files(path):
        return f"SELECT * FROM read_parquet({sql_literal(f'{named}/{SCHEMA_FILE}')})"
    types = ", ".join(
        f"'{name}': {sql_type((schema.field(name).metadata or {})[b'type'].decode())}"
        for name in split
    )
    column, values = only or (split[0], ["*"])
    files = ", ".join(
        sql_literal("/".join([named, *places(split, column, value), DATA_FILE])) for value in values
    )
    return (
        f"SELECT {', '.join(schema.names)} FROM read_parquet([{files}], hive_partitioning = true, "
        f"hive_types = {{{types}}})"
    )


def places(split: Iterable[str], column: str, value: str) -> list[str]:
    """Return the folders that lead to the partitions of one value of a column, any of the others.

    Raises:
        ContractError: a value no folder may bear.
    """
    if value != "*" and not re.fullmatch(r"[\w-]+", value):
        raise ContractError(f"{column}: no folder is named after {value!r}")
    return [f"{name}={value}" if name == column and value != "*" else "*" for name in split]


def placed(table: pa.Table, file: Path, folder: Path, schema: pa.Schema) -> pa.Table:
    """Return rows of a partition with the columns its folders say, under the table's schema."""
    for part in file.parent.relative_to(folder).parts:
        name, _, value = part.partition("=")
        values = pa.array([value] * table.num_rows, pa.string())
        table = table.append_column(name, values.cast(schema.field(name).type))
    return table.select(schema.names).cast(schema)


def read_split(path: Path) -> pa.Table:
    """Read a whole split table, in the order of its partitions then of their rows."""
    schema = pq.read_schema(path / SCHEMA_FILE)
    parts = [placed(pq.ParquetFile(f).read(), f, path, schema) for f in partition_files(path)]
    return pa.concat_tables([schema.empty_table(), *parts])


def first_rows(path: Path, count: int) -> pa.Table:
    """Return the first rows of a split table, without reading the others."""
    schema = pq.read_schema(path / SCHEMA_FILE)
    for file in partition_files(path):
        for batch in pq.ParquetFile(file).iter_batches(batch_size=count):
            return placed(pa.Table.from_batches([batch]), file, path, schema)
    return schema.empty_table()


@contextmanager
def one_schema(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have every partition written within declare the same schema, whatever its rows.

    The engine would declare "never null" whatever happens to hold no null. It is set for the whole
    database, cursors included: around all the writing, not around each file.
    """
    connection.execute("SET disabled_optimizers = 'statistics_propagation'")
    try:
        yield
    finally:
        connection.execute("RESET disabled_optimizers")


@cache
def embedded_schema(contract: TableContract) -> str:
    """Return the schema of the columns a partition holds, as Parquet carries that of pyarrow."""
    schema = arrow_schema(contract)
    kept = [field for field in schema if field.name not in contract.partition]
    inside = pa.schema(kept, metadata=schema.metadata)
    return base64.b64encode(inside.serialize().to_pybytes()).decode()


def write_partition(
    connection: duckdb.DuckDBPyConnection,
    contract: TableContract,
    rows: str,
    target: Path,
    *,
    sorted_rows: bool = False,
) -> int:
    """Write the rows of one partition, in the order of its contract; returns how many.

    To be called within `one_schema`.

    Args:
        connection: where `rows` can be queried.
        contract: that of the table; its `order` must tell rows apart, for the same bytes each time.
        rows: a SELECT that gives the columns of the contract, for one partition.
        target: the file.
        sorted_rows: the rows come in that order already, from a table: they are not sorted again.
    """
    kept = [column.name for column in contract.columns if column.name not in contract.partition]
    order = "" if sorted_rows else f" ORDER BY {', '.join(contract.order)}"
    target.parent.mkdir(parents=True, exist_ok=True)
    ((written,),) = connection.execute(
        f"COPY (SELECT {', '.join(kept)} FROM ({rows}){order}) "
        f"TO {sql_literal(str(target))} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE "
        f"{ROW_GROUP}, KV_METADATA {{'ARROW:schema': {sql_literal(embedded_schema(contract))}}})"
    ).fetchall()
    return int(written)


def swap_partitions(folder: Path, fresh: Path, gone: Iterable[str]) -> None:
    """Put the partitions written under `fresh` in their place, and remove those that are gone.

    Each file is replaced in one move; a fault between two moves is mended by the next run, which
    builds again whatever its ledger does not list.
    """
    for file in partition_files(fresh):
        target = folder / file.relative_to(fresh)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(file, target)
    for name in gone:
        (folder / name / DATA_FILE).unlink(missing_ok=True)
        for parent in (folder / name, (folder / name).parent):
            if parent.is_dir() and parent != folder and not any(parent.iterdir()):
                parent.rmdir()


def digest(path: Path) -> str:
    """Return the SHA-256 of a table: of its file, or of the names and hashes of its partitions."""
    return digest_of(file_hashes(path)) if path.is_dir() else sha256(path)


def file_hashes(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file of a split table that is there, by its path in the folder."""
    files = [file for file in (folder / SCHEMA_FILE, *partition_files(folder)) if file.is_file()]
    with ThreadPoolExecutor(HASHERS) as pool:
        names = (file.relative_to(folder).as_posix() for file in files)
        return dict(zip(names, pool.map(sha256, files), strict=True))


def digest_of(hashes: Mapping[str, str]) -> str:
    """Return the SHA-256 of a split table, from those of its files."""
    lines = "".join(f"{name} {found}\n" for name, found in hashes.items())
    return hashlib.sha256(lines.encode()).hexdigest()
