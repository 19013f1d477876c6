"""One measurement in a process of its own: `python one.py ENGINE QUERY FOLDER`; prints JSON.

Importing and opening the engine is timed apart (`start_s`) from the query (`seconds`). Two floors:
`scan` looks at every value of the columns the query reads in the files; `floor` at those and at the
columns that the names of the folders give.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1]))
TABLE = {"fill_rate": "creneaux", "file_active": "actes"}
SPLIT: dict[str, tuple[str, ...]] = {"fill_rate": (), "file_active": ("annee",)}
READ = {
    "fill_rate": ("departement_mois", "pourvu_nb"),
    "file_active": ("finess", "patient_id", "profession_acte_code", "quantite_nb"),
}
KEYS = {
    "fill_rate": ["departement_code", "annee", "mois"],
    "file_active": ["annee", "finess"],
}
THREADS = 2
Rows = Iterable[tuple[Any, ...]]
Query = Callable[[], Rows]


def source(folder: str) -> str:
    """Return the relation of a folder of partitions, in DuckDB."""
    return (
        f"read_parquet('{folder}/*/*/data.parquet', hive_partitioning = true, "
        "hive_types = {'annee': INTEGER, 'departement_code': VARCHAR})"
    )


def open_duckdb(query: str, folder: str) -> Any:
    """Return a connection with the view over the partitions, under the project's own limits."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET memory_limit = '1000MB'")
    connection.execute(f"SET temp_directory = '{folder}.spill'")
    connection.execute(f"CREATE VIEW {TABLE[query]} AS SELECT * FROM {source(folder)}")
    return connection


def run_duckdb(query: str, folder: str) -> Query:
    """The project's own engine: the table as the store lays it, the text by lots of centres."""
    from pipeline.store.engine import DuckDBEngine
    from pipeline.store.lots import Lots

    engine, text = DuckDBEngine(threads=THREADS), (HERE / f"{query}.sql").read_text()
    engine.register(TABLE[query], Path(folder))

    def compute() -> Rows:
        if query == "fill_rate":
            return rows_of(engine.query(text))
        engine.register_query("vus_par_centre", text, Lots("actes", ("departement_code", "finess")))
        return rows_of(engine.query("SELECT * FROM vus_par_centre ORDER BY annee, finess"))

    return compute


def run_one(query: str, folder: str) -> Query:
    """DuckDB without the project's engine: the text as one query."""
    connection, text = open_duckdb(query, folder), (HERE / f"{query}.sql").read_text()
    return lambda: connection.execute(text).fetchall()


def rows_of(table: Any) -> Rows:
    """Return the rows of a table of Arrow."""
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def looked_at(query: str, folder: str, columns: Iterable[str]) -> Query:
    """Every value of some columns looked at, no group."""
    connection = open_duckdb(query, folder)
    text = f"SELECT {', '.join(f'max({name})' for name in columns)} FROM {TABLE[query]}"

    def look() -> Rows:
        connection.execute(text).fetchall()
        return []

    return look


def run_scan(query: str, folder: str) -> Query:
    """The bare scan of the columns of the files."""
    return looked_at(query, folder, READ[query])


def run_floor(query: str, folder: str) -> Query:
    """The bare scan of every column the query names, those of the folders included."""
    return looked_at(query, folder, (*READ[query], *SPLIT[query]))


def run_polars(query: str, folder: str) -> Query:
    """Polars, streaming engine."""
    import polars as pl

    schema = {"annee": pl.Int32, "departement_code": pl.String}
    lazy = pl.scan_parquet(f"{folder}/*/*/data.parquet", hive_partitioning=True, hive_schema=schema)
    keys = KEYS[query]
    if query == "fill_rate":
        # Of the forms tried (columns, key, both) the key is the fastest.
        key = pl.col("departement_mois").str
        lazy = (
            lazy.group_by("departement_mois")
            .agg(pl.col("pourvu_nb").sum().alias("pourvus_nb"), pl.len().alias("offerts_nb"))
            .select(
                key.head(-8).alias("departement_code"),
                key.slice(-7, 4).cast(pl.Int32).alias("annee"),
                key.tail(2).cast(pl.Int32).alias("mois"),
                "pourvus_nb",
                "offerts_nb",
            )
        )
    else:
        lazy = (
            lazy.filter(pl.col("profession_acte_code") == "mg")
            .group_by([*keys, "patient_id"])
            .agg(pl.col("quantite_nb").sum())
            .filter(pl.col("quantite_nb") > 0)
            .group_by(keys)
            .agg(pl.len().alias("patients_nb"))
        )
    return lambda: lazy.sort(keys).collect(engine="streaming").rows()


def run_pandas(query: str, folder: str) -> Query:
    """pandas, the columns read as Arrow reads them."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns, keys = [*SPLIT[query], *READ[query]], KEYS[query]
    split = pa.schema([("annee", pa.int32()), ("departement_code", pa.string())])
    # Of the forms tried (columns, key, key as a categorical) the last is the fastest by far.
    coded = ds.ParquetFileFormat(dictionary_columns=["departement_mois"])
    form = coded if query == "fill_rate" else "parquet"

    def compute() -> Rows:
        files = ds.dataset(folder, format=form, partitioning=ds.partitioning(split, flavor="hive"))
        table = files.to_table(columns=columns).unify_dictionaries()
        frame: pd.DataFrame = table.to_pandas()
        if query == "fill_rate":
            by_key = frame.groupby("departement_mois", observed=True)["pourvu_nb"]
            found = by_key.agg(["sum", "size"]).reset_index()
            key = found["departement_mois"].astype(str).str
            found = found.assign(
                departement_code=key[:-8], annee=key[-7:-3].astype(int), mois=key[-2:].astype(int)
            )[[*keys, "sum", "size"]]
        else:
            seen = frame[frame["profession_acte_code"] == "mg"]
            total = seen.groupby([*keys, "patient_id"])["quantite_nb"].sum()
            found = total[total > 0].reset_index().groupby(keys).size().reset_index()
        return list(found.sort_values(keys).itertuples(index=False, name=None))

    return compute


def run_spark(query: str, folder: str, remote: str) -> Query:
    """The same SQL text on a Spark Connect server."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).getOrCreate()
    session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    frame = session.read.parquet(folder)
    frame = frame.withColumn("annee", frame["annee"].cast("int"))
    frame.createOrReplaceTempView(TABLE[query])
    text = (HERE / f"{query}.sql").read_text()
    return lambda: [tuple(row) for row in session.sql(text).collect()]


def run_sail(query: str, folder: str) -> Query:
    """Sail, embedded."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    compute = run_spark(query, folder, f"sc://127.0.0.1:{port}")
    # The server stops when nothing holds it.
    return lambda: compute() if server else []


def run_jvm(query: str, folder: str) -> Query:
    """Apache Spark itself, behind the server whose address the environment gives."""
    return run_spark(query, folder, os.environ["BENCH_SPARK_REMOTE"])


ENGINES: dict[str, Callable[[str, str], Query]] = {
    "scan": run_scan,
    "floor": run_floor,
    "duckdb": run_duckdb,
    "duckdb_one": run_one,
    "polars": run_polars,
    "pandas": run_pandas,
    "sail": run_sail,
    "spark": run_jvm,
}


def main() -> None:
    """Run once and print what it took and a hash of what it gave."""
    engine, query, folder = sys.argv[1:4]
    started = time.perf_counter()
    compute = ENGINES[engine](query, folder)
    ready = time.perf_counter()
    rows = [[str(cell) for cell in row] for row in compute()]
    seconds = time.perf_counter() - ready
    digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16] if rows else ""
    said = {"start_s": round(ready - started, 2), "seconds": round(seconds, 3)}
    print(json.dumps({**said, "rows": len(rows), "digest": digest}), flush=True)
    # An embedded server would keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
