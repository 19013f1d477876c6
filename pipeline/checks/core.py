"""Everything checked on the core tables before they are written, and where it runs.

Great Expectations takes seconds to import. `Checker` runs it in a second process that starts
importing at once, so that the first process reads the inputs meanwhile.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context

import pyarrow as pa

from pipeline.checks.accounting import Account, check_accounts
from pipeline.checks.gx import context, validate_contracts
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
    """Import the library in the process that will use it."""
    context()


class Checker:
    """A process that checks. Start it early, use it once the tables are read."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))
        self._warm: Future[None] = self._pool.submit(warm)

    def check(
        self, request: CheckRequest, meanwhile: Callable[[], object] = lambda: None
    ) -> CheckReport:
        """Check in the other process; its errors are raised here.

        Args:
            request: what to check.
            meanwhile: useful work for this process while it waits, such as an import.
        """
        asked = self._pool.submit(check_core, request)
        meanwhile()
        return asked.result()

    def close(self) -> None:
        """Stop the process without waiting for work nobody asked for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


@cache
def shared_checker() -> Checker:
    """Return the checker of this process, started at the first call, stopped at exit."""
    checker = Checker()
    atexit.register(checker.close)
    return checker
