"""Slots or acts of any number, in the layout of the store: made of hashes, the same every time.

`python benchmarks/events/generate.py slots 1e8 FOLDER`
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

DEPARTMENTS = [
    *(f"{rank:02d}" for rank in range(1, 96) if rank != 20),
    "2A", "2B", "971", "972", "973", "974", "976",
]  # fmt: skip
YEARS = tuple(range(2016, 2026))
# Slots of a day lie together, as the store sorts them; outcomes as in a full diary.
SLOTS = """
SELECT
    CAST(hash(i * 7919 + {seed}) >> 1 AS BIGINT) AS creneau_id,
    CAST(hash(i + {seed}) % 3000 AS BIGINT) AS effecteur_id,
    CASE WHEN hash(i + 1) % 100 < 90 THEN 'medecin_generaliste' ELSE 'infirmier' END
        AS profession_code,
    CAST(DATE '{year}-01-01' + CAST(i * 365 // {rows} AS INTEGER) AS DATE) AS jour_local,
    CAST(8 + hash(i + 2) % 12 AS INTEGER) AS heure_locale,
    CASE
        WHEN hash(i + {seed}) % 100 < 50 THEN 'honore'
        WHEN hash(i + {seed}) % 100 < 65 THEN 'reserve'
        WHEN hash(i + {seed}) % 100 < 70 THEN 'absent'
        WHEN hash(i + {seed}) % 100 < 75 THEN 'annule'
        WHEN hash(i + {seed}) % 100 < 80 THEN 'rendu'
        ELSE 'non_pris'
    END AS statut_code,
    '{department}' || strftime(DATE '{year}-01-01' + CAST(i * 365 // {rows} AS INTEGER), ' %Y-%m')
        AS departement_mois,
    CASE WHEN hash(i + {seed}) % 100 < 65 THEN 1 ELSE 0 END AS pourvu_nb
FROM range({rows}) r(i)"""
# Acts sorted by centre then patient: five to a patient, a thousand patients to a centre at least.
ACTS = """
SELECT
    CAST(hash(i + {seed}) >> 1 AS BIGINT) AS acte_id,
    '{department}' || lpad(CAST(i // 20000 AS VARCHAR), 7, '0') AS finess,
    CAST(hash(i // 5 + {seed}) >> 1 AS BIGINT) AS patient_id,
    CASE WHEN hash(i // 5) % 100 < 70 THEN 'mg' ELSE 'infirmier' END AS profession_acte_code,
    CAST(DATE '{year}-01-01' + CAST(hash(i) % 365 AS INTEGER) AS DATE) AS date_acte,
    CASE WHEN hash(i + 3) % 200 = 0 THEN -1 ELSE 1 END AS quantite_nb
FROM range({rows}) r(i)
ORDER BY finess, patient_id, date_acte, acte_id"""
TABLES = {"slots": SLOTS, "acts": ACTS}


def generate(kind: str, rows: int, folder: Path, memory: str = "1500MB") -> float:
    """Write a table of events; returns the seconds it took.

    Args:
        kind: `slots` or `acts`.
        rows: how many rows, about: spread evenly over years and departments.
        folder: where the partitions go.
        memory: bound on the memory of the engine.
    """
    started = time.perf_counter()
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{memory}'")
    connection.execute(f"SET temp_directory = '{folder}.spill'")
    each = max(1, rows // (len(YEARS) * len(DEPARTMENTS)))
    for year in YEARS:
        for rank, department in enumerate(DEPARTMENTS):
            target = folder / f"annee={year}" / f"departement_code={department}"
            target.mkdir(parents=True, exist_ok=True)
            said = {"seed": year * 1000 + rank, "year": year, "rows": each}
            body = TABLES[kind].format(**said, department=department)
            connection.execute(
                f"COPY ({body}) TO '{target / 'data.parquet'}' "
                "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 1000000)"
            )
    write_schema(connection, folder)
    return time.perf_counter() - started


def write_schema(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write the empty file that says the columns of a table, as the store does."""
    rows = connection.sql(
        f"SELECT * FROM read_parquet('{folder}/*/*/data.parquet', "
        "hive_types = {'annee': INTEGER, 'departement_code': VARCHAR}) LIMIT 0"
    )
    fields = [
        field.with_metadata({"type": str(field.type).removesuffix("32[day]")})
        for field in rows.to_arrow_table().schema
    ]
    schema = pa.schema(fields, metadata={"partition": "annee,departement_code"})
    pq.write_table(schema.empty_table(), folder / "_schema.parquet")


if __name__ == "__main__":
    kind, rows, folder = sys.argv[1:4]
    print(f"{generate(kind, int(float(rows)), Path(folder)):.1f} s")
