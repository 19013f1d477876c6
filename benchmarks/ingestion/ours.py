"""Our ingestion of one file, in a process of its own: `python ours.py KIND FILE FOLDER`.

Runs in the project's environment: reads the file as a run does, with every check, hash and
quarantine, and puts the partitions in place in an empty project. `read_seconds` is the reading
alone: from bytes to typed, hashed rows on disk. Prints JSON.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipeline.events import build
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.sources.manifest import Entry, Manifest, write_manifest

SOURCES = {
    "counters": "sas_plateforme",
    "fhir": "sas_fhir",
    "fhir_short": "sas_fhir",
    "acts": "actes",
}
TEXTS = ("producer", "title", "licence", "document", "vintage", "obtained")


def listed(layout: Layout, source: str, file: Path) -> None:
    """Put a file in an empty project, under its source."""
    target = layout.raw / source / file.name
    target.parent.mkdir(parents=True)
    os.link(file, target)
    layout.processed.mkdir(parents=True)
    entry = Entry.model_validate(
        {
            "path": f"{source}/{file.name}",
            "source": source,
            "sha256": sha256(target),
            "bytes": target.stat().st_size,
            "origin": "synthetic",
            **dict.fromkeys(TEXTS, "-"),
        }
    )
    write_manifest(layout, Manifest(files=(entry,)))


def main() -> None:
    """Ingest and print what it took."""
    kind, file, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    shutil.rmtree(folder, ignore_errors=True)
    layout = Layout(folder)
    listed(layout, SOURCES[kind], file)
    reading, read_events = [0.0, 0.0], build.read_events

    def timed(*given: object) -> object:
        started, used = time.perf_counter(), time.process_time()
        found = read_events(*given)  # type: ignore[arg-type]
        reading[0] += time.perf_counter() - started
        reading[1] += time.process_time() - used
        return found

    build.read_events = timed  # type: ignore[assignment]
    started, used = time.perf_counter(), time.process_time()
    made = build.build_events(layout)
    print(
        json.dumps(
            {
                "seconds": time.perf_counter() - started,
                "cpu": time.process_time() - used,
                "read_seconds": reading[0],
                "read_cpu": reading[1],
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000,
                "rows": sum(made.account(table).kept for table in made.ledger.tables),
                "sha256": {name: held.sha256 for name, held in made.ledger.tables.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
