"""The geography shipped, against what INSEE prints, other code systems and itself."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest

from pipeline.contracts.registry import contract, vocabularies
from pipeline.indicators.card import card
from pipeline.indicators.views import open_views
from pipeline.paths import Layout
from pipeline.sources.finess_places import OVERSEAS
from pipeline.store.engine import DuckDBEngine
from pipeline.store.parquet import read_built

Row = dict[str, Any]
# Reference populations at 1 January 2023, as the regional notes of INSEE print them.
PRINTED_2023 = {
    "01": 384160,
    "02": 360630,
    "03": 293996,
    "11": 12463067,
    "27": 2802670,
    "53": 3449370,
    "94": 355486,
}


def core(built: Layout, name: str) -> list[Row]:
    found: list[Row] = read_built(built, contract(name)).to_pylist()
    return found


def indicator(built: Layout, name: str) -> list[Row]:
    found: list[Row] = read_built(built, card(name)).to_pylist()
    return found


def test_regions_have_the_population_insee_prints(built: Layout) -> None:
    found = {
        r["territoire_code"]: r["population_nb"]
        for r in indicator(built, "population_territoires")
        if r["annee"] == 2026 and r["territoire_niveau"] == "region"
    }
    assert {code: found[code] for code in PRINTED_2023} == PRINTED_2023


@pytest.mark.parametrize("year", [2021, 2026])
def test_no_inhabitant_is_lost(built: Layout, year: int) -> None:
    total = sum(r["population_nb"] or 0 for r in core(built, "communes") if r["annee"] == year)
    rows = [r for r in indicator(built, "population_territoires") if r["annee"] == year]
    levels: Counter[str] = Counter()
    for row in rows:
        levels[row["territoire_niveau"]] += row["population_nb"] or 0
    assert levels["departement"] == levels["region"] == levels["national"] > 67_000_000
    assert levels["national"] + levels["collectivite"] == total
    assert "non_place" not in levels


def test_departments_are_those_of_the_list_in_their_region(built: Layout) -> None:
    listed = {code: found.parent for code, found in vocabularies()["departement"].items()}
    rows = [r for r in core(built, "departements") if r["zone_code"] != "com"]
    assert {r["departement_code"]: r["region_code"] for r in rows} == listed
    assert len(rows) == 101
    assert not [r for r in rows if None in (r["finess_code"], r["sas_code"], r["tuile_rang"])]


def test_the_codes_of_finess_are_those_its_reader_knows(built: Layout) -> None:
    own = {r["finess_code"]: r["departement_code"] for r in core(built, "departements")}
    for code, found in OVERSEAS.items():
        if code in own:
            assert own[code] in found


def test_the_codes_of_the_sas_are_those_of_its_file(built: Layout, shared: Any) -> None:
    path = shared / "realdata" / "sas" / "SAS_rayons_2025.raw.csv"
    if not path.is_file():
        pytest.skip("the extract of the search radii is not there")
    text = path.read_text(encoding="utf-8")
    found = {word for word in text.replace("\n", ",").split(",") if word.startswith("SAS-")}
    assert {r["sas_code"] for r in core(built, "departements")} - {None} == found


def test_every_municipality_of_the_first_edition_is_placed(built: Layout) -> None:
    with DuckDBEngine() as engine:
        for name in ("communes", "communes_liens"):
            engine.register_table(name, read_built(built, contract(name)))
        open_views(engine, ["passage_communes"])
        rows = engine.query("SELECT * FROM passage_communes").to_pylist()
    assert not [r for r in rows if r["arrivee_code"] is None]
    parts: dict[str, Fraction] = {}
    for row in rows:
        whole = int(row["part_denominateur_nb"] or 0)
        part = Fraction(row["part_numerateur_nb"], whole) if whole else Fraction(1)
        parts[row["depart_code"]] = parts.get(row["depart_code"], Fraction(0)) + part
    assert set(parts.values()) == {Fraction(1)}
    first = {r["commune_code"] for r in core(built, "communes") if r["annee"] == 2021}
    assert set(parts) == first
    # a split stays within a department, so that its population moves whole
    assert {r["depart_departement_code"] == r["arrivee_departement_code"] for r in rows} == {True}


def test_every_department_has_its_outline_and_its_tile(built: Layout) -> None:
    points = core(built, "contours")
    assert {p["departement_code"] for p in points} == set(vocabularies()["departement"])
    owners: dict[tuple[Any, Any], set[str]] = {}
    for p in points:
        place = (p["longitude_deg"], p["latitude_deg"])
        owners.setdefault(place, set()).add(p["departement_code"])
    around: dict[str, set[str]] = {}
    for codes in owners.values():
        for code in codes:
            around.setdefault(code, set()).update(codes - {code})
    assert around["75"] == {"92", "93", "94"}
    assert around["44"] >= {"35", "49", "56", "85"}
    assert not around["974"]
    tiles = Counter(
        (r["tuile_colonne"], r["tuile_rang"])
        for r in core(built, "departements")
        if r["tuile_rang"] is not None
    )
    assert len(tiles) == 101
    assert max(tiles.values()) == 1
