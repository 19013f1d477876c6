"""The crosswalk of territories: codes that lead one way, codes that do not, nobody lost."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.registry import vocabularies
from pipeline.indicators.balance import (
    BalanceError,
    account_balances,
    balances,
    joined_balances,
    verify_balances,
)
from pipeline.indicators.card import card
from pipeline.indicators.views import views
from pipeline.store.engine import DuckDBEngine
from pipeline.store.parquet import conform
from tests.territoires import commune, computed, department, link, member

Row = dict[str, Any]

GUADELOUPE = {"finess_code": "9A", "drees_code": "971", "anct_code": "971", "sas_code": "SAS-971",
              "sans_zero_code": "971", "zone_code": "drom"}  # fmt: skip
DEPARTMENTS = [
    department("01", "84", finess_code="01", drees_code="001", sas_code="SAS-01",
               sans_zero_code="1"),
    department("44", finess_code="44", drees_code="044", sas_code="SAS-44", sans_zero_code="44"),
    department("75", "11", drees_code="075"),
    department("971", "01", **GUADELOUPE),
    department("977", "977", zone_code="com"),
    department("978", "978", zone_code="com"),
]  # fmt: skip
# 44002 joined 44001; 44004 left 44003; Paris has districts.
COMMUNES = [
    commune("01001", 2021, 10, region_code="84"),
    commune("01001", 2026, 10, region_code="84"),
    commune("44001", 2021, 100),
    commune("44002", 2021, 50),
    commune("44003", 2021, 90),
    commune("44001", 2026, 160),
    commune("44003", 2026, 60),
    commune("44004", 2026, 30),
    commune("75056", 2026, 1000, region_code="11"),
    commune("97101", 2026, 80, region_code="01"),
    commune("97701", 2026, 15, region_code="977"),
    commune("97801", 2026, 5, region_code="978"),
]
LINKS = [
    link("44002", "44001"),
    link("44003", "44004", "retablissement", 2021),
    link("75101", "75056", "arrondissement_municipal"),
    link("75102", "75056", "arrondissement_municipal"),
]
GIVEN = {"communes": COMMUNES, "communes_liens": LINKS, "departements": DEPARTMENTS}
LISTS = [
    member("44-nord", "44001"),
    member("44-nord", "44002"),
    member("44-nord", "44003"),
    member("44-sud", "44003"),
    member("44-sud", "44004"),
    member("75-centre", "75101", commune_mere_code="75056", arrondissement=True),
]


def crosswalk(**more: list[Row]) -> list[Row]:
    return computed("territoires", **{**GIVEN, **more})


def led(rows: list[Row], system: str, level: str, code: str, year: int = 2026) -> dict[str, Row]:
    """Return what a code of a system leads to, by official code."""
    key = (year, system, level, code)
    return {
        r["territoire_code"]: r
        for r in rows
        if (r["annee"], r["systeme_code"], r["territoire_niveau"], r["code_dans_systeme"]) == key
    }


@pytest.mark.parametrize(
    ("system", "level", "code", "territory"),
    [
        ("drees", "departement", "001", "01"),
        ("drees", "departement", "075", "75"),
        ("sas", "departement", "SAS-44", "44"),
        ("finess", "departement", "9A", "971"),
        ("finess", "collectivite", "9A", "978"),
        ("sans_zero", "departement", "1", "01"),
        ("sans_zero", "region", "1", "01"),
        ("sans_zero", "commune", "1001", "01001"),
        ("cog", "collectivite", "977", "977"),
        ("cog", "region", "84", "84"),
        ("cog", "arrondissement_municipal", "75101", "75101"),
        ("cog_ancien", "commune", "44002", "44001"),
    ],
)
def test_a_code_of_any_system_leads_to_the_official_one(
    system: str, level: str, code: str, territory: str
) -> None:
    assert territory in led(crosswalk(), system, level, code)


def test_one_code_for_three_territories_says_so_and_how_to_share() -> None:
    rows = [r for r in crosswalk() if r["code_dans_systeme"] == "9A" and r["annee"] == 2026]
    assert {(r["territoire_code"], r["territoires_nb"], r["part"]) for r in rows} == {
        ("971", 3, 0.8),
        ("977", 3, 0.15),
        ("978", 3, 0.05),
    }


def test_a_split_municipality_shares_by_population() -> None:
    found = led(crosswalk(), "cog_ancien", "commune", "44003")
    assert {code: r["part"] for code, r in found.items()} == {
        "44003": pytest.approx(2 / 3),
        "44004": pytest.approx(1 / 3),
    }
    assert {r["territoires_nb"] for r in found.values()} == {2}


def test_parents_of_each_level() -> None:
    rows = crosswalk()
    district = led(rows, "cog", "arrondissement_municipal", "75102")["75102"]
    assert (district["commune_mere_code"], district["departement_code"]) == ("75056", "75")
    assert district["population_nb"] is None
    town = led(rows, "cog", "commune", "44001", 2021)["44001"]
    assert (town["departement_code"], town["region_code"], town["population_nb"]) == (
        "44", "52", 100)  # fmt: skip
    region = led(rows, "cog", "region", "52")["52"]
    assert (region["departement_code"], region["communes_nb"]) == (None, 3)
    assert region["population_nb"] == 250
    assert not led(rows, "cog", "region", "977")


def test_a_population_not_wholly_known_is_empty() -> None:
    holed = [*COMMUNES, commune("44005", 2026, None)]
    rows = crosswalk(communes=holed)
    assert led(rows, "cog", "departement", "44")["44"]["population_nb"] is None
    assert led(rows, "cog", "departement", "44", 2021)["44"]["population_nb"] == 240


def test_lists_and_zonings_bring_their_territories() -> None:
    zone = {"territoire_niveau": "commune", "profession_code": "medecin_generaliste",
            "origin": "real", "source_file": "data/raw/z.csv", "source_line": 2}  # fmt: skip
    zoning = [
        {**zone, "territoire_code": "44001", "territoire_vie_sante": "A", "millesime": "2024"},
        {**zone, "territoire_code": "44001", "territoire_vie_sante": "old", "millesime": "2020"},
        {**zone, "territoire_code": "44003", "territoire_vie_sante": "A", "millesime": "2024"},
    ]
    rows = crosswalk(cpts_communes=LISTS, zonage_communes=zoning)
    assert led(rows, "liste", "territoire_vie_sante", "A")["A"]["population_nb"] == 220
    north = led(rows, "liste", "cpts", "44-nord")["44-nord"]
    # 44002 is in 44001 since: one municipality, counted once
    assert (north["communes_nb"], north["population_nb"]) == (2, 220)
    shared = led(rows, "cog", "commune", "44003")["44003"]
    assert (shared["cpts_nb"], shared["cpts_id"]) == (2, None)
    alone = led(rows, "cog", "commune", "44001")["44001"]
    assert (alone["cpts_nb"], alone["cpts_id"], alone["vie_sante_code"]) == (1, "44-nord", "A")
    # older editions know neither
    assert led(rows, "cog", "commune", "44001", 2021)["44001"]["cpts_nb"] is None
    # no population of districts is given: that of the CPTS is not known
    assert led(rows, "liste", "cpts", "75-centre")["75-centre"]["population_nb"] is None


def account(**more: list[Row]) -> dict[tuple[str, str], Row]:
    rows = computed("bilan_territoires", **{**GIVEN, **more})
    return {(r["territoire_niveau"], r["sort_code"]): r for r in rows if r["annee"] == 2026}


def test_the_account_counts_an_overlap_once_and_names_what_is_aside() -> None:
    found = account(cpts_communes=LISTS)
    people = {sort: r["population_nb"] for (level, sort), r in found.items() if level == "cpts"}
    assert people == {
        "placee": 190,
        "partagee": 60,
        "par_arrondissement": 1000,
        "incomplete": None,
        "hors_champ": None,
        "non_placee": 110,
        "ensemble": 1360,
    }
    assert found["departement", "hors_champ"]["population_nb"] == 20
    assert found["departement", "placee"]["population_nb"] == 1340


def account_table(**more: list[Row]) -> pa.Table:
    rows = computed("bilan_territoires", **{**GIVEN, **more})
    return conform(pa.Table.from_pylist(rows), card("bilan_territoires"))


def test_every_sum_of_the_account_holds() -> None:
    unknown = [d for d in DEPARTMENTS if d["departement_code"] != "01"]
    holed = [*COMMUNES, commune("44005", 2026, None)]
    for table in (
        account_table(cpts_communes=LISTS),
        account_table(departements=unknown),
        account_table(communes=holed),
    ):
        assert all(b.holds for b in account_balances(table))


def test_a_department_listed_twice_is_seen_by_the_account() -> None:
    table = account_table(departements=[*DEPARTMENTS, department("44")])
    wrong = {b.subject for b in balances({"bilan_territoires": table}) if not b.holds}
    assert "departement 2026, population_nb" in wrong
    with pytest.raises(BalanceError, match=r"bilan_territoires: departement 2021, communes_nb"):
        verify_balances({"bilan_territoires": table})


def test_a_department_missing_from_the_joined_table_is_seen() -> None:
    rows = computed("tableau_territorial", **GIVEN)
    joined = conform(pa.Table.from_pylist(rows), card("tableau_territorial"))
    table = account_table()
    assert all(b.holds for b in joined_balances(table, joined))
    kept = [r for r in rows if r["territoire_code"] != "44"]
    less = conform(pa.Table.from_pylist(kept), card("tableau_territorial"))
    (wrong,) = [b for b in joined_balances(table, less) if not b.holds]
    assert (wrong.subject, wrong.expected, wrong.found) == (
        "departement 2026, population_nb", 1340, 1090)  # fmt: skip


def test_what_is_set_aside_is_missing_from_both_sides() -> None:
    holed = {**GIVEN, "communes": [*COMMUNES, commune("44005", 2026, None)]}
    joined = conform(
        pa.Table.from_pylist(computed("tableau_territorial", **holed)), card("tableau_territorial")
    )
    found = joined_balances(account_table(communes=holed["communes"]), joined)
    assert [(b.expected, b.found) for b in found] == [(1090, 1090)] * 2


def test_regions_carry_the_names_of_the_closed_list() -> None:
    with DuckDBEngine() as engine:
        rows = engine.query(views()["regions"].sql).to_pylist()
    listed = {code: label.fr for code, label in vocabularies()["region"].items()}
    assert {r["region_code"]: r["region_nom"] for r in rows} == listed


def test_nothing_in_nothing_out() -> None:
    assert computed("territoires") == []
    assert computed("bilan_territoires") == []


def test_the_key_of_the_crosswalk_is_a_key() -> None:
    rows = crosswalk(cpts_communes=LISTS)
    keys = Counter(tuple(r[name] for name in card("territoires").key) for r in rows)
    assert max(keys.values()) == 1
