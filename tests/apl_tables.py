"""Accessibility and zoning read from small files in their exact formats, beside the shipped COG."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.indicators.views import open_views
from pipeline.parameters import Parameters, default_parameters
from pipeline.paths import PACKAGE, Layout
from pipeline.sources.canonical import read_canonical
from pipeline.store.engine import DuckDBEngine, Engine
from pipeline.store.parquet import write_all
from tests.support import entry_of
from tests.territory_files import APL_TITLES, apl_sheet, csv_file, read, workbook

Row = dict[str, Any]
Rows = list[Row]
Tables = dict[str, pa.Table]
SHIPPED = ("departements", "communes_liens", "communes")
WAITING = ("apl", "zonage_communes", "populations")
GP = "medecin_generaliste"


@cache
def shipped(name: str) -> pa.Table:
    """Return a geographic table of the project."""
    paths = sorted((PACKAGE.parent / "data" / "raw" / name).glob("*.csv"))
    parts = [read_canonical(p, p.name, contract(name), entry_of()).to_arrow() for p in paths]
    return pa.concat_tables(parts)


def table(name: str, rows: Rows) -> pa.Table:
    """Return rows under the contract of a core table, with a provenance that says nothing."""
    filled = [{"origin": "real", "source_file": "f", "source_line": 1, **row} for row in rows]
    return pa.Table.from_pylist(filled, schema=arrow_schema(contract(name)))


def from_files(source: str, *paths: Path) -> pa.Table:
    """Return the rows of files as a run reads them."""
    return read(source, *paths).results[source].to_arrow()


def tables(**given: pa.Table) -> Tables:
    """Return every table the cards read: those given, the others as shipped."""
    waiting = {name: table(name, []) for name in WAITING}
    return {name: shipped(name) for name in SHIPPED} | waiting | given


def register(engine: Engine, given: Mapping[str, pa.Table]) -> None:
    """Register tables with an engine."""
    for name, one in given.items():
        engine.register_table(name, one)


@cache
def defaults() -> Parameters:
    """Return the parameters of the project."""
    return default_parameters()


def with_parameters(**told: float) -> Parameters:
    """Return the parameters, some of them with another value."""
    found = defaults()
    for name, value in told.items():
        found = found.replaced(name, value)
    return found


def run_on(engine: Engine, indicator: str, given: Tables, **told: float) -> pa.Table:
    """Compute an indicator with an engine on these tables."""
    parameters = with_parameters(**told)
    register(engine, given)
    open_views(engine, card(indicator).inputs, parameters)
    return run_card(engine, card(indicator), parameters)


def computed(indicator: str, given: Tables, **told: float) -> Rows:
    """Compute an indicator on these tables, some parameters changed."""
    with DuckDBEngine() as engine:
        found: Rows = run_on(engine, indicator, given, **told).to_pylist()
    return found


def one(rows: Iterable[Row], code: str, level: str = "departement", **cells: object) -> Row:
    """Return the only row of a territory that holds these cells."""
    wanted = {"territoire_code": code, "territoire_niveau": level, **cells}
    (found,) = [row for row in rows if all(row[n] == value for n, value in wanted.items())]
    return found


def apl_year(path: Path, rows: Rows | list[list[object]], year: int = 2024) -> Path:
    """Write the workbook of one year; its populations are of two years before."""
    titles = [title.replace("2022", str(year - 2)) for title in APL_TITLES]
    return workbook(path, {f"APL {year}": apl_sheet(*rows, titles=titles)})


def aggregated(folder: Path, *lines: str) -> Path:
    """Write the table of departments: APL of 2024 and 2023, people, people under the threshold."""
    header = (
        "code_departement,apl_mg_2024,apl_mg_2023,population_totale_millesime_2022,"
        "population_apl_mg_lt_2_5_en_2024"
    )
    return csv_file(folder / "departements.csv", header, *lines)


def every_department(value: float = 4.0, people: int = 1000) -> list[list[object]]:
    """Return a municipality of each department the APL knows, all alike."""
    codes = sorted(
        row["departement_code"]
        for row in shipped("departements").to_pylist()
        if row["zone_code"] in ("metropole", "drom") and row["departement_code"] != "976"
    )
    return [[f"{code}{'1' * (5 - len(code))}", "A", value, value, people, people] for code in codes]


def written(folder: Path, given: Tables) -> Layout:
    """Return a project that holds these core tables and nothing else."""
    place = Layout(folder)
    place.processed.mkdir(parents=True)
    write_all(place, [(contract(name), one_table) for name, one_table in given.items()])
    return place
