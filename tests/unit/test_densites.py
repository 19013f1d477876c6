"""Densities of doctors: one level at a time, a population named, what misses refused."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from tests.densites import (
    ameli,
    anct,
    computed,
    departements,
    only,
    rpps,
    rpps_line,
    view,
)
from tests.territory_files import csv_file, read

CARD = "densites_territoires"
TITLES = ("effectif_2019", "effectif_2023")
CORSICA = {"2A": 100_000, "2B": 200_000}
GPS = "Ensemble des médecins généralistes"


def test_a_region_adds_up_its_departments_all_or_none(tmp_path: Path) -> None:
    given = {
        "densites_anct": anct(
            tmp_path,
            ["2A", "x", 2023, 130, 100_000, 130],
            ["2B", "x", 2023, 170, 200_000, 85],
            ["44", "x", 2023, 900, 1_500_000, 60],
        ),
        "populations": departements(tmp_path, 2023, CORSICA),
    }
    rows = view(given)
    corsica = only(rows, territoire_niveau="region", territoire_code="94")
    assert (corsica["effectif_nb"], corsica["population_nb"], corsica["densite"]) == (
        300, 300_000, 100.0,
    )  # fmt: skip
    assert (corsica["obtention_code"], corsica["densite_imprimee"]) == ("somme", None)
    for level, code in (("region", "52"), ("national", "FR")):
        row = only(rows, territoire_niveau=level, territoire_code=code)
        assert (row["effectif_nb"], row["motif"]) == (None, "effectif_absent")


def test_a_printed_region_is_kept_and_not_added_up(tmp_path: Path) -> None:
    lines = [rpps_line("2A", 60), rpps_line("2B", 90), rpps_line("94-Corse", 151)]
    rows = view({"effectifs_rpps": rpps(tmp_path, TITLES[1:], *lines)})
    corsica = only(rows, territoire_niveau="region", territoire_code="94")
    assert (corsica["effectif_nb"], corsica["obtention_code"]) == (151, "imprime")


def test_one_level_of_specialty_and_one_mode_at_a_time(tmp_path: Path) -> None:
    group = rpps_line("2A", 101)
    group[4] = "00-Ensemble"
    lines = [
        group,
        rpps_line("2A", 100),
        rpps_line("2A", 250, specialty="ensemble"),
        rpps_line("2A", 70, mode="liberal"),
        rpps_line("2A", 20, mode="salarie"),
        rpps_line("2A", 10, mode="mixte"),
        # A class of age or a sex is a part: larger here than the whole, so that it would show.
        rpps_line("2A", 900, mode="liberal", age="01-Moins de 30 ans"),
        rpps_line("2A", 901, mode="liberal", sex="1-Hommes"),
    ]
    rows = [
        r
        for r in view({"effectifs_rpps": rpps(tmp_path, TITLES[1:], *lines)})
        if r["territoire_code"] == "2A"
    ]
    found = {(r["specialite_code"], r["mode_exercice_code"]): r["effectif_nb"] for r in rows}
    assert found == {
        ("generalistes", "ensemble"): 101,
        ("specialistes", "ensemble"): 149,
        ("ensemble", "ensemble"): 250,
        ("generalistes", "liberal"): 70,
        ("generalistes", "salarie"): 20,
        ("generalistes", "mixte"): 10,
    }
    assert len(rows) == len(found)
    assert only(rows, specialite_code="specialistes")["obtention_code"] == "difference"


def test_a_printed_row_of_specialists_is_not_recomputed(tmp_path: Path) -> None:
    lines = [
        rpps_line("2A", 100),
        rpps_line("2A", 250, specialty="ensemble"),
        rpps_line("2A", 151, specialty="specialistes"),
    ]
    rows = view({"effectifs_rpps": rpps(tmp_path, TITLES[1:], *lines)})
    row = only(rows, territoire_code="2A", specialite_code="specialistes")
    assert (row["effectif_nb"], row["obtention_code"]) == (151, "imprime")


def test_the_older_file_tells_modes_of_salaried_practice_apart(tmp_path: Path) -> None:
    modes = {
        "Ensemble des modes d'exercice": ("ensemble", 100),
        "Libéraux exclusifs": ("liberal", 50),
        "Mixtes": ("mixte", 20),
        "Salariés hospitaliers": ("salarie_hospitalier", 22),
        "Autres salariés": ("autre_salarie", 8),
    }
    path = csv_file(
        tmp_path / "long.csv",
        "mode_exercice;zone_inscription;annee;specialite;effectifs",
        *(f"{mode};2A - Corse-du-Sud;2019;Généralistes;{n}" for mode, (_, n) in modes.items()),
        encoding="cp1252",
    )
    table = read("effectifs_rpps", path).results["effectifs_rpps"].to_arrow()
    rows = [r for r in view({"effectifs_rpps": table}) if r["territoire_code"] == "2A"]
    found = {r["mode_exercice_code"]: r["effectif_nb"] for r in rows}
    assert found == dict(modes.values())
    whole = only(rows, mode_exercice_code="ensemble")["densite"]
    parts = sum(r["densite"] for r in rows if r["mode_exercice_code"] != "ensemble")
    assert parts == pytest.approx(whole)


def test_what_is_withheld_is_never_zero(tmp_path: Path) -> None:
    lines = [
        rpps_line("2A", "ND", mode="salarie"),
        rpps_line("2B", 12, mode="salarie"),
        rpps_line("44", 0, mode="salarie"),
    ]
    rows = view({"effectifs_rpps": rpps(tmp_path, TITLES[1:], *lines)})
    masked = only(rows, territoire_code="2A")
    assert (masked["effectif_nb"], masked["densite"], masked["motif"]) == (
        None, None, "effectif_masque",
    )  # fmt: skip
    # Neither is the sum of a region one of whose departments is withheld.
    region = only(rows, territoire_niveau="region", territoire_code="94")
    assert (region["effectif_nb"], region["motif"]) == (None, "effectif_masque")
    zero = only(rows, territoire_niveau="departement", territoire_code="44")
    assert (zero["densite"], zero["motif"]) == (0.0, None)


def test_the_density_of_the_producer_stands_beside(tmp_path: Path) -> None:
    titles = ("effectif_2023", "densite_2023")
    given = {
        "effectifs_rpps": rpps(tmp_path, titles, rpps_line("2A", 120, 118.5)),
        "densites_ameli": ameli(
            tmp_path,
            f"2023;{GPS};94;2A;110;109.2",
            "2023;Médecins généralistes (hors médecins à expertise - MEP);94;2A;100;99",
            f"2023;{GPS};94;2B;NS;NC",
            "2023;Cardiologues;94;2A;12;11",
        ),
        "densites_anct": anct(
            tmp_path,
            ["2A", "x", 2023, 115, 104_000, 110.6],
            ["976", "x", 2023, None, None, "#DIV/0!"],
        ),
        "populations": departements(tmp_path, 2023, CORSICA),
    }  # fmt: skip
    rows = [r for r in computed(CARD, given) if r["territoire_niveau"] == "departement"]
    beside = [
        (r["source_code"], r["mode_exercice_code"], r["densite"], r["densite_imprimee"])
        for r in rows
        if (r["territoire_code"], r["specialite_code"]) == ("2A", "generalistes")
    ]
    assert beside == [
        ("rpps", "ensemble", 120.0, 118.5),
        ("ameli", "liberal", pytest.approx(110.0), 109.2),
        ("anct", "non_dit", pytest.approx(115.0), 110.6),
    ]
    gap = only(rows, territoire_code="2A", source_code="rpps")
    assert gap["ecart_densites"] == pytest.approx(1.5)
    assert only(rows, territoire_code="2A", source_code="anct")["population_imprimee_nb"] == 104_000
    masked = only(rows, territoire_code="2B", source_code="ameli", specialite_code="generalistes")
    assert masked["motif_refus"] == "effectif_masque"
    error = only(rows, territoire_code="976", source_code="anct")
    assert (error["densite"], error["motif_refus"]) == (None, "effectif_en_erreur")


def test_a_department_a_source_skips_is_refused_by_name(tmp_path: Path) -> None:
    given = {"densites_anct": anct(tmp_path, ["2A", "x", 2023, 115, 104_000, 110.6])}
    rows = [r for r in computed(CARD, given) if r["source_code"] == "anct"]
    there = [r for r in rows if r["territoire_niveau"] == "departement"]
    assert len(there) == 101
    assert {r["territoire_code"] for r in there if r["statut_calcul"] == "calcule"} == {"2A"}
    away = [r for r in there if r["territoire_code"] != "2A"]
    assert {(r["effectif_nb"], r["motif_refus"]) for r in away} == {(None, "territoire_absent")}


def test_without_a_file_each_source_says_so() -> None:
    rows = computed(CARD, {})
    assert [(r["source_code"], r["periode_code"], r["motif_refus"]) for r in rows] == [
        (source, "aucune", "aucun_fichier") for source in ("rpps", "ameli", "anct")
    ]
    assert {r["origin"] for r in rows} == {"derived"}


def test_a_change_says_how_long_it_took_and_from_which_data(tmp_path: Path) -> None:
    titles = ("effectif_2019", "effectif_2023", "effectif_2024")
    given = {
        "effectifs_rpps": rpps(tmp_path, titles, rpps_line("2A", 90, 100, 120)),
        "populations": pa.concat_tables(
            [departements(tmp_path, year, CORSICA) for year in (2023, 2024)]
        ),
    }
    growth = "evolution_densites"
    near = computed(growth, given, densite_base_annee=2023, densite_fin_annee=2024)
    row = only(near, territoire_code="2A")
    # From 1 January 2023 to 30 September 2024.
    assert (row["duree_mois"], row["densite_ecart"]) == (20, pytest.approx(20))
    far = computed(growth, given, densite_base_annee=2019, densite_fin_annee=2023)
    assert only(far, territoire_code="2A")["motif_refus"] == "populations_differentes"
