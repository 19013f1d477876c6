"""The APL of territories: weighted by need, one level of source, refused rather than guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.checks.rules import evaluate_rules, rules
from pipeline.errors import ContractError
from pipeline.indicators.card import card
from pipeline.indicators.grids import axes_of
from pipeline.indicators.runner import bind_parameters
from pipeline.indicators.sensitivity import sensitivity
from pipeline.parameters import default_parameters
from pipeline.publication.sensitivity import publish
from tests.apl_tables import (
    GP,
    Rows,
    aggregated,
    apl_year,
    computed,
    every_department,
    from_files,
    one,
    shipped,
    tables,
    written,
)
from tests.territory_files import apl_sheet, csv_file, workbook

APL = "apl_territoires"
# Ain: need and people differ, so that a mean over people would give another value.
AIN = [
    ["01001", "A", 2.0, 0, 3000, 1000],
    ["01002", "B", 4.0, 4, 1000, 3000],
    ["01004", "C", 0, 0, 1000, 500],
    ["01005", "D", "", "", 700, 800],
]


def rows_of(path: Path, *lines: list[object], **told: float) -> Rows:
    book = apl_year(path / "a.xlsx", [*lines])
    return computed(APL, tables(apl=from_files("apl", book)), **told)


def test_a_mean_weighs_by_need_and_a_share_counts_people(tmp_path: Path) -> None:
    found = one(rows_of(tmp_path, *AIN), "01", mesure_code="ensemble")
    assert found["apl"] == pytest.approx((2 * 3000 + 4 * 1000) / 5000)
    assert found["poids_code"] == "standardisee_apl"
    assert found["population_standardisee_nb"] == Decimal(5000)
    assert (found["population_totale_nb"], found["population_annee"]) == (4500, 2022)
    assert found["population_sous_seuil_nb"] == 1500
    assert found["part_sous_seuil_pct"] == pytest.approx(100 * 1500 / 4500)
    assert (found["seuil"], found["regle_code"]) == (Decimal("2.5"), "inclus")
    assert found["niveau_source_code"] == "commune"
    # A zero counts; what has no value is told apart.
    assert (found["communes_nb"], found["sans_apl_nb"]) == (3, 1)
    assert found["population_sans_apl_nb"] == 800


def test_a_measure_keeps_to_itself(tmp_path: Path) -> None:
    found = one(rows_of(tmp_path, *AIN), "01", mesure_code="ans_65")
    assert found["apl"] == pytest.approx(4 * 1000 / 5000)
    assert found["population_sous_seuil_nb"] == 1500


@pytest.mark.parametrize(("rule", "code", "under"), [(1, "inclus", 1000), (0, "strict", 0)])
def test_the_rule_says_what_stands_at_the_threshold(
    tmp_path: Path, rule: int, code: str, under: int
) -> None:
    lines: list[list[object]] = [["01001", "A", 2.5, 0, 9, 1000], ["01002", "B", 2.6, 0, 9, 10]]
    found = one(rows_of(tmp_path, *lines, apl_regle=rule), "01", mesure_code="ensemble")
    assert (found["population_sous_seuil_nb"], found["regle_code"]) == (under, code)


def test_a_municipality_without_a_weight_is_counted_apart(tmp_path: Path) -> None:
    lines: list[list[object]] = [["01001", "A", 2, 2, 10, 10], ["01002", "B", 9, 9, "", 10]]
    found = one(rows_of(tmp_path, *lines), "01", mesure_code="ensemble")
    assert (found["apl"], found["communes_nb"], found["sans_poids_nb"]) == (2.0, 1, 1)
    assert found["population_totale_nb"] == 10


def test_what_the_file_leaves_out_is_refused_and_never_zero(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, *every_department()[1:])
    for code, level in (("976", "departement"), ("06", "region"), ("01", "departement")):
        gone = one(rows, code, level, mesure_code="ensemble")
        assert (gone["apl"], gone["motif_refus"]) == (None, "territoire_absent")
        assert (gone["population_totale_nb"], gone["part_sous_seuil_pct"]) == (None, None)
    # Ain misses: its region and the country would be those of the other departments.
    for code, level in (("84", "region"), ("FR", "national")):
        cut = one(rows, code, level, mesure_code="ensemble")
        assert (cut["apl"], cut["motif_refus"]) == (None, "fichier_partiel")
        assert (cut["departements_absents_nb"], cut["part_sous_seuil_pct"]) == (1, None)
    assert one(rows, "53", "region", mesure_code="ensemble")["apl"] == 4.0


def test_the_country_is_whole_without_mayotte(tmp_path: Path) -> None:
    rows = rows_of(tmp_path, *every_department(), ["01002", "B", 1, 1, 100_000, 50])
    whole = one(rows, "FR", "national", mesure_code="ensemble")
    assert whole["apl"] == pytest.approx(2.5)
    assert (whole["departements_nb"], whole["departements_absents_nb"]) == (100, 0)
    assert (whole["population_sous_seuil_nb"], whole["population_totale_nb"]) == (50, 100_050)


def test_a_city_both_whole_and_by_district_is_counted_once(tmp_path: Path) -> None:
    lines: list[list[object]] = [
        ["75101", "Paris 1er", 2, 2, 10, 10],
        ["75102", "Paris 2e", 4, 4, 10, 10],
        ["75056", "Paris", 9, 9, 20, 20],
    ]
    found = one(rows_of(tmp_path, *lines), "75", mesure_code="ensemble")
    assert (found["apl"], found["communes_nb"], found["population_totale_nb"]) == (3.0, 2, 20)
    alone = one(rows_of(tmp_path, lines[2]), "75", mesure_code="ensemble")
    assert (alone["apl"], alone["communes_nb"]) == (9.0, 1)


def test_an_aggregated_table_says_so_and_weighs_by_what_it_carries(tmp_path: Path) -> None:
    path = aggregated(tmp_path, "2A,2,2.5,100,60", "2B,4,4,300,0")
    rows = computed(APL, tables(apl=from_files("apl", path)))
    corse = one(rows, "94", "region", annee=2024)
    assert corse["apl"] == pytest.approx((2 * 100 + 4 * 300) / 400)
    assert (corse["niveau_source_code"], corse["poids_code"]) == ("departement", "totale")
    assert (corse["communes_nb"], corse["departements_nb"]) == (None, 2)
    # The rule is that of the file, whatever is asked.
    assert (corse["population_sous_seuil_nb"], corse["regle_code"]) == (60, "strict")
    own = one(rows, "2A", annee=2024)
    assert (own["apl"], own["poids_code"], own["part_sous_seuil_pct"]) == (2.0, None, 60.0)
    # Its populations are those of 2024 alone.
    before = one(rows, "94", "region", annee=2023)
    assert (before["apl"], before["motif_refus"]) == (None, "poids_absent")
    assert one(rows, "2A", annee=2023)["motif_part"] == "sous_seuil_absent"
    assert one(rows, "FR", "national", annee=2024)["motif_refus"] == "fichier_partiel"


def test_an_aggregated_table_is_not_recounted_at_another_threshold(tmp_path: Path) -> None:
    path = aggregated(tmp_path, "2A,2,2.5,100,60", "2B,4,4,300,0")
    given = tables(apl=from_files("apl", path))
    for code, level in (("2A", "departement"), ("94", "region")):
        found = one(computed(APL, given, apl_seuil=3), code, level, annee=2024)
        assert (found["population_sous_seuil_nb"], found["motif_part"]) == (None, "seuil_fige")
        assert (found["seuil"], found["regle_code"]) == (None, None)
        assert found["apl"] is not None


def test_municipalities_and_departments_are_never_mixed(tmp_path: Path) -> None:
    book = apl_year(tmp_path / "a.xlsx", [["2A004", "Ajaccio", 3, 3, 10, 10]])
    path = aggregated(tmp_path, "2A,2,2.5,100,60", "2B,4,4,300,0")
    rows = computed(APL, tables(apl=from_files("apl", book, path)))
    assert one(rows, "2A", annee=2024, mesure_code="ensemble")["apl"] == 3.0
    assert one(rows, "2B", annee=2024, mesure_code="ensemble")["motif_refus"] == "territoire_absent"
    corse = one(rows, "94", "region", annee=2024, mesure_code="ensemble")
    assert (corse["apl"], corse["motif_refus"]) == (None, "fichier_partiel")
    # Another year has its own source.
    assert one(rows, "2B", annee=2023)["niveau_source_code"] == "departement"


def test_other_professions_have_their_unit_and_no_threshold(tmp_path: Path) -> None:
    titles = ["Code commune INSEE", "Commune", "APL aux infirmiers", "Population totale 2022"]
    sheet = apl_sheet(["01001", "A", 1.5, 10], titles=titles, units=["", "", "ETP pour 100 000"])
    nurses = workbook(tmp_path / "inf.xlsx", {"APL 2024": sheet})
    doctors = apl_year(tmp_path / "mg.xlsx", AIN)
    rows = computed(APL, tables(apl=from_files("apl", nurses, doctors)))
    found = one(rows, "01", profession_code="infirmier")
    assert (found["apl"], found["unite_code"]) == (1.5, "etp_pour_100k")
    assert (found["population_sous_seuil_nb"], found["motif_part"]) == (None, "unite_sans_seuil")
    assert (found["seuil"], found["regle_code"], found["poids_code"]) == (None, None, "totale")
    gp = one(rows, "01", profession_code=GP, mesure_code="ensemble")
    assert (gp["unite_code"], gp["communes_nb"]) == ("consultations_par_habitant", 3)


def test_a_share_needs_the_people_of_every_municipality(tmp_path: Path) -> None:
    lines: list[list[object]] = [["01001", "A", 2, 2, 10, 10], ["01002", "B", 4, 4, 10, ""]]
    found = one(rows_of(tmp_path, *lines), "01", mesure_code="ensemble")
    assert (found["apl"], found["communes_nb"]) == (3.0, 2)
    assert (found["part_sous_seuil_pct"], found["motif_part"]) == (None, "population_absente")


def test_without_a_file_the_card_says_why() -> None:
    (row,) = computed(APL, tables())
    assert (row["motif_refus"], row["statut_calcul"]) == ("aucun_fichier", "refuse")
    assert (row["apl"], row["population_sous_seuil_nb"]) == (None, None)


def test_a_national_series_stands_alone(tmp_path: Path) -> None:
    path = csv_file(
        tmp_path / "france.csv",
        "annee,apl_mg,part_pop_lt_2_5_pct,pop_lt_2_5,apl_infirmiers_etp100k",
        "2023,3.5,10,100,",
        "2024,3.0,12,120,150",
    )
    rows = computed(APL, tables(apl=from_files("apl", path)))
    assert {row["territoire_niveau"] for row in rows} == {"national"}
    last = one(rows, "FR", "national", annee=2024, profession_code=GP)
    assert (last["apl"], last["evolution"], last["population_sous_seuil_nb"]) == (3.0, -0.5, 120)
    assert (last["part_sous_seuil_pct"], last["motif_part"]) == (None, "population_absente")


def test_a_card_knows_the_parameters_of_its_views() -> None:
    found = card(APL)
    wrong = found.model_copy(update={"parameters": (*found.parameters, "mois_par_an")})
    with pytest.raises(ContractError, match=r"its views.*apl_regle.*mois_par_an"):
        bind_parameters(wrong, default_parameters())


def test_the_threshold_moves_the_population_and_draws_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [[f"0100{n}", "A", 1 + n / 2, 1, 10, 10**n] for n in range(1, 6)]
    given = tables(apl=from_files("apl", apl_year(tmp_path / "a.xlsx", lines)))
    place, found = written(tmp_path / "projet", given), card(APL)
    axes = axes_of(found, default_parameters(), ("apl_seuil=1.5:3.5:0.25",))
    where = {"territoire_code": "01", "territoire_niveau": "departement", "mesure_code": "ensemble"}
    moved = sensitivity(place, found, default_parameters(), axes, where)
    under = {
        row["valeur_parametre"]: row["valeur"]
        for row in moved.to_pylist()
        if row["mesure"] == "population_sous_seuil_nb"
    }
    assert under == {
        1.5: 10, 1.75: 10, 2: 110, 2.25: 110, 2.5: 1110, 2.75: 1110, 3: 11110, 3.25: 11110,
        3.5: 111110,
    }  # fmt: skip
    publish(found, default_parameters(), moved, tmp_path / "s", None, "fr")
    assert found.column("part_sous_seuil_pct").label["fr"] in capsys.readouterr().out
    names = {path.name for path in (tmp_path / "s").iterdir()}
    drawn = {f"sensibilite_{APL}_apl_seuil.{kind}" for kind in ("svg", "png", "csv")}
    assert names == {f"sensibilite_{APL}.csv", *drawn}


def test_a_file_that_holds_other_people_than_the_department_is_told(tmp_path: Path) -> None:
    communes = [
        row
        for row in shipped("communes").to_pylist()
        if row["departement_code"] == "90" and row["annee"] == 2026
    ]
    whole = [[r["commune_code"], "A", 3, 3, 1, r["population_nb"]] for r in communes]

    def verdict(lines: list[list[object]]) -> list[str]:
        table = from_files("apl", apl_year(tmp_path / "a.xlsx", lines))
        (found,) = evaluate_rules(tables(apl=table), {}, [rules()["apl_population"]])
        return [case for case, _ in found.failing]

    assert verdict(whole) == []
    case = ["2024/medecin_generaliste/commune/90"]
    assert verdict(whole[: len(whole) // 2]) == case
    double = [["90900", "A", 3, 3, 1, sum(r["population_nb"] for r in communes)]]
    assert verdict(whole + double) == case
