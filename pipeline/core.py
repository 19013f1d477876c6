"""Build the core tables: read, check, then write all of them or none.

Nothing is written before every critical check has passed, so a wrong input leaves the previous
outputs byte for byte as they were.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from pipeline.checks.accounting import Account
from pipeline.checks.core import CheckReport, CheckRequest, check_core
from pipeline.checks.records import accounts_table, discrepancies_table, results_table
from pipeline.checks.results import raise_on_critical
from pipeline.contracts.registry import contract
from pipeline.parameters import Parameters, read_parameters
from pipeline.paths import Layout
from pipeline.reconciliation.inconsistencies import known_cases
from pipeline.sources.load import Loaded, load
from pipeline.sources.result import BadCell, SourceResult, quarantine_table
from pipeline.store.parquet import Written, conform, write_all

QUARANTINE = "quarantaine"


@dataclass(frozen=True)
class CoreBuild:
    """What was read, checked and written."""

    loaded: Loaded
    tables: dict[str, pa.Table]
    report: CheckReport
    written: dict[str, Written]


def account_of(result: SourceResult) -> Account:
    """Return the row account of one table."""
    return Account(result.table, result.rows_in, result.kept, result.rows_set_aside)


def first_set_aside(bad: list[BadCell]) -> str:
    """Return, in words, the first cell that put a row in quarantine; empty when there is none."""
    if not bad:
        return ""
    cell = bad[0]
    return (
        f"Rows set aside before: {len(bad)}, the first at {cell.source_file}, "
        f"line {cell.source_line}, column {cell.colonne}: expected {cell.motif}; "
        f"found {cell.valeur!r}."
    )


def read_core(
    layout: Layout, parameters: Parameters
) -> tuple[Loaded, dict[str, pa.Table], CheckRequest]:
    """Read every input and prepare what is to be checked."""
    loaded = load(layout)
    tables = {
        name: conform(result.to_arrow(), contract(name)) for name, result in loaded.results.items()
    }
    request = CheckRequest(
        tables=tables,
        accounts=tuple(account_of(result) for result in loaded.results.values()),
        known=known_cases(),
        parameters=parameters,
    )
    return loaded, tables, request


def build_core(
    layout: Layout,
    parameters: Parameters | None = None,
    check: Callable[[CheckRequest], CheckReport] = check_core,
    on_report: Callable[[CheckReport], object] = lambda _: None,
) -> CoreBuild:
    """Read, check and write the core tables.

    Args:
        layout: the project root.
        parameters: thresholds; the defaults when None.
        check: what runs the checks, here or in another process.
        on_report: called with the checks before a critical failure is raised.

    Raises:
        InputError: a structural fault, or a row that breaks a contract.
        CheckError: a critical check on a whole table failed.
    """
    parameters = parameters or read_parameters()
    loaded, tables, request = read_core(layout, parameters)
    report = check(request)
    on_report(report)
    bad = [cell for result in loaded.results.values() for cell in result.bad_cells]
    raise_on_critical(report.tables, first_set_aside(bad))
    named = [*tables.items(), (QUARANTINE, quarantine_table(bad))]
    written = {w.table: w for w in write_all(layout, [(contract(n), t) for n, t in named])}
    records = {
        "controles": results_table(report),
        "ecarts": discrepancies_table(report, request.known),
        "comptabilite": accounts_table(request.accounts, tables, written, loaded.corrections),
    }
    kept = write_all(layout, [(contract(n), t) for n, t in records.items()])
    written |= {w.table: w for w in kept}
    return CoreBuild(loaded, tables, report, written)
