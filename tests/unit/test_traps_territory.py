"""Traps of territory files that no other test watches, each through its true reader."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import InputError
from tests.territory_files import apl_book, apl_sheet, csv_file, ods, read, reasons, rows, workbook

GRID_2024 = "grille_densite_7_niveaux_2024.xlsx"
RPPS = ["territoire", "region", "departement", "specialites_agregees", "specialites", "exercice",
        "tranche_age", "sexe"]  # fmt: skip
ALL = ["0-France entière", "00-Ensemble", "000-Ensemble", "00-Ensemble", "00-Ensemble",
       "0-Ensemble", "00-Ensemble", "0-Ensemble"]  # fmt: skip
AMELI = (
    "annee;profession_sante;region;libelle_region;departement;libelle_departement;classe_age;"
    "libelle_classe_age;libelle_sexe;effectif;densite;vision_generale;vision_profession"
)


def test_three_levels_are_not_taken_for_seven(tmp_path: Path) -> None:
    """`dens` beside `dens7` writes the digits of another scale."""
    titles = ["codgeo", "libgeo", "dens", "libdens", "dens7", "libdens7", "pmun21"]
    line = ["01001", "A", 3, "Rural", 6, "Rural à habitat dispersé", 800]
    path = workbook(tmp_path / GRID_2024, {"Grille": [["Titre"], titles, line]})
    (row,) = rows(read("grille_densite", path), "grille_densite")
    assert (row["densite_code"], row["population_annee"]) == ("6", 2021)


def test_the_detailed_grid_has_its_header_on_the_second_line(tmp_path: Path) -> None:
    titles = ["depcom", "libcom", "dens", "libdens"]
    path = workbook(
        tmp_path / "grille_densite_7_niveaux_detaille_2023.xlsx",
        {"Grille": [["Titre"], titles, ["2A004", "B", "7", "Rural très dispersé"]]},
    )
    (row,) = rows(read("grille_densite", path), "grille_densite")
    assert (row["commune_code"], row["densite_code"], row["grille_annee"]) == ("2A004", "7", 2023)
    assert (row["source_line"], row["population_nb"]) == (3, None)


def test_labels_of_density_are_not_turned_into_levels(tmp_path: Path) -> None:
    lines = [["Titre"], ["depcom", "libdens"], ["01001", "Rural à habitat dispersé"]]
    path = workbook(tmp_path / GRID_2024, {"Grille": lines})
    with pytest.raises(InputError, match="densite_code"):
        read("grille_densite", path)


def zoning(folder: Path, *lines: str) -> Path:
    head = '"com_code","niveau","tvs_lib","bvcv_lib","zmed_niveau","zmed_date_arrete"'
    return csv_file(folder / "zonage_20240115.csv", head, *lines)


def test_a_zone_of_another_level_is_no_zone_of_a_municipality(tmp_path: Path) -> None:
    """A health living area bears the code of its main municipality."""
    path = zoning(
        tmp_path,
        '"01004","TVS","Ambérieu","B","1_ZIP","05/01/2022"',
        '"01004","COM","Ambérieu","B","2_ZAC","05/01/2022"',
        '"75101","ARM","Paris","B","HV","05/01/2022"',
        '"01005","","Ambérieu","B","3_ZV","05/01/2022"',
    )
    found = read("zonage_communes", path)
    kept = rows(found, "zonage_communes")
    assert [(r["territoire_code"], r["zone_code"]) for r in kept] == [
        ("01004", "zac"),
        ("75101", "hv"),
        ("01005", "zv"),
    ]
    assert [(line, value) for line, value, _ in reasons(found, "zonage_communes")] == [(2, "TVS")]


def test_the_day_of_an_order_is_read_day_first(tmp_path: Path) -> None:
    path = zoning(tmp_path, '"01004","COM","A","B","1_ZIP","02/03/2022"')
    (row,) = rows(read("zonage_communes", path), "zonage_communes")
    assert row["date_arrete"] == dt.date(2022, 3, 2)


def test_every_age_of_the_apl_is_a_measure_of_its_own(tmp_path: Path) -> None:
    titles = [
        "Code commune INSEE", "Commune", "APL aux médecins généralistes",
        "APL aux médecins généralistes de 65 ans et moins ",
        "APL aux médecins généralistes de 62 ans et moins",
        "APL aux médecins généralistes de 60 ans ou moins",
        "Population standardisée 2021 pour la médecine générale", "Population totale 2021",
    ]  # fmt: skip
    units = ["", "", "Nombre de consultations accessibles par an par habitant standardisé"]
    sheet = apl_sheet(["01001", "A", 4, 3, 2, 1, 10.5, 11], titles=titles, units=units)
    kept = rows(read("apl", workbook(tmp_path / "a.xlsx", {"APL 2023": sheet})), "apl")
    assert [(r["mesure_code"], r["valeur"]) for r in kept] == [
        ("ensemble", 4),
        ("ans_65", 3),
        ("ans_62", 2),
        ("ans_60", 1),
    ]
    assert {(r["annee"], r["population_annee"]) for r in kept} == {(2023, 2021)}


def test_the_weight_of_the_apl_is_not_its_population(tmp_path: Path) -> None:
    path = apl_book(tmp_path / "apl.xlsx", ["01001", "A", 2.5, 2.5, 520.000000004, 779])
    first, _ = rows(read("apl", path), "apl")
    weights = (first["population_standardisee_nb"], first["population_totale_nb"])
    assert weights == (Decimal(520), 779)


def test_mayotte_has_no_row_of_the_apl_unless_the_file_has_one(tmp_path: Path) -> None:
    path = apl_book(tmp_path / "apl.xlsx", ["97411", "Saint-Denis", 3.1, 3.0, 10, 10])
    assert {r["territoire_code"] for r in rows(read("apl", path), "apl")} == {"97411"}
    one = apl_book(tmp_path / "un.xlsx", ["97601", "Acoua", "", "", 10, 10])
    values = {(r["valeur"], r["motif_vide_code"]) for r in rows(read("apl", one), "apl")}
    assert values == {(None, "absent")}


def test_each_sheet_of_the_workbook_of_physicians_is_a_quantity(tmp_path: Path) -> None:
    drom = ["2-DROM", "01-Guadeloupe", "971 -Guadeloupe", *ALL[3:]]
    region = ["1-France métropolitaine", "11-Île-de-France", *ALL[2:]]
    path = workbook(
        tmp_path / "rpps.xlsx",
        {
            "Effectifs": [[*RPPS, "effectif_2023"], [*ALL, 100], [*drom, 4], [*region, 60]],
            "Densités": [[*RPPS, "densite_2023"], [*ALL, 150.5], [*drom, "ND"]],
            "Ages moyens": [[*RPPS, "am_2023"], [*ALL, 51.2]],
        },
    )
    kept = rows(read("effectifs_rpps", path), "effectifs_rpps")
    assert [(r["grandeur_code"], r["territoire_code"], r["valeur"]) for r in kept] == [
        ("effectif", "FR", 100),
        ("effectif", "971", 4),
        ("effectif", "11", 60),
        ("densite", "FR", Decimal("150.5")),
        ("densite", "971", None),
        ("age_moyen", "FR", Decimal("51.2")),
    ]
    partitions = [r["partition_code"] for r in kept[:3]]
    assert partitions == ["france", "departements", "regions"]


def test_a_number_of_ameli_has_a_point_and_its_views_are_not_read(tmp_path: Path) -> None:
    row = "2024;Infirmiers;84;ARA;{};Ain;tout_age;Tout âge;tout sexe;{};{};oui;non"
    lines = (
        row.format("01", "400", "60.6"),
        row.format("03", "400", "60,6"),
        row.format("07", "", ""),
    )
    path = csv_file(tmp_path / "ameli.csv", AMELI, *lines, encoding="utf-8-sig")
    found = read("densites_ameli", path)
    kept = rows(found, "densites_ameli")
    assert [(r["territoire_code"], r["densite"], r["motif_vide_code"]) for r in kept] == [
        ("01", Decimal("60.6"), None),
        ("07", None, "absent"),
    ]
    assert [value for _, value, _ in reasons(found, "densites_ameli")] == ["60,6"]


def test_totals_of_the_older_table_are_no_departments(tmp_path: Path) -> None:
    lines = ("1;Ain;100", "2A;Corse-du-Sud;50", "M;France métropolitaine;999", "F;France;1000")
    path = csv_file(tmp_path / "p_2019.csv", "dep;nom;pmun", *lines)
    found = read("populations", path)
    assert [r["territoire_code"] for r in rows(found, "populations")] == ["01", "2A"]
    assert [value for _, value, _ in reasons(found, "populations")] == ["M", "F"]


def test_numbers_of_a_spreadsheet_are_departments_again(tmp_path: Path) -> None:
    """Codes a spreadsheet made numbers of, and binary tails of densities."""
    titles = ["codgeo", "libgeo", "an", "dens_nb_medg", "dens_pop", "densité\nde généralistes"]
    lines = [[1, "Ain", 2020, 450, 660000, 68.200000000000003], ["2A", "C", 2020, 1, 2, 110.2]]
    path = ods(tmp_path / "d.ods", [["T"], ["S"], ["X"], titles, *lines])
    kept = rows(read("densites_anct", path), "densites_anct")
    assert [(r["territoire_code"], r["densite"]) for r in kept] == [
        ("01", Decimal("68.2")),
        ("2A", Decimal("110.2")),
    ]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_a_number_that_is_none_is_set_aside(tmp_path: Path, value: float) -> None:
    """A workbook may type a cell as a number and hold none."""
    titles = ["codgeo", "libgeo", "an", "dens_nb_medg", "dens_pop", "dens_medg"]
    lines = [["01", "Ain", 2020, 450, 660000, value], ["02", "Aisne", 2020, value, 1, 2.5]]
    found = read("densites_anct", ods(tmp_path / "d.ods", [titles, *lines]))
    assert rows(found, "densites_anct") == []
    assert [line for line, _, _ in reasons(found, "densites_anct")] == [2, 3]


def test_an_unpadded_code_of_the_radii_is_its_department(tmp_path: Path) -> None:
    head = ("code,label,territory name,region,area,countyRadius,barycentreCityLat,"
            "barycentreCityLon,cityDefaultRadius,enlargementValue")  # fmt: skip
    lines = ("1,Ain,SAS-1,ARA,1,2,3,4,5,6", "2A,Corse-du-Sud,SAS-2A,C,1,2,3,4,5,6")
    path = csv_file(tmp_path / "rayons_2025.csv", head, *lines, "973,Guyane,SAS-973,G,0,0,0,0,0,0")
    kept = rows(read("sas_rayons", path), "sas_rayons")
    assert [(r["departement_code"], r["motif_vide_code"]) for r in kept] == [
        ("01", None),
        ("2A", None),
        ("973", "tout_zero"),
    ]
