"""Our ingestion beside bare parse-and-write by peers, on the same files, in one run.

`python benchmarks/ingestion/run.py --sizes 0.2,1 --kinds counters,fhir --repeats 3`

Every measurement is a process of its own; engines take turns. Times are the least of the repeats;
memory is the most. Seconds of processor are given beside, for a machine that others use too.
Writes `results.json`, prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generate import generate  # noqa: E402

CODECS = {".gz": "gzip", ".zst": "zstd"}
TIMEOUT_S = 900
MEGA = 1e6
Result = dict[str, Any]


def text_bytes(path: Path) -> int:
    """Return how many bytes of text a file holds, once decompressed."""
    if path.suffix not in CODECS:
        return path.stat().st_size
    import pyarrow as pa

    total = 0
    with pa.OSFile(str(path)) as raw, pa.CompressedInputStream(raw, CODECS[path.suffix]) as text:
        while piece := text.read(4 << 20):
            total += len(piece)
    return total


def measured(command: list[str]) -> Result:
    """Run one measurement; returns what it printed, and the load of the machine before it."""
    load = os.getloadavg()[0]
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as error:
        process = subprocess.Popen(command, stdout=out, stderr=error)
        try:
            process.wait(TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return {"failed": f"over {TIMEOUT_S} s"}
        out.seek(0)
        error.seek(0)
        if process.returncode:
            return {"failed": (error.read().strip().splitlines() or ["stopped"])[-1][:120]}
        found: Result = json.loads(out.read().strip().splitlines()[-1])
        return {**found, "load": load}


def commands(kind: str, file: Path, work: Path, given: argparse.Namespace) -> dict[str, list[str]]:
    """Return the command of each engine."""
    found = {}
    for engine in given.engines.split(","):
        tail = [kind, str(file), str(work / engine)]
        if engine == "ours":
            found[engine] = [given.ours, str(HERE / "ours.py"), *tail]
        else:
            found[engine] = [sys.executable, str(HERE / "peer.py"), engine, *tail]
    return found


def compared(kind: str, size: float, given: argparse.Namespace) -> list[Result]:
    """Measure every engine on one file, in turns."""
    file = generate(kind, size, given.folder, given.suffix)
    text, work = text_bytes(file), given.folder / "work"
    runs: dict[str, list[Result]] = {}
    for _ in range(given.repeats):
        for engine, command in commands(kind, file, work, given).items():
            work.mkdir(exist_ok=True)
            runs.setdefault(engine, []).append(measured(command))
            shutil.rmtree(work)
            print(kind, size, engine, runs[engine][-1], file=sys.stderr, flush=True)
    file.unlink()
    found = [line for engine, each in runs.items() for line in summary(engine, each)]
    return [{"kind": kind + given.suffix, "text_mb": round(text / MEGA), **each} for each in found]


def summary(engine: str, runs: list[Result]) -> list[Result]:
    """Return the best of the runs of an engine; ours in two lines, whole and reading alone."""
    good = [run for run in runs if "failed" not in run]
    if not good:
        return [{"engine": engine, "failed": runs[0]["failed"]}]
    parts = {"ours": "", "ours, reading alone": "read_"} if engine == "ours" else {engine: ""}
    return [
        {
            "engine": name,
            "rows": good[0]["rows"],
            "seconds": round(min(run[f"{part}seconds"] for run in good), 2),
            "cpu": round(min(run[f"{part}cpu"] for run in good), 2),
            "peak_mb": max(run["peak_mb"] for run in good),
            "load": [round(run["load"], 1) for run in good],
        }
        for name, part in parts.items()
    ]


def markdown(results: list[Result]) -> str:
    """Return the results as a table."""
    lines = [
        "| file | MB of text | engine | s | MB/s | rows/s | s of processor | MB/s by two "
        "processors | peak MB | load |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    for r in results:
        head = f"| {r['kind']} | {r['text_mb']} | {r['engine']} |"
        if "failed" in r:
            lines.append(f"{head} {r['failed']} | | | | | | |")
            continue
        cells = [
            r["seconds"],
            round(r["text_mb"] / r["seconds"]),
            f"{round(r['rows'] / r['seconds']):,}",
            r["cpu"],
            round(r["text_mb"] / r["cpu"] * 2),
            r["peak_mb"],
            f"{min(r['load'])} to {max(r['load'])}",
        ]
        lines.append(f"{head} {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main() -> None:
    """Generate, measure, clean up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--sizes", default="0.2,1", help="gigabytes of text")
    parser.add_argument("--kinds", default="counters,fhir")
    parser.add_argument("--engines", default="ours,duckdb,polars,pandas")
    parser.add_argument("--suffix", default="", choices=["", *CODECS])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--ours", default=str(HERE.parents[1] / ".venv" / "bin" / "python"))
    parser.add_argument("--folder", type=Path, default=Path(".bench"))
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    given = parser.parse_args()
    results: list[Result] = []
    for size in given.sizes.split(","):
        for kind in given.kinds.split(","):
            results += compared(kind, float(size), given)
            given.output.write_text(json.dumps(results, indent=1) + "\n")
    print(markdown(results))


if __name__ == "__main__":
    main()
