"""Small geographies of tests, and what an indicator makes of them."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.indicators.views import core_inputs, open_views
from pipeline.parameters import Parameters, default_parameters
from pipeline.store.engine import DuckDBEngine, Engine
from tests.registry import core_table

Row = dict[str, Any]
PLACE = {"origin": "published", "source_file": "data/raw/essai.csv", "source_line": 2}
CENSUS = {2021: 2019, 2026: 2023}


def commune(code: str, year: int, population: int | None, **told: object) -> Row:
    """Return a municipality; Loire-Atlantique unless its code says overseas."""
    overseas = code.startswith("97")
    return {
        **PLACE,
        "annee": year,
        "commune_code": code,
        "commune_nom": f"Commune {code}",
        "departement_code": code[:3] if overseas else code[:2],
        "region_code": "52",
        "population_nb": population,
        "population_annee": CENSUS[year],
        **told,
    }


def department(code: str, region: str = "52", **told: object) -> Row:
    """Return a department of the mainland."""
    said = {"departement_nom": f"Département {code}", "chef_lieu_code": "44109"}
    return {
        **PLACE,
        **said,
        "departement_code": code,
        "region_code": region,
        "zone_code": "metropole",
        **told,
    }


def link(old: str, code: str, kind: str = "fusion", year: int | None = None) -> Row:
    """Return a passage to the municipalities of 2026."""
    return {
        **PLACE,
        "ancien_code": old,
        "commune_code": code,
        "lien_code": kind,
        "annee_depart": year,
        "annee_arrivee": 2026,
    }


def member(cpts: str, code: str, **told: object) -> Row:
    """Return a municipality of a CPTS, as the reader of lists writes it."""
    return {
        **PLACE,
        "origin": "real",
        "cpts_id": cpts,
        "cpts_nom": f"CPTS {cpts}",
        "commune_code": code,
        "commune_mere_code": code,
        "arrondissement": False,
        "cpts_nb": 1,
        "part": 1,
        "resolution_code": "code",
        "date_liste": "2026",
        **told,
    }


def community(cpts: str, population: int | None, **told: object) -> Row:
    """Return a CPTS of the inventory."""
    return {
        **PLACE,
        "cpts_id": cpts,
        "cpts_nom": f"CPTS {cpts}",
        "perimetre_code": "inventaire_pdl_2025",
        "departement_code": cpts[:2],
        "population_nb": population,
        "regions_nb": 1,
        "region_codes": "52",
        "departement_codes": cpts[:2],
        "fiche_presente": True,
        "document_id": "inter_urps_pdl_2025",
        "document_line": 1,
        **told,
    }


def access(code: str, value: float | None, standard: int | None, total: int, **told: object) -> Row:
    """Return the APL of a municipality in 2024."""
    return {
        **PLACE,
        "territoire_niveau": "commune",
        "territoire_code": code,
        "departement_code": code[:2],
        "annee": 2024,
        "profession_code": "medecin_generaliste",
        "mesure_code": "ensemble",
        "valeur": value,
        "unite_code": "consultations_par_habitant",
        "population_standardisee_nb": standard,
        "population_totale_nb": total,
        "population_annee": 2022,
        **told,
    }


def compute_on(
    engine: Engine, name: str, rows: dict[str, list[Row]], parameters: Parameters | None = None
) -> pa.Table:
    """Return an indicator computed on an engine from core tables; one not given is empty."""
    found = card(name)
    named = {*found.inputs, *(trace.table for trace in found.trace)}
    if unknown := set(rows) - set(core_inputs(named)):
        raise AssertionError(f"{name} does not read {sorted(unknown)}")
    known = parameters or default_parameters()
    for table in core_inputs(named):
        engine.register_table(table, core_table(table, rows.get(table, [])))
    open_views(engine, named, known)
    return run_card(engine, found, known)


def computed(name: str, parameters: Parameters | None = None, **rows: list[Row]) -> list[Row]:
    """Return the rows of an indicator computed by DuckDB on core tables."""
    with DuckDBEngine(threads=1) as engine:
        listed: list[Row] = compute_on(engine, name, rows, parameters).to_pylist()
    return listed
