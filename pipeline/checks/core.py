"""Everything checked on the core tables before they are written."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

from pipeline.checks.accounting import Account, check_accounts
from pipeline.checks.gx import frames, validate_contracts
from pipeline.checks.results import TableChecks
from pipeline.checks.rules import RuleOutcome, evaluate_rules
from pipeline.contracts.registry import contracts
from pipeline.parameters import Parameters


@dataclass(frozen=True)
class CheckRequest:
    """What to check: tables, row accounts, recorded inconsistencies, the parameters."""

    tables: dict[str, pa.Table]
    accounts: tuple[Account, ...]
    known: dict[str, set[str]]
    parameters: Parameters


@dataclass(frozen=True)
class CheckReport:
    """What was found: results by table, and the outcome of each rule."""

    tables: list[TableChecks]
    outcomes: list[RuleOutcome]


def check_core(request: CheckRequest) -> CheckReport:
    """Run contracts, row accounting and cross-table rules, in that order."""
    checks = validate_contracts(request.tables, contracts())
    by_table = {check.table: check for check in checks}
    limit = float(request.parameters.value("quarantaine_part_max_pct"))
    for result in check_accounts(request.accounts, limit):
        by_table[result.table].results.append(result)
    outcomes = evaluate_rules(request.tables, request.known, parameters=request.parameters)
    for outcome in outcomes:
        by_table[outcome.rule.table].results.append(outcome.result)
    return CheckReport(checks, outcomes)


def warm() -> None:
    """Import the library, which takes seconds, before there is anything to check."""
    frames()
