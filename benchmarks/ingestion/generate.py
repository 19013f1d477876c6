"""Feeds of any size in the exact formats the readers take: made of hashes, the same every time.

`python benchmarks/ingestion/generate.py counters 1.0 FOLDER [--suffix .gz]`

`counters` are those of the platform (NDJSON); `fhir` resources one to a line (NDJSON), as the
examples of the national guide write them, `fhir_short` the least of them; `acts` acts of centres
(CSV). Lines come by date, places mixed, as a national feed would give them.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import duckdb

HERE = Path(__file__).resolve().parent
DEPARTMENTS = [
    *(f"{rank:02d}" for rank in range(1, 96) if rank != 20),
    "2A", "2B", "971", "972", "973", "974", "976",
]  # fmt: skip
PROVIDERS = 60_000
# Bytes of a line, about: what turns a size into a number of lines.
LINE_BYTES = {"counters": 284, "fhir": 800, "fhir_short": 585, "acts": 91}
NAMES = {
    "counters": "compteurs.ndjson",
    "fhir": "flux.ndjson",
    "fhir_short": "flux_court.ndjson",
    "acts": "actes.csv",
}
SUFFIXES = {"": "none", ".gz": "gzip", ".zst": "zstd"}
MACROS = (
    "CREATE MACRO brasse(i) AS CAST(hash(i) >> 2 AS BIGINT)",
    f"CREATE MACRO departement(p) AS {DEPARTMENTS}[CAST(1 + p % {len(DEPARTMENTS)} AS BIGINT)]",
    "CREATE MACRO rpps(p) AS '81' || lpad(CAST(p AS VARCHAR), 10, '0')",
    # A number of establishment, whose first digits tell the department.
    "CREATE MACRO finess(d, n) AS CASE WHEN d = '976' THEN '9805' || lpad(CAST(n AS VARCHAR), 5, "
    "'0') WHEN length(d) = 3 THEN '970' || substr(d, 3, 1) || lpad(CAST(n AS VARCHAR), 5, '0') "
    "ELSE d || lpad(CAST(n AS VARCHAR), 7, '0') END",
    "CREATE MACRO postal(d) AS CASE d WHEN '2A' THEN '20090' WHEN '2B' THEN '20200' "
    "ELSE d || CASE length(d) WHEN 3 THEN '10' ELSE '150' END END",
    "CREATE MACRO guide(n) AS 'https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/' "
    "|| n",
    "CREATE MACRO profil(n) AS 'http://sas.fr/fhir/StructureDefinition/' || n",
    "CREATE MACRO nos(t) AS 'https://mos.esante.gouv.fr/NOS/TRE_' || t || '/FHIR/TRE-' || t",
    "CREATE MACRO uuid_de(h) AS regexp_replace(md5(CAST(h AS VARCHAR)), "
    "'(.{8})(.{4})(.{4})(.{4})(.{12})', '\\1-\\2-\\3-\\4-\\5')",
    "CREATE MACRO instant(t) AS strftime(t, '%Y-%m-%dT%H:%M:%S') || "
    "CASE WHEN month(t) BETWEEN 4 AND 10 THEN '+02:00' ELSE '+01:00' END",
)


def generate(kind: str, gigabytes: float, folder: Path, suffix: str = "") -> Path:
    """Write one feed; returns its path.

    Args:
        kind: `counters`, `fhir`, `fhir_short` or `acts`.
        gigabytes: about how much text.
        folder: where it goes.
        suffix: of its compression, `.gz` or `.zst`; none when empty.
    """
    rows = max(10, int(gigabytes * 1e9 / LINE_BYTES[kind]))
    target = folder / f"{NAMES[kind]}{suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET memory_limit = '2GB'")
        connection.execute(f"SET VARIABLE rows = {rows}")
        connection.execute(f"SET VARIABLE providers = {min(PROVIDERS, rows // 10)}")
        for macro in MACROS:
            connection.execute(macro)
        text = (HERE / f"{kind}.sql").read_text(encoding="utf-8")
        # A separator no line holds: lines go out as they are.
        connection.execute(
            f"COPY ({text}) TO '{target}' (FORMAT csv, HEADER false, QUOTE '', ESCAPE '', "
            f"DELIMITER '\x01', COMPRESSION {SUFFIXES[suffix]})"
        )
    return target


def main() -> None:
    """Write one feed and say what it took."""
    parser = argparse.ArgumentParser()
    parser.add_argument("kind", choices=sorted(NAMES))
    parser.add_argument("gigabytes", type=float)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--suffix", choices=sorted(SUFFIXES), default="")
    given = parser.parse_args()
    started = time.perf_counter()
    made = generate(given.kind, given.gigabytes, given.folder, given.suffix)
    print(f"{made}: {made.stat().st_size:,} bytes, {time.perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main()
