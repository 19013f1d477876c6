"""Small files of the register, made up, in the exact layouts of its editions."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

from pipeline.sources.finess import read_finess, settle
from pipeline.sources.finess_layouts import layouts
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading
from tests.support import entry_of

Cells = Mapping[str, str]
FIRST_LINE = "finess;etalab;111;2026-05-12"
LAMBERT = "1,ATLASANTE,96,BAN,EPSG:2154 RGF93 / Lambert-93 (Métropole)"
ANTILLES = "2,ATLASANTE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)"
ET: dict[str, str] = {
    "nofinesset": "440000001",
    "nofinessej": "440900001",
    "rs": "CENTRE FICTIF",
    "rslongue": "CENTRE DE SANTE FICTIF",
    "numvoie": "1",
    "typvoie": "R",
    "voie": "DES TESTS",
    "commune": "109",
    "departement": "44",
    "libdepartement": "LOIRE ATLANTIQUE",
    "ligneacheminement": "44000 NANTES CEDEX 1",
    "categetab": "124",
    "libcategetab": "Centre de Santé",
    "categagretab": "2206",
    "libcategagretab": "Centres de Santé",
    "siret": "11111111100011",
    "codeape": "8621Z",
    "codemft": "36",
    "libmft": "Tarifs conventionnels assurance maladie",
    "dateouv": "2015-03-02",
    "dateautor": "2015-01-01",
    "datemaj": "2020-06-30",
}
EJ: dict[str, str] = {
    "nofiness": "440900001",
    "rs": "ASSOCIATION FICTIVE",
    "rslongue": "ASSOCIATION FICTIVE DE SANTE",
    "commune": "109",
    "departement": "44",
    "ligneacheminement": "44000 NANTES",
    "statutjuridique": "60",
    "libstatutjuridique": "Association Loi 1901 non Reconnue d'Utilité Publique",
    "siren": "111111111",
    "codeape": "8621Z",
    "datecrea": "2001-01-01",
}
OLD: dict[str, str] = {
    **{key: ET[key] for key in ("nofinesset", "nofinessej", "rs", "departement", "categetab")},
    "rslongue": "CENTRE DE SANTE FICTIF",
    "region": "52",
    "cog": "44109",
    "codepostal": "44000",
    "libelle_routage": "NANTES",
    "liblongcategetab": "Centre de Santé",
    "categretab": "2206",
    "siret": "11111111100011",
    "mft": "36",
    "coordx": "355000.5",
    "coordy": "6689000.5",
    "sourcegeocod": "1,ATLASANTE,100,IGN,BD_ADRESSE,V2.2,LAMBERT_93",
    "dateouvert": "2015-03-02",
    "dateautor": "2015-01-01",
    "datemaj": "2020-06-30",
}


def cell(text: str) -> str:
    """Return a cell of a stock: quoted when it must be, its quotes doubled."""
    return '"' + text.replace('"', '""') + '"' if any(c in text for c in '";\n') else text


def tagged(layout: str, base: Cells, **changed: str) -> str:
    """Return one line of a stock: its tag, then the fields of its layout."""
    about = layouts()[layout]
    row = {**base, **changed}
    assert set(row) <= set(about.fields), set(row) - set(about.fields)
    return ";".join([about.tag, *(cell(row.get(field, "")) for field in about.fields)])


def et(**changed: str) -> str:
    """Return the line of an establishment in the stock."""
    return tagged("stock_etablissements", ET, **changed)


def ej(**changed: str) -> str:
    """Return the line of a legal entity in the stock."""
    return tagged("stock_entites", EJ, **changed)


def geo(number: str = "440000001", x: str = "355000.5", y: str = "6689000.5", **told: str) -> str:
    """Return the line of a position in the stock."""
    source = told.get("source", LAMBERT)
    return f"geolocalisation;{number};{x};{y};{source};2026-05-04"


def stock(*lines: str, first: str | None = FIRST_LINE) -> str:
    """Return the text of a stock."""
    return "\n".join([*([first] if first else []), *lines]) + "\n"


def history(*rows: Cells, header: tuple[str, ...] | None = None) -> str:
    """Return the text of a year of the history; some years have fewer columns."""
    names = header or layouts()["historique_etablissements"].fields
    lines = [";".join(cell({**OLD, **row}.get(name, "")) for name in names) for row in rows]
    return "\n".join([";".join(names), *lines]) + "\n"


def element(name: str, text: str | None) -> str:
    """Return one field of the XML feed."""
    return f"<{name}>{escape(text)}</{name}>" if text else f'<{name} xsi:nil="true"/>'


def feed(*rows: dict[str, str | None], tag: str = "structureet") -> str:
    """Return the text of an XML feed; a cell that is None, or empty, is said nil."""
    base: dict[str, str | None] = {**(ET if tag == "structureet" else EJ)}
    base |= {"typefermeture": None, "datefermeture": None, "courriel": None}
    records = [
        f"<{tag}>\n" + "\n".join(element(n, t) for n, t in {**base, **row}.items()) + f"\n</{tag}>"
        for row in rows
    ]
    space = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<fluxfiness {space}>'
    return "\n".join([head, *records, "</fluxfiness>"]) + "\n"


def address(**changed: str) -> dict[str, object]:
    """Return an address of FINESS+, its X and Y swapped as published."""
    place = {
        "coordonneeX": "6689000.5",
        "coordonneeY": "355000.5",
        "directionLatitude": "47.214",
        "directionLongitude": "-1.558",
        "cleInInteropBAN": "44109_0001_00001",
    }
    return {
        "usageAdresse": "03",
        "cogCommune": "44109",
        "coordonneesGeographique": place,
        **changed,
    }


def site(number: str = "440000001", **changed: object) -> dict[str, object]:
    """Return a site of FINESS+."""
    about = {
        "egeId": "1",
        "numFinessEge": number,
        "nomEgeCourt": "CENTRE FICTIF       ",
        "nomEgeLong": "CENTRE DE SANTE FICTIF              ",
        "siret": "11111111100011",
        "dateOuverture": "2015-03-02",
    }
    return {
        "informationsGeneralesEGE": about,
        "categorieentiteGeographiqueExercice": "124",
        "modefixationtarifaire": "36",
        "adresse": [address()],
        "engagement": [],
        "etatObjet": "A",
        "dateDerniereMaj": "2021-10-18 00:00:00",
        **changed,
    }


def entity(*sites: object, number: str = "440900001", **changed: object) -> dict[str, object]:
    """Return a legal entity of FINESS+ with its sites."""
    about = {
        "pmSmsseId": "2",
        "numFinessPm": number,
        "denominationPm": "ASSOCIATION FICTIVE   ",
        "statutJuridique": "60",
        "siren": "111111111",
        "codeApe": "86.21Z",
        "dateCreation": "2001-01-01",
    }
    return {
        "informationsGeneralesPMEJ": about,
        "adresse": [{**address(), "usageAdresse": "02"}],
        "ege": list(sites),
        "etatObjet": "A",
        **changed,
    }


def plus(*entities: object, indent: int | None = 1, **changed: object) -> str:
    """Return the text of a FINESS+ file."""
    whole = {
        "schemaVersion": "v1.0.0",
        "generatedAt": "2026-07-20T04:00:00.1Z",
        "gcc": [],
        "gco": [],
        "pmej": list(entities),
    }
    return json.dumps({**whole, **changed}, ensure_ascii=False, indent=indent)


def finess_entry(**told: object) -> Entry:
    """Return the manifest entry of a file of the register."""
    return entry_of("finess/f", "finess", **{"origin": "real", **told})


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file; a name in .gz is compressed."""
    data = content.encode() if isinstance(content, str) else content
    path = folder / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def archive(folder: Path, name: str, **contents: str) -> Path:
    """Write a ZIP archive of texts; underscores before an extension are points."""
    path = folder / name
    with zipfile.ZipFile(path, "w") as out:
        for inside, text in contents.items():
            out.writestr(inside.replace("__", "."), text)
    return path


def read(
    folder: Path, content: str | bytes, name: str = "f_20260512.csv", **told: object
) -> Reading:
    """Write a file, read it alone and settle it."""
    path = write(folder, name, content)
    reading = read_finess(path, f"data/raw/finess/{name}", finess_entry(**told))
    settle(reading)
    return reading


def rows(reading: Reading, table: str = "etablissements") -> list[dict[str, object]]:
    """Return the rows of a table, as they were read."""
    found: list[dict[str, object]] = reading.results[table].to_arrow().to_pylist()
    return found
