"""Densities, headcounts, populations, zoning, radii: every trap of these files has its test."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.contracts.registry import vocabularies
from pipeline.errors import InputError
from pipeline.sources.cells import CellError
from pipeline.sources.grid_rows import departement_of
from tests.territory_files import csv_file, ods, read, reasons, rows, workbook

AMELI = (
    "annee;profession_sante;region;libelle_region;departement;libelle_departement;"
    "classe_age;libelle_classe_age;libelle_sexe;effectif;densite"
)
RPPS = ["territoire", "region", "departement", "specialites_agregees", "specialites", "exercice",
        "tranche_age", "sexe", "effectif_2023", "effectif_2024"]  # fmt: skip
ALL = ["0-France entière", "00-Ensemble", "000-Ensemble", "00-Ensemble", "00-Ensemble",
       "0-Ensemble", "00-Ensemble", "0-Ensemble"]  # fmt: skip


def test_departments_are_the_same_however_written() -> None:
    for code in vocabularies()["departement"]:
        padded = f"0{code}" if len(code) == 2 else code
        unpadded = code.lstrip("0")
        for written in (code, f"{padded}-X", f"{code} -X", f"SAS-{unpadded}", unpadded):
            assert departement_of(written) == code
    assert [departement_of(c) for c in ("9A", "9F", "20A", 1.0)] == ["971", "976", "2A", "01"]
    for wrong in ("20", "99", "999", "", "Atlantide"):
        with pytest.raises(CellError):
            departement_of(wrong)


def test_totals_of_ameli_keep_their_level_and_sentinels_are_empty(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "ameli.csv",
        AMELI,
        "2024;Ensemble des médecins généralistes;99;FRANCE;999;FRANCE;tout_age;x;tout sexe;50;80.5",
        "2024;Médecins généralistes (hors MEP);84;ARA;999;Tout département;tout_age;x;hommes;10;7",
        "2024-01-01;Médecins généralistes (hors MEP);84;ARA;01;Ain;tout_age;x;tout sexe;NS;NC",
        "2024;Médecins généralistes (hors MEP);94;Corse;20;Corse;tout_age;x;tout sexe;1;1",
        encoding="utf-8-sig",
    )
    found = read("densites_ameli", path)
    kept = rows(found, "densites_ameli")
    assert [(r["territoire_niveau"], r["territoire_code"]) for r in kept] == [
        ("national", "FR"),
        ("region", "84"),
        ("departement", "01"),
    ]
    assert [r["profession_niveau_code"] for r in kept] == ["ensemble", "detail", "detail"]
    assert (kept[2]["effectif_nb"], kept[2]["densite"], kept[2]["motif_vide_code"]) == (
        None, None, "ns",
    )  # fmt: skip
    assert {r["mode_exercice_code"] for r in kept} == {"liberal"}
    assert kept[0]["densite"] == Decimal("80.5")
    assert {line for line, _, _ in reasons(found, "densites_ameli")} == {5}


def test_an_ameli_export_without_a_column_stops(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "ameli.csv", AMELI.replace(";densite", ""), "2024;a;1;b;1;c;d;e;f;1")
    with pytest.raises(InputError, match="densite"):
        read("densites_ameli", path)


def test_the_rpps_workbook_dates_each_year_and_keeps_nd_empty(tmp_path: Path) -> None:
    ain = ["1-France métropolitaine", "84-Auvergne-Rhône-Alpes", "001-Ain", "1-Généralistes",
           "01-Médecine générale", "1-Libéral", "00-Ensemble", "0-Ensemble", 12, "ND"]  # fmt: skip
    group = [*ALL[:3], "1-Généralistes", "00-Ensemble", *ALL[5:], 3, 4]
    corse = [*ALL[:1], "94-Corse", "02A-Corse-du-Sud", *ALL[3:], 1, 2]
    path = workbook(
        tmp_path / "rpps.xlsx", {"Effectifs": [RPPS, [*ALL, 100, 110], ain, group, corse]}
    )
    kept = rows(read("effectifs_rpps", path), "effectifs_rpps")
    assert {(r["annee"], r["date_observation"]) for r in kept} == {
        (2023, dt.date(2023, 1, 1)),
        (2024, dt.date(2024, 9, 30)),
    }
    masked = [r for r in kept if r["motif_vide_code"]]
    assert [(r["territoire_code"], r["valeur"], r["motif_vide_code"]) for r in masked] == [
        ("01", None, "nd")
    ]
    levels = {
        (r["partition_code"], r["territoire_code"], r["specialite_niveau_code"]) for r in kept
    }
    assert levels == {
        ("france", "FR", "ensemble"),
        ("departements", "01", "detail"),
        ("france", "FR", "groupe"),
        ("departements", "2A", "ensemble"),
    }


def test_the_long_rpps_file_has_partitions_and_refuses_a_mislabelled_zone(tmp_path: Path) -> None:
    head = "mode_exercice;zone_inscription;annee;specialite;effectifs"
    mode = "Ensemble des modes d'exercice"
    zones = ("FRANCE ENTIERE", "DOM-COM", "Alsace", "22 - Côtes-dArmor", "62 - Nord-Pas-de-Calais")
    lines = [f"{mode};{zone};2014;Généralistes;10" for zone in zones]
    lines.append(f"{mode};FRANCE ENTIERE;2014;Médecine générale;10")
    path = csv_file(tmp_path / "l.csv", "Titre", "Sous-titre", head, *lines, encoding="cp1252")
    found = read("effectifs_rpps", path)
    kept = rows(found, "effectifs_rpps")
    assert [(r["partition_code"], r["territoire_code"]) for r in kept] == [
        ("france", "FR"),
        ("metropole_outre_mer", "DROM"),
        ("regions_2015", "42"),
        ("departements", "22"),
        ("france", "FR"),
    ]
    assert [r["specialite_niveau_code"] for r in kept[::4]] == ["groupe", "detail"]
    assert [value for _, value, _ in reasons(found, "effectifs_rpps")] == [zones[-1]]


def test_one_partition_of_the_real_file_adds_up_to_france(shared: Path) -> None:
    path = shared / "realdata" / "rpps_drees" / "rpps_generalistes_extrait.csv"
    kept = rows(read("effectifs_rpps", path), "effectifs_rpps")
    chosen = [
        r for r in kept if r["annee"] == 2014 and r["specialite_libelle"] == "Médecine générale"
    ]
    sums = {
        name: sum(r["valeur"] for r in chosen if r["partition_code"] == name)
        for name in ("france", "metropole_outre_mer", "regions_2015")
    }
    assert set(sums.values()) == {102_140}
    assert sum(r["valeur"] for r in chosen) > 3 * 102_140


def test_the_failed_formula_of_mayotte_is_empty_not_zero(tmp_path: Path) -> None:
    head = [["Titre"], ["Sous-titre"], ["Source"]]
    titles = ["codgeo", "libgeo", "an", "dens_nb_medg", "dens_pop", "densité\nde généralistes"]
    lines = [
        ["01", "Ain", 2023, 450, 660000, 71.599999999999994],
        ["976", "Mayotte", 2023, None, None, "#DIV/0!"],
    ]
    kept = rows(read("densites_anct", ods(tmp_path / "d.ods", [*head, titles, *lines])),
                "densites_anct")  # fmt: skip
    assert [(r["territoire_code"], r["densite"], r["motif_vide_code"]) for r in kept] == [
        ("01", Decimal("71.6"), None),
        ("976", None, "erreur"),
    ]
    assert [r["source_line"] for r in kept] == [5, 6]


def test_populations_have_variants_years_and_districts_apart(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "donnees_communes_2022.csv",
        "COM;DEP;REG;PMUN;PCAP;PTOT",
        "01001;01;84;832;9;841",
        "2A004;2A;94;71361;1000;72361",
        "13201;13;93;40000;;",
    )
    kept = rows(read("populations", path, vintage="?"), "populations")
    found = {(r["territoire_code"], r["variante_code"]): r["population_nb"] for r in kept}
    assert found["01001", "municipale"] == 832
    assert found["01001", "totale"] == 841
    assert ("13201", "totale") not in found
    assert {r["annee"] for r in kept} == {2022}
    assert kept[-1]["territoire_niveau"] == "arrondissement_municipal"


def test_a_population_without_its_year_stops(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "donnees_communes.csv", "COM;PMUN", "01001;832")
    with pytest.raises(InputError, match="--vintage"):
        read("populations", path, vintage="?")


def test_the_older_table_has_unpadded_departments(tmp_path: Path) -> None:
    path = csv_file(tmp_path / "p_2019.csv", "dep;nom;pmun", "1;Ain;100", "2A;Corse-du-Sud;50")
    kept = rows(read("populations", path), "populations")
    assert [r["territoire_code"] for r in kept] == ["01", "2A"]


def test_changes_and_grid_of_insee(tmp_path: Path) -> None:
    changes = csv_file(
        tmp_path / "v_mvt_commune_2025.csv",
        "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
        "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP",
        "32,2025-01-01,COM,01002,0,A,A,A,COM,01001,0,B,B,B",
        "32,2025-01-01,COM,01002,0,A,A,A,COMD,01002,0,A,A,A",
    )
    kept = rows(read("cog_mouvements", changes), "cog_mouvements")
    assert [(r["type_apres_code"], r["commune_apres_code"]) for r in kept] == [
        ("COM", "01001"),
        ("COMD", "01002"),
    ]
    head = [["Grille"], [""], [""], [""]]
    grid = workbook(
        tmp_path / "grille_densite_7_niveaux_2024.xlsx",
        {"Grille": [*head, ["CODGEO", "LIBGEO", "DENS", "PMUN21"], ["01001", "A", 6, 832]]},
    )
    (row,) = rows(read("grille_densite", grid, vintage="?"), "grille_densite")
    assert (row["densite_code"], row["grille_annee"], row["population_annee"]) == ("6", 2024, 2021)


def test_zones_of_both_editions_and_neighbourhoods_apart(tmp_path: Path) -> None:
    carto = csv_file(
        tmp_path / "zonage_20240115.csv",
        '"com_code","niveau","tvs_lib","bvcv_lib","zmed_niveau","zmed_date_arrete","zide_niveau"',
        '"01001","COM","TVS A","B","1_ZIP","05/01/2022","x"',
        '"01002","COM","TVS A","B","NC - non concerné","",""',
        '"01003","COM","TVS A","B","9_AUTRE","",""',
    )
    book = workbook(
        tmp_path / "Zonage_medecin_20191231.xlsx",
        {
            "Zonage_TVS": [["tv", "zone"], ["1", "ZIP"]],
            "Zonage_communes": [["depcom", "libcom", "zonage"],
                                ["75101", "Paris 1", "01_Sélection nationale"],
                                ["01004", "X", "ZZ_Hors vivier"]],
            "Zonage_QPV": [["qpv", "zonage"], ["QP001001", "ZIP"]],
        },
    )  # fmt: skip
    found = read("zonage_communes", carto, book)
    kept = rows(found, "zonage_communes")
    assert [(r["territoire_niveau"], r["territoire_code"], r["zone_code"]) for r in kept] == [
        ("commune", "01001", "zip"),
        ("commune", "01002", None),
        ("arrondissement_municipal", "75101", "zip"),
        ("commune", "01004", "hv"),
        ("quartier", "QP001001", "zip"),
    ]
    assert [r["selection_nationale"] for r in kept] == [None, None, True, None, None]
    assert (kept[0]["date_arrete"], kept[0]["millesime"]) == (dt.date(2022, 1, 5), "2024-01-15")
    assert kept[2]["millesime"] == "2019-12-31"
    assert [value for _, value, _ in reasons(found, "zonage_communes")] == ["9_AUTRE"]


def test_a_row_of_zeros_is_no_radius(tmp_path: Path) -> None:
    titles = ["code", "label", "territory name", "region", "area", "countyRadius",
              "barycentreCityLat", "barycentreCityLon", "cityDefaultRadius",
              "enlargementValue"]  # fmt: skip
    lines = [
        [976, "Mayotte", "SAS-976", "Mayotte", 0, 0, 0, 0, 0, 0],
        [1, "Ain", "SAS-1", "ARA", 5762, 80, 46.099999999999994, 5.3, 50, 25],
        [2, "Aisne", "SAS-3", "HDF", 1, 1, 1, 1, 1, 1],
    ]
    found = read("sas_rayons", ods(tmp_path / "rayons_2025.ods", [titles, *lines]))
    mayotte, ain = rows(found, "sas_rayons")
    assert (mayotte["surface_km2"], mayotte["motif_vide_code"]) == (None, "tout_zero")
    assert (ain["departement_code"], ain["barycentre_latitude_deg"]) == ("01", Decimal("46.1"))
    assert {r["annee"] for r in (mayotte, ain)} == {2025}
    assert [line for line, _, _ in reasons(found, "sas_rayons")] == [4]


def test_the_real_radii_cover_every_department(shared: Path) -> None:
    found = read("sas_rayons", shared / "realdata" / "sas" / "SAS_rayons_2025.raw.csv")
    kept = rows(found, "sas_rayons")
    assert {r["departement_code"] for r in kept} == set(vocabularies()["departement"])
    empty = [r["departement_code"] for r in kept if r["motif_vide_code"]]
    assert sorted(empty) == ["973", "976"]


def test_a_file_of_no_known_header_stops_and_says_where_to_map(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"layouts/apl"):
        read("apl", csv_file(tmp_path / "x.csv", "a,b", "1,2"))
