"""Read the density of general practitioners of ANCT: an ODS workbook with a failed formula."""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.cells import CellError
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import departement_of, keeper
from pipeline.sources.grids import find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading

TABLE = "densites_anct"


def read_anct(path: Path, name: str, entry: Entry) -> Reading:
    """Read one workbook. `#DIV/0!`, which Mayotte has, is a value that misses, with its reason."""
    tables, notes = find_tables(path, name, TABLE)
    reading = Reading({}, notes)
    for table in tables:
        kept = keeper(TABLE, table, entry, territoire_code="departement")
        for line, cells in table.rows:
            try:
                code = departement_of(cells["departement"])
            except CellError as error:
                kept.refuse(line, "territoire_code", cells["departement"], str(error))
                continue
            said = {
                "territoire_niveau": "departement",
                "territoire_code": code,
                "territoire_libelle": cells.get("libelle"),
                "annee": cells.get("annee"),
                "medecins_generalistes_nb": cells.get("medecins"),
                "population_nb": cells.get("population"),
                "densite": cells["densite"],
                "motif_vide_code": why_missing(cells["densite"]),
            }
            kept.put(line, said)
        reading.merge(Reading({TABLE: kept.result}))
    return reading
