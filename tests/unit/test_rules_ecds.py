"""Rules on centres: silent on coherent ones, heard as soon as a fault is put in, at its place."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.checks.rules import RuleOutcome, evaluate_rules, rules
from pipeline.parameters import Parameters, default_parameters
from pipeline.sources.ecds import read_ecds
from pipeline.sources.ecds_cells import ACTIVITY, CENTRES, FINANCES, STAFF, TABLES, targets
from pipeline.sources.registry import sources
from tests.ecds_centres import ACTS, CentreYear, centre_years
from tests.ecds_exports import write_export
from tests.support import entry_of

Change = Callable[[CentreYear], object]
ECDS = {n: r for n, r in rules().items() if set(r.inputs) & set(sources()["ecds"].tables)}
# The centre in which faults are put: an association, alone on its line.
LINE, ASSOCIATION = 9, "association"


def tables(folder: Path, rows: list[CentreYear]) -> dict[str, pa.Table]:
    (path,) = write_export(folder, rows)
    reading = read_ecds(path, "data/raw/ecds/export.csv", entry_of(source="ecds"))
    assert [c for result in reading.results.values() for c in result.bad_cells] == []
    return {table: reading.results[table].to_arrow() for table in TABLES}


def outcome(
    folder: Path, rule_id: str, change: Change | None = None, told: Parameters | None = None
) -> RuleOutcome:
    """Evaluate one rule on coherent centres, one of which is changed."""
    rows = centre_years(10, (2022,))
    if change:
        row = rows[LINE - 2]
        assert row["gestionnaire_code"] == ASSOCIATION
        change(row)
    (found,) = evaluate_rules(tables(folder, rows), {}, [ECDS[rule_id]], told)
    return found


def put(**cells: object) -> Change:
    return lambda row: row.update(cells)


def lacks(*starts: str) -> Change:
    def change(row: CentreYear) -> None:
        for name in [name for name in row if name.startswith(starts)]:
            del row[name]

    return change


def without_centre(row: CentreYear) -> None:
    """Leave only what speaks of a centre that no other line describes."""
    for name in [name for name in row if name in targets() and targets()[name].table == CENTRES]:
        del row[name]


def more_patients_than_acts(row: CentreYear) -> None:
    row.update(dict.fromkeys(ACTS, 1), file_active_mg_nb=len(ACTS) + 1)


def no_gp(row: CentreYear) -> None:
    lacks("mg_", "mep_")(row)


def too_many_acts(row: CentreYear) -> None:
    row.update(dict.fromkeys(ACTS, 0))
    row.update(mg_nb=1, mg_etp=Decimal("0.5"), actes_visite_mg_nb=7501)


FAULTS: dict[str, tuple[Change, str, str, str]] = {
    "ecds_orphelins": (without_centre, "finess", "un centre de ecds_centres", "SYN000008 en 2022"),
    "ecds_composantes": (
        put(charges_exploitation_eur=Decimal(1)), "charges_exploitation_eur",
        "la somme de ses composantes", "1.00 €",
    ),
    "ecds_charges_absentes": (
        lacks("charges_", "amortissements", "autres_charges"), "charges_exploitation_eur",
        "des charges déclarées", "aucune pour SYN000008 en 2022",
    ),
    "ecds_charges_negatives": (
        put(autres_charges_eur=Decimal("-5.50")), "autres_charges_eur", "zéro ou plus", "-5.50 €",
    ),
    "ecds_effectif_sous_etp": (
        put(infirmier_nb=2, infirmier_etp=Decimal("2.01")), "infirmier_nb", "au moins 2.01", "2",
    ),
    "ecds_etp_sans_effectif": (
        put(ipa_nb=0, ipa_etp=Decimal("0.5")), "ipa_etp", "aucun ETP", "0.50 ETP pour 0 personne",
    ),
    "ecds_precarite": (
        put(file_active_mg_nb=10, file_active_mg_c2s_nb=6, file_active_mg_ame_nb=5),
        "file_active_mg_c2s_nb", "la file active de 10 patients", "11",
    ),
    "ecds_mt_adultes": (
        put(patients_mt_nb=5, patients_mt_adultes_nb=6), "patients_mt_adultes_nb", "au plus 5", "6",
    ),
    "ecds_file_active_actes": (
        more_patients_than_acts, "file_active_mg_nb", f"au plus {len(ACTS)} patients",
        str(len(ACTS) + 1),
    ),
    "ecds_actes_par_etp": (
        too_many_acts, "mg_etp", "au plus 15000 actes", "7501 actes pour 0.50 ETP",
    ),
    "ecds_actes_sans_etp": (no_gp, "mg_etp", "des ETP de médecins généralistes", "actes sans ETP"),
    "ecds_actes_negatifs": (
        put(actes_teleconsultation_nb=-2), "actes_teleconsultation_nb", "zéro ou plus", "-2",
    ),
    "ecds_fermeture": (
        put(date_ouverture=date(2020, 5, 2), date_fermeture=date(2020, 5, 1)), "date_fermeture",
        "après l'ouverture, le 2020-05-02", "2020-05-01",
    ),
    "ecds_ouverture": (
        put(date_ouverture=date(2023, 1, 1)), "date_ouverture", "en 2022 au plus tard",
        "2023-01-01",
    ),
}  # fmt: skip


def test_every_rule_on_centres_has_a_fault_that_tries_it() -> None:
    assert set(FAULTS) == set(ECDS)


def test_only_orphans_stop_a_run() -> None:
    critical = [rule.id for rule in ECDS.values() if rule.severity == "critical"]
    assert critical == ["ecds_orphelins"]


@pytest.mark.parametrize("rule_id", sorted(ECDS))
def test_coherent_centres_break_no_rule(tmp_path: Path, rule_id: str) -> None:
    found = outcome(tmp_path, rule_id)
    assert found.failing == ()
    assert found.result.evaluated > 0 or rule_id == "ecds_fermeture"


@pytest.mark.parametrize("rule_id", sorted(FAULTS))
def test_a_fault_is_heard_at_its_place(tmp_path: Path, rule_id: str) -> None:
    change, column, expected, told = FAULTS[rule_id]
    found = outcome(tmp_path, rule_id, change)
    assert not found.result.passed
    assert found.failing
    for _, failure in found.failing:
        place = (failure.source_file, failure.source_line)
        assert place == ("data/raw/ecds/export.csv", LINE)
    (_, first), *_ = found.failing
    assert first.column == column
    assert expected in first.expected
    assert told in first.found


def test_orphans_are_told_once_by_table(tmp_path: Path) -> None:
    cases = [case for case, _ in outcome(tmp_path, "ecds_orphelins", without_centre).failing]
    assert [case.split("/")[0] for case in cases] == [ACTIVITY, STAFF, FINANCES]


@pytest.mark.parametrize(
    ("gap", "passes"), [("1", True), ("-1", True), ("1.01", False), ("-1.01", False)]
)
def test_a_small_total_may_be_one_euro_off(tmp_path: Path, gap: str, passes: bool) -> None:
    parts = dict.fromkeys(["charges_personnel_eur", "amortissements_eur"], Decimal(50))
    total = Decimal(100) + Decimal(gap)
    change = put(**parts, autres_charges_eur=Decimal(0), charges_exploitation_eur=total)
    assert outcome(tmp_path, "ecds_composantes", change).result.passed == passes


@pytest.mark.parametrize(("total", "passes"), [("100100", True), ("100101", False)])
def test_a_large_total_may_be_a_thousandth_off(tmp_path: Path, total: str, passes: bool) -> None:
    parts = dict.fromkeys(["charges_personnel_eur", "amortissements_eur"], Decimal(50000))
    change = put(**parts, autres_charges_eur=Decimal(0), charges_exploitation_eur=Decimal(total))
    assert outcome(tmp_path, "ecds_composantes", change).result.passed == passes


def test_an_unknown_part_is_not_zero(tmp_path: Path) -> None:
    """The total may exceed the parts that are known; it may not be less than they are."""

    def change(row: CentreYear) -> None:
        del row["amortissements_eur"]

    assert outcome(tmp_path, "ecds_composantes", change).result.passed

    def excess(row: CentreYear) -> None:
        change(row)
        row["charges_exploitation_eur"] = Decimal(str(row["charges_personnel_eur"])) / 2

    (_, failure), *_ = outcome(tmp_path, "ecds_composantes", excess).failing
    assert failure.expected.startswith("au moins la somme de ses composantes connues")


def test_a_local_authority_may_declare_no_costs(tmp_path: Path) -> None:
    rows = centre_years(10, (2022,))
    silent = [row for row in rows if "charges_exploitation_eur" not in row]
    assert {row["gestionnaire_code"] for row in silent} == {"collectivite_territoriale"}
    rule = ECDS["ecds_charges_absentes"]
    (found,) = evaluate_rules(tables(tmp_path, rows), {}, [rule])
    assert found.result.passed
    assert found.result.evaluated == len(rows) - len(silent)


def test_the_thresholds_are_parameters(tmp_path: Path) -> None:
    base = default_parameters()
    entries = dict(base.entries)
    name = "ecds_actes_par_etp_max"
    entries[name] = entries[name].model_copy(update={"value": 15002})
    told = Parameters(entries=entries)
    assert not outcome(tmp_path, "ecds_actes_par_etp", too_many_acts).result.passed
    assert outcome(tmp_path, "ecds_actes_par_etp", too_many_acts, told).result.passed


def test_doctors_of_a_particular_practice_may_make_gp_acts(tmp_path: Path) -> None:
    def change(row: CentreYear) -> None:
        no_gp(row)
        row.update(mep_nb=1, mep_etp=Decimal("0.2"))

    assert outcome(tmp_path, "ecds_actes_sans_etp", change).result.passed
