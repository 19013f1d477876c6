"""Densities against what producers and documents print."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from tests.densites import CARDS, ameli, anct, computed, only, shipped, view
from tests.territory_files import read

GPS = "Ensemble des médecins généralistes"
LEVELS, CHANGES = CARDS


def printed(table: str, quantity: str, year: int | None = None) -> Decimal:
    """Return a number the study of Brittany prints of the region and its general practitioners."""
    rows = [
        r
        for r in shipped(table).to_pylist()
        if (r["territoire_nom"], r["grandeur_code"]) == ("Bretagne", quantity)
        and r.get("profession_code") in (None, "medecin_generaliste")
        and year in (None, r["annee"])
    ]
    assert len(rows) == 1
    return Decimal(rows[0]["valeur"])


def rounded(value: float) -> Decimal:
    """Return a value with the one decimal the documents print."""
    return round(Decimal(value), 1)


def brittany(folder: Path, populations: dict[int, int], **values: Any) -> list[dict[str, Any]]:
    """Return the changes in Brittany of the headcounts the study gives, under these populations."""
    last = int(printed("densites", "effectif_nb", 2024))
    first = round(last / (1 + printed("densites", "effectif_evolution_pct") / 100))
    rows = [
        {"territoire_niveau": "region", "territoire_code": "53", "annee": year,
         "variante_code": "municipale", "population_nb": count, "source_file": "f",
         "source_line": 1, "origin": "real"}
        for year, count in populations.items()
    ]  # fmt: skip
    given = {
        "densites_ameli": ameli(
            folder, f"2015;{GPS};53;999;{first};NC", f"2024;{GPS};53;999;{last};NC"
        ),
        "populations": pa.Table.from_pylist(rows, schema=arrow_schema(contract("populations"))),
    }
    years = {"densite_base_annee": 2015, "densite_fin_annee": 2024}
    return computed(CHANGES, given, **years, **values)


def test_headcounts_and_inhabitants_give_the_fall_the_study_prints(tmp_path: Path) -> None:
    before = printed("densites", "densite_pour_100k", 2015)
    after = printed("densites", "densite_pour_100k", 2024)
    last = printed("densites", "effectif_nb", 2024)
    first = last / (1 + printed("densites", "effectif_evolution_pct") / 100)
    # The populations the printed densities suppose: the study names none.
    supposed = {2015: round(100_000 * first / before), 2024: round(100_000 * last / after)}
    row = only(brittany(tmp_path, supposed), territoire_code="53")
    assert (rounded(row["densite_base"]), rounded(row["densite_fin"])) == (before, after)
    assert rounded(row["effectif_evolution_pct"]) == printed("densites", "effectif_evolution_pct")
    # Printed apart from the densities; both densities and the growth are rounded.
    growth = float(printed("demographie", "population_evolution_pct"))
    assert row["population_evolution_pct"] == pytest.approx(growth, abs=0.2)
    # More doctors, even more inhabitants.
    assert row["effet_effectif"] > 0 > row["densite_ecart"] > row["effet_population"]
    assert row["effet_effectif"] + row["effet_population"] == pytest.approx(row["densite_ecart"])


def test_the_census_does_not_give_the_density_the_study_prints(tmp_path: Path) -> None:
    last = int(printed("densites", "effectif_nb", 2024))
    given = {"densites_ameli": ameli(tmp_path, f"2024;{GPS};53;999;{last};92.7")}
    row = only(computed(LEVELS, given), territoire_code="53")
    assert (row["population_nb"], row["population_annee"]) == (3_449_370, 2023)
    assert rounded(row["densite"]) == Decimal("93.5")
    assert Decimal(str(row["densite_imprimee"])) == printed("densites", "densite_pour_100k", 2024)
    assert row["ecart_densites"] == pytest.approx(0.8, abs=0.05)


def test_old_regions_keep_their_level_and_only_the_unchanged_have_inhabitants(
    shared: Path,
) -> None:
    path = shared / "realdata" / "rpps_drees" / "rpps_generalistes_extrait.csv"
    table: pa.Table = read("effectifs_rpps", path).results["effectifs_rpps"].to_arrow()
    rows = view({"effectifs_rpps": table}, densite_ecart_annees_max=5)
    gps = [r for r in rows if (r["annee"], r["specialite_code"]) == (2014, "generalistes")]
    old = {r["territoire_code"]: r for r in gps if r["territoire_niveau"] == "region_2015"}
    assert len(old) == 27
    today = set(shipped("departements")["region_code"].to_pylist())
    refused = {c for c, r in old.items() if r["motif"] == "territoire_sans_population"}
    assert refused == set(old) - today
    assert {c for c, r in old.items() if r["densite"]} == set(old) & today
    # One level adds up to France, specialties and their rest too.
    france = only(gps, territoire_code="FR")
    assert france["effectif_nb"] == sum(r["effectif_nb"] for r in old.values()) == 102_140
    parts = {
        r["specialite_code"]: r["effectif_nb"]
        for r in rows
        if (r["annee"], r["territoire_code"]) == (2014, "FR")
    }
    assert parts == {"ensemble": 219_834, "generalistes": 102_140, "specialistes": 117_694}
    # Corsica, today's region, is the sum of its departments and what the file prints of it.
    corsica = only(gps, territoire_niveau="region", territoire_code="94")
    assert corsica["effectif_nb"] == old["94"]["effectif_nb"]


def test_printed_densities_of_anct_stand_without_a_headcount(tmp_path: Path) -> None:
    known = {"01": 68.2, "2A": 110.2, "75": 115.6}
    lines = [[code, "x", 2023, None, None, density] for code, density in known.items()]
    rows = [
        r
        for r in computed(LEVELS, {"densites_anct": anct(tmp_path, *lines)})
        if r["territoire_code"] in known and r["territoire_niveau"] == "departement"
    ]
    assert {r["territoire_code"]: r["densite_imprimee"] for r in rows if r["source_code"] == "anct"
            } == known  # fmt: skip
    assert {(r["densite"], r["motif_refus"]) for r in rows} == {(None, "effectif_absent")}
