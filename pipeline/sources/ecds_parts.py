"""The layouts of e-CDS exports: what each of their headers may fill, and what none may lack."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipeline.contracts.registry import contract
from pipeline.errors import ContractError, InputError
from pipeline.sources.batches import CellColumn
from pipeline.sources.ecds_cells import CENTRES, CODE_COLUMN, KEYS, SUFFIXES, targets
from pipeline.sources.equivalence import (
    IGNORED,
    SECTION,
    VALUE,
    VARIABLE,
    KnownPart,
    Part,
    equivalences,
    known_part,
)
from pipeline.sources.sheets import Sheet

SOURCE = "ecds"
ORIGIN = "origin"


def needed(part: Part) -> tuple[str, ...]:
    """Return the cells a part cannot do without."""
    if part.form == "long":
        return (*KEYS, VARIABLE, VALUE)
    return (*KEYS, CODE_COLUMN[part.table]) if part.form == "table" else KEYS


def allowed(part: Part) -> set[str]:
    """Return the other cells the headers of a part may fill."""
    if part.form == "long":
        return {SECTION}
    return set(SUFFIXES[part.table]) if part.form == "table" else set(targets())


@cache
def parts() -> tuple[KnownPart, ...]:
    """Return the parts of every layout; ContractError when one maps a header to no cell."""
    found = tuple(
        known_part(layout, part, (*KEYS, *targets()))
        for layout in equivalences(SOURCE)
        for part in layout.parts
    )
    for known in found:
        cells = {heading.cell for heading in known.headings.values()}
        own = set(needed(known.part))
        if unknown := cells - own - allowed(known.part) - {IGNORED, ORIGIN}:
            raise ContractError(f"{known.layout.path} maps headers to no cell: {sorted(unknown)}")
        if lacking := own - cells:
            raise ContractError(f"{known.layout.path}: a part lacks headers for {sorted(lacking)}")
    return found


def known_headers(header: Sequence[str]) -> int:
    """Return how many headers the part that knows most of them knows."""
    return max(part.score(header) for part in parts())


def check_complete(sheet: Sheet, part: KnownPart, columns: dict[str, CellColumn]) -> None:
    """Refuse a sheet of centres without a column each centre must fill, and half a pair."""
    needs = set()
    for name in columns:
        target = targets().get(name)
        if target is not None and target.code:
            needs |= {f"{target.code}{suffix}" for suffix in SUFFIXES[target.table].values()}
        elif target is not None and target.table == CENTRES:
            needs |= required_of_centres()
    for name in sorted(needs - set(columns)):
        raise InputError(
            file=sheet.name,
            line=1,
            column=(part.written(name) or [name])[0],
            expected=f"a header for {name}, which its other columns need",
            found="a header without it",
            hint=f"Layout {part.layout.name}: {part.layout.path}.",
        )


def required_of_centres() -> set[str]:
    """Return the columns each centre must fill, its year, number and place in the file apart."""
    return {
        column.name
        for column in contract(CENTRES).columns
        if column.constraints.required and column.name in targets()
    }
