"""Read the zoning of general practitioners: the export of CartoSanté, the workbook of DREES.

A zone set on a neighbourhood or a district keeps its own level: it is no zone of its municipality.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.sources.cells import CellError
from pipeline.sources.french import Raw, folded
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import (
    Keeper,
    commune_level,
    commune_text,
    departement_of_code,
    keeper,
)
from pipeline.sources.grids import GridTable, find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading

TABLE = "zonage_communes"
DAY = re.compile(r"(?<![0-9])(20[0-9]{2})(?:([01][0-9])([0-3][0-9]))?(?![0-9])")
# What the editions write, once folded: a rank may stand before it.
ZONES = {
    "zip": "zip",
    "selection nationale": "zip",
    "zac": "zac",
    "zv": "zv",
    "vigilance": "zv",
    "zone de vigilance": "zv",
    "hv": "hv",
    "hors vivier": "hv",
    "hors zonage": "hv",
}
RANK = re.compile(r"^(?:[0-9]{1,2}|zz)_")
NATIONAL = "selection nationale"
NEIGHBOURHOOD = re.compile(r"Q[PN][0-9A-Z]{6}")
# What an export says of the territories of its rows. A health living area bears the code of its
# main municipality: only this column tells them apart.
LEVELS = ("com", "arm")


def zone_of(raw: Raw) -> tuple[str | None, str | None, str | None]:
    """Return the zone of a cell, whether it is of the national selection, and why it misses.

    Raises:
        CellError: a zone no edition read so far writes.
    """
    text = RANK.sub("", folded(str(raw))) if isinstance(raw, str) else ""
    if missing := why_missing(raw) or ("nc" if text.startswith("nc") else None):
        return None, None, missing
    if text not in ZONES:
        raise CellError("a zone: ZIP, ZAC, ZV or HV")
    return ZONES[text], "oui" if text == NATIONAL else None, None


def edition_of(name: str, entry: Entry) -> str:
    """Return the day or year in the name of the file, else the declared vintage."""
    found = DAY.search(Path(name).stem)
    return "-".join(part for part in found.groups() if part) if found else entry.vintage


def level_of(code: str) -> str:
    """Return the level of a zoned territory from its code."""
    return "quartier" if NEIGHBOURHOOD.fullmatch(code) else commune_level(code)


def check_level(cells: dict[str, Raw]) -> None:
    """Refuse a row that says it is of another level than municipalities; CellError."""
    level = cells.get("niveau")
    if why_missing(level) is None and folded(str(level)) not in LEVELS:
        raise CellError("a row of level COM: another territory may bear the code of a municipality")


def read_zonage(path: Path, name: str, entry: Entry) -> Reading:
    """Read one edition of the zoning, its sheets of municipalities and neighbourhoods."""
    tables, notes = find_tables(path, name, TABLE)
    reading = Reading({}, notes)
    for table in tables:
        result = keep_zones(table, edition_of(name, entry), entry)
        reading.merge(Reading({TABLE: result.result}))
    return reading


def keep_zones(table: GridTable, edition: str, entry: Entry) -> Keeper:
    """Keep one row by territory of a sheet."""
    kept = keeper(TABLE, table, entry, territoire_code="commune_code", zone_code="zone")
    for line, cells in table.rows:
        column, raw = "niveau", cells.get("niveau")
        try:
            check_level(cells)
            column, raw = "territoire_code", cells["commune_code"]
            code = commune_text(raw)
            column, raw = "zone_code", cells["zone"]
            zone, national, missing = zone_of(raw)
        except CellError as error:
            kept.refuse(line, column, raw, str(error))
            continue
        said = {
            "territoire_niveau": level_of(code),
            "territoire_code": code,
            "departement_code": departement_of_code(code),
            "territoire_libelle": cells.get("commune_nom"),
            "territoire_vie_sante": cells.get("territoire_vie_sante"),
            "profession_code": "medecin_generaliste",
            "zone_code": zone,
            "selection_nationale": national,
            "date_arrete": cells.get("date_arrete"),
            "millesime": edition,
            "motif_vide_code": missing,
        }
        kept.put(line, said)
    return kept
