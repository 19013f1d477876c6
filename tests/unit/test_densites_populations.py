"""Which population a headcount is related to: its year, its variant, its parts."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from tests.densites import departements, insee, only, rpps, rpps_line, some_communes, view

TITLES = ("effectif_2019", "effectif_2023")
CORSICA = {"2A": 100_000, "2B": 200_000}


def test_a_headcount_is_related_to_the_population_of_its_year(tmp_path: Path) -> None:
    rows = view(
        {
            "effectifs_rpps": rpps(tmp_path, TITLES, rpps_line("2A", 90, 120)),
            "populations": departements(tmp_path, 2023, CORSICA),
        }
    )
    last = only(rows, territoire_code="2A", annee=2023)
    assert (last["densite"], last["population_nb"], last["effectif_nb"]) == (120.0, 100_000, 120)
    assert (last["population_annee"], last["population_ecart_annees"]) == (2023, 0)
    assert (last["population_variante_code"], last["population_table_code"]) == (
        "municipale", "populations",
    )  # fmt: skip
    assert last["date_observation"] == dt.date(2023, 1, 1)
    # 2019 is not in the file: the municipalities shipped have it.
    first = only(rows, territoire_code="2A", annee=2019)
    assert (first["population_annee"], first["population_table_code"]) == (2019, "communes")


@pytest.mark.parametrize(
    ("year", "widest", "found"),
    [(2023, 0, (2023, 0, None)), (2026, 3, (2023, 3, None)), (2021, 2, (2019, 2, None)),
     (2022, 0, (2023, 1, "population_trop_eloignee")),
     (2015, 3, (2019, 4, "population_trop_eloignee"))],
)  # fmt: skip
def test_the_nearest_population_shows_its_gap_or_is_refused(
    tmp_path: Path, year: int, widest: int, found: tuple[object, ...]
) -> None:
    given = {"effectifs_rpps": rpps(tmp_path, [f"effectif_{year}"], rpps_line("44", 10))}
    row = only(view(given, densite_ecart_annees_max=widest), territoire_code="44")
    assert (row["population_annee"], row["population_ecart_annees"], row["motif"]) == found
    assert (row["densite"] is None) == (row["motif"] is not None)


def test_the_variant_of_the_population_is_a_parameter(tmp_path: Path) -> None:
    towns = some_communes(("2A004", 2026, 70_000, 2023), ("2A005", 2026, 30_000, 2023))
    given = {
        "communes": towns,
        "effectifs_rpps": rpps(tmp_path, TITLES[1:], rpps_line("2A", 120)),
        "populations": insee(tmp_path, 2023, "2A004;70000;1000;71000", "2A005;30000;0;30000"),
    }
    for variant, people in (("municipale", 100_000), ("totale", 101_000)):
        row = only(view(given, densite_population_variante=variant), territoire_code="2A")
        assert (row["population_nb"], row["population_variante_code"]) == (people, variant)
        assert row["densite"] == 1e5 * 120 / people
    del given["populations"]
    alone = only(view(given, densite_population_variante="totale"), territoire_code="2A")
    assert (alone["densite"], alone["motif"]) == (None, "population_absente")


def test_municipalities_that_do_not_cover_a_department_are_not_its_population(
    tmp_path: Path,
) -> None:
    towns = some_communes(("2A004", 2026, 70_000, 2023), ("2A005", 2026, 30_000, 2023))
    given = {
        "communes": towns,
        "effectifs_rpps": rpps(tmp_path, ["effectif_2022"], rpps_line("2A", 120)),
        "populations": insee(tmp_path, 2022, "2A004;69000;;"),
    }
    row = only(view(given), territoire_code="2A")
    assert (row["population_nb"], row["population_table_code"]) == (100_000, "communes")
    enough = view(given, population_communes_couverture_min_pct=70)
    assert only(enough, territoire_code="2A")["population_nb"] == 69_000


def test_districts_are_not_counted_with_their_municipality(tmp_path: Path) -> None:
    given = {
        "communes": some_communes(("13055", 2026, 900_000, 2023)),
        "populations": insee(tmp_path, 2022, "13055;880000;;", "13201;40000;;"),
    }
    rows = view(given, "populations_territoires")
    (row,) = [r for r in rows if (r["territoire_code"], r["annee"]) == ("13", 2022)]
    assert row["population_nb"] == 880_000


def test_france_waits_for_one_census_of_all_its_departments(tmp_path: Path) -> None:
    given = {"effectifs_rpps": rpps(tmp_path, TITLES[1:], rpps_line("FR", 100_000))}
    row = only(view(given), territoire_code="FR")
    assert (row["effectif_nb"], row["densite"], row["motif"]) == (
        100_000, None, "population_incomplete",
    )  # fmt: skip
    mayotte = departements(tmp_path, 2023, {"976": 320_000})
    whole = only(view(given | {"populations": mayotte}), territoire_code="FR")
    assert (whole["population_nb"], whole["motif"]) == (68_094_280 + 320_000, None)
    assert whole["population_table_code"] == "communes, populations"
