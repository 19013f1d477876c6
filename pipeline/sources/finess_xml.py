"""The XML feeds of FINESS: elements read as they come, closed establishments kept."""

from __future__ import annotations

from collections.abc import Callable
from xml.parsers import expat

import pyarrow as pa

from pipeline.errors import InputError
from pipeline.sources.finess_layouts import FinessLayout, Part, layouts_of
from pipeline.sources.finess_members import Member


class Elements:
    """Gathers the wanted children of each element of a known tag, with its line."""

    def __init__(self, known: dict[str, FinessLayout], parser: expat.XMLParserType) -> None:
        self.known, self.parser = known, parser
        self.wanted = {tag: set(layout.columns.values()) for tag, layout in known.items()}
        self.columns = {
            tag: {field: [] for field in sorted(fields)} for tag, fields in self.wanted.items()
        }  # type: dict[str, dict[str, list[str | None]]]
        self.lines: dict[str, list[int]] = {tag: [] for tag in known}
        self.tag, self.field, self.text = "", "", [""]
        self.others: set[str] = set()
        self.depth = 0

    def start(self, name: str, _: dict[str, str]) -> None:
        """An element opens: a record, or one of its fields."""
        self.depth += 1
        if self.depth == 2:
            if name in self.known:
                self.tag = name
                self.lines[name].append(self.parser.CurrentLineNumber)
                for cells in self.columns[name].values():
                    cells.append(None)
            else:
                self.others.add(name)
        elif self.tag and self.depth == 3 and name in self.wanted[self.tag]:
            self.field, self.text = name, []

    def data(self, text: str) -> None:
        """Text of the field being read."""
        if self.field:
            self.text.append(text)

    def end(self, name: str) -> None:
        """An element closes; an empty field, or one said nil, stays missing."""
        if self.field and self.depth == 3:
            self.columns[self.tag][self.field][-1] = "".join(self.text).strip() or None
            self.field = ""
        elif self.depth == 2 and name == self.tag:
            self.tag = ""
        self.depth -= 1


def read_xml(member: Member) -> list[Part]:
    """Read an XML feed: establishments, legal entities, or both.

    Raises:
        InputError: text that is no XML, an entity declared in it, or no record of a known tag.
    """
    parser = expat.ParserCreate()
    parser.buffer_text = True
    gathered = Elements(layouts_of("xml"), parser)
    parser.StartElementHandler = gathered.start
    parser.CharacterDataHandler = gathered.data
    parser.EndElementHandler = gathered.end
    # No file of the register declares entities: one that does could grow without end.
    parser.EntityDeclHandler = refuse_entity(member.name)
    try:
        parser.Parse(member.data, True)
    except expat.ExpatError as error:
        raise InputError(
            file=member.name,
            line=error.lineno,
            expected="well-formed XML",
            found=expat.ErrorString(error.code),
            hint="The file may be cut short.",
        ) from None
    parts = [part_of(gathered, tag, member.name) for tag in gathered.known if gathered.lines[tag]]
    if not parts:
        raise InputError(
            file=member.name,
            expected=f"elements {' or '.join(sorted(gathered.known))}",
            found=", ".join(sorted(gathered.others)[:5]) or "none",
        )
    return parts


def refuse_entity(name: str) -> Callable[..., None]:
    """Return what refuses a declaration of an entity."""

    def refuse(*_: object) -> None:
        raise InputError(file=name, expected="no entity declared", found="one")

    return refuse


def part_of(gathered: Elements, tag: str, name: str) -> Part:
    """Return the records of one tag; refuses a feed where a needed field never comes."""
    layout = gathered.known[tag]
    cells = {field: pa.array(v, pa.string()) for field, v in gathered.columns[tag].items()}
    for field in layout.needed:
        if cells[field].null_count == len(cells[field]):
            raise InputError(
                file=name, column=field, expected=f"{field} in each {tag}", found="none"
            )
    return Part(layout, pa.array(gathered.lines[tag], pa.int32()), cells)
