"""Every table against its contract, through the one bridge to Great Expectations."""

from __future__ import annotations

import pyarrow as pa

from pipeline.checks.gx import Checked, to_frame, validate_frame
from pipeline.checks.results import ExpectationResult, TableChecks
from pipeline.contracts.expectations import expectations
from pipeline.contracts.model import TableContract


def reference_values(tables: dict[str, pa.Table]) -> dict[str, list[str]]:
    """Return the values every foreign key may take, by `table.column`."""
    return {
        f"{name}.{column}": [str(v) for v in table.column(column).drop_null().unique().to_pylist()]
        for name, table in tables.items()
        for column in table.column_names
        if column.endswith("_id")
    }


def validate_contracts(
    tables: dict[str, pa.Table], known: dict[str, TableContract]
) -> list[TableChecks]:
    """Validate every table against its contract; what does not block is a warning.

    Args:
        tables: the tables by name.
        known: their contracts.
    """
    references = reference_values(tables)
    checks = []
    for name, table in tables.items():
        wanted: list[Checked] = [
            (e, "critical" if e.blocking else "warning") for e in expectations(known[name])
        ]
        results = validate_table(table, name, wanted, references)
        checks.append(TableChecks(name, results))
    return checks


def validate_table(
    table: pa.Table, name: str, wanted: list[Checked], references: dict[str, list[str]]
) -> list[ExpectationResult]:
    """Validate one table. Of one without rows only the number of rows is asked: the rest holds.

    The library takes its time whatever the number of rows, and many tables wait for a file.
    """
    asked = wanted if table.num_rows else [w for w in wanted if w[0].kind == "row_count"]
    results = validate_frame(to_frame(table), name, asked, references) if asked else []
    return [*results, *(no_row(name, checked) for checked in wanted if checked not in asked)]


def no_row(table: str, checked: Checked) -> ExpectationResult:
    """Return the result of an expectation on no row at all."""
    expected, severity = checked
    return ExpectationResult(
        table=table,
        family=expected.family,
        kind=expected.kind,
        columns=expected.columns,
        severity=severity,
        text=expected.text,
        evaluated=0,
        unexpected=0,
    )
