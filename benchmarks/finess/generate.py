"""Write made-up files of the size of the national register, in the exact layouts.

Nothing here is a real establishment: names, numbers and places come from a seeded generator, and
every name says so.

    python benchmarks/finess/generate.py FOLDER [--establishments 100000] [--years 3]
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator
from pathlib import Path

SEED = 20260512
COMMUNES = 35_000
MAINLAND = [f"{n:02d}" for n in range(1, 96) if n != 20] + ["2A", "2B"]
OVERSEAS = {"9A": ("971", 32), "9B": ("972", 34), "9C": ("973", 22), "9D": ("974", 24)}
UTM = {
    "9A": ("EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", 657000, 1795000),
    "9B": ("EPSG:5490 RGAF09/UTM Zone 20N (Antilles)", 710000, 1620000),
    "9C": ("EPSG:2972 RGFG95 / UTM zone 22N (Guyane)", 350000, 540000),
    "9D": ("EPSG:2975 RGR92 / UTM zone 40S (La Réunion)", 340000, 7690000),
}
LAMBERT = "EPSG:2154 RGF93 / Lambert-93 (Métropole)"
# Category, label, aggregate, its label, weight: about the shares of a stock.
CATEGORIES = (
    ("620", "Pharmacie d'Officine", "3201", "Délivrance de Médicaments", 20),
    ("500", "Etablissement d'hébergement pour personnes âgées", "4401", "Héberg. Âgées", 8),
    ("355", "Centre Hospitalier (C.H.)", "1102", "Centres Hospitaliers", 2),
    ("124", "Centre de Santé", "2206", "Centres de Santé", 3),
    ("603", "Maison de santé (L.6223-3)", "2103", "Autres structures d'exercice libéral", 3),
    ("604", "Communautés professionnelles territoriales de santé", "2103", "Autres struct.", 1),
    ("611", "Laboratoire de Biologie Médicale", "3301", "Laboratoires", 5),
    ("354", "Service de Soins Infirmiers A Domicile", "4401", "Services à Domicile", 3),
)
HISTORY_HEADER = (
    "nofinesset;nofinessej;rs;rslongue;complrs;compldistrib;numvoie;typvoie;voie;compvoie;"
    "lieuditbp;region;libregion;departement;libdepartement;cog;codepostal;libelle_routage;"
    "ligneacheminement;telephone;telecopie;categetab;libcategetab;liblongcategetab;categretab;"
    "libcategretab;siret;codeape;libcodeape;mft;libmft;liblongmft;sph;libsph;numen;coordx;coordy;"
    "sourcegeocod;dategeocod;dateautor;dateouvert;datemaj"
)


def communes() -> list[tuple[str, str]]:
    """Return 35 000 pairs of a FINESS department and three characters of a municipality."""
    found = [(d, f"{o[2]}{n:02d}") for d, (o, count) in OVERSEAS.items() for n in range(1, count)]
    left, rank = COMMUNES - len(found), 0
    while len(found) < COMMUNES:
        found.append((MAINLAND[rank % len(MAINLAND)], f"{rank // len(MAINLAND) + 1:03d}"))
        rank += 1
    assert left == rank
    return found


def prefix(department: str) -> str:
    """Return the first two characters of the codes of a department."""
    return "97" if department in OVERSEAS else department


def day(draw: random.Random) -> str:
    """Return a date; one in twenty is the one that means unknown."""
    if draw.random() < 0.05:
        return "1900-01-01"
    return f"{draw.randint(1950, 2025)}-{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"


def establishments(count: int) -> Iterator[dict[str, str]]:
    """Yield made-up establishments."""
    draw, places = random.Random(SEED), communes()
    weights = [category[4] for category in CATEGORIES]
    for rank in range(count):
        department, commune = places[rank % len(places)]
        code, label, aggregate, name, _ = draw.choices(CATEGORIES, weights)[0]
        entity = rank % max(count * 2 // 5, 1)
        first = prefix(department)
        yield {
            "et": f"{first}{rank:07d}",
            "ej": f"{prefix(places[entity % len(places)][0])}{5_000_000 + entity:07d}",
            "rs": f'"ETABLISSEMENT  FICTIF ""{rank}"""',
            "departement": department,
            "commune": commune,
            "categorie": code,
            "libelle": label,
            "agregat": aggregate,
            "libagregat": name,
            "siret": f"{rank:014d}" if draw.random() < 0.8 else "",
            "mft": draw.choice(["01", "03", "08", "36", "99"]),
            "ouverture": day(draw),
            "autorisation": day(draw),
            "maj": day(draw),
            "dx": str(draw.randint(0, 9999) / 10),
            "dy": str(draw.randint(0, 9999) / 10),
        }


def position(row: dict[str, str]) -> tuple[str, str, str]:
    """Return X, Y and the source that names their system."""
    system, x, y = UTM.get(row["departement"], (LAMBERT, 652000, 6862000))
    source = f"1,ATLASANTE,96,BAN,{system}"
    return f"{x + float(row['dx']):.1f}", f"{y + float(row['dy']):.1f}", source


def stock_line(r: dict[str, str]) -> str:
    """Return one line of the stock: a tag and 31 fields."""
    cells = [
        "structureet", r["et"], r["ej"], r["rs"], r["rs"], "", "", "12", "R", "DE LA FICTION", "",
        "", r["commune"], r["departement"], "DEPARTEMENT", "00000 COMMUNE CEDEX", "", "",
        r["categorie"], r["libelle"], r["agregat"], r["libagregat"], r["siret"], "8621Z", r["mft"],
        "Tarif é", "", "", r["ouverture"], r["autorisation"], r["maj"], "",
    ]  # fmt: skip
    return ";".join(cells)


def write_stock(target: Path, count: int) -> None:
    """Write a stock of establishments then positions, as cs1100507."""
    rows = list(establishments(count))
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write("finess;etalab;111;2026-05-12\n")
        out.writelines(stock_line(row) + "\n" for row in rows)
        for row in rows:
            out.write(f"geolocalisation;{row['et']};{';'.join(position(row))};2026-05-04\n")


def write_entities(target: Path, count: int) -> None:
    """Write a stock of legal entities, as cs1100501."""
    seen: dict[str, str] = {}
    for row in establishments(count):
        seen.setdefault(row["ej"], row["ej"][:2])
    statuses = ["02", "03", "13", "17", "40", "47", "60", "61", "63", "72", "73", "80", "95"]
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write("finess;etalab;110;2026-05-12\n")
        for rank, (entity, department) in enumerate(seen.items()):
            status = statuses[rank % len(statuses)]
            cells = ["structureej", entity, "ENTITE FICTIVE", "ENTITE FICTIVE", "", "1", "R"]
            written = "9A" if department == "97" else department
            cells += ["DE LA FICTION", "", "", "", "101" if written == "9A" else "001"]
            cells += ["00000 COMMUNE", written, "DEPARTEMENT", "", status, "statut é", "", ""]
            out.write(";".join([*cells, f"{rank:09d}", "8621Z", "2001-01-01"]) + "\n")


def write_history(target: Path, count: int) -> None:
    """Write a year of the history in Latin-1, with its header and the whole municipality code."""
    with target.open("w", encoding="cp1252", newline="\n") as out:
        out.write(HISTORY_HEADER + "\n")
        for r in establishments(count):
            department = r["departement"]
            cog = prefix(department) + r["commune"]
            x, y, _ = position(r)
            named = "UTM" if department in OVERSEAS else "LAMBERT_93"
            cells = [
                r["et"], r["ej"], r["rs"], r["rs"], "", "", "12", "R", "DE LA FICTION", "", "",
                "84", "REGION", department, "DEPARTEMENT", cog, "00000", "COMMUNE",
                "00000 COMMUNE", "", "", r["categorie"], "court", r["libelle"], r["agregat"],
                r["libagregat"], r["siret"], "8621Z", "Activités", r["mft"], "Tarif é", "long", "",
                "", "", x, y, f"1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,{named}", "2021-01-04",
                r["autorisation"], r["ouverture"], r["maj"],
            ]  # fmt: skip
            out.write(";".join(cells) + "\n")


def write_feed(target: Path, count: int) -> None:
    """Write an XML feed, as cs1400102; one establishment in five is closed."""
    space = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    names = {
        "nofinesset": "et", "nofinessej": "ej", "commune": "commune", "departement": "departement",
        "categetab": "categorie", "categagretab": "agregat", "siret": "siret", "codemft": "mft",
        "dateouv": "ouverture", "dateautor": "autorisation", "datemaj": "maj",
    }  # fmt: skip
    empty = ("complrs", "compldistrib", "compvoie", "courriel", "codepays", "numuai", "datelimite")
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<fluxfiness {space}>\n')
        for rank, row in enumerate(establishments(count)):
            closed = rank % 5 == 0
            cells = {name: row[key] for name, key in names.items()}
            cells["rs"] = ("[Fermé] " if closed else "") + f"ETABLISSEMENT FICTIF {rank}"
            cells["datefermeture"] = "2010-06-30" if closed else ""
            cells["typefermeture"] = "DEF" if closed else ""
            cells |= dict.fromkeys(empty, "")
            out.write("  <structureet>\n")
            for name, text in cells.items():
                shown = f"<{name}>{text}</{name}>" if text else f'<{name} xsi:nil="true"/>'
                out.write(f"    {shown}\n")
            out.write("  </structureet>\n")
        out.write("</fluxfiness>\n")


def site(row: dict[str, str]) -> dict[str, object]:
    """Return a site of FINESS+, its X and Y swapped as published."""
    x, y, _ = position(row)
    place = {"coordonneeX": y, "coordonneeY": x}
    place |= {"directionLatitude": "48.85", "directionLongitude": "2.35"}
    about = {"numFinessEge": row["et"], "nomEgeCourt": "ETABLISSEMENT FICTIF" + " " * 20}
    return {
        "informationsGeneralesEGE": {**about, "siret": row["siret"]},
        "categorieentiteGeographiqueExercice": row["categorie"],
        "modefixationtarifaire": row["mft"],
        "adresse": [
            {
                "usageAdresse": "03",
                "cogCommune": prefix(row["departement"]) + row["commune"],
                "coordonneesGeographique": place,
            }
        ],
        "engagement": [{"typeEngagement": "CONV", "sousTypeEngagement": "ACI"}],
        "etatObjet": "A",
        "dateDerniereMaj": "2021-10-18 00:00:00",
    }


def write_plus(target: Path, count: int) -> None:
    """Write a FINESS+ file, one entity by site."""
    with target.open("w", encoding="utf-8", newline="\n") as out:
        out.write('{"schemaVersion": "v1.0.0", "generatedAt": "2026-07-20T04:00:00Z",')
        out.write('"gcc": [], "gco": [], "pmej": [\n')
        for rank, row in enumerate(establishments(count)):
            about = {"numFinessPm": f"{row['et'][:2]}{6_000_000 + rank:07d}"}
            about |= {"denominationPm": "ENTITE FICTIVE   ", "statutJuridique": "60"}
            entity = {
                "informationsGeneralesPMEJ": about,
                "adresse": [],
                "ege": [site(row)],
                "etatObjet": "A",
            }
            out.write((",\n" if rank else "") + json.dumps(entity, indent=1))
        out.write("]}\n")


def main() -> None:
    """Write all files."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--establishments", type=int, default=100_000)
    parser.add_argument("--years", type=int, default=3)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    write_stock(given.folder / "etalab-cs1100507-stock-20260512-0000.csv", given.establishments)
    write_entities(given.folder / "etalab-cs1100501-stock-20260512-0000.csv", given.establishments)
    write_feed(given.folder / "finess_cs1400102_stock_20211214-0336.xml", given.establishments)
    write_plus(given.folder / "finess-structures-journalier-20260720.json", given.establishments)
    for year in range(2024, 2024 - given.years, -1):
        write_history(given.folder / f"etalab_stock_et_{year}1231.csv", given.establishments)


if __name__ == "__main__":
    main()
