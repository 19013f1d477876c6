"""What can be wrong with an installation, its inputs and its outputs, and what to do."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import metadata

import pyarrow.parquet as pq

from pipeline.acts import acts_state
from pipeline.contracts.registry import contract
from pipeline.errors import PipelineError
from pipeline.feed import feed_state
from pipeline.generated import State
from pipeline.indicators.card import cards
from pipeline.panel import panel_state
from pipeline.paths import Layout
from pipeline.sources.manifest import read_manifest, verify
from pipeline.sources.registry import core_tables, event_tables, sources
from pipeline.store.parquet import table_path
from pipeline.store.partitions import digest, is_built

PYTHON = ((3, 11), (3, 14))
PINNED = re.compile(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^ \\;]+)")
WATCHED = ("dagster", "duckdb", "great-expectations", "matplotlib", "pandas", "pyarrow")


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    good: bool
    text: str
    advice: str = ""


def locked_versions(layout: Layout) -> dict[str, str]:
    """Return the versions of `requirements.lock` for the packages that matter most."""
    lock = layout.root / "requirements.lock"
    if not lock.is_file():
        return {}
    found = (PINNED.match(line) for line in lock.read_text(encoding="utf-8").splitlines())
    return {m[1].lower(): m[2] for m in found if m and m[1].lower() in WATCHED}


def examine_python() -> Finding:
    """Is this Python one the lock was made for?"""
    now = sys.version_info[:2]
    return Finding(
        PYTHON[0] <= now < PYTHON[1],
        f"Python {now[0]}.{now[1]}",
        "Use Python 3.11 to 3.13: remove .venv and run `make run`.",
    )


def examine_packages(layout: Layout) -> Iterator[Finding]:
    """Are the installed packages those of the lock?"""
    for name, wanted in locked_versions(layout).items():
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            found = "none"
        yield Finding(
            found == wanted, f"{name} {found}", f"The lock has {wanted}: run `make setup`."
        )


def examine_inputs(layout: Layout) -> Iterator[Finding]:
    """Is every listed input there, with its listed hash?"""
    try:
        entries = read_manifest(layout).active()
    except PipelineError as error:
        yield Finding(False, "manifest", str(error))
        return
    faults = 0
    for entry in entries:
        try:
            verify(layout, entry)
        except PipelineError as error:
            faults += 1
            yield Finding(False, f"data/raw/{entry.path}", str(error))
    yield Finding(
        not faults,
        f"{len(entries) - faults} of {len(entries)} inputs as listed",
        "See the faults above.",
    )
    listed = {entry.path for entry in read_manifest(layout).files}
    for path in sorted(layout.raw.glob("*/*")):
        name = path.relative_to(layout.raw).as_posix()
        if path.is_file() and name not in listed:
            advice = (
                f"It is not read. List it with `snp add data/raw/{name} --as {path.parent.name}`."
            )
            yield Finding(False, f"data/raw/{name} is not in the manifest", advice)


def examine_waiting(layout: Layout) -> Iterator[Finding]:
    """Which sources, of which nothing may be shipped, still wait for a file?"""
    try:
        present = set(read_manifest(layout).sources())
    except PipelineError:
        return
    waiting = [n for n, source in sources().items() if not source.needed and n not in present]
    if waiting:
        yield Finding(
            True, f"no file yet, tables empty: {', '.join(waiting)} (`snp fetch SOURCE` tells how)"
        )


MADE: dict[str, Callable[[Layout], State]] = {
    "the synthetic panel comes from the published values": panel_state,
    "the synthetic slot feeds come from the printed values": feed_state,
    "the synthetic acts come from the synthetic panel": acts_state,
}


def examine_generated(layout: Layout) -> Iterator[Finding]:
    """Does each generated input, where it is in use, come from the present values?"""
    for text, state_of in MADE.items():
        try:
            state = state_of(layout)
        except PipelineError:
            continue
        if state.active:
            advice = "Run `snp calibrate`; `snp run` does it otherwise."
            yield Finding(state.fresh, text, advice)


def examine_outputs(layout: Layout) -> Iterator[Finding]:
    """Are the outputs there, and are the core tables those that were checked?"""
    core = [contract(name) for name in (*core_tables(), *event_tables())]
    wanted = [*core, *cards().values()]
    missing = [c.table for c in wanted if not is_built(table_path(layout, c))]
    advice = "Run `snp run`."
    yield Finding(
        not missing, f"{len(wanted) - len(missing)} of {len(wanted)} tables built", advice
    )
    accounts = table_path(layout, contract("comptabilite"))
    if accounts.is_file() and not missing:
        changed = [
            row["table_nom"]
            for row in pq.read_table(accounts).to_pylist()
            if digest(table_path(layout, contract(row["table_nom"]))) != row["sha256"]
        ]
        text = "core tables are those that were checked"
        yield Finding(not changed, text, f"Changed since: {', '.join(changed)}. {advice}")
    report = layout.reports / "index.html"
    yield Finding(report.is_file(), f"report {layout.relative(report)}", advice)


def examine(layout: Layout) -> Iterator[Finding]:
    """Examine everything, from the interpreter to the report."""
    yield examine_python()
    yield from examine_packages(layout)
    yield from examine_inputs(layout)
    yield from examine_waiting(layout)
    yield from examine_generated(layout)
    yield from examine_outputs(layout)
