"""One SQL text, two engines, on lists of CPTS, zonings, feeds and registers that no file ships."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from pipeline.indicators.card import card
from pipeline.indicators.views import core_inputs
from pipeline.store.engine import DuckDBEngine
from pipeline.store.spark import SparkConnectEngine
from tests.creneaux import slot
from tests.engines import differences, told
from tests.territoires import access, commune, community, compute_on, department, link, member

Row = dict[str, Any]
PLACE = {"origin": "real", "source_file": "data/raw/essai.csv", "source_line": 2}
ROWS: dict[str, list[Row]] = {
    "departements": [
        department("01", "84", finess_code="01", drees_code="001", sans_zero_code="1"),
        department("44", sas_code="SAS-44"),
        department("75", "11"),
        department("85"),
        department("971", "01", zone_code="drom", finess_code="9A"),
        department("977", "977", zone_code="com"),
    ],
    "communes": [
        *(
            commune(code, 2021, number)
            for code, number in (("44001", 101), ("44002", 57), ("44003", 97), ("85001", 333))
        ),
        *(
            commune(code, 2026, number)
            for code, number in (
                ("44001", 163),
                ("44003", 61),
                ("44004", 31),
                ("85001", 331),
                ("85002", None),
            )
        ),
        commune("01001", 2026, 7, region_code="84"),
        commune("75056", 2026, 1009, region_code="11"),
        commune("97101", 2026, 83, region_code="01"),
        commune("97701", 2026, 17, region_code="977"),
    ],
    "communes_liens": [
        link("44002", "44001"),
        link("44003", "44004", "retablissement", 2021),
        link("75101", "75056", "arrondissement_municipal"),
        link("75102", "75056", "arrondissement_municipal"),
    ],
    "cpts": [community("44-nord", 500), community("44-seul", 700, population_approx=True)],
    "cpts_communes": [
        member("44-nord", "44001"),
        member("44-nord", "44002"),
        member("44-sud", "44001"),
        member("44-sud", "44004"),
        member("44-sud", "44999"),
        member("75-centre", "75101", commune_mere_code="75056", arrondissement=True),
    ],
    "populations": [
        {
            **PLACE,
            "territoire_niveau": "arrondissement_municipal",
            "territoire_code": "75101",
            "annee": 2023,
            "variante_code": "municipale",
            "population_nb": 163,
        }
    ],
    "zonage_communes": [
        {
            **PLACE,
            "territoire_niveau": "commune",
            "territoire_code": code,
            "territoire_vie_sante": area,
            "profession_code": "medecin_generaliste",
            "millesime": year,
        }
        for code, area, year in (
            ("44001", "L'Île", "2024"),
            ("44001", "Avant", "2020"),
            ("44003", "L'Île", "2024"),
        )
    ],
    "apl": [
        access("44001", 2.123, 101, 103),
        access("44002", 2.5, 57, 59),
        access("44004", 3.7, 31, 37),
        access("85001", 1.1, 333, 331),
    ],
    "creneaux": [
        slot(f"2024-12-{day:02d}T{hour:02d}:00", status, cpts_id=cpts, doctor=cpts)
        for cpts in ("44-nord", "44-sud")
        for day in (2, 9, 17, 30)
        for hour, status in ((9, "honore"), (10, "non_pris"), (11, "reserve"))
    ],
    "etablissements": [
        {
            **PLACE,
            "date_extraction": date(2026, 5, 12),
            "finess_et": "440000002",
            "finess_ej": "440000001",
            "etat_code": "ouvert",
            "categorie_code": "124",
            "commune_code": "44002",
            "departement_code": "44",
            "region_code": "52",
        }
    ],
    "finess_categories": [
        {
            **PLACE,
            "nomenclature_code": "cs1500106_20211214",
            "categorie_code": "124",
            "libelle": "Centre de santé",
            "famille_code": "centre_sante",
            "retenue": True,
        }
    ],
}


@pytest.fixture(scope="module")
def sail() -> Iterator[SparkConnectEngine]:
    with SparkConnectEngine() as engine:
        yield engine


@pytest.mark.parametrize("name", ["territoires", "bilan_territoires", "tableau_territorial"])
def test_both_engines_say_the_same(sail: SparkConnectEngine, name: str) -> None:
    found = card(name)
    read = core_inputs({*found.inputs, *(trace.table for trace in found.trace)})
    given = {table: rows for table, rows in ROWS.items() if table in read}
    with DuckDBEngine() as engine:
        expected = compute_on(engine, name, given)
    lines = differences(found, expected, compute_on(sail, name, given))
    assert not lines, told(lines)


def test_the_files_fill_cells_that_nothing_shipped_fills() -> None:
    found = card("tableau_territorial")
    read = core_inputs({*found.inputs, *(trace.table for trace in found.trace)})
    given = {table: rows for table, rows in ROWS.items() if table in read}
    with DuckDBEngine() as engine:
        rows = compute_on(engine, "tableau_territorial", given).to_pylist()
    filled = {
        (r["territoire_niveau"], r["mesure_code"]) for r in rows if r["statut_calcul"] == "calcule"
    }
    assert filled >= {
        ("cpts", "population_nb"),
        ("cpts", "population_evolution_pct"),
        ("cpts", "apl_mg"),
        ("cpts", "apl_sous_seuil_pct"),
        ("cpts", "cds_finess_pour_10000"),
        ("cpts", "creneaux_pourvus_pour_10000"),
        ("departement", "apl_mg"),
        ("departement", "creneaux_pourvus_pour_10000"),
    }
