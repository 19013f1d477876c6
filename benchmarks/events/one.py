"""One measurement in a process of its own: `python one.py ENGINE QUERY FOLDER`; prints JSON.

`floor` is the bare scan of the columns the query reads, every value looked at, no group.
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
TABLE = {"fill_rate": "creneaux", "file_active": "actes"}
READ = {
    "fill_rate": ("jour_local", "statut_code"),
    "file_active": ("finess", "patient_id", "profession_acte_code", "quantite_nb"),
}
FILLED = ["reserve", "honore"]
THREADS = 2
Rows = Iterable[tuple[Any, ...]]


def source(folder: str) -> str:
    """Return the relation of a folder of partitions, in DuckDB."""
    return (
        f"read_parquet('{folder}/*/*/data.parquet', hive_partitioning = true, "
        "hive_types = {'annee': INTEGER, 'departement_code': VARCHAR})"
    )


def run_duckdb(query: str, folder: str) -> Rows:
    """The project's own path: views over the partitions, one SQL text."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute("SET memory_limit = '1500MB'")
    connection.execute(f"SET temp_directory = '{folder}.spill'")
    connection.execute(f"CREATE VIEW {TABLE[query]} AS SELECT * FROM {source(folder)}")
    found: Rows = connection.execute((HERE / f"{query}.sql").read_text()).fetchall()
    return found


def run_floor(query: str, folder: str) -> Rows:
    """The bare scan."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    columns = ", ".join(f"max({name})" for name in READ[query])
    connection.execute(f"SELECT {columns} FROM {source(folder)}").fetchall()
    return []


def run_polars(query: str, folder: str) -> Rows:
    """Polars, streaming engine."""
    import polars as pl

    schema = {"annee": pl.Int32, "departement_code": pl.String}
    lazy = pl.scan_parquet(f"{folder}/*/*/data.parquet", hive_partitioning=True, hive_schema=schema)
    if query == "fill_rate":
        keys = ["departement_code", "annee", "mois"]
        lazy = lazy.group_by(
            "departement_code", "annee", pl.col("jour_local").dt.month().alias("mois")
        ).agg(
            pl.col("statut_code").is_in(FILLED).sum().alias("pourvus_nb"),
            pl.len().alias("offerts_nb"),
        )
    else:
        keys = ["departement_code", "annee", "finess"]
        lazy = (
            lazy.filter(pl.col("profession_acte_code") == "mg")
            .group_by([*keys, "patient_id"])
            .agg(pl.col("quantite_nb").sum())
            .filter(pl.col("quantite_nb") > 0)
            .group_by(keys)
            .agg(pl.len().alias("patients_nb"))
        )
    return lazy.sort(keys).collect(engine="streaming").rows()


def run_pandas(query: str, folder: str) -> Rows:
    """pandas, the columns read as Arrow reads them."""
    import pandas as pd
    import pyarrow as pa
    import pyarrow.dataset as ds

    columns = ["departement_code", "annee", *READ[query]]
    split = pa.schema([("annee", pa.int32()), ("departement_code", pa.string())])
    files = ds.dataset(folder, partitioning=ds.partitioning(split, flavor="hive"))
    frame: Any = files.to_table(columns=columns).to_pandas()
    if query == "fill_rate":
        frame["mois"] = pd.to_datetime(frame["jour_local"]).dt.month
        frame["pourvu"] = frame["statut_code"].isin(FILLED)
        keys = ["departement_code", "annee", "mois"]
        found = frame.groupby(keys)["pourvu"].agg(["sum", "size"]).reset_index()
    else:
        keys = ["departement_code", "annee", "finess"]
        seen = frame[frame["profession_acte_code"] == "mg"]
        total = seen.groupby([*keys, "patient_id"])["quantite_nb"].sum()
        found = total[total > 0].reset_index().groupby(keys).size().reset_index()
    return list(found.sort_values(keys).itertuples(index=False, name=None))


def run_spark(query: str, folder: str, remote: str) -> Rows:
    """The same SQL text on a Spark Connect server."""
    from pyspark.sql import SparkSession

    session = SparkSession.builder.remote(remote).getOrCreate()
    session.conf.set("spark.sql.sources.partitionColumnTypeInference.enabled", "false")
    frame = session.read.parquet(folder)
    frame = frame.withColumn("annee", frame["annee"].cast("int"))
    frame.createOrReplaceTempView(TABLE[query])
    return [tuple(row) for row in session.sql((HERE / f"{query}.sql").read_text()).collect()]


def run_sail(query: str, folder: str) -> Rows:
    """Sail, embedded."""
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer()
    server.start(background=True)
    _, port = server.listening_address
    return run_spark(query, folder, f"sc://127.0.0.1:{port}")


def run_jvm(query: str, folder: str) -> Rows:
    """Apache Spark itself, behind the server whose address the environment gives."""
    return run_spark(query, folder, os.environ["BENCH_SPARK_REMOTE"])


ENGINES: dict[str, Callable[[str, str], Rows]] = {
    "floor": run_floor,
    "duckdb": run_duckdb,
    "polars": run_polars,
    "pandas": run_pandas,
    "sail": run_sail,
    "spark": run_jvm,
}


def main() -> None:
    """Run once and print what it took and a hash of what it gave."""
    engine, query, folder = sys.argv[1:4]
    started = time.perf_counter()
    rows = [[str(cell) for cell in row] for row in ENGINES[engine](query, folder)]
    seconds = time.perf_counter() - started
    digest = hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16] if rows else ""
    said = {"seconds": round(seconds, 3), "rows": len(rows), "digest": digest}
    print(json.dumps(said), flush=True)
    # An embedded server would keep the process alive.
    os._exit(0)


if __name__ == "__main__":
    main()
