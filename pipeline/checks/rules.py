"""Cross-table rules: one SQL file each, that returns a row per case with `ok`.

A rule's rows are validated through the same bridge as the contracts. A failing row that is a known
inconsistency of the source (recorded with its lines) does not fail the check; a new one does.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import ValidationError

from pipeline.checks.gx import validate_frame
from pipeline.checks.results import ExpectationResult, Failure, Severity
from pipeline.contracts.expectations import Expected
from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import read_yaml, vocabularies
from pipeline.contracts.sql import read_sql
from pipeline.errors import ContractError
from pipeline.parameters import Parameters, bind, default_parameters
from pipeline.store.engine import DuckDBEngine

HERE = Path(__file__).resolve().parent / "rules"
RULE_COLUMNS = ("cle", "source_file", "source_line", "colonne", "attendu", "trouve", "ok")


class Rule(Strict):
    """One cross-table rule: what it says, why, what it reads, how grave a failure is.

    Besides its inputs it may read `codes`, the closed lists, and the named views of `rules/views`.
    """

    id: str
    table: str
    inputs: tuple[str, ...]
    views: tuple[str, ...] = ()
    severity: Severity
    title: Text
    reason: Text

    @property
    def sql(self) -> str:
        """Its SQL text, shared blocks included."""
        return read_sql(HERE / f"{self.id}.sql")


class RuleOutcome(Strict):
    """The rows a rule found wrong, with the result of its check."""

    rule: Rule
    result: ExpectationResult
    failing: tuple[tuple[str, Failure], ...]


@cache
def rules() -> dict[str, Rule]:
    """Return the rules by id, in the order of `rules.yml`."""
    try:
        found = [Rule.model_validate(raw) for raw in read_yaml(HERE / "rules.yml")]
    except ValidationError as error:
        raise ContractError(f"rules.yml: {error}") from error
    return {rule.id: rule for rule in found}


def rules_of(table: str) -> list[Rule]:
    """Return the rules that report on a table."""
    return [rule for rule in rules().values() if rule.table == table]


def codes_table() -> pa.Table:
    """Return the closed lists as a table: list, code, and the code each is a part of."""
    rows = [
        {"liste": name, "code": code, "parent": label.parent}
        for name, codes in vocabularies().items()
        for code, label in codes.items()
    ]
    return pa.Table.from_pylist(rows)


def rule_cases(
    tables: dict[str, pa.Table], wanted: list[Rule], parameters: Parameters
) -> dict[str, pa.Table]:
    """Run the SQL of each rule whose inputs are there."""
    cases = {}
    chosen = [rule for rule in wanted if set(rule.inputs) <= set(tables)]
    with DuckDBEngine() as engine:
        for name, table in {**tables, "codes": codes_table()}.items():
            engine.register_table(name, table)
        for view in sorted({view for rule in chosen for view in rule.views}):
            text = (HERE / "views" / f"{view}.sql").read_text(encoding="utf-8")
            engine.register_table(view, engine.query(text))
        for rule in chosen:
            found = engine.query(bind(rule.sql, parameters))
            if missing := set(RULE_COLUMNS) - set(found.column_names):
                raise ContractError(f"rule {rule.id} does not return {sorted(missing)}")
            cases[rule.id] = found
    return cases


def failing_cases(table: pa.Table) -> tuple[tuple[str, Failure], ...]:
    """Return the failing rows of a rule, by case."""
    return tuple(
        (
            str(row["cle"]),
            Failure(
                str(row["source_file"]),
                row["source_line"],
                str(row["colonne"]),
                str(row["attendu"]),
                str(row["trouve"]),
            ),
        )
        for row in table.filter(pc.invert(pc.fill_null(table.column("ok"), False))).to_pylist()
    )


def evaluate_rules(
    tables: dict[str, pa.Table],
    known: dict[str, set[str]],
    wanted: list[Rule] | None = None,
    parameters: Parameters | None = None,
) -> list[RuleOutcome]:
    """Evaluate the rules.

    Args:
        tables: core tables by name.
        known: recorded inconsistencies of the sources: rule id -> cases.
        wanted: the rules to run; all when None. Those that lack an input are left out.
        parameters: thresholds the rules use; the defaults when None.

    Returns:
        One outcome per rule that ran.
    """
    cases = rule_cases(
        tables,
        list(rules().values()) if wanted is None else wanted,
        parameters or default_parameters(),
    )
    return [
        outcome_of(rules()[rule_id], table, verdict, known.get(rule_id, set()))
        for (rule_id, table), verdict in zip(cases.items(), verdicts(cases), strict=True)
    ]


def outcome_of(
    rule: Rule, cases: pa.Table, verdict: ExpectationResult, known: set[str]
) -> RuleOutcome:
    """Return what a rule found: recorded inconsistencies of the sources apart from new cases."""
    failing = failing_cases(cases)
    result = ExpectationResult(
        table=rule.table,
        family=rule.id,
        kind="rule",
        columns=(),
        severity=rule.severity,
        text=rule.title,
        evaluated=cases.num_rows,
        unexpected=verdict.unexpected,
        failures=tuple(failure for case, failure in failing if case not in known),
        known=sum(1 for case, _ in failing if case in known),
    )
    return RuleOutcome(rule=rule, result=result, failing=failing)


def verdicts(cases: dict[str, pa.Table]) -> list[ExpectationResult]:
    """Have the verdict of every case of every rule checked, in one frame for they are many.

    The frame has a column per rule; verdicts are texts, which the library compares safely, and the
    shorter columns end in empty cells, which it leaves out.
    """
    import pandas as pd

    frame = pd.DataFrame(
        {
            rule_id: pd.Series(
                ["true" if ok else "false" for ok in table.column("ok").to_pylist()], dtype=object
            )
            for rule_id, table in cases.items()
        }
    )
    wanted: list[tuple[Expected, Severity]] = [
        (Expected("in_set", (rule_id,), rules()[rule_id].title, values=("true",)), "critical")
        for rule_id in cases
    ]
    return validate_frame(frame, "rules", wanted, {}, shown=0) if wanted else []
