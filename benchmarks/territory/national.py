"""A national run on made-up files of territory and of the register, together or one by one.

    python benchmarks/territory/national.py FINESS_FOLDER TERRITORY_FOLDER [--only apl,zoning]

What a run does with them and nothing else: files are read and settled, every contract and rule goes
through Great Expectations, tables are written sorted, the indicators over them are computed. What
those read besides (centres, CPTS, printed tables) comes from the tables of a project already built,
`--base`, by default this one. Prints the seconds of each step and the peak of memory.

All in one process. A run imports Great Expectations, 3 s of processor, in a second one meanwhile.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa

from benchmarks.finess.national import Clock, read_all

TERMS = ("finess_categories", "finess_statuts")
# Files of each part, by source; those of the project itself are under `data/raw`.
FILES = {
    "apl": {"apl": ("apl_medecins_generalistes.xlsx",)},
    "populations": {"populations": ("donnees_communes_2023.csv", "departements_2023.csv")},
    "zoning": {"zonage_communes": ("zonage_20240115.csv",)},
    "cpts": {"cpts_communes": ("listing_cpts_012026.xlsx",)},
}
SHIPPED = {"communes": ("communes", "communes_liens", "departements"), "finess": TERMS}
# What is computed of each part, and what needs them all.
CARDS = {
    "finess": {"etablissements_par_habitant", "finess_ecds"},
    "communes": {"passage_communes_bilan", "population_territoires", "evolution_population"},
    "apl": {"apl_territoires"},
    "zoning": {"population_par_zone"},
}
TOGETHER = {"tableau_territorial"}
PARTS = ("finess", "communes", *FILES)


def entry(source: str, vintage: str = "2024"):
    """Return a line of the manifest that says nothing but a source."""
    from pipeline.sources.manifest import Entry

    said = dict.fromkeys(("producer", "title", "licence", "document", "obtained"), "?")
    return Entry(path=f"{source}/x", source=source, sha256="0" * 64, bytes=0, origin="synthetic",
                 vintage=vintage, **said)  # fmt: skip


def merge_file(whole, source: str, path: Path) -> None:
    """Read one file of a source into a reading."""
    from pipeline.sources.registry import sources

    whole.merge(sources()[source].read(path, path.name, entry(source)))


def read_part(part: str, finess: Path, folder: Path):
    """Return what the files of a part give, settled."""
    from pipeline.paths import PACKAGE
    from pipeline.sources.registry import sources
    from pipeline.sources.result import Reading

    whole = read_all(finess) if part == "finess" else Reading({})
    for source, names in FILES.get(part, {}).items():
        for name in names:
            merge_file(whole, source, folder / name)
        sources()[source].settle(whole)
    for source in SHIPPED.get(part, ()):
        for path in sorted((PACKAGE.parent / "data" / "raw" / source).glob("*.csv")):
            merge_file(whole, source, path)
    return whole


def checked(whole, tables: dict[str, pa.Table]) -> list[str]:
    """Check what a run checks; returns what warned, and stops on anything critical."""
    from pipeline.checks.core import CheckRequest, check_core
    from pipeline.core import account_of
    from pipeline.parameters import read_parameters

    accounts = tuple(account_of(result) for result in whole.results.values())
    report = check_core(CheckRequest(tables, accounts, {}, read_parameters()))
    failed = [r for check in report.tables for r in check.results if not r.passed]
    assert not [r for r in failed if r.severity == "critical"], failed
    return sorted({result.family for result in failed})


def lend(base: Path, target) -> None:
    """Put the core tables of a built project where a run would write them, by links."""
    from pipeline.paths import Layout

    source = Layout(base).processed / "core"
    if not source.is_dir():
        sys.exit(f"{source}: no table there; run `make run` in that project first")
    folder = target.processed / "core"
    folder.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        (folder / path.name).symlink_to(path)


def computed(layout, parts: list[str]) -> dict[str, int]:
    """Compute the indicators of some parts; returns the rows of each."""
    from pipeline.indicators.card import cards
    from pipeline.indicators.runner import build_indicators
    from pipeline.parameters import read_parameters

    wanted = set().union(*(CARDS.get(part, set()) for part in parts))
    wanted |= TOGETHER if len(parts) == len(PARTS) else set()
    done = build_indicators(layout, read_parameters(), wanted & set(cards()))
    return {name: written.rows for name, written in done.items()}


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("finess", type=Path)
    parser.add_argument("territory", type=Path)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--base", type=Path, default=Path(__file__).resolve().parents[2])
    given = parser.parse_args()
    parts, clock = given.only.split(","), Clock()

    from pipeline.contracts.registry import contract
    from pipeline.paths import Layout
    from pipeline.sources.result import Reading
    from pipeline.store.parquet import conform, write_all

    clock.mark("start")
    whole = Reading({})
    for part in parts:
        whole.merge(read_part(part, given.finess, given.territory))
        clock.mark(f"read {part}")
    tables = {n: conform(r.to_arrow(), contract(n)) for n, r in whole.results.items()}
    clock.mark("types and order")
    warned = checked(whole, tables)
    clock.mark("checks")
    with tempfile.TemporaryDirectory() as place:
        layout = Layout(Path(place))
        lend(given.base, layout)
        write_all(layout, [(contract(name), table) for name, table in tables.items()])
        clock.mark("write")
        made = computed(layout, parts)
        clock.mark("indicators")
    total = round(time.perf_counter() - clock.started, 2)
    used = resource.getrusage(resource.RUSAGE_SELF)
    told = {"seconds": clock.seconds, "processor": clock.processor, "total": total}
    told |= {"cpu": round(used.ru_utime + used.ru_stime, 2)}
    told |= {"peak_mb": round(used.ru_maxrss / 1024)}
    rows = {name: table.num_rows for name, table in tables.items()} | made
    aside = {n: r.rows_set_aside for n, r in whole.results.items() if r.rows_set_aside}
    print(json.dumps({**told, "rows": rows, "aside": aside, "warnings": warned}))


if __name__ == "__main__":
    main()
