"""Read the APL, the accessibility indicator of DREES: workbooks by profession, aggregated tables.

Mayotte is in none of them: it has no row, never a zero. Values of GPs and of other professions have
units of their own, checked against the line of units of the sheet.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.errors import InputError
from pipeline.sources.cells import CellError
from pipeline.sources.french import Raw
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import (
    Keeper,
    commune_level,
    commune_text,
    departement_of,
    departement_of_code,
    keeper,
    year_in,
)
from pipeline.sources.grids import GridTable, find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading

TABLE = "apl"
Cells = dict[str, Raw]
OTHERS = ("infirmier", "masseur_kinesitherapeute", "sage_femme", "chirurgien_dentiste")
# Corsica as before 1976: no edition of the APL writes it, a table of made-up values does.
OLD_CORSICA = "20"
GP, GP_UNIT, OTHER_UNIT = "medecin_generaliste", "consultations_par_habitant", "etp_pour_100k"


def read_apl(path: Path, name: str, entry: Entry) -> Reading:
    """Read one file of the APL: one sheet by year, or an aggregated table.

    Raises:
        InputError: no header known, a unit of another profession, a sheet without its year.
    """
    tables, notes = find_tables(path, name, TABLE)
    forms = {"communes": read_communes, "departements": read_departements, "france": read_france}
    reading = Reading({}, notes)
    for table in tables:
        kept = forms[table.layout.always["form"]](table, entry)
        reading.merge(Reading({TABLE: kept.result}))
    return reading


def facts(table: GridTable, *names: str) -> Cells:
    """Return facts that hold for every row of an edition."""
    return {name: table.layout.always[name] for name in names}


def measured(cell: str) -> str:
    """Return the measure a column of the APL holds."""
    _, _, age = cell.partition(":")
    return f"ans_{age}" if age else "ensemble"


def read_communes(table: GridTable, entry: Entry) -> Keeper:
    """Read a sheet of municipalities and districts: a row of the table by measure."""
    year = year_in(table.sheet.replace("_", " "))
    if year is None:
        raise InputError(file=table.place, expected="a sheet named APL and a year", found="none")
    measures = [cell for cell in table.titles if cell.partition(":")[0] == "apl"]
    weights = {cell.partition(":")[0]: cell for cell in table.titles}
    kept = keeper(TABLE, table, entry, territoire_code="commune_code", valeur=measures[0])
    for line, cells in table.rows:
        try:
            code = commune_text(cells["commune_code"])
        except CellError as error:
            kept.refuse(line, "territoire_code", cells["commune_code"], str(error))
            continue
        common = {
            **facts(table, "profession_code", "unite_code"),
            "territoire_niveau": commune_level(code),
            "territoire_code": code,
            "departement_code": departement_of_code(code),
            "territoire_libelle": cells.get("commune_nom"),
            "annee": str(year),
            "population_standardisee_nb": cells.get(weights.get("population_standardisee", "")),
            "population_totale_nb": cells.get(weights.get("population_totale", "")),
            "population_annee": population_year(weights),
        }
        rows: dict[str, Cells] = {
            cell: {
                "mesure_code": measured(cell),
                "valeur": cells[cell],
                "motif_vide_code": why_missing(cells[cell]),
            }
            for cell in measures
        }
        kept.put_each(line, common, rows)
    return kept


def population_year(weights: dict[str, str]) -> Raw:
    """Return the year the headers of the populations name; None when there is none."""
    names = [weights[n] for n in ("population_standardisee", "population_totale") if n in weights]
    return next((name.partition(":")[2] for name in names), None)


def refuse_made_up(table: GridTable) -> None:
    """Refuse a table of departments that holds one of before 1976: its values are made up."""
    for line, cells in table.rows:
        if str(cells["departement_code"]).strip() == OLD_CORSICA:
            raise InputError(
                file=table.place,
                line=line,
                column=table.titles["departement_code"],
                expected="departments of today, 2A and 2B for Corsica",
                found=f"{OLD_CORSICA!r}, which a table of made-up values has",
                hint="Take the file of DREES: the values beside that row come from nowhere.",
            )


def read_departements(table: GridTable, entry: Entry) -> Keeper:
    """Read a table of departments: a row by year, people under the threshold where told."""
    refuse_made_up(table)
    kept = keeper(TABLE, table, entry, territoire_code="departement_code")
    totals = [cell for cell in table.titles if cell.startswith("population_totale:")]
    years = [cell.partition(":")[2] for cell in table.titles if cell.startswith("apl:")]
    for line, cells in table.rows:
        try:
            code = departement_of(cells["departement_code"])
        except CellError as error:
            kept.refuse(line, "territoire_code", cells["departement_code"], str(error))
            continue
        for year in years:
            under = cells.get(f"sous_seuil:{year}")
            common = {
                **facts(table, "profession_code", "unite_code"),
                "territoire_niveau": "departement",
                "territoire_code": code,
                "departement_code": code,
                "annee": year,
                "mesure_code": "ensemble",
                "valeur": cells[f"apl:{year}"],
                "motif_vide_code": why_missing(cells[f"apl:{year}"]),
            }
            held = {"population_sous_seuil_nb": under} if under else {}
            bound = facts(table, "seuil", "seuil_regle_code") if under else {}
            # The population of a file is that of its last year, two years before the APL.
            total = totals[0] if totals and int(totals[0][-4:]) == int(year) - 2 else ""
            people = {"population_totale_nb": cells.get(total), "population_annee": total[-4:]}
            kept.put(line, {**common, **held, **bound, **(people if total else {})}, year)
    return kept


def read_france(table: GridTable, entry: Entry) -> Keeper:
    """Read the series of France: a row by year and profession that has a value."""
    kept = keeper(TABLE, table, entry)
    for line, cells in table.rows:
        for profession in (GP, *OTHERS):
            if why_missing(cells.get(profession)) is not None:
                continue
            gp = profession == GP
            bound = facts(table, "seuil", "seuil_regle_code") if gp else {}
            people = {"population_sous_seuil_nb": cells.get("sous_seuil")} if gp else {}
            said = {
                "territoire_niveau": "national",
                "territoire_code": "FR",
                "annee": cells["annee"],
                "profession_code": profession,
                "mesure_code": "ensemble",
                "unite_code": GP_UNIT if gp else OTHER_UNIT,
                "valeur": cells[profession],
            }
            kept.put(line, {**said, **bound, **people}, profession)
    return kept
