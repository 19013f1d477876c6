"""The geography shipped, against what INSEE prints, other code systems and itself."""

from __future__ import annotations

import statistics
from collections import Counter
from fractions import Fraction
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract, vocabularies
from pipeline.indicators.balance import BALANCED, balances
from pipeline.indicators.card import card
from pipeline.indicators.views import core_inputs, open_views
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


def test_the_joined_table_has_every_cell_with_its_origin_or_reason(built: Layout) -> None:
    rows = indicator(built, "tableau_territorial")
    measures = set(vocabularies()["mesure_territoire"])
    cells = {
        (r["territoire_code"], r["mesure_code"])
        for r in rows
        if r["territoire_niveau"] == "departement"
    }
    assert cells == {(d, m) for d in vocabularies()["departement"] for m in measures}
    for row in rows:
        if row["statut_calcul"] == "calcule":
            assert row["origine_code"]
            assert row["millesime"]
            assert row["valeur"] is not None
        else:
            assert row["valeur"] is None
            assert row["motif_refus"]
    centres = {r["origine_code"] for r in rows if r["mesure_code"] == "cds_pour_10000"}
    assert centres == {"synthetic", None}
    mayotte = [r for r in rows if r["territoire_code"] == "976" and r["valeur"] == 0]
    assert not mayotte


def test_the_printed_shares_of_acts_are_all_joined(built: Layout) -> None:
    joined = {
        r["ligne_source"]
        for r in indicator(built, "tableau_territorial")
        if r["mesure_code"] == "cds_part_actes_mg_pct" and r["statut_calcul"] == "calcule"
    }
    printed = {
        r["ligne"]
        for r in core(built, "published_tables")
        if r["tableau_id"] == "igas_part_actes_mg_cds_territoires" and r["valeur"] is not None
    }
    # the nation twice, two groups of regions, a handful of municipalities
    assert len(printed - joined) == 5
    assert joined < printed
    left = {line.split(" · ")[0] for line in printed - joined}
    assert "France" in left
    assert "Île-de-France" not in left


def test_the_wide_form_is_published(published: Layout) -> None:
    folder = published.reports / "territoires"
    for level, count in (("departement", 101), ("region", 18), ("cpts", 43)):
        text = (folder / f"tableau_territorial_{level}.csv").read_text(encoding="utf-8")
        assert len(text.splitlines()) == count + 1
    assert pq.read_schema(published.processed / "core" / "communes.parquet").metadata


def test_each_code_system_leads_one_way_but_for_what_is_named(built: Layout) -> None:
    rows = indicator(built, "territoires")
    several = {
        (r["annee"], r["systeme_code"], r["code_dans_systeme"])
        for r in rows
        if r["territoires_nb"] != 1
    }
    # FINESS files Saint-Barthélemy and Saint-Martin under Guadeloupe; three municipalities split
    assert several == {
        (2021, "finess", "9A"),
        (2026, "finess", "9A"),
        (2026, "cog_ancien", "15141"),
        (2026, "cog_ancien", "60054"),
        (2026, "cog_ancien", "85084"),
    }
    doubled = {r["systeme_code"] for r in rows if r["codes_nb"] != 1}
    assert doubled == {"cog_ancien"}
    parts: dict[tuple[Any, ...], float] = {}
    for r in rows:
        key = (
            r["annee"],
            r["systeme_code"],
            r["territoire_niveau"] == "commune",
            r["code_dans_systeme"],
            r["territoire_niveau"] in {"departement", "collectivite"},
        )
        parts[key] = parts.get(key, 0.0) + r["part"]
    whole = {round(part, 9) for key, part in parts.items() if key[2] or key[4]}
    assert whole == {1.0}


@pytest.mark.parametrize("system", ["anct", "drees", "finess", "sans_zero", "sas"])
def test_every_system_names_every_department(built: Layout, system: str) -> None:
    for year in (2021, 2026):
        found = [
            r["territoire_code"]
            for r in indicator(built, "territoires")
            if (r["annee"], r["systeme_code"], r["territoire_niveau"])
            == (year, system, "departement")
        ]
        assert sorted(found) == sorted(vocabularies()["departement"])


def test_every_municipality_of_an_edition_has_one_department_and_region(built: Layout) -> None:
    known = {r["departement_code"]: r["region_code"] for r in core(built, "departements")}
    rows = [
        r
        for r in indicator(built, "territoires")
        if (r["systeme_code"], r["territoire_niveau"]) == ("cog", "commune")
    ]
    assert {(r["annee"], r["territoire_code"]) for r in rows} == {
        (r["annee"], r["commune_code"]) for r in core(built, "communes")
    }
    assert len(rows) == len(core(built, "communes"))
    assert all(known[r["departement_code"]] == r["region_code"] for r in rows)


def test_what_goes_into_the_territories_comes_out(built: Layout) -> None:
    tables = {name: read_built(built, card(name)) for name in BALANCED}
    found = balances(tables)
    assert [b for b in found if not b.holds] == []
    assert {b.table for b in found} == set(BALANCED)
    national = {(b.subject, b.found) for b in found if b.table == "tableau_territorial"}
    assert national == {
        ("departement 2026, population_nb", 68350798),
        ("region 2026, population_nb", 68350798),
    }


def test_a_median_of_a_region_is_that_of_its_centres(built: Layout) -> None:
    names = ("mesures_cds", "champ_r1")
    with DuckDBEngine() as engine:
        for name in core_inputs(names):
            engine.register_table(name, read_built(built, contract(name)))
        open_views(engine, names)
        rows = engine.query(
            "SELECT m.departement_code, 100.0 * (m.recettes_exploitation_eur"
            " - m.charges_exploitation_eur) / m.charges_exploitation_eur AS r1"
            " FROM champ_r1 p JOIN mesures_cds m USING (annee, finess) WHERE annee = 2022"
        ).to_pylist()
    region = {r["departement_code"]: r["region_code"] for r in core(built, "departements")}
    values: dict[str, list[float]] = {}
    for row in rows:
        values.setdefault(region[row["departement_code"]], []).append(float(row["r1"]))
    found = {
        r["territoire_code"]: (r["valeur"], r["n_nb"])
        for r in indicator(built, "tableau_territorial")
        if (r["territoire_niveau"], r["mesure_code"]) == ("region", "cds_r1_median_pct")
        and r["statut_calcul"] == "calcule"
    }
    assert len(found) >= 10
    for code, (median, number) in found.items():
        assert number == len(values[code])
        assert median == pytest.approx(statistics.median(values[code]))


def test_slots_of_the_feed_are_joined_and_synthetic(built: Layout) -> None:
    rows = [
        r
        for r in indicator(built, "tableau_territorial")
        if r["mesure_code"].startswith("creneaux") and r["statut_calcul"] == "calcule"
    ]
    assert {r["origine_code"] for r in rows} == {"synthetic"}
    weekly = {
        r["territoire_code"]: (r["par_10000_semaine_nb"], r["creneaux_nb"])
        for r in indicator(built, "creneaux_par_10000")
        if r["niveau_code"] == "cpts" and r["statut_calcul"] == "calcule"
    }
    joined = {
        r["territoire_code"]: (pytest.approx(r["valeur"]), r["n_nb"])
        for r in rows
        if (r["territoire_niveau"], r["mesure_code"]) == ("cpts", "creneaux_offerts_pour_10000")
    }
    assert weekly == joined
    assert {r["territoire_code"] for r in rows if r["territoire_niveau"] != "cpts"} == {
        "44", "85", "52"}  # fmt: skip
