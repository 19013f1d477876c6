"""Properties of the APL of territories, whatever the municipalities: parts make the whole."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.apl_tables import GP, Row, computed, every_department, one, table, tables

SEATS = [str(line[0]) for line in every_department()]
PLACES = [f"{code[:2]}9{rank:02}" for code in ("01", "38", "69") for rank in range(4)]
Town = tuple[Decimal | None, Decimal | None, int]
VALUES = st.none() | st.decimals(0, 9, places=2)
TOWNS = st.lists(
    st.tuples(VALUES, st.none() | st.decimals(1, 5000, places=3), st.integers(0, 9999)),
    min_size=len(PLACES),
    max_size=len(PLACES),
)


def town(code: str, told: Town) -> Row:
    value, need, people = told
    place = {"territoire_niveau": "commune", "territoire_code": code, "departement_code": code[:2]}
    if code.startswith("97"):
        place["departement_code"] = code[:3]
    measure = {"profession_code": GP, "mesure_code": "ensemble", "annee": 2024}
    unit = {"unite_code": "consultations_par_habitant", "population_annee": 2022}
    held = {"valeur": value, "population_standardisee_nb": need, "population_totale_nb": people}
    return {**place, **measure, **unit, **held}


def country(towns: list[Town]) -> list[Row]:
    seats: list[Town] = [(Decimal("3.1"), Decimal(100), 100)] * len(SEATS)
    pairs = zip([*SEATS, *PLACES], [*seats, *towns], strict=True)
    return [town(code, told) for code, told in pairs]


def kept(rows: list[Row]) -> list[Row]:
    return [r for r in rows if r["valeur"] is not None and r["population_standardisee_nb"]]


def exact(rows: list[Row]) -> Fraction:
    weights = [Fraction(row["population_standardisee_nb"]) for row in rows]
    values = [Fraction(row["valeur"]) for row in rows]
    return sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)


@settings(max_examples=20)
@given(towns=TOWNS)
def test_the_parts_make_the_whole(towns: list[Town]) -> None:
    given_rows = country(towns)
    rows = computed("apl_territoires", tables(apl=table("apl", given_rows)))
    whole = one(rows, "FR", "national")
    assert whole["apl"] == pytest.approx(float(exact(kept(given_rows))), rel=1e-12)
    for level in ("departement", "region"):
        parts = [row for row in rows if row["territoire_niveau"] == level]
        for name in ("communes_nb", "population_totale_nb", "population_sous_seuil_nb",
                     "population_standardisee_nb", "sans_apl_nb", "sans_poids_nb"):  # fmt: skip
            assert whole[name] == sum(row[name] or 0 for row in parts), name
    counted = [whole[name] for name in ("communes_nb", "sans_apl_nb", "sans_poids_nb")]
    assert sum(counted) == len(given_rows)


@settings(max_examples=6)
@given(towns=TOWNS, low=st.integers(0, 8), rule=st.integers(0, 1))
def test_a_higher_threshold_holds_no_fewer_people(towns: list[Town], low: int, rule: int) -> None:
    given_tables = tables(apl=table("apl", country(towns)))

    def under(threshold: float, at: int) -> list[Any]:
        told = {"apl_seuil": threshold, "apl_regle": at}
        rows = computed("apl_territoires", given_tables, **told)
        return [row["population_sous_seuil_nb"] for row in rows if row["communes_nb"]]

    here = under(low, rule)
    assert all(a <= b for a, b in zip(here, under(low + 1, rule), strict=True))
    assert all(a <= b for a, b in zip(under(low, 0), under(low, 1), strict=True))


def test_a_number_at_the_threshold_is_compared_exactly() -> None:
    rows = [town("01001", (Decimal("2.5"), Decimal(1), 7))]
    rows.append(town("01002", (Decimal("2.5000000001"), Decimal(1), 5)))
    found = one(computed("apl_territoires", tables(apl=table("apl", rows))), "01")
    assert found["population_sous_seuil_nb"] == 7
