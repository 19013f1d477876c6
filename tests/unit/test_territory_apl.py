"""The APL: header under titles, units under the header, footers, drifting names, no Mayotte."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import InputError
from tests.territory_files import (
    APL_TITLES,
    apl_book,
    apl_sheet,
    csv_file,
    read,
    reasons,
    rows,
    workbook,
)

AIN = ["01001", "L'Abergement-Clémenciat", 2.5, 0, 520.000000004, 779]
PARIS = ["75101", "Paris 1er", 3.1, 2.9, 14000.5, 15000]


def test_a_sheet_gives_a_row_by_measure_without_titles_units_or_footers(tmp_path: Path) -> None:
    found = read("apl", apl_book(tmp_path / "apl.xlsx", AIN, PARIS))
    kept = rows(found, "apl")
    assert [(r["territoire_code"], r["mesure_code"], r["valeur"]) for r in kept] == [
        ("01001", "ensemble", Decimal("2.5")),
        ("01001", "ans_65", Decimal(0)),
        ("75101", "ensemble", Decimal("3.1")),
        ("75101", "ans_65", Decimal("2.9")),
    ]
    assert {(r["annee"], r["population_annee"]) for r in kept} == {(2024, 2022)}
    assert kept[0]["population_standardisee_nb"] == Decimal(520)
    assert [r["territoire_niveau"] for r in kept] == ["commune"] * 2 + [
        "arrondissement_municipal"
    ] * 2
    assert [r["source_line"] for r in kept] == [11, 11, 12, 12]
    assert reasons(found, "apl") == []


def test_the_years_stand_in_sheets_and_headers_drift(tmp_path: Path) -> None:
    drifted = [t.replace("et moins ", "ou moins").replace("2022", "2021") for t in APL_TITLES]
    path = workbook(
        tmp_path / "apl.xlsx",
        {"APL_2019": apl_sheet(AIN), "APL 2023": apl_sheet(AIN, titles=drifted)},
    )
    kept = rows(read("apl", path), "apl")
    assert {(r["annee"], r["population_annee"]) for r in kept} == {(2019, 2022), (2023, 2021)}
    assert {r["mesure_code"] for r in kept} == {"ensemble", "ans_65"}


def test_a_missing_value_is_empty_with_its_reason_and_zero_is_kept(tmp_path: Path) -> None:
    path = apl_book(tmp_path / "apl.xlsx", ["01001", "A", "", 0, "", 10])
    first, second = rows(read("apl", path), "apl")
    assert (first["valeur"], first["motif_vide_code"]) == (None, "absent")
    assert (second["valeur"], second["motif_vide_code"]) == (Decimal(0), None)


def test_a_unit_of_another_profession_stops(tmp_path: Path) -> None:
    sheet = apl_sheet(AIN, units=["", "", "ETP pour 100 000 habitants"])
    path = workbook(tmp_path / "apl.xlsx", {"APL 2024": sheet})
    with pytest.raises(InputError, match=r"line 10.*consultation"):
        read("apl", path)


def test_an_unknown_column_stops_and_names_the_layout(tmp_path: Path) -> None:
    sheet = apl_sheet([*AIN, 1], titles=[*APL_TITLES, "APL nouvelle"])
    path = workbook(tmp_path / "apl.xlsx", {"APL 2024": sheet})
    with pytest.raises(InputError, match=r"'APL nouvelle'.*medecins_generalistes\.yml"):
        read("apl", path)


def test_a_code_become_a_number_is_set_aside(tmp_path: Path) -> None:
    found = read("apl", apl_book(tmp_path / "apl.xlsx", [1001, "A", 1, 1, 1, 1], AIN))
    assert [(line, value) for line, value, _ in reasons(found, "apl")] == [(11, "1001.0")]
    assert len(rows(found, "apl")) == 2


def test_other_professions_have_their_unit(tmp_path: Path) -> None:
    titles = ["Code commune INSEE", "Commune", "APL aux infirmiers", "Population totale 2022"]
    units = ["", "", "ETP pour 100 000 habitants"]
    sheet = apl_sheet(["01001", "A", 154.8, 10], titles=titles, units=units)
    (row,) = rows(read("apl", workbook(tmp_path / "a.xlsx", {"APL 2024": sheet})), "apl")
    assert (row["profession_code"], row["unite_code"]) == ("infirmier", "etp_pour_100k")


def test_a_table_of_made_up_departments_is_refused_whole(tmp_path: Path) -> None:
    """Corsica as before 1976 stands in no edition: the rows beside it come from nowhere."""
    path = csv_file(
        tmp_path / "d.csv",
        "code_departement,apl_mg_2024,population_totale_millesime_2022,"
        "population_apl_mg_lt_2_5_en_2024",
        "2A,3.1,100,10",
        "20,3.1,100,10",
    )
    with pytest.raises(InputError, match=r"line 3, column code_departement.*made-up") as caught:
        read("apl", path)
    assert caught.value.line == 3


def test_a_threshold_says_its_rule_and_the_year_of_its_population(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "d.csv",
        "code_departement,apl_mg_2023,apl_mg_2024,population_totale_millesime_2022,"
        "population_apl_mg_lt_2_5_en_2024",
        "01,2.4,2.5,100,10",
    )
    before, last = rows(read("apl", path), "apl")
    told = ("seuil", "seuil_regle_code", "population_totale_nb", "population_annee")
    assert [last[name] for name in told] == [Decimal("2.5"), "strict", 100, 2022]
    assert [before[name] for name in told] == [None] * 4
    assert (before["annee"], last["annee"]) == (2023, 2024)


def test_departments_sum_to_the_national_figures(shared: Path) -> None:
    folder = shared / "realdata" / "apl"
    kept = rows(read("apl", folder / "apl_departements_2023_2024.csv"), "apl")
    series = rows(read("apl", folder / "apl_france_2022_2024.csv"), "apl")
    last = [row for row in kept if row["annee"] == 2024]
    total = sum(row["population_totale_nb"] for row in last)
    mean = sum(row["valeur"] * row["population_totale_nb"] for row in last) / total
    under = sum(row["population_sous_seuil_nb"] for row in last)
    assert (len(last), under, total) == (100, 12_341_978, 67_760_573)
    assert abs(mean - Decimal("3.72")) <= Decimal("0.01")
    assert "976" not in {row["territoire_code"] for row in last}
    (france,) = [r for r in series if r["annee"] == 2024 and r["seuil"] is not None]
    assert (france["valeur"], france["population_sous_seuil_nb"]) == (Decimal("3.72"), under)
