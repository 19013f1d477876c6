"""Read which municipalities a CPTS covers: lists of regional agencies, by name or by code.

A municipality may be in several CPTS, by districts or shared whole: each weighs one over their
number, so that no inhabitant counts twice. A name that does not resolve is set aside, not guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal
from functools import cache
from pathlib import Path

from pipeline.paths import layout
from pipeline.sources.cells import CellError
from pipeline.sources.commune_names import Names, read_names
from pipeline.sources.french import Raw, folded, plain_text
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import Keeper, commune_text, departement_of, keeper, parent_of
from pipeline.sources.grids import find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import BadCell, Reading, Row, SourceResult

TABLE = "cpts_communes"
Cells = dict[str, Raw]
SHARE_STEP = Decimal("0.0000000001")


def slug(name: str) -> str:
    """Return a name as identifiers write it: `CPTS d'Ancenis` is `ancenis`."""
    words = re.sub(r"[^a-z0-9]+", "-", folded(name)).strip("-")
    return re.sub(r"^cpts-(?:d-|de-|du-|des-)?", "", words)


def read_cpts_communes(path: Path, name: str, entry: Entry) -> Reading:
    """Read one list.

    Names resolve by the municipalities of the project and their changes; what does not resolve is
    set aside with the reason.
    """
    tables, notes = find_tables(path, name, TABLE)
    by_name = any("commune_code" not in table.titles for table in tables)
    names = read_names(layout()) if by_name else Names()
    reading = Reading({}, notes)
    for table in tables:
        kept = keeper(TABLE, table, entry, commune_code="commune_nom")
        owners: dict[str, str] = {}
        for line, cells in table.rows:
            keep_line(line, cells, kept, owners, names, entry)
        reading.merge(Reading({TABLE: kept.result}))
    return reading


def keep_line(
    line: int, cells: Cells, kept: Keeper, owners: dict[str, str], names: Names, entry: Entry
) -> None:
    """Keep the municipality of one line, or set it aside; its share is settled at the end.

    `owners` holds the department of each CPTS already met: that of its first line names it.
    """
    try:
        found = resolved(cells, names)
        department = departement_of(cells.get("departement") or found["commune_code"][:2])
    except CellError as error:
        place = cells.get("commune_nom") or cells.get("commune_code")
        kept.refuse(line, "commune_code", place, str(error))
        return
    label = plain_text(cells["cpts_nom"])
    owner = owners.setdefault(label, department)
    parent = parent_of(found["commune_code"])
    said = {
        **found,
        "cpts_id": cells.get("cpts_id") or f"{owner}-{slug(label)}",
        "cpts_nom": label,
        "commune_nom": cells.get("commune_nom"),
        "commune_mere_code": parent,
        "arrondissement": "oui" if parent != found["commune_code"] else "non",
        "cpts_nb": "1",
        "part": "1",
        "date_liste": entry.vintage,
    }
    kept.put(line, said)


def resolved(cells: Cells, names: Names) -> dict[str, str]:
    """Return the code of a municipality, how it was found and by which edition."""
    if why_missing(cells.get("commune_code")) is None:
        code = commune_text(cells["commune_code"])
        return {"commune_code": code, "resolution_code": "code"}
    if why_missing(cells.get("commune_nom")) is not None:
        raise CellError("a municipality")
    found = names.find(departement_of(cells.get("departement")), plain_text(cells["commune_nom"]))
    return {
        "commune_code": found.commune_code,
        "resolution_code": found.resolution,
        "cog_annee": str(found.edition),
    }


def set_aside(result: SourceResult, row: Row, reason: str) -> None:
    """Set aside a row already kept."""
    place, line = str(row["source_file"]), int(str(row["source_line"]))
    cell = BadCell(place, line, TABLE, "commune_code", str(row["commune_code"]), reason)
    result.bad_cells.append(cell)


@cache
def share_of(number: int) -> Decimal:
    """Return the share of a municipality that so many CPTS have in common."""
    return (Decimal(1) / number).quantize(SHARE_STEP)


def settle(reading: Reading) -> None:
    """Give each municipality its shares once every list is read.

    A municipality told twice for one CPTS (two former ones that merged) is kept once; a whole
    municipality beside its own districts would count their inhabitants twice, and is set aside.
    """
    result = reading.results.get(TABLE)
    if result is None:
        return
    result.unfold()
    split = {row["commune_mere_code"] for row in result.rows if row["arrondissement"]}
    seen: set[tuple[object, object]] = set()
    kept: list[Row] = []
    owners: dict[object, set[object]] = defaultdict(set)
    for row in result.rows:
        key = (row["cpts_id"], row["commune_code"])
        if key in seen:
            set_aside(result, row, "a municipality told once for its CPTS")
        elif row["commune_code"] in split:
            set_aside(result, row, "a municipality told whole or by districts, not both")
        else:
            kept.append(row)
            owners[row["commune_code"]].add(row["cpts_id"])
        seen.add(key)
    for row in kept:
        row["cpts_nb"] = len(owners[row["commune_code"]])
        row["part"] = share_of(len(owners[row["commune_code"]]))
    result.rows = kept
    shared = sum(1 for found in owners.values() if len(found) > 1)
    if kept:
        reading.notes.append(f"{len(owners)} municipalities, {shared} of them in several CPTS")
