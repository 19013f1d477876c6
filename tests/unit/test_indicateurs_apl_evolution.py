"""The APL from year to year: values of one level of source and one weight, or none."""

from __future__ import annotations

from pathlib import Path

from tests.apl_tables import aggregated, computed, from_files, one, tables
from tests.territory_files import APL_TITLES, apl_sheet, workbook

APL = "apl_territoires"


def test_a_change_compares_years_of_one_kind(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "a.xlsx",
        {
            "APL 2022": apl_sheet(["01001", "A", 2, 2, 10, 10]),
            "APL 2023": apl_sheet(["01001", "A", 2.5, 2, 10, 10]),
            "APL 2025": apl_sheet(["01001", "A", 1, 1, 10, 10]),
        },
    )
    path = aggregated(tmp_path, "01,3,2.9,100,60")
    table = from_files("apl", book, path)
    rows = computed(APL, tables(apl=table))
    found = [
        (row["annee"], row["niveau_source_code"], row["evolution"], row["motif_evolution"])
        for row in rows
        if (row["territoire_niveau"], row["territoire_code"]) == ("departement", "01")
        and row["mesure_code"] == "ensemble"
    ]
    assert found == [
        (2022, "commune", None, "annee_precedente_absente"),
        (2023, "commune", 0.5, None),
        (2024, "departement", None, "sources_differentes"),
        (2025, "commune", None, "sources_differentes"),
    ]
    grown = one(rows, "01", annee=2023, mesure_code="ensemble")
    assert (grown["evolution_pct"], grown["annee_precedente"]) == (25.0, 2022)


def test_a_change_needs_the_year_before_and_one_level_of_source(tmp_path: Path) -> None:
    # Both years weigh by total population: the level alone tells them apart.
    titles = ["Code commune INSEE", "Commune", "APL aux médecins généralistes",
              "Population totale 2021"]  # fmt: skip
    lines = [["2A004", "A", 3, 10], ["2B033", "B", 3, 10]]
    sheets = {f"APL {year}": apl_sheet(*lines, titles=titles) for year in (2020, 2022, 2023)}
    book = workbook(tmp_path / "a.xlsx", sheets)
    path = aggregated(tmp_path, "2A,2,2,100,60", "2B,4,4,300,0")
    rows = computed(APL, tables(apl=from_files("apl", book, path)))
    found = [
        (row["annee"], row["poids_code"], row["motif_evolution"])
        for row in rows
        if (row["territoire_niveau"], row["territoire_code"]) == ("region", "94")
    ]
    assert found == [
        (2020, "totale", "annee_precedente_absente"),
        (2022, "totale", "annee_precedente_absente"),
        (2023, "totale", None),
        (2024, "totale", "sources_differentes"),
    ]


def test_a_change_needs_one_weight(tmp_path: Path) -> None:
    titles = [title.replace("standardisée 2022", "standardisée 2021") for title in APL_TITLES]
    sheets = {
        "APL 2022": apl_sheet(["01001", "A", 3, 3, 10, 10], titles=titles),
        "APL 2023": apl_sheet(["01001", "A", 4, 4, "", 10], titles=titles),
    }
    table = from_files("apl", workbook(tmp_path / "a.xlsx", sheets))
    rows = computed(APL, tables(apl=table))
    found = one(rows, "01", annee=2023, mesure_code="ensemble")
    assert (found["apl"], found["poids_code"]) == (4.0, "totale")
    assert (found["evolution"], found["motif_evolution"]) == (None, "sources_differentes")
