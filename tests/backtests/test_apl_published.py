"""The APL against what DREES publishes, on its figures by department and for the country."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.contracts.registry import contract
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.store.parquet import read_built
from tests.apl_tables import GP, Rows, computed, from_files, one, tables

APL = "apl_territoires"
# Departments whose mean is at or under the threshold in 2024.
LOW = ["18", "28", "77", "78", "91", "95", "973"]
PRINTED = {2022: "3.79", 2023: "3.74", 2024: "3.72"}


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    found = shared / "realdata" / "apl"
    if not found.is_dir():
        pytest.skip("the extracts of the APL are not there")
    return found


@pytest.fixture(scope="module")
def departments(folder: Path) -> Rows:
    table = from_files("apl", folder / "apl_departements_2023_2024.csv")
    return computed(APL, tables(apl=table))


def test_departments_make_the_country(departments: Rows) -> None:
    whole = one(departments, "FR", "national", annee=2024)
    assert whole["population_sous_seuil_nb"] == 12_341_978
    assert whole["population_totale_nb"] == 67_760_573
    assert whole["apl"] == pytest.approx(3.72, abs=0.01)
    assert round(whole["part_sous_seuil_pct"], 1) == 18.2
    assert (whole["departements_nb"], whole["departements_absents_nb"]) == (100, 0)
    assert (whole["niveau_source_code"], whole["poids_code"]) == ("departement", "totale")
    regions = [
        row for row in departments if row["territoire_niveau"] == "region" and row["annee"] == 2024
    ]
    assert sum(row["population_sous_seuil_nb"] or 0 for row in regions) == 12_341_978
    assert [r["territoire_code"] for r in regions if r["motif_refus"]] == ["06"]


def test_the_low_departments_are_those_known(departments: Rows) -> None:
    found = [
        row["territoire_code"]
        for row in departments
        if row["territoire_niveau"] == "departement"
        and row["annee"] == 2024
        and row["apl"] is not None
        and row["apl"] <= 2.5
    ]
    assert found == LOW
    assert one(departments, "976", annee=2024)["motif_refus"] == "territoire_absent"


def test_the_other_year_has_values_and_no_weight(departments: Rows) -> None:
    rows = [r for r in departments if r["annee"] == 2023 and r["statut_calcul"] == "calcule"]
    assert len(rows) == 100
    assert one(departments, "FR", "national", annee=2023)["motif_refus"] == "poids_absent"
    # 2024 against 2023: 100 departments compared, Mayotte refused.
    compared = [r for r in departments if r["evolution"] is not None]
    assert len(compared) == 100
    assert one(departments, "18", annee=2024)["evolution"] == pytest.approx(0.01)


def test_the_national_series_is_the_printed_one(folder: Path, departments: Rows) -> None:
    table = from_files("apl", folder / "apl_france_2022_2024.csv")
    rows = [r for r in computed(APL, tables(apl=table)) if r["profession_code"] == GP]
    assert {r["annee"]: r["apl"] for r in rows} == {y: float(v) for y, v in PRINTED.items()}
    assert {r["annee"]: r["population_sous_seuil_nb"] for r in rows} == {
        2022: 9_991_878,
        2023: 11_210_951,
        2024: 12_341_978,
    }
    computed_2024 = one(departments, "FR", "national", annee=2024)
    assert Decimal(str(computed_2024["apl"])).quantize(Decimal("0.01")) == Decimal(PRINTED[2024])


def test_both_files_together_keep_one_source_by_year(folder: Path) -> None:
    names = ("apl_departements_2023_2024.csv", "apl_france_2022_2024.csv")
    rows = computed(APL, tables(apl=from_files("apl", *(folder / name for name in names))))
    found = {
        row["annee"]: (row["niveau_source_code"], row["motif_evolution"])
        for row in rows
        if (row["territoire_code"], row["profession_code"]) == ("FR", GP)
    }
    assert found == {
        2022: ("national", "annee_precedente_absente"),
        2023: ("national", None),
        2024: ("departement", "sources_differentes"),
    }


def test_the_threshold_is_the_one_a_document_prints(built: Layout) -> None:
    figures = read_built(built, contract("published_figures")).to_pylist()
    (printed,) = [row for row in figures if row["figure_id"] == "004-0030"]
    assert float(printed["value"]) == default_parameters().value("apl_seuil")
    # It prints "less than"; the project includes the threshold, and each row says its rule.
    assert printed["qualifier"] == "moins_de"
    assert default_parameters().value("apl_regle") == 1
