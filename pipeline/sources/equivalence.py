"""Equivalence tables: which header of which layout fills which cell. One YAML file by layout.

`layouts/<source>/<layout>.yml` is the only place where headers are known. An analyst edits one, or
copies it, when an export names its columns otherwise.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import read_yaml
from pipeline.errors import ContractError, InputError
from pipeline.paths import PACKAGE
from pipeline.sources.french import folded

HERE = Path(__file__).resolve().parent / "layouts"
NEAREST = 3
IGNORED = ""
# What the headers of a long part may also mean, besides the keys.
SECTION, VARIABLE, VALUE = "section", "variable", "value"


# Thousands of euros; -1 and -1000 where an export writes expenses as negative numbers.
Factor = Literal[1, 1000, -1, -1000]


class Heading(Strict):
    """What a header means: the cell it fills, and what its unit and sign multiply by."""

    cell: str
    factor: Factor = 1


Headings = dict[str, str | Heading]


class Section(Strict):
    """What the variables of one section of a long part are: columns or codes of a table."""

    table: str
    column: str = ""
    factor: Factor = 1


class Part(Strict):
    """One table of a layout.

    `wide`: a row by centre and year, a column by cell. `table`: a row by row of a table of the
    project. `long`: a row by cell, named by its variable.
    """

    form: Literal["wide", "table", "long"]
    sheet: str = ""
    table: str = ""
    canonical: bool = False
    headers: Headings = Field(default={})
    ignored: tuple[str, ...] = ()
    sections: dict[str, Section] = Field(default={})
    variables: Headings = Field(default={})
    ignored_variables: tuple[str, ...] = ()


class Equivalence(Strict):
    """One layout: its parts, and the sheets of a workbook that hold no data.

    A row whose number of centre is `example` shows how to fill the others: it is no data. The
    `instructions` are what its template tells who fills it.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    source: str
    title: Text
    description: Text
    parts: tuple[Part, ...]
    ignored_sheets: tuple[str, ...] = ()
    example: str = ""
    instructions: tuple[Text, ...] = ()

    @property
    def path(self) -> str:
        """Its file, from the root of the project."""
        file = HERE / self.source / f"{self.name}.yml"
        return file.relative_to(PACKAGE.parent).as_posix()


def heading(meaning: str | Heading) -> Heading:
    """Return what a header means, with its factor."""
    return Heading(cell=meaning) if isinstance(meaning, str) else meaning


def by_folded(names: dict[str, Heading], where: str) -> dict[str, Heading]:
    """Return headings by folded header; ContractError when two of them look the same."""
    found: dict[str, Heading] = {}
    for name, meaning in names.items():
        if found.setdefault(folded(name), meaning) != meaning:
            raise ContractError(f"{where}: {name!r} has two meanings")
    return found


@dataclass(frozen=True)
class KnownPart:
    """A part of a layout, ready to recognise headers: as written in it, and folded."""

    layout: Equivalence
    part: Part
    names: tuple[str, ...]
    headings: dict[str, Heading]

    def meaning(self, header: str) -> Heading | None:
        """Return what a header means; None when it is not known."""
        return self.headings.get(folded(header))

    def cells(self, header: Sequence[str]) -> list[Heading | None]:
        """Return the meaning of each header of a row of them."""
        return [self.meaning(name) for name in header]

    def filled(self, header: Sequence[str]) -> list[tuple[str, Heading]]:
        """Return the headers that fill a cell, each with its meaning."""
        meanings = zip(header, self.cells(header), strict=True)
        return [(name, found) for name, found in meanings if found and found.cell != IGNORED]

    def score(self, header: Sequence[str]) -> int:
        """Return how many headers are known."""
        return sum(1 for found in self.cells(header) if found is not None)

    def missing(self, header: Sequence[str], needed: Sequence[str]) -> list[str]:
        """Return the needed cells that no header fills."""
        filled = {found.cell for found in self.cells(header) if found is not None}
        return [cell for cell in needed if cell not in filled]

    def written(self, cell: str) -> list[str]:
        """Return the headers that would fill a cell, as the layout writes them."""
        return [name for name in self.names if self.headings[folded(name)].cell == cell]


def known_part(layout: Equivalence, part: Part, canonical: Sequence[str]) -> KnownPart:
    """Return a part with its headers, those of the project among them where it takes them."""
    names = {name: Heading(cell=name) for name in (canonical if part.canonical else ())}
    names |= {name: heading(meaning) for name, meaning in part.headers.items()}
    names |= {name: Heading(cell=IGNORED) for name in part.ignored}
    return KnownPart(layout, part, tuple(names), by_folded(names, layout.path))


Needed = Callable[[Part], Sequence[str]]


@cache
def equivalences(source: str) -> tuple[Equivalence, ...]:
    """Return the layouts of a source, in the order of their names."""
    found = []
    for path in sorted((HERE / source).glob("*.yml")):
        try:
            raw = {**read_yaml(path), "name": path.stem, "source": source}
            found.append(Equivalence.model_validate(raw))
        except (ValidationError, TypeError) as error:
            raise ContractError(f"{path.name}: {error}") from error
    return tuple(found)


def nearest(name: str, known: Sequence[str]) -> list[str]:
    """Return the known names that look most like one, best first."""
    by_key = {folded(candidate): candidate for candidate in reversed(known)}
    close = difflib.get_close_matches(folded(name), list(by_key), n=NEAREST, cutoff=0.5)
    return [by_key[key] for key in close]


def recognise(
    header: Sequence[str], parts: Sequence[KnownPart], needed: Needed, name: str, title: str = ""
) -> KnownPart:
    """Return the part of a layout a header belongs to: the one that knows most of it.

    Args:
        header: the titles of the columns.
        parts: the parts of every layout of the source.
        needed: the cells a part cannot do without.
        name: how errors name the file.
        title: name of the sheet, which settles a tie.

    Raises:
        InputError: a needed column is missing, or a header is not known.
    """

    def rank(part: KnownPart) -> tuple[bool, int, bool]:
        complete = not part.missing(header, needed(part.part))
        return complete, part.score(header), folded(part.part.sheet) == folded(title)

    best = max(parts, key=rank)
    for cell in best.missing(header, needed(best.part)):
        wanted = best.written(cell)
        unknown = [column for column in header if best.meaning(column) is None]
        close = nearest(wanted[0], unknown)
        raise InputError(
            file=name,
            line=1,
            column=wanted[0],
            expected=f"the headers of a layout among {', '.join(layout_names(parts))}; "
            f"the nearest, {best.layout.name}, has {' or '.join(map(repr, wanted))}",
            found="a header without it" + (f" but with {close[0]!r}" if close else ""),
            hint=f"Map the header in {best.layout.path} or in a copy of it.",
        )
    refuse_unknown(best, header, name)
    refuse_repeated(best, header, name)
    return best


def layout_names(parts: Sequence[KnownPart]) -> list[str]:
    """Return the names of the layouts, each once."""
    return list(dict.fromkeys(part.layout.name for part in parts))


def refuse_repeated(found: KnownPart, header: Sequence[str], name: str) -> None:
    """Refuse two columns that fill the same cell."""
    first: dict[str, str] = {}
    for column, meaning in found.filled(header):
        if meaning.cell in first:
            raise InputError(
                file=name,
                line=1,
                column=column,
                expected=f"one column for {meaning.cell}",
                found=f"it and {first[meaning.cell]!r}",
            )
        first[meaning.cell] = column


def refuse_unknown(found: KnownPart, header: Sequence[str], name: str) -> None:
    """Refuse the headers a layout does not know, naming those that look like them."""
    unknown = [title for title in header if found.meaning(title) is None]
    if not unknown:
        return
    close = nearest(unknown[0], found.names)
    looks = f" (nearest: {', '.join(map(repr, close))})" if close else ""
    more = f" and {len(unknown) - 1} more" if len(unknown) > 1 else ""
    raise InputError(
        file=name,
        line=1,
        column=unknown[0],
        expected=f"only headers of layout {found.layout.name}",
        found=f"unknown {unknown[0]!r}{looks}{more}",
        hint=f"Map it, or list it under `ignored`, in {found.layout.path} or in a copy of it.",
    )
