"""What the checks leave behind: results, row accounts and discrepancies, as tables."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pipeline.checks.accounting import Account
from pipeline.checks.core import CheckReport
from pipeline.checks.results import TableChecks
from pipeline.contracts.origins import weakest_of
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.store.parquet import Written


def result_rows(tables: list[TableChecks]) -> list[dict[str, Any]]:
    """Return every expectation with what it found, as rows of `controles`."""
    return [
        {
            "table_nom": check.table,
            "rang": rank,
            "famille": result.family,
            "colonnes": ", ".join(result.columns) or None,
            "attendu": result.text.fr,
            "attendu_en": result.text.en,
            "gravite": result.severity,
            "reussi": result.passed,
            "evalues_nb": result.evaluated,
            "inattendus_nb": result.unexpected,
            "connus_nb": result.known,
        }
        for check in tables
        for rank, result in enumerate(check.results, 1)
    ]


def results_table(report: CheckReport) -> pa.Table:
    """Return every expectation with what it found."""
    return pa.Table.from_pylist(
        result_rows(report.tables), schema=arrow_schema(contract("controles"))
    )


def discrepancies_table(report: CheckReport, known: dict[str, set[str]]) -> pa.Table:
    """Return the cases the rules found wrong, recorded ones marked."""
    rows: list[dict[str, Any]] = [
        {
            "regle": outcome.rule.id,
            "cas": case,
            "table_nom": outcome.rule.table,
            "fichier": failure.source_file,
            "ligne": failure.source_line,
            "attendu": failure.expected,
            "trouve": failure.found,
            "connu": case in known.get(outcome.rule.id, set()),
        }
        for outcome in report.outcomes
        for case, failure in outcome.failing
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract("ecarts")))


def accounts_table(
    accounts: tuple[Account, ...],
    tables: dict[str, pa.Table],
    written: dict[str, Written],
    corrections: dict[str, list[str]],
) -> pa.Table:
    """Return the row accounts with the hash of each file written."""
    rows: list[dict[str, Any]] = [
        {
            "table_nom": account.table,
            "lues_nb": account.rows_in,
            "gardees_nb": account.kept,
            "ecartees_nb": account.set_aside,
            "reunies_nb": account.merged,
            "corrections_nb": len(corrections.get(account.table, [])),
            "sha256": written[account.table].sha256,
            "origin": weakest_of(tables[account.table]),
        }
        for account in accounts
        if account.table in written
    ]
    return pa.Table.from_pylist(rows, schema=arrow_schema(contract("comptabilite")))
