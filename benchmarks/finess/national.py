"""A national run on made-up files: read, check, write Parquet, compute the FINESS indicators.

    python benchmarks/finess/national.py FOLDER

What a run does with the register and nothing else: both stocks and the history are read and
settled, every contract and rule goes through Great Expectations, tables are written sorted, both
indicators are computed. Prints the seconds of each step and the peak of memory.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

NAMES = ("etablissements", "entites_juridiques")
TERMS = ("finess_categories", "finess_statuts")


class Clock:
    """Seconds between successive marks, on the wall and of the processor."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self.last = self.started = time.perf_counter()
        self.worked = time.process_time()

    def mark(self, step: str) -> None:
        """End a step."""
        now, worked = time.perf_counter(), time.process_time()
        self.seconds[step] = round(now - self.last, 2)
        self.processor[step] = round(worked - self.worked, 2)
        self.last, self.worked = now, worked


def populations() -> pa.Table:
    """Return a population for each of 35 000 municipalities and each department."""
    from benchmarks.finess.generate import communes, prefix
    from pipeline.contracts.registry import contract
    from pipeline.contracts.schema import arrow_schema

    sums: dict[str, int] = {}
    rows = []
    for rank, (department, commune) in enumerate(communes()):
        code = prefix(department) + commune
        count = 100 + rank * 7919 % 4000
        home = code[:3] if code.startswith("97") else code[:2]
        sums[home] = sums.get(home, 0) + count
    for code, count in sums.items():
        rows.append({"territoire_niveau": "departement", "territoire_code": code,
                     "annee": 2023, "variante_code": "municipale", "population_nb": count,
                     "origin": "synthetic", "source_file": "x", "source_line": 1})  # fmt: skip
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract("populations")))


def read_all(folder: Path):
    """Read and settle every file."""
    from benchmarks.finess.readers import STOCK
    from pipeline.sources.manifest import Entry
    from pipeline.sources.registry import sources
    from pipeline.sources.result import Reading

    known = sources()["finess"]
    said = dict.fromkeys(("producer", "title", "licence", "document", "vintage", "obtained"), "?")
    entry = Entry(
        path="finess/x", source="finess", sha256="0" * 64, bytes=0, origin="synthetic", **said
    )
    whole = Reading({})
    names = (STOCK, STOCK.replace("507", "501"))
    for path in [*(folder / n for n in names), *sorted(folder.glob("etalab_stock_et_*.csv"))]:
        whole.merge(known.read(path, path.name, entry))
    known.settle(whole)
    return whole


def typed(whole) -> dict[str, pa.Table]:
    """Return the tables under their contracts, sorted; no e-CDS centre comes with them."""
    from pipeline.contracts.registry import contract
    from pipeline.contracts.schema import arrow_schema
    from pipeline.paths import PACKAGE
    from pipeline.sources.canonical import read_canonical
    from pipeline.sources.manifest import Entry
    from pipeline.store.parquet import conform

    said = dict.fromkeys(("producer", "title", "licence", "document", "vintage", "obtained"), "?")
    entry = Entry(path="x", source="x", sha256="0" * 64, bytes=0, origin="published", **said)
    tables = {name: conform(whole.results[name].to_arrow(), contract(name)) for name in NAMES}
    for name in TERMS:
        path = PACKAGE.parent / "data" / "raw" / name / f"{name}.csv"
        read = read_canonical(path, path.name, contract(name), entry)
        tables[name] = conform(read.to_arrow(), contract(name))
    tables["populations"] = populations()
    tables["ecds_centres"] = arrow_schema(contract("ecds_centres")).empty_table()
    return tables


def checked(whole, tables: dict[str, pa.Table]) -> list[str]:
    """Check what a run checks; returns the warnings, and stops on anything critical."""
    from pipeline.checks.core import CheckRequest, check_core
    from pipeline.core import account_of
    from pipeline.parameters import read_parameters

    accounts = tuple(account_of(whole.results[name]) for name in NAMES)
    asked = {name: table for name, table in tables.items() if name != "ecds_centres"}
    report = check_core(CheckRequest(asked, accounts, {}, read_parameters()))
    failed = [r for check in report.tables for r in check.results if not r.passed]
    assert not [r for r in failed if r.severity == "critical"], failed
    return sorted({result.family for result in failed})


def main() -> None:
    """Run and print."""
    folder, clock = Path(sys.argv[1]), Clock()
    whole = read_all(folder)
    clock.mark("read")
    tables = typed(whole)
    clock.mark("types and order")
    warned = checked(whole, tables)
    clock.mark("checks")
    from pipeline.contracts.registry import contract
    from pipeline.indicators.runner import build_indicators
    from pipeline.parameters import read_parameters
    from pipeline.paths import Layout
    from pipeline.store.parquet import write_all

    with tempfile.TemporaryDirectory() as place:
        layout = Layout(Path(place))
        write_all(layout, [(contract(name), table) for name, table in tables.items()])
        clock.mark("write")
        wanted = {"etablissements_par_habitant", "finess_ecds"}
        done = build_indicators(layout, read_parameters(), wanted)
        clock.mark("indicators")
    rows = {name: table.num_rows for name, table in tables.items() if name in NAMES}
    rows |= {name: written.rows for name, written in done.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    total = round(time.perf_counter() - clock.started, 2)
    told = {"seconds": clock.seconds, "total": total, "cpu": round(time.process_time(), 2)}
    told |= {"peak_mb": round(peak), "rows": rows}
    print(json.dumps({**told, "warnings": warned}))


if __name__ == "__main__":
    main()
