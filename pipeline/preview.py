"""Before a file is added: what is wrong with it, by sheet, line and column."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from pipeline.checks.results import ExpectationResult, Failure
from pipeline.contracts.origins import Origin
from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.add import Provenance, check_source, known_entry, lies_inside, sleeps
from pipeline.sources.manifest import Entry, read_manifest, verify
from pipeline.sources.registry import WIDE, sources
from pipeline.sources.result import BadCell, Reading
from pipeline.sources.text import read_csv

# More than anybody mends by hand; beyond, a fault is in the file as a whole.
MOST_FAILURES = 10_000
Place = tuple[str, int | None]


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file, as an analyst reads it."""

    file: str
    line: int | None
    column: str | None
    expected: str
    found: str
    hint: str = ""

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        place = self.file + line + (f", column {self.column}" if self.column else "")
        hint = f". {self.hint}" if self.hint else ""
        return f"{place}: expected {self.expected}; found {self.found}{hint}"


@dataclass
class Inspection:
    """What there is to say of a file: how it was read, what is wrong with it."""

    problems: list[Problem]
    notes: list[str] = field(default_factory=list)


def probe_entry(layout: Layout, file: Path, source: str, origin: Origin | None = None) -> Entry:
    """Return the manifest entry a file would have, enough to read it."""
    old = known_entry(layout, file, source) if lies_inside(layout, file, source) else None
    said = Provenance(origin or (old.origin if old else "real"), *["?"] * 6)
    path = f"{source}/{file.name}"
    return Entry(path=path, source=source, sha256="0" * 64, bytes=0, **vars(said))


def companions(layout: Layout, entry: Entry) -> Reading:
    """Return what the active files that a new one would join hold: it is checked among them."""
    source = sources()[entry.source]
    found = Reading({})
    if source.joins != "same_origin" or not layout.manifest.is_file():
        return found
    for other in read_manifest(layout).active(entry.source):
        if other.path != entry.path and not sleeps(other, entry):
            path = verify(layout, other)
            found.merge(source.read(path, layout.relative(path), other))
    return found


def filled_tables(source: str, reading: Reading) -> dict[str, pa.Table]:
    """Return the tables that have rows, once the source is settled."""
    sources()[source].settle(reading)
    return {name: result.to_arrow() for name, result in reading.results.items() if result.kept}


def contract_problems(name: str, table: pa.Table, told: set[Place]) -> list[Problem]:
    """Return the rows that break the contract, through the same checks as a run.

    Args:
        name: the table.
        table: its rows.
        told: the lines already said to be given twice; those found here are added.
    """
    from pipeline.checks.gx import to_frame, validate_frame
    from pipeline.contracts.expectations import expectations

    wanted = [e for e in expectations(contract(name)) if e.kind != "reference"]
    checked = validate_frame(
        to_frame(table), name, [(e, "critical") for e in wanted], {}, MOST_FAILURES
    )
    return [
        Problem(f.source_file, f.source_line, f.column, f.expected, f.found)
        for outcome in checked
        for f in (once_a_line(outcome, told) if outcome.kind == "unique_key" else outcome.failures)
    ]


def once_a_line(outcome: ExpectationResult, told: set[Place]) -> list[Failure]:
    """Return one failure by line: a line given twice repeats the key of each row it gives."""
    found = []
    for failure in outcome.failures:
        place = (failure.source_file, failure.source_line)
        if place not in told:
            told.add(place)
            found.append(failure)
    return found


def without_repeats(name: str, table: pa.Table) -> pa.Table:
    """Return the first row of each key: sums over rows given twice would be wrong twice."""
    key, seen, first = contract(name).key, set(), []
    for values in zip(*(table.column(column).to_pylist() for column in key), strict=True):
        first.append(values not in seen)
        seen.add(values)
    return table.filter(pa.array(first))


def rule_problems(source: str, tables: dict[str, pa.Table]) -> list[Problem]:
    """Return what the rules find that read no other table than those of the source."""
    from pipeline.checks.rules import evaluate_rules, rules
    from pipeline.reconciliation.inconsistencies import known_cases

    whole = {name: without_repeats(name, table) for name, table in tables.items()}
    own = [rule for rule in rules().values() if set(rule.inputs) <= set(sources()[source].tables)]
    return [
        Problem(f.source_file, f.source_line, f.column, f.expected, f.found)
        for outcome in evaluate_rules(whole, known_cases(), own)
        for f in outcome.result.failures
    ]


def unread(cell: BadCell) -> Problem:
    """Return the problem of a cell that does not parse."""
    place = (cell.source_file, cell.source_line, cell.colonne)
    return Problem(*place, cell.motif, repr(cell.valeur))


def silent_tables(source: str, tables: dict[str, pa.Table]) -> list[str]:
    """Return what to say of the tables that have no row: rules that read them do not run."""
    empty = [name for name in sources()[source].tables if name not in tables]
    return [f"no row for {name}: rules that need it did not run" for name in empty]


def inspect_rows(layout: Layout, file: Path, entry: Entry) -> Inspection:
    """Read a file and check its rows, among those of the files it would join."""
    source, name = entry.source, layout.relative(file)
    reading = sources()[source].read(file, name, entry)
    cells = [cell for result in reading.results.values() for cell in result.bad_cells]
    notes, headers, waits = list(reading.notes), dict(reading.headers), bool(reading.pending)
    reading.merge(companions(layout, entry))
    tables = filled_tables(source, reading)
    if waits:
        # What no other file completes is known once all of them are read.
        cells = [c for result in reading.results.values() for c in result.bad_cells]
    bad = [problem for problem in map(unread, cells) if is_own(problem, name)]
    told: set[Place] = set()
    found = [p for table, rows in tables.items() for p in contract_problems(table, rows, told)]
    found += rule_problems(source, tables)
    shown = [translated(problem, headers) for problem in found if is_own(problem, name)]
    quiet = silent_tables(source, tables) if len(sources()[source].tables) > 1 else []
    return Inspection(sorted([*bad, *shown], key=by_place), notes + quiet)


def is_own(problem: Problem, name: str) -> bool:
    """Is a problem one of the file, or of a part of it, rather than of a file it joins?"""
    return problem.file == name or problem.file.startswith(f"{name}#")


def translated(problem: Problem, headers: dict[str, dict[str, str]]) -> Problem:
    """Return a problem under the header of the file, where its column has another name."""
    names = headers.get(problem.file, {})
    shown = " + ".join(names.get(name, name) for name in str(problem.column).split(" + "))
    return Problem(problem.file, problem.line, shown, problem.expected, problem.found)


def by_place(problem: Problem) -> tuple[str, int, str]:
    """Return what sorts problems as one reads the file."""
    return problem.file, problem.line or 0, problem.column or ""


def inspect_structure(layout: Layout, file: Path) -> Inspection:
    """Check the structure alone: a transcribed table has columns of its own."""
    read_csv(file, layout.relative(file))
    return Inspection([])


def inspect_file(
    layout: Layout, file: Path, source: str, origin: Origin | None = None
) -> Inspection:
    """Return every problem of a file, in the order of its lines, and how it was read.

    A structural fault (encoding, header, width) hides the others: it comes alone.

    Args:
        layout: the project root.
        file: the file.
        source: what it would be added as.
        origin: its origin; what the manifest says of it, else real, when None.

    Raises:
        InputError: no such source or file.
    """
    check_source(source)
    if not file.is_file():
        raise InputError(file=str(file), expected="a file", found="none")
    try:
        if source == WIDE:
            return inspect_structure(layout, file)
        return inspect_rows(layout, file, probe_entry(layout, file, source, origin))
    except InputError as error:
        place = (error.file, error.line, error.column)
        return Inspection([Problem(*place, error.expected, error.found, error.hint)])


def problems(layout: Layout, file: Path, source: str) -> list[Problem]:
    """Return every problem of a file, in the order of its lines."""
    return inspect_file(layout, file, source).problems
