"""Read the search radii of the national SAS platform: a row of zeros alone is no data."""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.cells import CellError
from pipeline.sources.french import Raw
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import departement_of, keeper, year_of
from pipeline.sources.grids import find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading

TABLE = "sas_rayons"
MEASURES = (
    "surface_km2",
    "rayon_departement_km",
    "barycentre_latitude_deg",
    "barycentre_longitude_deg",
    "rayon_commune_km",
    "elargissement_km",
)


def is_zero(raw: Raw) -> bool:
    """Is a cell zero, as a number or as a text?"""
    return raw in (0, "0") or (isinstance(raw, str) and raw.strip() in ("0", "0.0"))


def read_sas_rayons(path: Path, name: str, entry: Entry) -> Reading:
    """Read one table of radii; InputError when its year is said nowhere."""
    tables, notes = find_tables(path, name, TABLE)
    year = year_of(name, entry)
    reading = Reading({}, notes)
    for table in tables:
        kept = keeper(TABLE, table, entry, departement_code="departement")
        for line, cells in table.rows:
            try:
                code = departement_of(cells["departement"])
                if departement_of(cells["sas_code"]) != code:
                    raise CellError(f"a department that {cells['sas_code']!r} names too")
            except CellError as error:
                kept.refuse(line, "departement_code", cells["departement"], str(error))
                continue
            empty = all(is_zero(cells.get(name)) for name in MEASURES)
            values = {name: None if empty else cells.get(name) for name in MEASURES}
            missing = next((why_missing(raw) for raw in values.values() if raw is None), None)
            said = {
                "departement_code": code,
                "departement_libelle": cells.get("departement_libelle"),
                "annee": str(year),
                "sas_code": cells["sas_code"],
                "motif_vide_code": "tout_zero" if empty else missing,
            }
            kept.put(line, {**said, **values})
        reading.merge(Reading({TABLE: kept.result}))
    return reading
