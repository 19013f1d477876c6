"""Small files of the three sources of densities, read by their readers, and what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.indicators.views import core_inputs, open_views
from pipeline.parameters import Parameters, Value, default_parameters
from pipeline.paths import PACKAGE
from pipeline.sources.canonical import read_canonical
from pipeline.store.engine import DuckDBEngine, Engine
from tests.support import entry_of
from tests.territory_files import csv_file, ods, read, workbook

Rows = list[dict[str, Any]]
Tables = dict[str, pa.Table]
VIEW = "densites_effectifs"
CARDS = ("densites_territoires", "evolution_densites")
AMELI = (
    "annee;profession_sante;region;libelle_region;departement;libelle_departement;"
    "classe_age;libelle_classe_age;libelle_sexe;effectif;densite"
)
RPPS = ("territoire", "region", "departement", "specialites_agregees", "specialites", "exercice",
        "tranche_age", "sexe")  # fmt: skip
REGIONS = {"2A": "94-Corse", "2B": "94-Corse", "44": "52-Pays de la Loire", "976": "06-Mayotte"}
PLACES = {"2A": "02A-Corse-du-Sud", "2B": "02B-Haute-Corse", "44": "044-Loire-Atlantique",
          "976": "976 -Mayotte"}  # fmt: skip
SPECIALTIES = {
    "generalistes": ("1-Généralistes", "01-Médecine générale"),
    "specialistes": ("2-Spécialistes", "00-Ensemble"),
    "ensemble": ("00-Ensemble", "00-Ensemble"),
}
MODES = {"ensemble": "0-Ensemble", "liberal": "1-Libéral", "salarie": "2-Salarié",
         "mixte": "3-Mixte"}  # fmt: skip


def rpps_line(
    place: str,
    *values: object,
    specialty: str = "generalistes",
    mode: str = "ensemble",
    age: str = "00-Ensemble",
    sex: str = "0-Ensemble",
) -> list[object]:
    """Return one row of the workbook; a place is a department, `region CODE-NAME` or `FR`."""
    where: tuple[str, ...] = ("0-France entière", "00-Ensemble", "000-Ensemble")
    if place in PLACES:
        where = ("1-France métropolitaine", REGIONS[place], PLACES[place])
    elif place != "FR":
        where = ("1-France métropolitaine", place, "000-Ensemble")
    return [*where, *SPECIALTIES[specialty], MODES[mode], age, sex, *values]


def rpps(folder: Path, titles: Sequence[str], *lines: Sequence[object]) -> pa.Table:
    """Write and read the workbook of DREES; `titles` are its columns of values."""
    path = workbook(folder / "rpps.xlsx", {"Effectifs": [[*RPPS, *titles], *lines]})
    return read("effectifs_rpps", path).results["effectifs_rpps"].to_arrow()


def ameli(folder: Path, *lines: str) -> pa.Table:
    """Write and read an export of ameli: `annee;profession;region;departement;effectif;densite`."""
    cells = [line.split(";") for line in lines]
    texts = [
        f"{year};{job};{region};R;{place};D;tout_age;Tout âge;tout sexe;{count};{density}"
        for year, job, region, place, count, density in cells
    ]
    path = csv_file(folder / "ameli.csv", AMELI, *texts, encoding="utf-8-sig")
    return read("densites_ameli", path).results["densites_ameli"].to_arrow()


def anct(folder: Path, *lines: Sequence[object]) -> pa.Table:
    """Write and read the workbook of ANCT: three rows of titles, a header, departments."""
    titles = ["codgeo", "libgeo", "an", "dens_nb_medg", "dens_pop", "densité\nde généralistes"]
    path = ods(folder / "anct.ods", [["Titre"], ["Sous-titre"], ["Source"], titles, *lines])
    return read("densites_anct", path).results["densites_anct"].to_arrow()


def insee(folder: Path, year: int, *lines: str) -> pa.Table:
    """Write and read the populations of municipalities of a year: `COM;PMUN;PCAP;PTOT`."""
    path = csv_file(folder / f"donnees_communes_{year}.csv", "COM;PMUN;PCAP;PTOT", *lines)
    return read("populations", path, vintage="?").results["populations"].to_arrow()


def departements(folder: Path, year: int, counts: Mapping[str, int]) -> pa.Table:
    """Write and read the older table of departments, for the municipal population."""
    lines = [f"{code};x;{count}" for code, count in counts.items()]
    path = csv_file(folder / f"p_{year}.csv", "dep;nom;pmun", *lines)
    return read("populations", path, vintage="?").results["populations"].to_arrow()


@cache
def shipped(name: str) -> pa.Table:
    """Return a table of the geography shipped."""
    files = sorted((PACKAGE.parent / "data" / "raw" / name).glob("*.csv"))
    read_ones = [read_canonical(f, f.name, contract(name), entry_of()).to_arrow() for f in files]
    return pa.concat_tables(read_ones)


def some_communes(*rows: tuple[str, int, int | None, int]) -> pa.Table:
    """Return municipalities: code, edition, inhabitants, census; the last two digits say little."""
    listed = [
        {
            "annee": edition,
            "commune_code": code,
            "commune_nom": code,
            "departement_code": code[:3] if code.startswith("97") else code[:2],
            "region_code": "00",
            "population_nb": count,
            "population_annee": census,
            "source_file": "f",
            "source_line": 1,
            "origin": "published",
        }
        for code, edition, count, census in rows
    ]
    return pa.Table.from_pylist(listed, schema=arrow_schema(contract("communes")))


def opened(engine: Engine, given: Tables) -> None:
    """Register the core tables of the view: those given, the geography shipped, else empty."""
    for name in core_inputs([VIEW]):
        if name in ("communes", "departements"):
            empty = shipped(name)
        else:
            empty = arrow_schema(contract(name)).empty_table()
        engine.register_table(name, given.get(name, empty))


def changed(**values: Value) -> Parameters:
    """Return the parameters, some of them changed."""
    found = default_parameters()
    for name, value in values.items():
        found = found.replaced(name, value)
    return found


def view(given: Tables, name: str = VIEW, **values: Value) -> Rows:
    """Return the rows of the view."""
    with DuckDBEngine() as engine:
        opened(engine, given)
        open_views(engine, [VIEW], changed(**values))
        found: Rows = engine.query(f"SELECT * FROM {name}").to_pylist()
    return found


def computed(indicator: str, given: Tables, **values: Value) -> Rows:
    """Return the rows of a card."""
    parameters = changed(**values)
    with DuckDBEngine() as engine:
        opened(engine, given)
        open_views(engine, [VIEW], parameters)
        found: Rows = run_card(engine, card(indicator), parameters).to_pylist()
    return found


def only(rows: Iterable[dict[str, Any]], **where: object) -> dict[str, Any]:
    """Return the one row that holds these cells."""
    found = [row for row in rows if where.items() <= row.items()]
    assert len(found) == 1, f"{where} names {len(found)} rows"
    return found[0]
