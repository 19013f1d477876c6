"""Long e-CDS exports: a row by cell, which names its centre, its year, its variable and a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import ContractError, InputError
from pipeline.sources.batches import Batch, CellColumn, Keys
from pipeline.sources.ecds_cells import (
    CODE_LIST,
    KEYS,
    SUFFIXES,
    Target,
    derived,
    single_columns,
    targets,
)
from pipeline.sources.equivalence import (
    SECTION,
    VALUE,
    VARIABLE,
    Heading,
    KnownPart,
    Section,
    heading,
    nearest,
)
from pipeline.sources.french import Raw, folded
from pipeline.sources.result import Key

# The section of a variable whose name says all, and the variables nobody reads.
ANY = ""
UNREAD = None
Meaning = tuple[Target, int] | None


def section_names(section: Section) -> dict[str, Target]:
    """Return the variables of a section by name: codes and French labels."""
    if section.column:
        labels = vocabularies()[CODE_LIST[section.table]]
        named = {code: (code, label.fr) for code, label in labels.items()}
        return {
            name: Target(section.table, section.column, code)
            for code, names in named.items()
            for name in names
        }
    found: dict[str, Target] = {}
    for column in single_columns(section.table):
        target = Target(section.table, column)
        found |= {column: target, contract(section.table).column(column).label.fr: target}
    return found


class Variables:
    """What each variable of a long part means, within its section."""

    def __init__(self, known: KnownPart) -> None:
        self.known = known
        part = known.part
        self.names: dict[str, dict[str, Meaning]] = {ANY: {}}
        self.written: dict[str, list[str]] = {ANY: []}
        for name, target in targets().items():
            self.add(ANY, name, (target, 1))
        for name, told in part.variables.items():
            self.add(ANY, name, self.told(heading(told)))
        for name in part.ignored_variables:
            self.add(ANY, name, UNREAD)
        self.labels = {folded(label): label for label in part.sections}
        for label, section in part.sections.items():
            for name, target in section_names(section).items():
                self.add(folded(label), name, (target, section.factor))

    def add(self, section: str, name: str, meaning: Meaning) -> None:
        """Give a name its meaning; ContractError when it has another."""
        listed = self.names.setdefault(section, {})
        self.written.setdefault(section, []).append(name)
        if listed.setdefault(folded(name), meaning) != meaning:
            raise ContractError(f"{self.known.layout.path}: {name!r} has two meanings")

    def told(self, found: Heading) -> Meaning:
        """Return the cell the layout itself maps a variable to."""
        if found.cell not in targets():
            raise ContractError(f"{self.known.layout.path}: {found.cell!r} is no cell")
        return targets()[found.cell], found.factor

    def meaning(self, section: str, variable: str, place: tuple[str, int, str]) -> Meaning:
        """Return what a variable fills; None when nobody reads it.

        Args:
            section: the text of its section; empty where there is none.
            variable: its own text.
            place: file, line and column, as errors name them.

        Raises:
            InputError: no such section or variable, with the nearest names.
        """
        name = folded(variable)
        if name in self.names[ANY]:
            return self.names[ANY][name]
        listed = self.names.get(folded(section), {})
        if name in listed:
            return listed[name]
        file, line, column = place
        known = [*self.written.get(folded(section), []), *self.written[ANY]]
        what, close = repr(variable), nearest(variable, known)
        if section and folded(section) not in self.labels:
            what, close = f"section {section!r}", nearest(section, list(self.labels.values()))
        looks = f" (nearest: {', '.join(map(repr, close))})" if close else ""
        raise InputError(
            file=file,
            line=line,
            column=column,
            expected=f"a variable of layout {self.known.layout.name}",
            found=f"unknown {what}{looks}",
            hint=f"Map it under `variables`, or list it under `ignored_variables`, in "
            f"{self.known.layout.path} or in a copy of it.",
        )


@dataclass
class Group:
    """The cells of one table, for one code, by centre and year."""

    entries: dict[Key, int] = field(default_factory=dict)
    ranks: list[int] = field(default_factory=list)
    cells: dict[str, dict[int, tuple[Raw, int]]] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    factors: dict[str, int] = field(default_factory=dict)

    def entry(self, key: Key, rank: int) -> int:
        """Return the entry of a centre and year, made at the first row that names it."""
        if key not in self.entries:
            self.entries[key] = len(self.ranks)
            self.ranks.append(rank)
        return self.entries[key]


def texts(columns: dict[str, CellColumn], cell: str, length: int) -> Sequence[str]:
    """Return the texts of a column; empty ones when the export does not have it."""
    if cell not in columns:
        return [""] * length
    return ["" if raw is None else str(raw).strip() for raw in columns[cell].raws]


def entry_keys(columns: dict[str, CellColumn], keys: Keys) -> list[Key]:
    """Return what tells the centre and year of each row: parsed, or raw where it does not parse."""
    raw = zip(*(map(str, columns[name].raws) for name in KEYS), strict=True)
    return [key if key is not None else found for key, found in zip(keys.values, raw, strict=True)]


def grouped(
    name: str, known: KnownPart, columns: dict[str, CellColumn], keys: Keys
) -> dict[tuple[str, str], Group]:
    """Return the cells of a long export by table and code."""
    variables, values = Variables(known), columns[VALUE]
    sections = texts(columns, SECTION, len(values.raws))
    named = texts(columns, VARIABLE, len(values.raws))
    groups: dict[tuple[str, str], Group] = {}
    header = columns[VARIABLE].header
    for rank, key in enumerate(entry_keys(columns, keys)):
        line = values.lines[rank]
        meaning = variables.meaning(sections[rank], named[rank], (name, line, header))
        if meaning is None:
            continue
        target, factor = meaning
        group = groups.setdefault((target.table, target.code), Group())
        cells = group.cells.setdefault(target.column, {})
        entry = group.entry(key, rank)
        if entry in cells:
            raise InputError(
                file=name,
                line=line,
                column=header,
                expected="each variable once for a centre and a year",
                found=f"{named[rank]!r} again, as on line {cells[entry][1]}",
            )
        cells[entry] = (values.raws[rank], line)
        shown = f"{sections[rank]} / {named[rank]}" if sections[rank] else named[rank]
        group.headers.setdefault(target.column, shown)
        group.factors[target.column] = factor
    return groups


def long_batches(
    name: str, known: KnownPart, columns: dict[str, CellColumn], keys: Keys
) -> list[Batch]:
    """Return the batches of a long export.

    Args:
        name: the file.
        known: the part that reads it.
        columns: its columns by what they mean.
        keys: the centre and year of each of its rows.

    Raises:
        InputError: a variable nobody knows, or given twice for a centre and a year.
    """
    found = []
    lines = columns[VALUE].lines
    for (table, code), group in grouped(name, known, columns, keys).items():
        required = tuple(SUFFIXES.get(table, ()))
        group_lines = [lines[rank] for rank in group.ranks]
        for column in required:
            group.cells.setdefault(column, {})
            group.headers.setdefault(column, Target(table, column, code).name)
        found.append(
            Batch(
                table=table,
                file=name,
                keys=Keys(
                    [keys.values[rank] for rank in group.ranks],
                    {e: keys.faults[r] for e, r in enumerate(group.ranks) if r in keys.faults},
                ),
                lines=group_lines,
                columns=[
                    CellColumn(
                        column,
                        group.headers[column],
                        [cells.get(e, (None, 0))[0] for e in range(len(group.ranks))],
                        [cells.get(e, (None, line))[1] for e, line in enumerate(group_lines)],
                        group.factors.get(column, 1),
                    )
                    for column, cells in group.cells.items()
                ],
                codes=[code] * len(group.ranks),
                derived={code: derived(table, code)},
                required=required,
            )
        )
    return found
