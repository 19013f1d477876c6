"""The contracts of tables of events, checked by counts where they are: they do not fit in memory.

The results have the shape of those of the other tables, which Great Expectations checks on frames.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from pipeline.checks.accounting import Account, expected_accounts
from pipeline.checks.results import ExpectationResult, Failure, Severity, TableChecks
from pipeline.contracts.expectations import Expected, expectations
from pipeline.contracts.model import TableContract
from pipeline.contracts.schema import sql_literal

SHOWN = 5
ACCOUNTS = "comptabilite"


def fault(expected: Expected) -> str:
    """Return the SQL condition of a row that breaks an expectation on single rows."""
    column = expected.columns[0]
    if expected.kind == "filled":
        return " OR ".join(f"{name} IS NULL" for name in expected.columns)
    if expected.kind == "in_set":
        codes = ", ".join(sql_literal(code) for code in expected.values)
        return f"{column} NOT IN ({codes})"
    if expected.kind == "pattern":
        return f"NOT regexp_matches({column}, {sql_literal(expected.pattern)})"
    if expected.kind == "equals":
        return f"{column} <> {expected.formula}"
    if expected.kind == "between":
        low = f"{column} < {expected.low}" if expected.low is not None else ""
        high = f"{column} > {expected.high}" if expected.high is not None else ""
        return " OR ".join(filter(None, (low, high)))
    raise ValueError(f"{expected.kind} is not an expectation on single rows")


def failing(rows: str, expected: Expected) -> str:
    """Return the SQL of the rows that break an expectation, with file and line."""
    if expected.kind == "unique_key":
        key = ", ".join(expected.columns)
        return (
            f"SELECT * FROM {rows} QUALIFY count(*) OVER (PARTITION BY {key}) > 1"
            if key
            else f"SELECT * FROM {rows} WHERE false"
        )
    return f"SELECT * FROM {rows} WHERE {fault(expected)}"


def repeated(connection: duckdb.DuckDBPyConnection, rows: str, key: Sequence[str]) -> int:
    """Return how many rows repeat the key of another."""
    names = ", ".join(key)
    found = connection.execute(
        f"SELECT coalesce(sum(nb), 0) FROM (SELECT count(*) AS nb FROM {rows} "
        f"GROUP BY {names} HAVING count(*) > 1)"
    ).fetchone()
    return int(found[0]) if found else 0


def examples(
    connection: duckdb.DuckDBPyConnection, rows: str, expected: Expected
) -> tuple[Failure, ...]:
    """Return the first rows that break an expectation."""
    shown = ", ".join(f"CAST({name} AS VARCHAR)" for name in expected.columns)
    found = connection.execute(
        f"SELECT source_file, source_line, concat_ws(', ', {shown}) "
        f"FROM ({failing(rows, expected)}) ORDER BY source_file, source_line LIMIT {SHOWN}"
    ).fetchall()
    name = " + ".join(expected.columns)
    return tuple(
        Failure(str(file), int(line), name, expected.text.en, str(value))
        for file, line, value in found
    )


def check_rows(
    connection: duckdb.DuckDBPyConnection, contract: TableContract, rows: str, total: int
) -> TableChecks:
    """Check new rows against their contract.

    Args:
        connection: where the rows are.
        contract: that of the table.
        rows: the name of the table that holds them, with `source_file` and `source_line`.
        total: rows of the whole table, those checked before included; they broke nothing.
    """
    wanted = [e for e in expectations(contract) if e.kind != "reference"]
    single = [e for e in wanted if e.kind not in ("row_count", "unique_key")]
    counts = ", ".join(f"count(*) FILTER (WHERE {fault(e)})" for e in single) or "0"
    found = connection.execute(f"SELECT {counts} FROM {rows}").fetchone() or ()
    by_rank = dict(zip(map(id, single), map(int, found), strict=True))
    results = []
    for expected in wanted:
        if expected.kind == "row_count":
            unexpected = int(total < int(expected.low or 0))
        elif expected.kind == "unique_key":
            unexpected = repeated(connection, rows, expected.columns)
        else:
            unexpected = by_rank[id(expected)]
        shown = unexpected and expected.kind != "row_count"
        failures = examples(connection, rows, expected) if shown else ()
        results.append(result_of(contract.table, expected, total, unexpected, failures))
    return TableChecks(contract.table, results)


def result_of(
    table: str, expected: Expected, total: int, unexpected: int, failures: tuple[Failure, ...]
) -> ExpectationResult:
    """Return the result of one expectation."""
    severity: Severity = "critical" if expected.blocking else "warning"
    return ExpectationResult(
        table=table,
        family=expected.family,
        kind=expected.kind,
        columns=expected.columns,
        severity=severity,
        text=expected.text,
        evaluated=total,
        unexpected=unexpected,
        failures=failures,
    )


def account_results(account: Account, max_share_pct: float) -> list[ExpectationResult]:
    """Check the row account of one table, as `check_accounts` does on a frame."""
    values = {
        "gap": float(account.gap),
        "set_aside_pct": account.set_aside_pct,
        "set_aside": float(account.set_aside),
    }
    return [
        ExpectationResult(
            table=account.table,
            family=ACCOUNTS,
            kind="accounting",
            columns=(),
            severity=severity,
            text=expected.text,
            evaluated=account.rows_in,
            unexpected=int(not 0 <= values[expected.columns[0]] <= float(expected.high or 0)),
        )
        for expected, severity in expected_accounts(max_share_pct, merging=True)
    ]
