"""Parse and write alone, by a peer: `python peer.py ENGINE KIND FILE FOLDER`; prints JSON.

No check, hash, quarantine, merge nor order: the text parsed and written as Parquet split by year
and department (resources of FHIR, by type).
"""

from __future__ import annotations

import json
import resource
import shutil
import sys
import time
from pathlib import Path
from typing import Any

THREADS = 2
MEMORY = "1500MB"
CHUNK = 200_000
SPLIT = {
    "counters": ["annee", "departement_code"],
    "fhir": ["resourceType"],
    "fhir_short": ["resourceType"],
    "acts": ["annee", "departement"],
}
DATE = {"counters": "start", "acts": "date"}
# The members our reader reads, nested ones as they are.
CODED = "STRUCT(coding STRUCT(system VARCHAR, code VARCHAR)[])"
ACTOR = "STRUCT(reference VARCHAR, identifier STRUCT(system VARCHAR, value VARCHAR))"
FHIR = {
    "resourceType": "VARCHAR", "id": "VARCHAR", "status": "VARCHAR", "start": "VARCHAR",
    "end": "VARCHAR", "created": "VARCHAR",
    "meta": "STRUCT(security STRUCT(system VARCHAR, code VARCHAR)[], lastUpdated VARCHAR)",
    "serviceType": f"{CODED}[]", "specialty": f"{CODED}[]", "appointmentType": CODED,
    "schedule": "STRUCT(reference VARCHAR)", "actor": f"{ACTOR}[]",
    "identifier": "STRUCT(system VARCHAR, value VARCHAR)[]", "practitioner": ACTOR,
    "contained": "STRUCT(id VARCHAR, address STRUCT(postalCode VARCHAR))[]",
    "participant": f"STRUCT(actor {ACTOR})[]", "slot": "STRUCT(reference VARCHAR)[]",
}  # fmt: skip


def run_duckdb(kind: str, file: str, folder: Path) -> int:
    """DuckDB: read, COPY with PARTITION_BY."""
    import duckdb

    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute(f"SET memory_limit = '{MEMORY}'")
    connection.execute(f"SET temp_directory = '{folder}.spill'")
    if kind.startswith("fhir"):
        columns = ", ".join(f"'{name}': '{shape}'" for name, shape in FHIR.items())
        rows = f"SELECT * FROM read_ndjson('{file}', columns = {{{columns}}})"
    else:
        reader = "read_csv" if kind == "acts" else "read_ndjson"
        year = f"year(CAST({DATE[kind]} AS DATE))" if kind == "acts" else 'substr("start", 1, 4)'
        rows = f"SELECT *, {year} AS annee FROM {reader}('{file}'{typed(kind)})"
    found = connection.execute(
        f"COPY ({rows}) TO '{folder}' (FORMAT parquet, COMPRESSION zstd, "
        f"PARTITION_BY ({', '.join(SPLIT[kind])}))"
    ).fetchall()
    return int(found[0][0])


def typed(kind: str) -> str:
    """Return the columns DuckDB is told; counters have eleven, acts are guessed but for codes."""
    if kind == "acts":
        return ", types = {'departement': 'VARCHAR', 'centre': 'VARCHAR'}"
    texts = ("id", "cpts", "departement_code", "effecteur", "profession_code", "service_code",
             "type", "start", "end")  # fmt: skip
    columns = [f"'{name}': 'VARCHAR'" for name in texts]
    columns += [f"'{name}': 'INTEGER'" for name in ("max_patients", "orientation_count")]
    return f", columns = {{{', '.join(columns)}}}"


def run_polars(kind: str, file: str, folder: Path) -> int:
    """Polars: lazy scan, streaming sink split by key."""
    import polars as pl

    if kind == "acts":
        codes = dict.fromkeys(("departement", "centre", "effecteur"), pl.String)
        lazy = pl.scan_csv(file, schema_overrides=codes)
    else:
        lazy = pl.scan_ndjson(file, infer_schema_length=200_000 if kind.startswith("fhir") else 100)
    if not kind.startswith("fhir"):
        lazy = lazy.with_columns(annee=pl.col(DATE[kind]).cast(pl.String).str.slice(0, 4))
    lazy.sink_parquet(pl.PartitionBy(folder, key=SPLIT[kind]), compression="zstd", mkdir=True)
    counted = pl.scan_parquet(f"{folder}/**/*.parquet").select(pl.len())
    return int(counted.collect(engine="streaming").item())


def run_pandas(kind: str, file: str, folder: Path) -> int:
    """pandas: chunks read, each written as files of the partitions it touches."""
    import pandas as pd

    codes = dict.fromkeys(("departement", "centre", "effecteur", "id"), str)
    chunks: Any = (
        pd.read_csv(file, chunksize=CHUNK, dtype=codes)
        if kind == "acts"
        else pd.read_json(file, lines=True, chunksize=CHUNK, dtype=False, convert_dates=False)
    )
    rows = 0
    for rank, frame in enumerate(chunks):
        if not kind.startswith("fhir"):
            frame["annee"] = frame[DATE[kind]].str.slice(0, 4)
        frame.to_parquet(
            folder, compression="zstd", partition_cols=SPLIT[kind],
            basename_template=f"{rank:05}-{{i}}.parquet",
            existing_data_behavior="overwrite_or_ignore",
        )  # fmt: skip
        rows += len(frame)
    return rows


ENGINES = {"duckdb": run_duckdb, "polars": run_polars, "pandas": run_pandas}


def main() -> None:
    """Parse, write and print what it took."""
    engine, kind, file, folder = sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4])
    shutil.rmtree(folder, ignore_errors=True)
    if engine == "pandas":
        import pandas  # noqa: F401
    started, used = time.perf_counter(), time.process_time()
    rows = ENGINES[engine](kind, file, folder)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "cpu": time.process_time() - used,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
                "rows": rows,
            }
        )
    )


if __name__ == "__main__":
    main()
