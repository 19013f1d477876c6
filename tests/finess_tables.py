"""Made-up establishments, entities and populations, with the shipped terminologies."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.indicators.views import open_views
from pipeline.parameters import default_parameters
from pipeline.paths import PACKAGE
from pipeline.sources.canonical import read_canonical
from pipeline.store.engine import DuckDBEngine
from tests.support import entry_of

Rows = list[dict[str, Any]]
Tables = dict[str, pa.Table]
CORE = ("etablissements", "entites_juridiques", "populations", "ecds_centres")
NEW, OLD = date(2026, 5, 12), date(2012, 12, 31)


@cache
def nomenclature(name: str) -> pa.Table:
    path = PACKAGE.parent / "data" / "raw" / name / f"{name}.csv"
    return read_canonical(path, path.name, contract(name), entry_of()).to_arrow()


def table(name: str, rows: Rows) -> pa.Table:
    filled = [{"origin": "real", "source_file": "f", "source_line": 1, **row} for row in rows]
    return pa.Table.from_pylist(filled, schema=arrow_schema(contract(name)))


def establishment(number: str, category: str = "124", **told: Any) -> dict[str, Any]:
    row = {"date_extraction": NEW, "finess_et": number, "categorie_code": category}
    return {**row, "departement_code": "44", "etat_code": "ouvert", **told}


def inhabitants(code: str, count: int, year: int = 2023, variant: str = "municipale") -> Any:
    return {
        "territoire_niveau": "departement",
        "territoire_code": code,
        "annee": year,
        "variante_code": variant,
        "population_nb": count,
    }


def centre(number: str, year: int = 2025, **told: Any) -> dict[str, Any]:
    return {"annee": year, "finess": number, "departement_code": "44", **told}


def tables(**rows: Rows) -> Tables:
    made = {name: table(name, rows.get(name, [])) for name in CORE}
    return made | {n: nomenclature(n) for n in ("finess_categories", "finess_statuts")}


def computed(indicator: str, **rows: Rows) -> Rows:
    with DuckDBEngine() as engine:
        for name, one in tables(**rows).items():
            engine.register_table(name, one)
        open_views(engine, card(indicator).inputs)
        found: Rows = run_card(engine, card(indicator), default_parameters()).to_pylist()
    return found


def categorised(**rows: Rows) -> Rows:
    with DuckDBEngine() as engine:
        for name, one in tables(**rows).items():
            engine.register_table(name, one)
        open_views(engine, ["etablissements_categorises"])
        query = "SELECT * FROM etablissements_categorises ORDER BY finess_et"
        found: Rows = engine.query(query).to_pylist()
    return found
