"""Equivalence tables of published grids: which header of which edition fills which cell.

`layouts/<source>/<edition>.yml` is the only place where the headers of territory files are known.
A header is told by regular expressions on its folded text (no case, accent or repeated space), for
publishers change years and agreements inside them: what a group catches follows the cell's name.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import read_yaml
from pipeline.errors import ContractError, InputError
from pipeline.sources.french import folded

HERE = Path(__file__).resolve().parent / "layouts"
IGNORED = ""


class GridLayout(Strict):
    """How one edition writes its table.

    `headers` gives the patterns of the headers of each cell, `ignored` those of columns that are
    not read. The line of titles is the first that holds every `needed` cell; `key` is filled on
    every row of data. `units` is the pattern of a row of units under the titles. Rows whose first
    text has one of the patterns `footers` are notes. `always` holds facts of the edition, `years`
    the day of a year where it is not the first.
    """

    layout: str
    title: Text
    sheet: str = ".*"
    needed: tuple[str, ...]
    key: str
    headers: dict[str, tuple[str, ...]]
    ignored: tuple[str, ...] = ()
    footers: tuple[str, ...] = ()
    units: str = ""
    decimal: Literal[",", "."] = ","
    always: dict[str, str] = Field(default={})
    years: dict[str, str] = Field(default={})

    @property
    def path(self) -> str:
        """Its file, as errors name it."""
        return f"pipeline/sources/layouts/{self.layout}.yml"

    def meaning(self, header: str) -> str | None:
        """Return the cell a header fills, `""` when it is not read, None when it is not known."""
        text = folded(header)
        for cell, patterns in self.headers.items():
            for pattern in patterns:
                if found := re.fullmatch(pattern, text):
                    return ":".join((cell, *(g for g in found.groups() if g)))
        return IGNORED if any(re.fullmatch(p, text) for p in self.ignored) else None

    def missing(self, cells: Sequence[str | None]) -> list[str]:
        """Return the needed cells that no header fills."""
        filled = {cell.partition(":")[0] for cell in cells if cell}
        return [cell for cell in self.needed if cell not in filled]

    def is_footer(self, text: str) -> bool:
        """Does a row that begins with this text hold a note?"""
        return bool(self.footers) and joined(self.footers).match(folded(text)) is not None


@cache
def joined(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """Return one pattern for several: a row is looked at once."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


@cache
def grid_layouts(source: str) -> tuple[GridLayout, ...]:
    """Return the editions of a source, in the order of their names."""
    found = []
    for path in sorted((HERE / source).glob("*.yml")):
        try:
            raw = {**read_yaml(path), "layout": f"{source}/{path.stem}"}
            found.append(GridLayout.model_validate(raw))
        except (ValidationError, TypeError) as error:
            raise ContractError(f"{path.name}: {error}") from error
    return tuple(found)


def refuse_header(layout: GridLayout, titles: Sequence[str], place: str, line: int) -> None:
    """Refuse an unknown header and two headers that fill one cell."""
    seen: dict[str, str] = {}
    for title in titles:
        cell = layout.meaning(title) if title else IGNORED
        if cell is None:
            raise InputError(
                file=place,
                line=line,
                column=title,
                expected=f"only headers of layout {layout.layout}",
                found=f"unknown {title!r}",
                hint=f"Map it, or list it under `ignored`, in {layout.path}.",
            )
        if cell and cell in seen:
            raise InputError(
                file=place,
                line=line,
                column=title,
                expected="each cell filled once",
                found=f"{seen[cell]!r} and {title!r} for {cell}",
            )
        seen[cell] = title
