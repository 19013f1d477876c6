"""Before a file is added: what is wrong with it, and an empty one to start from."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts.model import Column, TableContract
from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.add import Provenance, check_source, known_entry, lies_inside
from pipeline.sources.canonical import expected_header
from pipeline.sources.manifest import Entry
from pipeline.sources.registry import INDEX, WIDE, sources
from pipeline.sources.result import SourceResult
from pipeline.sources.text import read_csv


@dataclass(frozen=True)
class Problem:
    """One thing wrong with a file, as an analyst reads it."""

    file: str
    line: int | None
    column: str | None
    expected: str
    found: str

    def __str__(self) -> str:
        line = f", line {self.line}" if self.line else ""
        place = self.file + line + (f", column {self.column}" if self.column else "")
        return f"{place}: expected {self.expected}; found {self.found}"


def probe_entry(layout: Layout, file: Path, source: str) -> Entry:
    """Return the manifest entry a file would have, enough to read it."""
    old = known_entry(layout, file, source) if lies_inside(layout, file, source) else None
    said = Provenance(old.origin if old else "real", *["?"] * 6)
    return Entry(path=file.name, source=source, sha256="0" * 64, bytes=0, **vars(said))


def contract_problems(result: SourceResult) -> list[Problem]:
    """Return the rows that break the contract, through the same checks as a run."""
    from pipeline.checks.gx import context, to_frame, validate_frame
    from pipeline.contracts.expectations import expectations

    known = contract(result.table)
    wanted = [e for e in expectations(known) if e.kind != "reference"]
    frame = to_frame(result.to_arrow())
    ranked = [(expected, "critical") for expected in wanted]
    checked = validate_frame(context(), frame, known.table, ranked, {})  # type: ignore[arg-type]
    return [
        Problem(f.source_file, f.source_line, f.column, f.expected, f.found)
        for outcome in checked
        for f in outcome.failures
    ]


def problems(layout: Layout, file: Path, source: str) -> list[Problem]:
    """Return every problem of a file, in the order of its lines.

    A structural fault (encoding, header, width) hides the others: it comes alone.
    """
    check_source(source)
    if not file.is_file():
        raise InputError(file=str(file), expected="a file", found="none")
    name = layout.relative(file)
    try:
        if source == WIDE:
            # A transcribed table has columns of its own: its structure is all there is to check.
            read_csv(file, name)
            return []
        reading = sources()[source].read(file, name, probe_entry(layout, file, source))
    except InputError as error:
        return [Problem(error.file, error.line, error.column, error.expected, error.found)]
    results = reading.results.values()
    unread = [
        Problem(cell.source_file, cell.source_line, cell.colonne, cell.motif, repr(cell.valeur))
        for result in results
        for cell in result.bad_cells
    ]
    broken = [p for result in results if result.rows for p in contract_problems(result)]
    return sorted([*unread, *broken], key=lambda p: (p.line or 0, p.column or ""))


def guide_line(column: Column) -> list[str]:
    """Return what a template says of one column."""
    rules = column.constraints
    codes = ", ".join(vocabularies()[rules.vocabulary]) if rules.vocabulary else ""
    limits = " to ".join(str(v) for v in (rules.min, rules.max) if v is not None)
    needed = "yes" if rules.required else "no"
    return [
        column.name,
        column.type,
        column.unit,
        needed,
        codes or limits or rules.pattern or "",
        column.description.fr,
    ]


def write_template(source: str, target: Path) -> list[Path]:
    """Write an empty CSV with the header of a source, and a guide to its columns.

    Raises:
        InputError: no such source, or the file exists.
    """
    check_source(source)
    if source == WIDE:
        raise InputError(
            file="--as",
            expected="a table with columns of its own",
            found=source,
            hint=f"Write the CSV as the table is printed, and describe it with `--as {INDEX}`.",
        )
    known: TableContract = contract(source)
    guide = target.with_name(f"{target.stem}_guide.csv")
    for path in (target, guide):
        if path.exists():
            raise InputError(file=str(path), expected="a new file", found="an existing one")
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerow(expected_header(known))
    with guide.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["colonne", "type", "unite", "obligatoire", "valeurs", "description"])
        wanted = expected_header(known)
        writer.writerows(guide_line(c) for c in known.columns if c.name in wanted)
    return [target, guide]
