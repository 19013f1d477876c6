"""What the register means: families at their date, classes of managers, rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.checks.rules import RuleOutcome, evaluate_rules, rules
from tests.finess_files import entity, et, feed, geo, plus, read, site, stock
from tests.finess_tables import NEW, OLD, Rows, categorised, establishment, nomenclature, tables

CDS = ("125", "130", "289", "439")


@pytest.mark.parametrize(
    ("category", "day", "family"),
    [
        ("124", NEW, "centre_sante"),
        ("124", date(2013, 12, 19), "centre_sante"),
        ("124", date(2013, 12, 18), None),
        *((code, date(2013, 12, 18), "centre_sante") for code in CDS),
        *((code, date(2013, 12, 19), None) for code in CDS),
        *((code, NEW, None) for code in CDS),
        ("603", NEW, "maison_sante"),
        ("603", date(2012, 3, 27), None),
        ("604", NEW, "cpts"),
        ("604", date(2020, 2, 1), None),
        ("617", NEW, "soins_non_programmes"),
        ("618", NEW, "soins_non_programmes"),
        ("648", NEW, "contribution_sas"),
        ("636", NEW, None),
        ("122", NEW, None),
        ("127", NEW, None),
        ("128", NEW, None),
        ("129", NEW, None),
        ("228", NEW, None),
        ("999", NEW, None),
    ],
)
def test_the_family_of_a_category_depends_on_the_date(
    category: str, day: date, family: str | None
) -> None:
    (row,) = categorised(etablissements=[establishment("1", category, date_extraction=day)])
    assert row["famille_code"] == family
    assert row["categorie_connue"] == (category != "999")


def test_a_closed_establishment_is_read_at_its_closing() -> None:
    closed = establishment("1", "439", etat_code="ferme", date_fermeture=date(2010, 1, 1))
    late = establishment("2", "439", etat_code="ferme", date_fermeture=date(2014, 1, 1))
    found = [row["famille_code"] for row in categorised(etablissements=[closed, late])]
    assert found == ["centre_sante", None]


@pytest.mark.parametrize(
    ("status", "manager"),
    [
        ("01", "autre_public"),
        ("02", "collectivite_territoriale"),
        ("03", "collectivite_territoriale"),
        ("08", "collectivite_territoriale"),
        ("17", "collectivite_territoriale"),
        ("10", "etablissement_public_sante"),
        ("16", "etablissement_public_sante"),
        ("22", "autre_public"),
        ("40", "securite_sociale"),
        ("46", "securite_sociale"),
        ("47", "mutualiste"),
        ("49", "mutualiste"),
        ("60", "association"),
        ("62", "association"),
        ("63", "autre_prive_non_lucratif"),
        ("66", "autre_prive_non_lucratif"),
        ("89", "autre_prive_non_lucratif"),
        ("70", "prive_commercial"),
        ("80", "prive_commercial"),
        ("95", "prive_commercial"),
        ("90", None),
    ],
)
def test_the_manager_follows_from_the_legal_status(status: str, manager: str | None) -> None:
    body = {"date_extraction": NEW, "finess_ej": "9", "etat_code": "ouvert"}
    (row,) = categorised(
        etablissements=[establishment("1", finess_ej="9")],
        entites_juridiques=[{**body, "statut_juridique_code": status}],
    )
    assert row["gestionnaire_code"] == manager


def test_non_profit_statuses_are_never_commercial() -> None:
    """The broad aggregate of the terminology and the project's classes agree."""
    rows: Rows = nomenclature("finess_statuts").to_pylist()
    commercial = {r["statut_juridique_code"] for r in rows if r["grand_agregat_code"] == "2200"}
    assert commercial == {
        r["statut_juridique_code"] for r in rows if r["gestionnaire_code"] == "prive_commercial"
    }


def test_the_status_of_the_same_day_goes_before_the_last_one() -> None:
    body = {"finess_ej": "9", "etat_code": "ouvert"}
    found = categorised(
        etablissements=[
            establishment("1", finess_ej="9", date_extraction=OLD),
            establishment("2", finess_ej="9", date_extraction=date(2015, 12, 31)),
        ],
        entites_juridiques=[
            {**body, "date_extraction": OLD, "statut_juridique_code": "60"},
            {**body, "date_extraction": NEW, "statut_juridique_code": "95"},
        ],
    )
    assert [row["gestionnaire_code"] for row in found] == ["association", "prive_commercial"]
    assert [row["statut_juridique_code"] for row in found] == ["60", "95"]


def test_the_terminologies_disagree_and_say_which_they_are() -> None:
    rows: Rows = nomenclature("finess_categories").to_pylist()
    found = {(r["nomenclature_code"], r["categorie_code"]): r["agregat_code"] for r in rows}
    for code in CDS:
        assert found["cs1500106_20211214", code] == "2206"
        assert found["ir_cet_d", code] == "2201"
    assert found["ir_cet_d", "124"] == found["cs1500106_20211214", "124"] == "2206"
    assert found["cs1500106_20211214", "636"] == "2206"
    kept = [r["categorie_code"] for r in rows if r["retenue"]]
    assert len(kept) == len(set(kept)) == 299


def outcome(rule: str, folder: Path, content: str, name: str = "f_20260512.csv") -> RuleOutcome:
    reading = read(folder, content, name)
    held = {n: result.to_arrow() for n, result in reading.results.items()}
    given = {**tables(), **held}
    (found,) = evaluate_rules(given, {}, [rules()[rule]])
    return found


LAMBERT_OVERSEAS = geo("970100012", "657242.9", "1795384.4")


@pytest.mark.parametrize(
    ("rule", "good", "wrong", "said"),
    [
        ("finess_categories_valides", stock(et()), stock(et(categetab="439")), "439"),
        ("finess_categories_valides", stock(et()), stock(et(categetab="777")), "777"),
        ("finess_positions_etendue", stock(et(), geo()),
         stock(et(nofinesset="970100012", departement="9A", commune="105"), LAMBERT_OVERSEAS),
         "1 dehors sur 1"),
    ],
)  # fmt: skip
def test_a_rule_hears_its_fault(
    tmp_path: Path, rule: str, good: str, wrong: str, said: str
) -> None:
    silent = outcome(rule, tmp_path, good)
    assert (silent.result.evaluated, silent.result.passed) == (1, True)
    heard = outcome(rule, tmp_path, wrong)
    assert not heard.result.passed
    assert heard.rule.severity == "warning"
    (failure,) = heard.result.failures
    assert said in failure.found
    assert failure.source_line == 2


def test_an_unknown_legal_status_is_heard(tmp_path: Path) -> None:
    rule = "finess_statuts_connus"
    assert outcome(rule, tmp_path, plus(entity(site())), "p.json").result.passed
    body = entity(site())
    body["informationsGeneralesPMEJ"]["statutJuridique"] = "59"  # type: ignore[index]
    (failure,) = outcome(rule, tmp_path, plus(body), "p.json").result.failures
    assert failure.found.startswith("59, 1 ")


def test_a_closed_one_of_an_old_category_is_no_fault(tmp_path: Path) -> None:
    text = feed({"categetab": "439", "datefermeture": "2010-01-01", "typefermeture": "DEF"})
    found = outcome("finess_categories_valides", tmp_path, text, "f_20211214.xml")
    assert (found.result.evaluated, found.result.passed) == (0, True)
