"""Apply `data/raw/corrections.yml`: known errors of a source, each with evidence and a guard.

The raw bytes are never edited. A correction names the row and the value it expects to find; when
the source no longer says that, the run stops instead of correcting what is no longer wrong.
"""

from __future__ import annotations

from typing import Literal

from pydantic import ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import contract, read_yaml
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.cells import CellError, cell_parser
from pipeline.sources.result import Row, SourceResult


class Correction(Strict):
    """One known error of a source."""

    id: str
    table: str
    key: dict[str, str]
    column: str
    expect: str
    action: Literal["set", "clear"]
    value: str | None = None
    reason: str
    evidence: str
    document_id: str
    lines: tuple[int, ...]
    status: Literal["active", "retired"]
    origin: Literal["published"] = "published"


def read_corrections(layout: Layout) -> list[Correction]:
    """Read the active corrections; an absent file means none."""
    path = layout.raw / "corrections.yml"
    if not path.is_file():
        return []
    try:
        entries = [Correction.model_validate(raw) for raw in read_yaml(path) or []]
    except ValidationError as error:
        first = error.errors()[0]
        raise InputError(
            file=layout.relative(path), expected=first["msg"], found=repr(first.get("input"))
        ) from None
    for entry in entries:
        check_columns(layout.relative(path), entry)
    return [entry for entry in entries if entry.status == "active"]


def check_columns(file: str, correction: Correction) -> None:
    """Refuse a correction of a column that does not exist: it would never be applied."""
    known = contract(correction.table).names
    for column in (*correction.key, correction.column):
        if column not in known:
            raise InputError(
                file=file,
                column=correction.id,
                expected=f"a column of {correction.table}",
                found=repr(column),
            )


def set_aside(result: SourceResult) -> str:
    """Return, in words, the first row set aside: the row that lacks may be that one."""
    if not result.bad_cells:
        return ""
    cell = result.bad_cells[0]
    return (
        f"{result.rows_set_aside} set aside in {result.table}, the first at {cell.source_file}, "
        f"line {cell.source_line}, column {cell.colonne}: expected {cell.motif}; "
        f"found {cell.valeur!r}."
    )


def target_row(result: SourceResult, correction: Correction) -> Row:
    """Return the one row a correction names."""
    named = [
        row
        for row in result.rows
        if all(str(row[column]) == v for column, v in correction.key.items())
    ]
    if len(named) != 1:
        raise InputError(
            file="data/raw/corrections.yml",
            column=correction.id,
            expected=f"one row of {correction.table} with {correction.key}",
            found=f"{len(named)}",
            hint=set_aside(result),
        )
    return named[0]


def apply_corrections(result: SourceResult, corrections: list[Correction]) -> list[str]:
    """Apply the corrections of one table in place.

    Returns:
        The ids applied.

    Raises:
        InputError: the row is not there, or no longer holds the value expected.
    """
    applied = []
    for correction in (c for c in corrections if c.table == result.table):
        result.unfold()
        if all(row["origin"] == "real" for row in result.rows):
            continue
        row = target_row(result, correction)
        found = "" if row[correction.column] is None else str(row[correction.column])
        if found != correction.expect:
            raise InputError(
                file=str(row["source_file"]),
                line=int(str(row["source_line"])),
                column=correction.column,
                expected=f"{correction.expect!r}, which correction {correction.id} mends",
                found=repr(found),
                hint="The source has changed: retire the correction.",
            )
        row[correction.column] = corrected_value(correction)
        applied.append(correction.id)
    return applied


def corrected_value(correction: Correction) -> object:
    """Parse the corrected value as its column expects."""
    if correction.action == "clear" or correction.value is None:
        return None
    column = contract(correction.table).column(correction.column)
    try:
        return cell_parser(column.type)(correction.value)
    except CellError as error:
        raise InputError(
            file="data/raw/corrections.yml",
            column=correction.id,
            expected=str(error),
            found=repr(correction.value),
        ) from None
