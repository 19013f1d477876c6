"""Read the demography of physicians of DREES: the wide workbook since 2012, the older long file.

Zones overlap: each row says of which partition its zone is, and only one partition adds up to
France. A group of specialties repeats its details: each row says its level.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from pipeline.contracts.registry import vocabularies
from pipeline.sources.cells import CellError
from pipeline.sources.french import Raw, folded, plain_text
from pipeline.sources.grid_cells import why_missing
from pipeline.sources.grid_rows import Keeper, departement_of, keeper
from pipeline.sources.grids import GridTable, find_tables
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading

TABLE = "effectifs_rpps"
Cells = dict[str, Raw]
NUMBERED = re.compile(r"([0-9][0-9AB]*) ?- ?(.+)")
QUANTITIES = {"effectif": "effectif", "densite": "densite", "am": "age_moyen"}
GROUPS = ("generalistes", "specialistes", "specialistes (hors medecine generale)")
WHOLE = {
    "franceentiere": ("france", "national", "FR"),
    "francemetropolitaine": ("metropole_outre_mer", "grand_ensemble", "METRO"),
    "domcom": ("metropole_outre_mer", "grand_ensemble", "DROM"),
    "drom": ("metropole_outre_mer", "grand_ensemble", "DROM"),
    "ensembledesdrom": ("metropole_outre_mer", "grand_ensemble", "DROM"),
    "ensemble": ("france", "national", "FR"),
}
# Codes of the regions before 2016, official geographic code of 2015.
OLD_REGIONS = {
    "alsace": "42",
    "aquitaine": "72",
    "auvergne": "83",
    "bassenormandie": "25",
    "bourgogne": "26",
    "bretagne": "53",
    "centre": "24",
    "champagneardenne": "21",
    "corse": "94",
    "franchecomte": "43",
    "guadeloupe": "01",
    "guyane": "03",
    "hautenormandie": "23",
    "iledefrance": "11",
    "lareunion": "04",
    "languedocroussillon": "91",
    "limousin": "74",
    "lorraine": "41",
    "martinique": "02",
    "mayotte": "06",
    "midipyrenees": "73",
    "nordpasdecalais": "31",
    "paysdelaloire": "52",
    "picardie": "22",
    "poitoucharentes": "54",
    "provencealpescotedazur": "93",
    "rhonealpes": "82",
}
MODES = {
    "ensemble": "ensemble",
    "ensemble des modes d'exercice": "ensemble",
    "liberal": "liberal",
    "liberaux exclusifs": "liberal",
    "liberaux et mixtes": "liberal_et_mixte",
    "salarie": "salarie",
    "salaries": "salarie",
    "salaries hospitaliers": "salarie_hospitalier",
    "autres salaries": "autre_salarie",
    "mixte": "mixte",
    "mixtes": "mixte",
}
SEXES = {"ensemble": "ensemble", "hommes": "hommes", "homme": "hommes", "femmes": "femmes",
         "femme": "femmes"}  # fmt: skip
Place = tuple[str, str, str]


def letters(text: str) -> str:
    """Return the letters of a name alone: apostrophes and hyphens come and go between files."""
    return re.sub(r"[^a-z]", "", folded(text))


def without_number(text: str) -> str:
    """Return a label without the rank written before it: `1-Libéral`."""
    found = NUMBERED.fullmatch(text.strip())
    return found[2].strip() if found else text.strip()


def is_all(raw: Raw) -> bool:
    """Does a dimension stand for all its values?"""
    return why_missing(raw) is not None or letters(without_number(str(raw))).startswith("ensemble")


def coded(raw: Raw, codes: dict[str, str]) -> str:
    """Return the code of a label; one that misses stands for all."""
    if why_missing(raw) is not None:
        return "ensemble"
    label = folded(without_number(plain_text(raw)))
    if label not in codes:
        raise CellError(f"one of {', '.join(codes)}")
    return codes[label]


@cache
def department_place(text: str) -> Place:
    """Return a numbered department; CellError when its name is that of another territory."""
    code = departement_of(text)
    found = NUMBERED.fullmatch(text)
    label = vocabularies()["departement"][code].fr
    if found and letters(found[2]) != letters(label):
        raise CellError(f"the name of department {code}, {label}")
    return "departements", "departement", code


def region_place(text: str) -> Place:
    """Return a region of today told by its number."""
    found = NUMBERED.fullmatch(text.strip())
    code = found[1].zfill(2)[-2:] if found else ""
    if code not in vocabularies()["region"]:
        raise CellError("a region of today, such as 11-Île-de-France")
    return "regions", "region", code


def zone_place(text: str) -> Place:
    """Return the place of a zone of the long file: France, its parts, old regions, departments."""
    if NUMBERED.fullmatch(text.strip()):
        return department_place(text.strip())
    name = letters(text)
    if name in WHOLE:
        return WHOLE[name]
    if name in OLD_REGIONS:
        return "regions_2015", "region_2015", OLD_REGIONS[name]
    raise CellError("France, a region before 2016 or a numbered department")


def wide_place(cells: Cells) -> Place:
    """Return the finest place of a row of the workbook."""
    if not is_all(cells["departement"]):
        return department_place(str(cells["departement"]).strip())
    if not is_all(cells.get("region")):
        return region_place(str(cells["region"]))
    name = letters(without_number(str(cells.get("zone") or "ensemble")))
    if name not in WHOLE:
        raise CellError("France, mainland or overseas")
    return WHOLE[name]


def specialty(group: Raw, name: Raw) -> tuple[str, str]:
    """Return a specialty and its level: all, a group of others, or a detail."""
    if is_all(name):
        if group is None or is_all(group):
            return "Ensemble", "ensemble"
        return without_number(str(group)), "groupe"
    label = without_number(str(name))
    return label, "groupe" if folded(label) in GROUPS else "detail"


def placed(place: Place) -> Cells:
    """Return the columns of a place."""
    return dict(zip(("partition_code", "territoire_niveau", "territoire_code"), place, strict=True))


def read_rpps(path: Path, name: str, entry: Entry) -> Reading:
    """Read one file of DREES, in either layout."""
    tables, notes = find_tables(path, name, TABLE)
    reading = Reading({}, notes)
    for table in tables:
        kept = keeper(TABLE, table, entry, territoire_code=table.layout.key)
        read = keep_long if table.layout.always["form"] == "long" else keep_wide
        read(table, kept)
        reading.merge(Reading({TABLE: kept.result}))
    return reading


def keep_long(table: GridTable, kept: Keeper) -> None:
    """Keep a row of the table by row of the long file: headcounts alone."""
    for line, cells in table.rows:
        try:
            place = zone_place(plain_text(cells["zone"]))
            mode = coded(cells.get("mode"), MODES)
        except CellError as error:
            kept.refuse(line, "territoire_code", cells["zone"], str(error))
            continue
        label, level = specialty(None, cells["specialite"])
        said = {
            **placed(place),
            "territoire_libelle": cells["zone"],
            "annee": cells["annee"],
            "date_observation": observed(table, plain_text(cells["annee"])),
            "specialite_libelle": label,
            "specialite_niveau_code": level,
            "mode_exercice_code": mode,
            "tranche_age_code": "00",
            "sexe_code": "ensemble",
            "grandeur_code": "effectif",
            "valeur": cells["effectif"],
            "motif_vide_code": why_missing(cells["effectif"]),
        }
        kept.put(line, said)


def observed(table: GridTable, year: str) -> str:
    """Return the day a year is observed: the first, unless the edition says another."""
    return table.layout.years.get(year, f"{year}-01-01")


def keep_wide(table: GridTable, kept: Keeper) -> None:
    """Keep a row of the table by year of a row of the workbook."""
    values = [cell for cell in table.titles if cell.startswith("valeur:")]
    for line, cells in table.rows:
        try:
            place = wide_place(cells)
            mode, sex = coded(cells["mode"], MODES), coded(cells.get("sexe"), SEXES)
        except CellError as error:
            kept.refuse(line, "territoire_code", cells["departement"], str(error))
            continue
        label, level = specialty(cells.get("specialite_groupe"), cells["specialite"])
        common = {
            **placed(place),
            "territoire_libelle": cells["departement"],
            "specialite_libelle": label,
            "specialite_niveau_code": level,
            "mode_exercice_code": mode,
            "tranche_age_code": "00" if is_all(cells.get("age")) else cells.get("age"),
            "sexe_code": sex,
        }
        for cell in values:
            _, quantity, year = cell.split(":")
            said = {
                "annee": year,
                "date_observation": observed(table, year),
                "grandeur_code": QUANTITIES[quantity],
                "valeur": cells[cell],
                "motif_vide_code": why_missing(cells[cell]),
            }
            kept.put(line, {**common, **said}, cell)
