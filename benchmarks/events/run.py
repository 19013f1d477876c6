"""Side by side, on the same files, in one run: time and peak memory of each engine.

`python benchmarks/events/run.py --rows 1e6,1e7 [--engines floor,duckdb,polars] [--repeats 3]`

Every measurement is a process of its own; the engines take turns, so that a busy moment falls on
all of them. Results must be the same, or the run stops. Writes `results.json`, prints Markdown.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from generate import generate  # noqa: E402

KINDS = {"fill_rate": "slots", "file_active": "acts"}
# Beyond this, an engine that holds everything in memory would stop the machine.
IN_MEMORY_ROWS = 2e7
MEMORY_LIMIT_MB = 16_000
TIMEOUT_S = 300
Result = dict[str, Any]


def group_rss(group: int) -> int:
    """Return the resident memory of every process of a group, in MB."""
    total = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            if int(fields[2]) == group:
                total += int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
        except (OSError, IndexError, ValueError):
            continue
    return total // 1_000_000


def measured(engine: str, query: str, folder: Path) -> Result:
    """Run one measurement; returns its seconds, peak memory and digest, or why it failed."""
    command = [sys.executable, str(HERE / "one.py"), engine, query, str(folder)]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    peak = 0
    done = threading.Event()

    def watch() -> None:
        nonlocal peak
        while not done.is_set():
            peak = max(peak, group_rss(process.pid))
            if peak > MEMORY_LIMIT_MB:
                process.kill()
            time.sleep(0.02)

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        out, error = process.communicate(timeout=TIMEOUT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        return {"failed": f"over {TIMEOUT_S} s"}
    finally:
        done.set()
        watcher.join()
    if process.returncode:
        last = (error.strip().splitlines() or ["stopped"])[-1][:120]
        return {"failed": f"over {MEMORY_LIMIT_MB} MB" if peak > MEMORY_LIMIT_MB else last}
    return {**json.loads(out.strip().splitlines()[-1]), "peak_mb": peak}


def compare(query: str, rows: int, engines: list[str], repeats: int, folder: Path) -> list[Result]:
    """Measure every engine on one table, in turns; raise when two results differ."""
    runs: dict[str, list[Result]] = {engine: [] for engine in engines}
    for _ in range(repeats):
        for engine in engines:
            if engine == "pandas" and rows > IN_MEMORY_ROWS and runs[engine]:
                continue
            runs[engine].append(measured(engine, query, folder))
    digests = {r["digest"] for found in runs.values() for r in found if r.get("digest")}
    if len(digests) > 1:
        raise SystemExit(f"{query}, {rows}: the engines differ: {runs}")
    return [summary(query, rows, engine, found) for engine, found in runs.items()]


def summary(query: str, rows: int, engine: str, runs: list[Result]) -> Result:
    """Return the median and the best of the runs of one engine."""
    said = {"query": query, "rows": rows, "engine": engine}
    good = [run for run in runs if "failed" not in run]
    if not good:
        return {**said, "failed": runs[0]["failed"]}
    seconds = [run["seconds"] for run in good]
    return {
        **said,
        "start_s": min(run["start_s"] for run in good),
        "median_s": round(statistics.median(seconds), 2),
        "min_s": round(min(seconds), 2),
        "peak_mb": max(run["peak_mb"] for run in good),
        "runs": len(good),
    }


def markdown(results: list[Result]) -> str:
    """Return the results as a table."""
    lines = [
        "| query | rows | engine | start s | median s | best s | peak MB | of the floor |",
        "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    floors = {(r["query"], r["rows"]): r["min_s"] for r in results if r["engine"] == "floor"}
    for r in results:
        head = f"| {r['query']} | {r['rows']:,} | {r['engine']} |"
        if "failed" in r:
            lines.append(f"{head} {r['failed']} | | | | |")
            continue
        floor = floors.get((r["query"], r["rows"]))
        ratio = f"{r['min_s'] / floor:.2f}" if floor else ""
        lines.append(
            f"{head} {r['start_s']} | {r['median_s']} | {r['min_s']} | {r['peak_mb']} | {ratio} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Generate, measure, compare, clean up."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", default="1e6,1e7")
    parser.add_argument("--engines", default="scan,floor,duckdb,polars,pandas,sail")
    parser.add_argument("--queries", default="fill_rate,file_active")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(".bench"))
    parser.add_argument("--output", type=Path, default=HERE / "results.json")
    given = parser.parse_args()
    results: list[Result] = []
    for number in given.rows.split(","):
        for query in given.queries.split(","):
            rows, folder = int(float(number)), given.folder / f"{query}-{number}"
            shutil.rmtree(folder, ignore_errors=True)
            took = generate(KINDS[query], rows, folder)
            print(f"{query}: {rows:,} rows made in {took:.0f} s", file=sys.stderr)
            results += compare(query, rows, given.engines.split(","), given.repeats, folder)
            shutil.rmtree(folder)
            given.output.write_text(json.dumps(results, indent=1) + "\n")
    print(markdown(results))


if __name__ == "__main__":
    main()
