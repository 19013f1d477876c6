"""An empty file to start from: a CSV with its guide, or a workbook where one is worth more."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.contracts.model import Column, TableContract
from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import InputError
from pipeline.sources.add import check_source
from pipeline.sources.canonical import expected_header
from pipeline.sources.registry import INDEX, WIDE, sources


def default_target(source: str) -> Path:
    """Return where the template of a source goes when nothing is said."""
    check_source(source)
    known = sources()[source]
    return Path(f"{source}.csv" if known.template is None else source + known.template_suffix)


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
    """Write an empty file for a source: a CSV and a guide to its columns, or a workbook.

    Raises:
        InputError: no such source, a file that exists, or that has not the right suffix.
    """
    check_source(source)
    write, suffix = sources()[source].template, sources()[source].template_suffix
    if write is not None:
        refuse_existing(target)
        if target.suffix != suffix:
            raise InputError(file=str(target), expected=f"a name in {suffix}", found=target.name)
        return write(target)
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
        refuse_existing(path)
    with target.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerow(expected_header(known))
    with guide.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["colonne", "type", "unite", "obligatoire", "valeurs", "description"])
        wanted = expected_header(known)
        writer.writerows(guide_line(c) for c in known.columns if c.name in wanted)
    return [target, guide]


def refuse_existing(path: Path) -> None:
    """Refuse to write over a file."""
    if path.exists():
        raise InputError(file=str(path), expected="a new file", found="an existing one")
