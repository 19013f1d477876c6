"""Geography: its rules, the passage between editions, the joined table, maps."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from pipeline.indicators.card import card
from pipeline.indicators.runner import bind_parameters
from pipeline.indicators.views import open_views
from pipeline.parameters import default_parameters
from pipeline.publication.figures.draw_cartes import Classes, boxed, class_of
from pipeline.publication.territories import wide_rows
from pipeline.store.engine import DuckDBEngine
from tests.registry import core_table, failing

Row = dict[str, Any]
PLACE = {"origin": "published", "source_file": "data/raw/essai.csv", "source_line": 2}


def commune(code: str, year: int, population: int | None, census: int | None = None) -> Row:
    return {
        **PLACE,
        "annee": year,
        "commune_code": code,
        "commune_nom": code,
        "departement_code": code[:3] if code.startswith("97") else code[:2],
        "region_code": "06" if code.startswith("97") else "52",
        "population_nb": population,
        "population_annee": census or {2021: 2019, 2026: 2023}[year],
    }


def department(code: str, **cells: object) -> Row:
    zone = "drom" if code.startswith("97") else "metropole"
    region = "06" if code.startswith("97") else "52"
    said = {"departement_nom": code, "chef_lieu_code": "44109"}
    return {**PLACE, **said, "departement_code": code, "region_code": region, "zone_code": zone} | {
        **cells
    }


def link(old: str, code: str, kind: str = "fusion", year: int | None = None) -> Row:
    return {
        **PLACE,
        "ancien_code": old,
        "commune_code": code,
        "lien_code": kind,
        "annee_depart": year,
        "annee_arrivee": 2026,
    }


# 44002 joins 44001; 44004 and 44005 leave 44003; 44009 goes nowhere; 44010 comes from nowhere.
EDITIONS = [
    *(commune(c, 2021, n) for c, n in (("44001", 100), ("44002", 50), ("44003", 90))),
    commune("44009", 2021, 7),
    *(commune(c, 2026, n) for c, n in (("44001", 160), ("44003", 60), ("44004", 30))),
    commune("44005", 2026, 0),
    commune("44010", 2026, 5),
    commune("97601", 2021, 40, 2017),
    commune("97601", 2026, 40, 2017),
]
LINKS = [
    link("44002", "44001"),
    link("44003", "44004", "retablissement", 2021),
    link("44003", "44005", "retablissement", 2021),
    # an older merger, and a district: neither is a municipality of the first edition
    link("44777", "44001"),
    link("44778", "44001", "arrondissement_municipal"),
]
DEPARTMENTS = [department("44"), department("976")]


def engine_with(**rows: list[Row]) -> DuckDBEngine:
    engine = DuckDBEngine(threads=1)
    given = {"communes": EDITIONS, "communes_liens": LINKS, "departements": DEPARTMENTS} | rows
    for name, found in given.items():
        engine.register_table(name, core_table(name, found))
    return engine


def computed(name: str, **rows: list[Row]) -> list[Row]:
    with engine_with(**rows) as engine:
        open_views(engine, card(name).inputs)
        found: list[Row] = engine.query(
            bind_parameters(card(name), default_parameters())
        ).to_pylist()
    return found


def passages() -> list[Row]:
    with engine_with() as engine:
        open_views(engine, ["passage_communes"])
        found: list[Row] = engine.query("SELECT * FROM passage_communes").to_pylist()
    return found


def test_a_passage_follows_mergers_and_splits_and_shows_what_it_cannot_place() -> None:
    pairs = {(r["depart_code"], r["arrivee_code"], r["passage_code"]) for r in passages()}
    assert pairs == {
        ("44001", "44001", "inchangee"),
        ("44002", "44001", "fusion"),
        ("44003", "44003", "inchangee"),
        ("44003", "44004", "retablissement"),
        ("44003", "44005", "retablissement"),
        ("44009", None, "non_placee"),
        ("97601", "97601", "inchangee"),
    }


def test_the_parts_of_a_split_give_back_the_whole() -> None:
    split = [r for r in passages() if r["depart_code"] == "44003"]
    parts = [Fraction(r["part_numerateur_nb"], int(r["part_denominateur_nb"])) for r in split]
    assert sorted(parts) == [Fraction(0), Fraction(1, 3), Fraction(2, 3)]


def test_the_account_of_the_passage() -> None:
    found = {r["passage_code"]: r for r in computed("passage_communes_bilan")}
    taken = {
        code: (r["depart_communes_nb"], r["depart_population_nb"]) for code, r in found.items()
    }
    assert taken == {
        "inchangee": (2, 140),
        "fusion": (1, 50),
        "partage": (1, 90),
        "non_placee": (1, 7),
        "sans_depart": (0, None),
        "ensemble": (5, 287),
    }
    given = {
        code: (r["arrivee_communes_nb"], r["arrivee_population_nb"]) for code, r in found.items()
    }
    assert given["partage"] == (3, 90)
    assert given["sans_depart"] == (1, 5)
    assert given["fusion"] == (1, 160)
    assert given["ensemble"] == (6, 295)


def test_one_census_twice_has_no_growth() -> None:
    found = {
        (r["territoire_niveau"], r["territoire_code"]): r for r in computed("evolution_population")
    }
    assert found["departement", "976"]["motif_refus"] == "meme_recensement"
    assert found["departement", "976"]["evolution_pct"] is None
    assert found["national", "FR"]["motif_refus"] == "recensements_meles"
    assert found["departement", "44"]["evolution_pct"] == pytest.approx(100 * (255 - 240) / 240)


def test_a_missing_population_is_not_zero() -> None:
    rows = computed("population_territoires", communes=[commune("44001", 2026, None)])
    assert {r["population_nb"] for r in rows} == {None}
    assert {r["motif_refus"] for r in rows} == {"population_non_donnee"}
    assert {r["communes_sans_population_nb"] for r in rows} == {1}


def test_a_municipality_without_department_is_shown() -> None:
    rows = computed("population_territoires", departements=[department("44")])
    lost = {(r["annee"], r["population_nb"]) for r in rows if r["territoire_niveau"] == "non_place"}
    assert lost == {(2021, 40), (2026, 40)}


@pytest.mark.parametrize("name", ["population_territoires", "evolution_population"])
def test_nothing_in_nothing_out(name: str) -> None:
    assert computed(name, communes=[], communes_liens=[]) == []


def test_two_departments_never_share_a_code() -> None:
    rows = [department("44", sas_code="SAS-44"), department("49", sas_code="SAS-44")]
    wrong = failing("codes_departements", departements=core_table("departements", rows))
    assert wrong == {"44 sas_code", "49 sas_code"}
    rows[1]["sas_code"] = "SAS-49"
    assert not failing("codes_departements", departements=core_table("departements", rows))


def test_a_municipality_has_a_known_department_in_its_region() -> None:
    rows = [commune("44001", 2026, 1), commune("49001", 2026, 1)]
    tables = {"communes": core_table("communes", rows)}
    tables["departements"] = core_table("departements", [department("44")])
    assert failing("departement_des_communes", **tables) == {"2026 49001"}
    tables["departements"] = core_table("departements", [department("44", region_code="53")])
    assert failing("departement_des_communes", **tables) == {"2026 44001", "2026 49001"}


def test_a_passage_leads_somewhere() -> None:
    tables = {"communes": core_table("communes", EDITIONS)}
    tables["communes_liens"] = core_table("communes_liens", [*LINKS, link("44888", "44999")])
    assert failing("arrivee_des_passages", **tables) == {"44888 44999"}


CLASSES = Classes((1.0, 5.0), ("a", "b", "c"), 1, "%")


@pytest.mark.parametrize(
    ("value", "reservation", "rank"),
    [
        (0.9, "exact", 0),
        (1.0, "exact", 1),
        (1.0, "moins_de", 0),
        (5.0, "exact", 2),
        (0.0, "exact", 0),
        (None, None, None),
    ],
)
def test_a_department_is_in_one_class_or_none(
    value: float | None, reservation: str | None, rank: int | None
) -> None:
    assert class_of({"valeur": value, "qualificatif_code": reservation}, CLASSES) == rank


def test_an_inset_keeps_its_proportions() -> None:
    (shape,) = boxed({"971": [[(0, 0), (4, 0), (4, 2)]]}, (10, 20, 1))["971"]
    assert shape == [(10, 20), (11, 20), (11, 20.5)]


def cell(code: str, mesure: str, value: float | None, origin: str | None) -> Row:
    return {
        "territoire_niveau": "departement",
        "territoire_code": code,
        "territoire_nom": code,
        "mesure_code": mesure,
        "valeur": value,
        "qualificatif_code": None,
        "n_nb": 3,
        "n_unite_code": "centres",
        "millesime": "2022",
        "origine_code": origin,
        "motif_refus": None if value is not None else "non_publie",
    }


def test_a_synthetic_cell_says_so_in_the_name_of_its_column() -> None:
    rows = [
        cell("01", "cds_pour_10000", 1.5, "synthetic"),
        cell("02", "cds_pour_10000", None, None),
        cell("01", "population_nb", 9.0, "derived"),
        cell("02", "population_nb", 8.0, "derived"),
    ]
    header, lines = wide_rows(pa.Table.from_pylist(rows), "departement")
    values = [name for name in header if "__" not in name][2:]
    assert values == ["cds_pour_10000_synthetique", "population_nb"]
    at = {name: rank for rank, name in enumerate(header)}
    assert lines[0][at["cds_pour_10000_synthetique"]] == "1.5"
    assert lines[1][at["cds_pour_10000_synthetique"]] == ""
    assert lines[1][at["cds_pour_10000_synthetique__motif_refus"]] == "non_publie"
