"""Cross-table rules: silent on the data of the project, heard as soon as a fault is put in."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.checks.results import TableChecks, raise_on_critical
from pipeline.checks.rules import RuleOutcome, evaluate_rules, rules
from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.reconciliation.inconsistencies import known_cases
from pipeline.sources.registry import core_tables, sources
from pipeline.store.parquet import table_path
from tests.support import row_with, with_cell

Tables = dict[str, pa.Table]
Cells = dict[str, Any]
Chosen = Callable[[Cells], bool]


# The rules on centres are tried on made-up ones (test_rules_ecds.py): the panel of the project is
# calibrated on published extremes, which they are there to tell.
# Those on tables that wait for a file are tried on made-up ones too.
CENTRES = set(sources()["ecds"].tables) | {n for n in core_tables() if not contract(n).shipped}
OWN = {name: rule for name, rule in rules().items() if not CENTRES & set(rule.inputs)}
CRITICAL = sorted(rule.id for rule in OWN.values() if rule.severity == "critical")
WARNING = sorted(rule.id for rule in OWN.values() if rule.severity == "warning")
ANY_ROW = row_with()
ANCENIS = row_with(cpts_id="44-ancenis")
SUMMARY = row_with(departement_code="44", annee=2025)


def with_value(row: Cells) -> bool:
    return row["value"] is not None and row["decimals"] == 0


def with_volume(row: Cells) -> bool:
    return row["offerts_max_nb"] is not None


def igas_number(row: Cells) -> bool:
    return row["tableau_id"] == "igas_tableau_1" and row["valeur"] is not None


def figure(figure_id: str) -> Chosen:
    return row_with(figure_id=figure_id)


# Rule -> the table where a fault is put, the row, the wrong cells.
FAULTS: dict[str, tuple[str, Chosen, Cells]] = {
    "codes_departements": (
        "departements",
        row_with(departement_code="49"),
        {"sas_code": "SAS-44"},
    ),
    "departement_des_communes": (
        "communes",
        row_with(annee=2026, commune_code="44109"),
        {"region_code": "53"},
    ),
    "arrivee_des_passages": (
        "communes_liens",
        row_with(ancien_code="60054"),
        {"commune_code": "60999"},
    ),
    "taille_population": ("cpts", ANCENIS, {"taille_code": "1"}),
    "regions_coherentes": ("cpts", ANCENIS, {"regions_nb": 2}),
    "inventaire_cpts": ("cpts_departements", SUMMARY, {"cpts_nb": 99}),
    "inventaire_stades": ("cpts", ANCENIS, {"stade_code": "lettre_intention"}),
    "inventaire_dispositifs": ("cpts_departements", SUMMARY, {"dispositif_snp_nb": 99}),
    "inventaire_pluripro": (
        "cpts_departements_pluripro",
        lambda row: row["annee"] == 2025 and row["departement_code"] == "44",
        {"dispositifs_nb": 99},
    ),
    "stades_somme": ("cpts_departements", SUMMARY, {"cpts_nb": 99}),
    "pluripro_somme": ("cpts_departements", SUMMARY, {"dispositif_pluripro_nb": 99}),
    "aucun_seul": (
        "dispositifs",
        lambda row: row["cpts_id"] == "44-erdre-et-cens" and row["type_code"] != "aucun",
        {"type_code": "aucun"},
    ),
    "protocole_dispositif": (
        "dispositifs",
        row_with(type_code="protocole_cooperation"),
        {"type_code": "aucun"},
    ),
    "horaires_ordre": ("dispositif_horaires", ANY_ROW, {"heure_fin": "00:00"}),
    "fourchettes_creneaux": ("creneaux_publies", with_volume, {"offerts_min_nb": 10**6}),
    "fourchettes_registre": ("published_figures", with_value, {"value_min": Decimal(0)}),
    "precision_registre": ("published_figures", with_value, {"value": Decimal("1.5")}),
    "effecteurs_part": (
        "dispositif_effecteurs",
        lambda row: row["effectif_total_nb"] is not None,
        {"effectif_total_nb": 0},
    ),
    "lignes_document": ("dispositifs", ANY_ROW, {"document_line": 10**6}),
    "reperes_ordre": (
        "creneaux_publies",
        lambda row: row["document_line"] > 1,
        {"document_line_end": 1},
    ),
    "populations_registre": ("cpts", ANCENIS, {"population_nb": 85677}),
    "creneaux_registre": ("creneaux_publies", with_volume, {"offerts_max_nb": 987654}),
    "effecteurs_registre": ("dispositif_effecteurs", ANY_ROW, {"effectif_nb": 987654}),
    "synthese_registre": ("cpts_departements", SUMMARY, {"aci_signe_nb": 99}),
    "tableaux_registre": ("published_tables", igas_number, {"valeur": Decimal("987654.1")}),
    "arithmetique_tableaux": ("tableaux_relations", ANY_ROW, {"colonne": "absente"}),
    "relations_termes": (
        "chiffres_relations",
        row_with(relation_id="igas_part_associations", terme_rang=1),
        {"mesure_code": "borne_basse"},
    ),
    "relations_chiffres": ("published_figures", figure("001-A0182"), {"value": Decimal(50)}),
    "relations_cellules": (
        "published_tables",
        row_with(tableau_id="igas_tableau_1", ligne_rang=1, colonne="mediane"),
        {"valeur": Decimal("987654.1")},
    ),
    "relations_dates": ("published_figures", figure("001-C0069"), {"value_text": "2023-07-18"}),
    "relations_libelles": ("published_figures", figure("001-A0637"), {"period": "2016-2021"}),
    "grandeur_repetee": ("published_figures", figure("001-A0007"), {"value": Decimal(2252)}),
    "quantiles_registre": ("published_figures", figure("001-A0271"), {"value": Decimal(6)}),
    "domaine_registre": ("published_figures", figure("001-A0182"), {"value": Decimal(140)}),
    "moyenne_fourchette": ("published_figures", figure("001-C0084"), {"value_max": Decimal(23)}),
    "annonce_depassee": ("published_figures", figure("004-0015"), {"value_text": "2017"}),
    "classes_ages": (
        "published_figures",
        figure("001-B0509"),
        {"quantity": "Forfait trimestriel de base en médecine générale, 20 à 54 ans"},
    ),
    "source_repetee": ("published_figures", figure("001-B0546"), {"source_named": "HAS"}),
    "notes_repetees": (
        "nombres_ecartes",
        row_with(document_id="delegues_2018", motif_code="note_bas_de_page", token="11"),
        {"token": "10"},
    ),
    "references_tronquees": (
        "nombres_ecartes",
        row_with(token="L.6323-1-1"),
        {"token": "L.323-1-1"},
    ),
    "mentions_divergentes": (
        "mentions",
        lambda row: row["rang"] == 2 and row["objet_id"] == "article_centres",
        {"imprime": "autre"},
    ),
    "renvois_sens": ("mentions", row_with(objet_id="seuil_liberal_renvoi"), {"ligne_visee": 5141}),
    "listes_mentions": (
        "mentions",
        row_with(objet_id="blocs_rfs", genre_code="nombre_annonce"),
        {"imprime": "5"},
    ),
    "na_contredit": ("cpts_departements", SUMMARY, {"dispositif_snp_statut": "na"}),
    "pluripro_anterieur": (
        "cpts_departements",
        SUMMARY,
        {"dispositif_pluripro_nb": 0},
    ),
}


@pytest.fixture(scope="module")
def tables(built: Layout) -> Tables:
    return {name: pq.read_table(table_path(built, contract(name))) for name in core_tables()}


@pytest.fixture(scope="module")
def outcomes(tables: Tables) -> dict[str, RuleOutcome]:
    return {outcome.rule.id: outcome for outcome in evaluate_rules(tables, known_cases())}


def spoiled(tables: Tables, rule_id: str) -> RuleOutcome:
    """Evaluate one rule on tables where its fault was put in."""
    name, chosen, cells = FAULTS[rule_id]
    assert name in rules()[rule_id].inputs
    wrong = {**tables, name: with_cell(tables[name], chosen, **cells)}
    (outcome,) = evaluate_rules(wrong, known_cases(), [rules()[rule_id]])
    return outcome


def test_every_rule_has_a_fault_that_tries_it() -> None:
    assert set(FAULTS) == set(OWN)


def test_every_rule_reads_core_tables_and_reports_on_one() -> None:
    for rule in rules().values():
        assert {rule.table, *rule.inputs} <= set(core_tables()), rule.id


@pytest.mark.parametrize("rule_id", sorted(OWN))
def test_the_data_hold_no_unknown_case(outcomes: dict[str, RuleOutcome], rule_id: str) -> None:
    outcome = outcomes[rule_id]
    failing = {case for case, _ in outcome.failing}
    assert outcome.result.evaluated > 0
    assert failing - known_cases().get(rule_id, set()) == set()
    assert outcome.result.passed


@pytest.mark.parametrize("rule_id", sorted(known_cases()))
def test_every_recorded_case_is_still_found(outcomes: dict[str, RuleOutcome], rule_id: str) -> None:
    failing = {case for case, _ in outcomes[rule_id].failing}
    assert known_cases()[rule_id] - failing == set()


@pytest.mark.parametrize("rule_id", sorted(OWN))
def test_a_fault_is_heard(tables: Tables, outcomes: dict[str, RuleOutcome], rule_id: str) -> None:
    outcome = spoiled(tables, rule_id)
    assert not outcome.result.passed
    before = {case for case, _ in outcomes[rule_id].failing}
    new = [failure for case, failure in outcome.failing if case not in before]
    assert new
    assert outcome.result.failures == tuple(new)
    for failure in new:
        assert failure.source_file.startswith("data/raw/")
        assert failure.source_line is None or failure.source_line > 1
        assert failure.expected != "None"
        assert failure.expected != failure.found


@pytest.mark.parametrize("rule_id", CRITICAL)
def test_a_critical_rule_stops_a_run(tables: Tables, rule_id: str) -> None:
    outcome = spoiled(tables, rule_id)
    checks = [TableChecks(outcome.rule.table, [outcome.result])]
    with pytest.raises(InputError) as caught:
        raise_on_critical(checks)
    assert caught.value.file == outcome.result.failures[0].source_file


@pytest.mark.parametrize("rule_id", WARNING)
def test_a_warning_does_not_stop_a_run(tables: Tables, rule_id: str) -> None:
    outcome = spoiled(tables, rule_id)
    raise_on_critical([TableChecks(outcome.rule.table, [outcome.result])])


def test_a_rule_without_its_inputs_is_left_out(tables: Tables) -> None:
    only = {"cpts": tables["cpts"]}
    ran = {outcome.rule.id for outcome in evaluate_rules(only, {})}
    assert ran == {rule.id for rule in rules().values() if rule.inputs == ("cpts",)}
