"""Read what INSEE publishes on municipalities: populations, changes of the COG, density grid."""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.sources.canonical import expected_header, read_canonical
from pipeline.sources.cells import CellError
from pipeline.sources.french import Raw
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import (
    Keeper,
    commune_level,
    commune_text,
    departement_of,
    keeper,
    year_of,
)
from pipeline.sources.grids import GridTable, find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading

POPULATIONS, CHANGES, GRID = "populations", "cog_mouvements", "grille_densite"
VARIANTS = ("municipale", "comptee_a_part", "totale")
CENTURY = 2000
NUMBER_TITLE = re.compile(r"population_nb:([0-9]{2})")


def is_canonical(path: Path, table: str) -> bool:
    """Has a file the header of the contract itself?"""
    if path.suffix.lower() != ".csv":
        return False
    with path.open("rb") as file:
        first = file.readline().decode("utf-8", "replace").strip().lstrip("\ufeff").split(",")
    return set(expected_header(contract(table))) <= set(first)


def read_populations(path: Path, name: str, entry: Entry) -> Reading:
    """Read populations: the file of INSEE, its older table of departments, or the project's own.

    Raises:
        InputError: no header known, or no year in the name of the file nor the vintage.
    """
    if is_canonical(path, POPULATIONS):
        return Reading({POPULATIONS: read_canonical(path, name, contract(POPULATIONS), entry)})
    tables, notes = find_tables(path, name, POPULATIONS)
    reading = Reading({}, notes)
    for table in tables:
        kept = keep_populations(table, year_of(name, entry), entry)
        reading.merge(Reading({POPULATIONS: kept.result}))
    return reading


def place_of(table: GridTable, cells: dict[str, Raw]) -> tuple[str, str]:
    """Return level and code of a row of populations; CellError when the code is none."""
    if table.layout.always["form"] == "departements":
        return "departement", departement_of(cells["departement"])
    code = commune_text(cells["commune"])
    if not re.fullmatch(r"(?:[0-9]{2}|2[AB])[0-9]{3}", code):
        raise CellError("the code of a municipality: five characters")
    return commune_level(code), code


def keep_populations(table: GridTable, year: int, entry: Entry) -> Keeper:
    """Keep one row by territory and variant that the file tells; a missing one has no row."""
    key = table.layout.key
    kept = keeper(POPULATIONS, table, entry, territoire_code=key, population_nb="municipale")
    for line, cells in table.rows:
        try:
            level, code = place_of(table, cells)
        except CellError as error:
            kept.refuse(line, "territoire_code", cells[key], str(error))
            continue
        common: dict[str, Raw] = {
            "territoire_niveau": level,
            "territoire_code": code,
            "annee": str(year),
        }
        rows: dict[str, dict[str, Raw]] = {
            variant: {"variante_code": variant, "population_nb": cells[variant]}
            for variant in VARIANTS
            if why_missing(cells.get(variant)) is None
        }
        kept.put_each(line, common, rows)
    return kept


def read_changes(path: Path, name: str, entry: Entry) -> Reading:
    """Read the changes of municipalities, one row by line of the file.

    INSEE writes a merge twice, once to the municipality and once to the delegated one of the same
    code: the types tell them apart.
    """
    tables, notes = find_tables(path, name, CHANGES)
    reading = Reading({}, notes)
    for table in tables:
        kept = keeper(CHANGES, table, entry)
        for line, cells in table.rows:
            kept.put(line, cells)
        reading.merge(Reading({CHANGES: kept.result}))
    return reading


def read_grid(path: Path, name: str, entry: Entry) -> Reading:
    """Read the density grid of one year; its populations name their year in their header."""
    tables, notes = find_tables(path, name, GRID)
    year = year_of(name, entry)
    reading = Reading({}, notes)
    for table in tables:
        kept = keeper(GRID, table, entry)
        found = [(c, m) for c in table.titles if (m := NUMBER_TITLE.fullmatch(c))]
        cell, match = found[0] if found else ("", None)
        for line, cells in table.rows:
            said = {**cells, "grille_annee": str(year), "population_nb": cells.get(cell)}
            if match is not None:
                said["population_annee"] = str(CENTURY + int(match[1]))
            kept.put(line, said)
        reading.merge(Reading({GRID: kept.result}))
    return reading
