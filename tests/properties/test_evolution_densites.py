"""The split of a change of density: it adds up, favours no term, refuses what it cannot do."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from tests.densites import Tables, computed, only

CARD = "evolution_densites"
PLACES = ("2A", "2B", "44")
SHARED = {"source_file": "f", "source_line": 1, "origin": "real"}
doctors = st.integers(0, 20_000)
people = st.integers(1, 20_000_000)
Case = tuple[int, int, int, int]


def headcount(place: str, year: int, count: int | None) -> dict[str, Any]:
    return {
        "annee": year,
        "partition_code": "departements",
        "territoire_niveau": "departement",
        "territoire_code": place,
        "specialite_libelle": "Généralistes",
        "specialite_niveau_code": "groupe",
        "mode_exercice_code": "liberal",
        "tranche_age_code": "00",
        "sexe_code": "ensemble",
        "grandeur_code": "effectif",
        "valeur": None if count is None else Decimal(count),
        **SHARED,
    }


def inhabitants(place: str, year: int, count: int) -> dict[str, Any]:
    return {
        "territoire_niveau": "departement",
        "territoire_code": place,
        "annee": year,
        "variante_code": "municipale",
        "population_nb": count,
        **SHARED,
    }


def tables(counts: list[dict[str, Any]], populations: list[dict[str, Any]]) -> Tables:
    listed = {"effectifs_rpps": counts, "populations": populations}
    made = {
        name: pa.Table.from_pylist(rows, schema=arrow_schema(contract(name)))
        for name, rows in listed.items()
    }
    return made | {"communes": arrow_schema(contract("communes")).empty_table()}


def changes(cases: list[Case], **values: int) -> list[dict[str, Any]]:
    counts, populations = [], []
    for place, (e0, e1, p0, p1) in zip(PLACES, cases, strict=False):
        counts += [headcount(place, 2019, e0), headcount(place, 2023, e1)]
        populations += [inhabitants(place, 2019, p0), inhabitants(place, 2023, p1)]
    return [
        row
        for row in computed(CARD, tables(counts, populations), **values)
        if row["territoire_niveau"] == "departement"
    ]


@settings(max_examples=25)
@given(st.lists(st.tuples(doctors, doctors, people, people), min_size=3, max_size=3))
def test_both_effects_add_up_to_the_change(cases: list[Case]) -> None:
    rows = {row["territoire_code"]: row for row in changes(cases)}
    for place, (e0, e1, p0, p1) in zip(PLACES, cases, strict=True):
        row = rows[place]
        change = 100_000 * (Fraction(e1, p1) - Fraction(e0, p0))
        size = float(100_000 * (Fraction(e0 + e1) * (Fraction(1, p0) + Fraction(1, p1))))
        near = {"rel": 0, "abs": 1e-12 * max(size, 1e-9)}
        assert row["effet_effectif"] + row["effet_population"] == pytest.approx(
            float(change), **near
        )
        assert row["densite_ecart"] == pytest.approx(float(change), **near)
        halves = 50_000 * (e1 - e0) * (Fraction(1, p0) + Fraction(1, p1))
        assert row["effet_effectif"] == pytest.approx(float(halves), **near)
        # Each effect has the sign of its own cause.
        assert (row["effet_effectif"] > 0) == (e1 > e0)
        assert (row["effet_population"] > 0) == (p1 < p0 and e0 + e1 > 0)


@settings(max_examples=10)
@given(doctors, doctors, people, people)
def test_the_way_back_undoes_the_way_there(e0: int, e1: int, p0: int, p1: int) -> None:
    there, back = changes([(e0, e1, p0, p1), (e1, e0, p1, p0)])
    for name in ("effet_effectif", "effet_population", "densite_ecart"):
        assert there[name] == pytest.approx(-back[name], rel=1e-12, abs=1e-12)


def test_a_single_cause_has_the_whole_effect() -> None:
    grown, aged = changes([(100, 110, 100_000, 100_000), (100, 100, 100_000, 80_000)])
    assert (grown["effet_effectif"], grown["effet_population"]) == (pytest.approx(10), 0)
    assert (aged["effet_effectif"], aged["effet_population"]) == (0, pytest.approx(25))
    assert (aged["densite_evolution_pct"], aged["population_evolution_pct"]) == (
        pytest.approx(25), pytest.approx(-20),
    )  # fmt: skip
    assert aged["effectif_evolution_pct"] == 0


def test_growth_from_nobody_has_effects_but_no_rate() -> None:
    (row,) = changes([(0, 10, 100_000, 100_000)])
    assert (row["densite_ecart"], row["statut_calcul"]) == (pytest.approx(10), "calcule")
    assert (row["effectif_evolution_pct"], row["densite_evolution_pct"]) == (None, None)


@pytest.mark.parametrize(
    ("headcounts", "censuses", "years", "reason"),
    [
        ((2019, 2023), (2019, 2022), (2019, 2023), "recensements_decales"),
        ((2019, 2023), (2021,), (2019, 2023), "recensements_decales"),
        ((2019, 2023), (2018, 2022), (2019, 2023), None),
        ((2023,), (2019, 2023), (2019, 2023), "annee_base_absente"),
        ((2019,), (2019, 2023), (2019, 2023), "annee_fin_absente"),
        ((2019, 2023), (2019, 2023), (2023, 2019), "annees_inversees"),
        ((2019, 2023), (2019, 2023), (2019, 2019), "annees_inversees"),
        ((2010, 2023), (2019, 2023), (2010, 2023), "densite_base_refusee"),
        ((2019, 2023), (), (2019, 2023), "densite_base_refusee"),
        ((2019, 2030), (2019, 2023), (2019, 2030), "densite_fin_refusee"),
    ],
)
def test_what_cannot_be_split_is_refused(
    headcounts: tuple[int, ...],
    censuses: tuple[int, ...],
    years: tuple[int, int],
    reason: str | None,
) -> None:
    given = tables(
        [headcount("2A", year, 100) for year in headcounts],
        [inhabitants("2A", year, 100_000) for year in censuses],
    )
    rows = computed(CARD, given, densite_base_annee=years[0], densite_fin_annee=years[1])
    row = only(rows, territoire_code="2A")
    assert row["motif_refus"] == reason
    assert (row["effet_effectif"] is None) == (reason is not None)


def test_the_interval_is_that_of_the_observations() -> None:
    (row,) = changes([(1, 2, 3, 4)])
    assert row["duree_mois"] is None


def test_without_a_file_each_source_says_so() -> None:
    rows = computed(CARD, {})
    assert [(r["source_code"], r["motif_refus"]) for r in rows] == [
        (source, "aucun_fichier") for source in ("ameli", "anct", "rpps")
    ]
