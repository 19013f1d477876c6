"""The members of a flat feed given as JSON objects: held to its layout, as headers of a CSV are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pipeline.errors import InputError
from pipeline.sources.flat_layout import FlatLayout, hint_for
from pipeline.sources.staging import Staging
from pipeline.sources.streams import SMALL_BLOCK, blocks


class Fault(NamedTuple):
    """What is wrong with a member of an object."""

    member: str
    expected: str
    found: str
    hint: str = ""


def first_objects(path: Path, staging: Staging) -> Iterator[tuple[int, dict[str, object]]]:
    """Yield the objects of the first megabyte of a file, with their lines; others are left out."""
    job = staging.job
    for block in blocks(path, job.name, job.limits, SMALL_BLOCK):
        for line, data in enumerate(block.data.split(b"\n"), block.first_line):
            try:
                found = json.loads(data)
            except (ValueError, RecursionError):
                continue
            if isinstance(found, dict):
                yield line, found
        return


def fault_of(found: dict[str, object], layout: FlatLayout) -> Fault | None:
    """Return the first member that no cell of the layout can take; None when all are sound."""
    cells = {header: cell for cell, headers in layout.headers.items() for header in headers}
    filled: set[str] = set()
    for member, value in found.items():
        if member in layout.ignored:
            continue
        cell = cells.get(member)
        if cell is None:
            known = f"a member of the layout {layout.title.en!r}"
            return Fault(member, known, "one it does not know", hint_for(layout, member))
        if isinstance(value, dict | list):
            kind = "an object" if isinstance(value, dict) else "a list"
            return Fault(member, "a text, a number, true or false", kind)
        if cell in filled:
            return Fault(member, f"one member for {cell}", "two")
        filled.add(cell)
    return None


def require_known(layout: FlatLayout, path: Path, staging: Staging) -> None:
    """Refuse a member no layout knows, one that holds others, or two that fill one cell.

    Passed over, a member under another name would leave its cell empty, and an empty cell may mean
    something: an act without a quantity counts once, a reversal too. The first megabyte is looked
    at: a feed is written by one program.

    Raises:
        InputError: names the line and the member.
    """
    for line, found in first_objects(path, staging):
        if fault := fault_of(found, layout):
            raise InputError(
                file=staging.job.name,
                line=line,
                column=fault.member,
                expected=fault.expected,
                found=fault.found,
                hint=fault.hint,
            )
