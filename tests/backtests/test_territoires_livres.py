"""The tables of territories on the files shipped: crosswalk, account, joined table."""

from __future__ import annotations

import statistics
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract, vocabularies
from pipeline.indicators.balance import BALANCED, balances
from pipeline.indicators.card import card
from pipeline.indicators.runner import bind_parameters
from pipeline.indicators.views import core_inputs, open_views
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.store.engine import DuckDBEngine
from pipeline.store.parquet import built_path, conform, read_built
from tests.territory_files import read

Row = dict[str, Any]


def core(built: Layout, name: str) -> list[Row]:
    found: list[Row] = read_built(built, contract(name)).to_pylist()
    return found


def indicator(built: Layout, name: str) -> list[Row]:
    found: list[Row] = read_built(built, card(name)).to_pylist()
    return found


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
    page = (published.reports / "tables" / "tableau_territorial.html").read_text(encoding="utf-8")
    for level, count in (("departement", 101), ("region", 18), ("cpts", 43)):
        text = (folder / f"tableau_territorial_{level}.csv").read_text(encoding="utf-8")
        assert len(text.splitlines()) == count + 1
        assert f'href="../territoires/tableau_territorial_{level}.csv"' in page
        header = text.splitlines()[0].split(",")
        assert "population_nb" in header
        assert "creneaux_offerts_pour_10000_synthetique" in header
        assert "creneaux_offerts_pour_10000" not in header
    # a crosswalk of that many rows is offered as CSV alone
    crosswalk = (published.reports / "tables" / "territoires.html").read_text(encoding="utf-8")
    assert 'href="territoires.csv"' in crosswalk
    assert "territoires.xlsx" not in crosswalk
    assert not (published.reports / "tables" / "territoires.xlsx").exists()
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


def test_a_real_file_of_apl_fills_its_cells(built: Layout, shared: Any) -> None:
    path = shared / "realdata" / "apl" / "apl_departements_2023_2024.csv"
    if not path.is_file():
        pytest.skip("the extract of the APL by department is not there")
    table = read("apl", path).results["apl"].to_arrow()
    joined = card("tableau_territorial")
    with DuckDBEngine() as engine:
        for name in joined.core_inputs:
            if name == "apl":
                engine.register_table(name, conform(table, contract(name)))
            else:
                engine.register(name, built_path(built, contract(name)))
        open_views(engine, joined.inputs)
        rows = engine.query(bind_parameters(joined, default_parameters())).to_pylist()
    found = {(r["territoire_niveau"], r["territoire_code"], r["mesure_code"]): r for r in rows}
    # as printed: 2.57 consultations, 349 303 of 671 289 inhabitants under 2.5
    ain = found["departement", "01", "apl_mg"]
    assert (ain["valeur"], ain["millesime"], ain["origine_code"]) == (2.57, "2024", "derived")
    share = found["departement", "01", "apl_sous_seuil_pct"]
    assert share["valeur"] == pytest.approx(100 * 349303 / 671289)
    assert (share["n_nb"], share["n_unite_code"]) == (671289, "habitants")
    # one department makes the region of La Réunion; Mayotte is in no file of the APL
    island, region = (found[k, c, "apl_mg"] for k, c in (("departement", "974"), ("region", "04")))
    assert region["valeur"] == pytest.approx(island["valeur"])
    assert found["departement", "976", "apl_mg"]["motif_refus"] == "territoire_absent"
