"""The slot indicators themselves at national size: time and peak memory of each number of slots.

`.venv/bin/python benchmarks/events/cards.py --rows 1e6,1e7` makes a feed with every column of the
contract (eight CPTS to a department, ten years), in the layout of the store, and computes the cards
as a run does, each size in a process of its own. `--departments 1` puts them all in one. Prints
Markdown. Needs the project's environment.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from itertools import product
from multiprocessing import get_context
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parents[1]))

from generate import DEPARTMENTS, YEARS  # noqa: E402

from pipeline.contracts.registry import contract  # noqa: E402
from pipeline.indicators.card import cards  # noqa: E402
from pipeline.indicators.runner import compute_cards  # noqa: E402
from pipeline.parameters import default_parameters  # noqa: E402
from pipeline.paths import Layout  # noqa: E402
from pipeline.store.engine import DuckDBEngine  # noqa: E402
from pipeline.store.parquet import table_path  # noqa: E402
from pipeline.store.partitions import one_schema, write_partition, write_schema_file  # noqa: E402

COMPUTED = (
    "remplissage_rendez_vous",
    "offre_creneaux",
    "absences_creneaux",
    "delais_creneaux",
    "concentration_effort",
    "regles_liberation",
)
# Slots of working hours; three hundred providers to a department; instants before the start.
FEED = """
SELECT
    CAST(hash(i * 7919 + {seed}) >> 1 AS BIGINT) AS creneau_id,
    CAST({year} AS INTEGER) AS annee,
    '{department}' AS departement_code,
    CASE WHEN hash(i + 7) % 10 < 8 THEN '{department}-cpts-' || (hash(i) % 8) END AS cpts_id,
    CAST(hash(hash(i + {seed}) % 300 + {rank} * 1000) >> 1 AS BIGINT) AS effecteur_id,
    'agenda' AS agregateur_code,
    CASE WHEN hash(i + 1) % 100 < 90 THEN 'medecin_generaliste' ELSE 'infirmier' END
        AS profession_code,
    'cabinet' AS service_code,
    'rendez_vous' AS reservation_code,
    true AS visible_public, true AS visible_pro, true AS visible_snp, false AS visible_cpts,
    CASE hash(i + 11) % 3 WHEN 0 THEN 'regulation_sas' WHEN 1 THEN 'secretariat' END AS canal_code,
    CASE hash(i + 12) % 2 WHEN 0 THEN 'doctolib_team' ELSE 'cpts_rdv' END AS outil_code,
    CAST(jour + to_hours(7 + heure) AS TIMESTAMPTZ) AS debut_utc,
    CAST(jour + to_hours(7 + heure) + to_minutes(15) AS TIMESTAMPTZ) AS fin_utc,
    CAST(jour AS DATE) AS jour_local,
    CAST(8 + heure AS INTEGER) AS heure_locale,
    '{department}' || strftime(jour, ' %Y-%m') AS departement_mois,
    CAST(jour - to_days(CAST(hash(i + 5) % 10 AS INTEGER)) AS TIMESTAMPTZ) AS mis_en_ligne_utc,
    CASE WHEN issue < 70
        THEN CAST(jour + to_minutes(CAST(hash(i + 6) % 400 AS INTEGER)) AS TIMESTAMPTZ)
    END AS pris_utc,
    CAST(60 AS INTEGER) AS liberation_minutes_nb,
    CAST(NULL AS TIMESTAMPTZ) AS instantane_utc,
    CASE
        WHEN issue < 50 THEN 'honore'
        WHEN issue < 65 THEN 'reserve'
        WHEN issue < 70 THEN 'absent'
        WHEN issue < 75 THEN 'annule'
        WHEN issue < 80 THEN 'rendu'
        ELSE 'non_pris'
    END AS statut_code,
    CASE WHEN issue < 65 THEN 1 ELSE 0 END AS pourvu_nb,
    'synthetic' AS origin,
    'feed' AS source_file,
    i + 2 AS source_line
FROM (
    SELECT
        i,
        CAST(DATE '{year}-01-01' + CAST(i * 365 // {rows} AS INTEGER) AS TIMESTAMP) AS jour,
        CAST(hash(i + 2) % 12 AS INTEGER) AS heure,
        hash(i + {seed}) % 100 AS issue
    FROM range({rows}) r(i)
)"""


def make_feed(rows: int, layout: Layout, departments: int) -> None:
    """Write a feed of about some number of slots, in some departments, where a run would have."""
    import duckdb

    known = contract("creneaux")
    folder = table_path(layout, known)
    write_schema_file(known, folder)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    kept = DEPARTMENTS[:departments]
    each = max(1, rows // (len(YEARS) * len(kept)))
    places = product(YEARS, enumerate(kept))
    with one_schema(connection):
        for year, (rank, department) in places:
            said = {"seed": year * 1000 + rank, "year": year, "rank": rank, "rows": each}
            place = folder / f"annee={year}" / f"departement_code={department}" / "data.parquet"
            body = FEED.format(**said, department=department)
            write_partition(connection, known, body, place)


def compute(root: Path) -> None:
    """Compute each card on a feed; print rows, seconds and peak memory as JSON."""
    rows = 0
    started = time.perf_counter()
    with DuckDBEngine(threads=2) as engine:
        chosen = [cards()[name] for name in COMPUTED]
        for _, table in compute_cards(Layout(root), engine, chosen, default_parameters()):
            rows += table.num_rows
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"rows": rows, "seconds": round(seconds, 1), "peak_mb": peak}))


def main() -> None:
    """Make, compute, remove, for each size."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1e6,1e7")
    parser.add_argument("--departments", type=int, default=len(DEPARTMENTS))
    parser.add_argument("--folder", type=Path, default=Path(".bench-cards"))
    parser.add_argument("--compute", type=Path, help="compute on a feed made before, and stop")
    given = parser.parse_args()
    if given.compute:
        compute(given.compute)
        return
    print(
        "| slots | rows of the six indicators | seconds | peak MB |\n| ---: | ---: | ---: | ---: |"
    )
    for number in given.rows.split(","):
        shutil.rmtree(given.folder, ignore_errors=True)
        # In a process of its own: the peak of one that starts another counts in that of the other.
        told = (int(float(number)), Layout(given.folder), given.departments)
        making = get_context("spawn").Process(target=make_feed, args=told)
        making.start()
        making.join()
        if making.exitcode:
            raise SystemExit(making.exitcode)
        command = [sys.executable, __file__, "--compute", str(given.folder)]
        said = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
        print(
            f"| {float(number):,.0f} | {said['rows']:,} | {said['seconds']} | {said['peak_mb']} |"
        )
        shutil.rmtree(given.folder)


if __name__ == "__main__":
    main()
