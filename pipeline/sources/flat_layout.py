"""Equivalence tables of flat feeds: which header of a file fills which cell. One YAML by layout."""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import read_yaml
from pipeline.contracts.schema import sql_literal
from pipeline.errors import ContractError, InputError
from pipeline.sources.csv_stream import CsvForm
from pipeline.sources.equivalence import nearest
from pipeline.sources.french import folded

HERE = Path(__file__).resolve().parent / "layouts"


class FlatLayout(Strict):
    """One layout: headers by cell, cells that must be there, texts fixed or translated.

    `files` says, by the pattern of their names, which files it is for. `extends` names a layout
    whose headers, cells and guide hold here too. `fixed` gives a text to the cells the file leaves
    empty; `values` translates texts, case and accents apart. `guide` explains each cell to who
    fills a template.
    """

    title: Text
    files: tuple[str, ...]
    extends: str = ""
    headers: dict[str, tuple[str, ...]] = Field(default={})
    required: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    fixed: dict[str, str] = Field(default={})
    values: dict[str, dict[str, str]] = Field(default={})
    guide: dict[str, str] = Field(default={})

    def cell(self, name: str) -> str:
        """Return the SQL of a cell: translated, and fixed where the file gives nothing."""
        text = name
        if known := self.values.get(name):
            cases = " ".join(
                f"WHEN {sql_literal(folded(said))} THEN {sql_literal(code)}"
                for said, code in known.items()
            )
            text = f"CASE lower(strip_accents({name})) {cases} ELSE {name} END"
        return f"coalesce({text}, {sql_literal(self.fixed[name])})" if name in self.fixed else text


def read_layout(path: Path) -> FlatLayout:
    """Read one layout, with what it takes from the one it extends."""
    try:
        found = FlatLayout.model_validate(read_yaml(path))
    except ValidationError as error:
        raise ContractError(f"{path.name}: {error}") from error
    if not found.extends:
        return found
    base = read_layout(path.with_name(f"{found.extends}.yml"))
    heads = {
        cell: (*base.headers.get(cell, ()), *found.headers.get(cell, ()))
        for cell in {**base.headers, **found.headers}
    }
    return found.model_copy(
        update={
            "headers": heads,
            "required": found.required or base.required,
            "ignored": (*base.ignored, *found.ignored),
            "fixed": {**base.fixed, **found.fixed},
            "values": {**base.values, **found.values},
            "guide": {**base.guide, **found.guide},
        }
    )


@cache
def layouts(source: str) -> tuple[tuple[str, FlatLayout], ...]:
    """Return the layouts of a source, those for fewer files first."""
    found = [(path.stem, read_layout(path)) for path in sorted((HERE / source).glob("*.yml"))]
    return tuple(sorted(found, key=lambda named: ("*" in named[1].files, named[0])))


def layout_of(source: str, path: Path) -> tuple[str, FlatLayout]:
    """Return the layout for a file, by its name."""
    name = path.name.lower()
    for known, layout in layouts(source):
        if any(fnmatch(name, pattern) for pattern in layout.files):
            return known, layout
    raise ContractError(f"no layout of {source} is for {path.name}")


def hint_for(layout: FlatLayout, name: str) -> str:
    """Return the headers nearest to one no layout knows, in words; empty when there is none."""
    near = ", ".join(nearest(name, [said for heads in layout.headers.values() for said in heads]))
    return f"The nearest: {near}." if near else ""


def names_for(layout: FlatLayout, file: str) -> Callable[[CsvForm], dict[str, str]]:
    """Return what chooses, in the form of a file, the cell each header fills.

    The function raises InputError on a header no layout knows, or when a needed one misses.
    """
    by_header = {
        folded(header): cell for cell, said in layout.headers.items() for header in said
    } | {folded(header): "" for header in layout.ignored}

    def names(form: CsvForm) -> dict[str, str]:
        chosen: dict[str, str] = {}
        for header in form.header:
            if not header:
                continue
            cell = by_header.get(folded(header))
            if cell is None:
                raise InputError(
                    file=file,
                    line=1,
                    column=header,
                    expected=f"a header of the layout {layout.title.en!r}",
                    found="one it does not know",
                    hint=hint_for(layout, header),
                )
            if cell:
                chosen[header] = cell
        refuse_missing(layout, chosen, file)
        return chosen

    return names


def refuse_missing(layout: FlatLayout, chosen: dict[str, str], file: str) -> None:
    """Refuse a file without a needed column, or where two columns fill one cell."""
    filled = list(chosen.values())
    for cell in layout.required:
        if cell not in filled and cell not in layout.fixed:
            raise InputError(
                file=file,
                line=1,
                column=cell,
                expected=f"one of the headers {', '.join(layout.headers[cell])}",
                found="none",
            )
    for header, cell in chosen.items():
        if filled.count(cell) > 1:
            raise InputError(
                file=file, line=1, column=header, expected=f"one header for {cell}", found="two"
            )
