"""The bridge to Great Expectations: crashes are crashes, bad data are rows with their place."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.checks.accounting import Account, check_accounts
from pipeline.checks.gx import to_frame, validate_contracts, validate_frame
from pipeline.checks.results import ExpectationResult, Severity, TableChecks, raise_on_critical
from pipeline.checks.rules import Rule, RuleOutcome, evaluate_rules, rules
from pipeline.contracts.expectations import Expected, Kind, both, expectations
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import CheckError, ContractError, InputError
from pipeline.paths import Layout
from pipeline.store.parquet import table_path
from tests.support import row_with, with_cell

TABLE = pa.table(
    {
        "code": pa.array(["a", "b", "b", None, "d"]),
        "annee": pa.array([2024, 2025, 2025, None, 1999], pa.int32()),
        "source_file": ["data/raw/essai.csv"] * 5,
        "source_line": pa.array([2, 3, 4, 5, 6], pa.int32()),
    }
)

AGAIN = "also at data/raw/essai.csv, line 4"

Ranked = list[tuple[Expected, Severity]]


def wanted(kind: Kind, columns: tuple[str, ...], text: str, **told: Any) -> Expected:
    return Expected(kind, columns, both(f"{text} (fr)", text), **told)


def validated(expected: Expected, **references: list[str]) -> ExpectationResult:
    named = {name.replace("__", "."): values for name, values in references.items()}
    frame = to_frame(TABLE)
    (found,) = validate_frame(frame, "essai", [(expected, "critical")], named)
    return found


@pytest.mark.parametrize(
    ("expected", "lines", "found"),
    [
        (wanted("unique_key", ("code",), "each code once"), [3, 4], f"b, {AGAIN}"),
        (wanted("unique_key", ("code", "annee"), "each once"), [3, 4], f"b, 2025, {AGAIN}"),
        (wanted("in_set", ("code",), "a code", values=("a", "b")), [6], "d"),
        (wanted("pattern", ("code",), "a text", pattern="^[ab]$"), [6], "d"),
        (wanted("between", ("annee",), "at least 2000", low=2000), [6], "1999"),
        (wanted("between", ("annee",), "at most 2024", high=2024), [3, 4], "2025"),
        (wanted("reference", ("code",), "a value of t.id", reference="t.id"), [6], "d"),
    ],
)
def test_bad_rows_come_with_their_place(expected: Expected, lines: list[int], found: str) -> None:
    result = validated(expected, t__id=["a", "b"])
    assert not result.passed
    assert (result.unexpected, result.evaluated) == (len(lines), 5)
    assert [failure.source_line for failure in result.failures] == lines
    assert {failure.source_file for failure in result.failures} == {"data/raw/essai.csv"}
    assert result.failures[0].found == found
    assert result.failures[0].column == " + ".join(expected.columns)


def test_an_empty_cell_names_its_own_columns() -> None:
    required = ("code", "annee", "source_line")
    result = validated(wanted("filled", required, "a value"))
    assert [(f.source_line, f.column, f.found) for f in result.failures] == [
        (5, "code + annee", "nothing")
    ]
    assert validated(wanted("filled", ("source_file", "source_line"), "a value")).passed


def test_a_line_of_several_rows_names_the_one_that_fails() -> None:
    rows = pa.table(
        {
            "finess": ["1", "1", "2"],
            "profession_code": ["mg", "ipa", "mg"],
            "effectif_nb": [1, -2, -3],
            "source_file": ["a.csv"] * 3,
            "source_line": [2, 2, 3],
        }
    )
    ranked: Ranked = [
        (wanted("unique_key", ("finess", "profession_code"), "each once"), "critical"),
        (wanted("between", ("effectif_nb",), "at least 0", low=0), "critical"),
    ]
    _, found = validate_frame(to_frame(rows), "essai", ranked, {})
    assert [(f.source_line, f.column) for f in found.failures] == [
        (2, "effectif_nb (ipa)"),
        (3, "effectif_nb"),
    ]


def test_good_rows_pass() -> None:
    result = validated(wanted("in_set", ("code",), "a code", values=("a", "b", "d")))
    assert result.passed
    assert (result.unexpected, result.failures) == (0, ())


@pytest.mark.parametrize(
    "expected",
    [
        wanted("in_set", ("absente",), "a code", values=("a",)),
        wanted("unique_key", ("code", "absente"), "each once"),
        wanted("between", ("code",), "at least 1", low=1),
        wanted("pattern", ("code",), "a text", pattern="["),
    ],
)
def test_a_crashed_expectation_is_no_bad_data(expected: Expected) -> None:
    with pytest.raises(ContractError, match=rf"the check {expected.kind} on essai"):
        validated(expected)


def test_a_crash_does_not_hide_behind_a_good_result() -> None:
    ranked: Ranked = [
        (wanted("unique_key", ("source_line",), "each once"), "critical"),
        (wanted("between", ("code",), "at least 1", low=1), "warning"),
    ]
    with pytest.raises(ContractError, match="between"):
        validate_frame(to_frame(TABLE), "essai", ranked, {})


def test_an_empty_core_table_is_refused() -> None:
    known = contract("documents")
    empty = pa.table({column.name: [] for column in known.columns})
    checks = validate_contracts({"documents": empty}, {"documents": known})
    with pytest.raises(CheckError, match="documents: expected at least one row"):
        raise_on_critical(checks)


@pytest.fixture(scope="module")
def cpts(built: Layout) -> pa.Table:
    return pq.read_table(table_path(built, contract("cpts")))


SIZE: Rule = rules()["taille_population"]


def sized(cpts: pa.Table, known: set[str], *keys: str) -> RuleOutcome:
    """Evaluate the rule on sizes after giving a wrong one to some CPTS."""
    for key in keys:
        cpts = with_cell(cpts, row_with(cpts_id=key), taille_code="1")
    (outcome,) = evaluate_rules({"cpts": cpts}, {SIZE.id: known}, [SIZE])
    return outcome


def test_a_known_inconsistency_does_not_fail_a_rule(cpts: pa.Table) -> None:
    outcome = sized(cpts, {"44-ancenis"}, "44-ancenis")
    assert [case for case, _ in outcome.failing] == ["44-ancenis"]
    assert outcome.result.passed
    assert (outcome.result.unexpected, outcome.result.known) == (1, 1)
    assert outcome.result.failures == ()


def test_a_new_case_fails_a_rule_beside_a_known_one(cpts: pa.Table) -> None:
    outcome = sized(cpts, {"44-ancenis"}, "44-ancenis", "44-pays-de-retz")
    assert not outcome.result.passed
    assert (outcome.result.unexpected, outcome.result.known) == (2, 1)
    assert [failure.column for failure in outcome.result.failures] == ["taille_code"]


def test_a_known_case_that_went_does_not_excuse_a_new_one(cpts: pa.Table) -> None:
    outcome = sized(cpts, {"44-ancenis"}, "44-pays-de-retz")
    assert not outcome.result.passed


def test_an_account_must_balance_and_stay_under_its_limit() -> None:
    accounts = [
        Account("juste", 100, 100, 0),
        Account("trouee", 100, 97, 2),
        Account("ecartee", 100, 90, 10),
    ]
    failed: set[tuple[str, str, str]] = {
        (result.table, result.text.en, result.severity)
        for result in check_accounts(accounts, 5.0)
        if not result.passed
    }
    limit = "at most 5 % of the rows in quarantine"
    assert failed == {
        ("trouee", "rows in = kept + set aside", "critical"),
        ("trouee", "no row in quarantine", "warning"),
        ("ecartee", limit, "critical"),
        ("ecartee", "no row in quarantine", "warning"),
    }


def test_a_broken_reference_is_told_after_what_may_cause_it() -> None:
    ranked: Ranked = [
        (wanted("reference", ("code",), "a value of t.id", reference="t.id"), "critical"),
        (wanted("between", ("annee",), "at least 2000", low=2000), "critical"),
    ]
    results = validate_frame(to_frame(TABLE), "essai", ranked, {"t.id": ["a"]})
    with pytest.raises(InputError, match="column annee: expected at least 2000; found 1999"):
        raise_on_critical([TableChecks("essai", results)])


def test_a_table_that_waits_for_its_file_may_be_empty() -> None:
    """Every expectation is reported as on any table; none is evaluated, none fails."""
    about = contract("densites").model_copy(update={"shipped": False})
    empty = pa.Table.from_pylist([], schema=arrow_schema(about))
    (checks,) = validate_contracts({"densites": empty}, {"densites": about})
    kinds = [result.kind for result in checks.results]
    assert kinds == [expected.kind for expected in expectations(about)]
    assert "row_count" not in kinds
    assert {(result.evaluated, result.unexpected) for result in checks.results} == {(0, 0)}


def test_a_table_without_a_row_breaks_nothing_but_its_number_of_rows() -> None:
    asked: Ranked = [
        (wanted("row_count", (), "at least one row", low=1), "warning"),
        (wanted("in_set", ("code",), "a code", values=("z",)), "critical"),
        (wanted("unique_key", ("code",), "each code once"), "critical"),
    ]
    rows, codes, key = validate_frame(to_frame(TABLE.slice(0, 0)), "essai", asked, {})
    assert (rows.passed, rows.evaluated) == (False, 0)
    assert (codes.passed, codes.evaluated, key.passed) == (True, 0, True)


def test_a_range_of_dates_is_told_in_dates_and_leaves_missing_ones_alone() -> None:
    days = pa.array([dt.date(1999, 12, 31), dt.date(2000, 1, 1), None, dt.date(2030, 6, 2)])
    place = {"source_file": ["f"] * 4, "source_line": pa.array([2, 3, 4, 5], pa.int32())}
    frame = to_frame(pa.table({"jour": days, **place}))
    expected = wanted("between", ("jour",), "in the century", low="2000-01-01", high="2030-06-01")
    (found,) = validate_frame(frame, "essai", [(expected, "critical")], {})
    assert [(f.source_line, f.column) for f in found.failures] == [(2, "jour"), (5, "jour")]
    assert found.failures[0].found.startswith("1999-12-31")
    assert (found.evaluated, found.unexpected) == (4, 2)
