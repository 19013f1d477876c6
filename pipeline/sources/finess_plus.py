"""FINESS+, the daily JSON of 2026: legal entities and their sites, read one entity at a time.

The published schema does not describe the data (other cases of letters, objects for texts, required
keys that miss), so it validates nothing here: keys are looked up without their case, a coded object
gives its code, and an absent key is a missing cell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from pipeline.errors import InputError
from pipeline.sources.encoding import decode_export
from pipeline.sources.finess_layouts import FinessLayout, Part, layouts_of
from pipeline.sources.finess_members import Member

SPACE = re.compile(r"\s*")
ENTITIES, SITES, ADDRESS = "pmej", "ege", "adresse"
# Not in the JSON: made from the entity a site belongs to, and from its commitments.
ENTITY_NUMBER, AGREEMENTS = "finess_ej", "convention_codes"
Json = dict[str, Any]


@dataclass
class Records:
    """The cells of one table, by column, each with its line and its name in the file."""

    layout: FinessLayout
    cells: dict[str, list[str | None]] = field(default_factory=dict)
    lines: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)

    def add(self, record: Json, line: int, more: dict[str, str | None]) -> None:
        """Append one record; a path that leads nowhere gives a missing cell."""
        source = {**record, ADDRESS: own_address(record, self.layout.address)}
        found = {path: at_path(source, path) for path in self.layout.columns.values()}
        for name, value in {**found, **more}.items():
            self.cells.setdefault(name, []).append(value)
        self.lines.append(line)
        self.names.append(f"{line}/{len(self.names) + 1}")

    def part(self, more: tuple[str, ...] = ()) -> Part:
        """Return the records as columns."""
        names = (*dict.fromkeys(self.layout.columns.values()), *more)
        cells = {name: pa.array(self.cells.get(name, []), pa.string()) for name in names}
        return Part(self.layout, pa.array(self.lines, pa.int32()), cells, self.names)


def lowered(record: object) -> Json:
    """Return the pairs of an object under keys of small letters; of anything else, none."""
    return {key.lower(): value for key, value in record.items()} if isinstance(record, dict) else {}


def listed(value: object) -> list[Any]:
    """Return a list; one object stands for a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def plain(value: object) -> str | None:
    """Return a cell without the spaces that pad it; a coded object gives its code."""
    if isinstance(value, dict):
        value = lowered(value).get("code")
    text = "" if value is None or isinstance(value, list | dict) else str(value)
    return " ".join(text.split()) or None


def at_path(record: Json, path: str) -> str | None:
    """Return the cell at a path of keys."""
    found: object = record
    for key in path.lower().split("."):
        found = lowered(found).get(key)
    return plain(found)


def own_address(record: Json, use: str) -> Json:
    """Return the address of the wanted use, else the first one."""
    found = [lowered(address) for address in listed(lowered(record).get(ADDRESS))]
    named = [address for address in found if plain(address.get("usageadresse")) == use]
    return (named or found or [{}])[0]


def agreements(site: Json) -> str | None:
    """Return the kinds of agreements a site has, each once; none is not the same as unknown."""
    kinds = set()
    for commitment in map(lowered, listed(lowered(site).get("engagement"))):
        if plain(commitment.get("typeengagement")) == "CONV":
            kinds.add(plain(commitment.get("soustypeengagement")))
    return ";".join(sorted(kind for kind in kinds if kind)) or None


def read_plus(member: Member) -> tuple[list[Part], str, list[str]]:
    """Read a FINESS+ file; returns its parts, the time it was generated, and what was left out.

    Raises:
        InputError: text that is no JSON, or that has no `pmej`.
    """
    text, _ = decode_export(member.data, member.name)
    known = layouts_of("json")
    entities, sites = Records(known[ENTITIES]), Records(known[SITES])
    said, counts = "", dict.fromkeys((ENTITIES, "gcc", "gco"), 0)
    for key, item, line in walk(text, member.name):
        if key in counts:
            counts[key] += 1
        if key == "generatedat":
            said = str(item)
        elif key == ENTITIES:
            keep_entity(item, line, entities, sites)
    if not counts[ENTITIES]:
        raise InputError(
            file=member.name, column=ENTITIES, expected="legal entities", found="none of them"
        )
    left = [f"{counts[key]} {key} not read" for key in ("gcc", "gco") if counts[key]]
    return [sites.part((ENTITY_NUMBER, AGREEMENTS)), entities.part()], said, left


def keep_entity(item: object, line: int, entities: Records, sites: Records) -> None:
    """Append an entity and its sites."""
    entity = lowered(item)
    entities.add(entity, line, {})
    number = entities.cells[entities.layout.columns["finess_ej"]][-1]
    for site in map(lowered, listed(entity.get(SITES))):
        sites.add(site, line, {ENTITY_NUMBER: number, AGREEMENTS: agreements(site)})


def walk(text: str, name: str) -> Iterator[tuple[str, object, int]]:
    """Yield what the outer object holds, with its key and line: the items of a list one by one.

    A national file is hundreds of megabytes: it is never parsed whole.
    """
    decoder, place, line, seen = json.JSONDecoder(), 0, 1, 0

    def skip(position: int, sign: str) -> int:
        """Return the position after a sign; the walker is lost where it does not stand."""
        position = SPACE.match(text, position).end()  # type: ignore[union-attr]
        if not text.startswith(sign, position):
            raise json.JSONDecodeError(f"expected {sign!r}", text, position)
        return SPACE.match(text, position + len(sign)).end()  # type: ignore[union-attr]

    try:
        place = skip(0, "{")
        while not text.startswith("}", place):
            key, place = decoder.raw_decode(text, place)
            place = skip(place, ":")
            many = text.startswith("[", place)
            place = skip(place, "[") if many else place
            while not (many and text.startswith("]", place)):
                line += text.count("\n", seen, place)
                seen = place
                item, place = decoder.raw_decode(text, place)
                yield str(key).lower(), item, line
                place = skip(place, "")
                if not many:
                    break
                place = skip(place, ",") if not text.startswith("]", place) else place
            place = skip(place, "]") if many else place
            place = skip(place, ",") if not text.startswith("}", place) else place
    except json.JSONDecodeError as error:
        raise InputError(
            file=name,
            line=error.lineno,
            expected="whole JSON",
            found=error.msg,
            hint="The file may be cut short.",
        ) from None
