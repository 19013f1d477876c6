"""Write made-up national files of territory, in the exact layouts of their publishers.

Municipalities are those the project ships, under their names and codes; every value is made up by a
seeded generator.

    python benchmarks/territory/generate.py FOLDER [--years 1]
"""

from __future__ import annotations

import argparse
import csv
import random
from collections.abc import Iterator
from pathlib import Path

import xlsxwriter

SEED = 20260722
HERE = Path(__file__).resolve().parents[2]
COMMUNES = HERE / "data" / "raw" / "communes"
LINKS = HERE / "data" / "raw" / "communes_liens"
CITIES = {"75056", "69123", "13055"}
ZONES = ("1_ZIP", "2_ZAC", "3_ZV", "HV", "NC - non concerné")
APL = "APL aux médecins généralistes"
UNITS = ["", "", *["Nombre de consultations accessibles par an par habitant standardisé"] * 4]


def shipped() -> list[dict[str, str]]:
    """Return the municipalities of the last edition shipped."""
    rows: list[dict[str, str]] = []
    for path in sorted(COMMUNES.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            rows += csv.DictReader(handle)
    last = max(row["annee"] for row in rows)
    return [row for row in rows if row["annee"] == last]


def districts() -> list[dict[str, str]]:
    """Return the districts of Paris, Lyon and Marseille."""
    found = []
    for path in sorted(LINKS.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                if row["lien_code"] == "arrondissement_municipal":
                    code = row["ancien_code"]
                    said = {"commune_code": code, "commune_nom": row["ancien_nom"]}
                    found.append({**said, "departement_code": code[:2], "population_nb": "30000"})
    return found


def places() -> list[dict[str, str]]:
    """Return what the APL measures: municipalities without Mayotte, three cities by district."""
    whole = [r for r in shipped() if r["commune_code"] not in CITIES]
    return [r for r in [*whole, *districts()] if not r["commune_code"].startswith("976")]


def apl_rows(year: int) -> Iterator[list[object]]:
    """Yield the rows of a sheet: four measures, both populations; one zero in seventy."""
    draw = random.Random(SEED + year)
    for row in places():
        people = int(row["population_nb"] or 0)
        top = 0.0 if draw.random() < 0.015 else draw.gammavariate(4, 0.9)
        shares = sorted((draw.uniform(0.6, 1) for _ in range(3)), reverse=True)
        found = [round(top * share, 9) for share in (1, *shares)]
        weight = round(people * draw.uniform(0.9, 1.2), 5)
        yield [row["commune_code"], row["commune_nom"], *found, weight, people]


def write_apl(target: Path, years: list[int]) -> None:
    """Write the workbook of GPs: a page of notes, then a sheet by year."""
    with xlsxwriter.Workbook(str(target)) as book:
        book.add_worksheet("Lisez-moi").write(0, 0, "Fichier fictif")
        for year in years:
            sheet = book.add_worksheet(f"APL {year}")
            sheet.write(0, 0, f"{APL} en {year} (valeurs fictives)")
            titles = ["Code commune INSEE", "Commune", APL, f"{APL} de 65 ans et moins ",
                      f"{APL} de 62 ans et moins", f"{APL} de 60 ans et moins",
                      f"Population standardisée {year - 2} pour la médecine générale",
                      f"Population totale {year - 2}"]  # fmt: skip
            sheet.write_row(8, 0, titles)
            sheet.write_row(9, 0, UNITS)
            rank = 10
            for cells in apl_rows(year):
                sheet.write_row(rank, 0, cells)
                rank += 1
            for note in ("Lecture > fictif", "Champ > France hors Mayotte", "Source > aucune"):
                sheet.write(rank, 0, note)
                rank += 1


def write_populations(target: Path) -> None:
    """Write populations as `donnees_communes.csv`: three variants."""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write("COM;DEP;REG;PMUN;PCAP;PTOT\n")
        for row in shipped():
            people = int(row["population_nb"] or 0)
            apart = people // 50
            cells = (row["commune_code"], row["departement_code"], row["region_code"])
            out.write(";".join((*cells, str(people), str(apart), str(people + apart))) + "\n")


def write_departments(target: Path) -> None:
    """Write the older table of departments: unpadded codes, a total that is none of them."""
    sums: dict[str, int] = {}
    for row in shipped():
        code = row["departement_code"]
        sums[code] = sums.get(code, 0) + int(row["population_nb"] or 0)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write("dep;nom;pmun\n")
        for code, people in sums.items():
            out.write(f"{code.lstrip('0')};Département {code};{people}\n")
        out.write(f"F;France;{sum(sums.values())}\n")


def write_zoning(target: Path) -> None:
    """Write the zoning of physicians as CartoSanté exports it: quoted, days first."""
    draw = random.Random(SEED)
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write('"com_code","niveau","tvs_lib","bvcv_lib","zmed_niveau","zmed_date_arrete"\n')
        for rank, row in enumerate(shipped()):
            zone = draw.choices(ZONES, (20, 35, 15, 25, 5))[0]
            day = f"{1 + rank % 28:02d}/{1 + rank % 12:02d}/2022"
            area = f"Territoire {row['departement_code']}-{rank % 30}"
            out.write(f'"{row["commune_code"]}","COM","{area}","{area}","{zone}","{day}"\n')


def write_cpts(target: Path) -> None:
    """Write a list of CPTS by municipality, as an agency does: names, header on the second line.

    Forty municipalities to a CPTS; one municipality in fifty is in two of them.
    """
    whole = [r for r in shipped() if len(r["departement_code"]) <= 3]
    with xlsxwriter.Workbook(str(target)) as book:
        sheet = book.add_worksheet("Listing")
        sheet.write(0, 0, "Listing fictif des CPTS")
        titles = ["Nom CPTS", "Territoire CPTS", "dpt", "Président-e", "Coordonnateur-rice",
                  "Contact", "Site"]  # fmt: skip
        sheet.write_row(1, 0, titles)
        line = 2
        for rank, row in enumerate(whole):
            group = rank // 40
            for owner in (group, group + 1) if rank % 50 == 0 else (group,):
                name = f"CPTS fictive {row['departement_code']} {owner}"
                sheet.write_row(line, 0, [name, row["commune_nom"], row["departement_code"]])
                line += 1


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--years", type=int, default=1, help="sheets of the workbook of the APL")
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    years = list(range(2025 - given.years, 2025))
    write_apl(given.folder / "apl_medecins_generalistes.xlsx", years)
    write_populations(given.folder / "donnees_communes_2023.csv")
    write_departments(given.folder / "departements_2023.csv")
    write_zoning(given.folder / "zonage_20240115.csv")
    write_cpts(given.folder / "listing_cpts_012026.xlsx")


if __name__ == "__main__":
    main()
