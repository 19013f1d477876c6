"""The one bridge to Great Expectations. The library is imported inside, for it takes seconds.

A crashed expectation is an error of the check, never bad data: the bridge looks into
`exception_info` and raises.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import re
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from pipeline.checks.failing import MISSING, add_days, add_missing, days_name, failing_rows
from pipeline.checks.results import ExpectationResult, Severity, TableChecks
from pipeline.contracts.expectations import Expected, expectations
from pipeline.contracts.model import TableContract
from pipeline.errors import ContractError

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50
Checked = tuple[Expected, Severity]
GROUP = re.compile(r"(?<!\\)\((?!\?)")


class About(NamedTuple):
    """What names the rows of a table, and how many failing ones to show."""

    key: tuple[str, ...]
    shown: int


@cache
def frames() -> Any:
    """Return the batch definition every frame goes through.

    It belongs to a silent, ephemeral context: no progress bars, no analytics, nothing on disk. The
    library writes its whole configuration again for each source it adds, so there is one only.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    logging.getLogger("great_expectations").setLevel(logging.ERROR)
    import great_expectations as gx

    found: Any = gx.get_context(mode="ephemeral")
    found.variables.progress_bars = {"globally": False, "metric_calculations": False}
    asset = found.data_sources.add_pandas(name="frames").add_dataframe_asset(name="frame")
    return asset.add_batch_definition_whole_dataframe("whole")


def to_frame(table: pa.Table) -> pd.DataFrame:
    """Return a frame the library compares well: decimals as floats, dates as timestamps."""
    columns = []
    for column, field in zip(table.columns, table.schema, strict=True):
        columns.append(column.cast(pa.float64()) if pa.types.is_decimal(field.type) else column)
    plain = pa.table(columns, names=table.column_names)
    frame: pd.DataFrame = plain.to_pandas(date_as_object=False)
    return frame


def whole_text(pattern: str) -> str:
    r"""Return a pattern that ends where the text ends: `$` would let a last newline pass.

    Its groups capture nothing, or the library would warn that nobody looks at what they hold.
    """
    pattern = GROUP.sub("(?:", pattern)
    return pattern.removesuffix("$") + r"\Z" if pattern.endswith("$") else pattern


def bound(value: float | int | str | None) -> Any:
    """Return a bound as the library compares it; ISO texts are dates, told in days since 1970."""
    if isinstance(value, str):
        return (dt.datetime.fromisoformat(value) - dt.datetime(1970, 1, 1)) / dt.timedelta(days=1)
    return value


def bounds_dates(expected: Expected) -> bool:
    """Is it a range of dates?"""
    return isinstance(expected.low, str) or isinstance(expected.high, str)


def build(expected: Expected, references: dict[str, list[str]]) -> Any:
    """Return the library's expectation for one of ours."""
    import great_expectations.expectations as library

    gxe: Any = library
    column = expected.columns[0] if expected.columns else None
    makers: dict[str, Callable[[], Any]] = {
        "row_count": lambda: gxe.ExpectTableRowCountToBeBetween(min_value=int(str(expected.low))),
        "unique_key": lambda: (
            gxe.ExpectColumnValuesToBeUnique(column=column)
            if len(expected.columns) == 1
            else gxe.ExpectCompoundColumnsToBeUnique(column_list=list(expected.columns))
        ),
        "filled": lambda: gxe.ExpectColumnValuesToBeNull(column=MISSING),
        "in_set": lambda: gxe.ExpectColumnValuesToBeInSet(
            column=column, value_set=list(expected.values)
        ),
        "reference": lambda: gxe.ExpectColumnValuesToBeInSet(
            column=column, value_set=references[expected.reference]
        ),
        "pattern": lambda: gxe.ExpectColumnValuesToMatchRegex(
            column=column, regex=whole_text(expected.pattern)
        ),
        "between": lambda: gxe.ExpectColumnValuesToBeBetween(
            column=days_name(str(column)) if bounds_dates(expected) else column,
            min_value=bound(expected.low),
            max_value=bound(expected.high),
        ),
    }
    return makers[expected.kind]()


def raised(info: Any) -> str | None:
    """Return the message of an exception the library swallowed, wherever it nests it."""
    if not isinstance(info, dict):
        return None
    if info.get("raised_exception"):
        return str(info.get("exception_message"))
    return next((message for value in info.values() if (message := raised(value))), None)


def read_result(
    result: Any, frame: pd.DataFrame, table: str, checked: Checked, about: About
) -> ExpectationResult:
    """Translate one result of the library, None when it was not asked for want of rows.

    Raises:
        ContractError: the expectation itself crashed.
    """
    expected, severity = checked
    if result and (message := raised(result.exception_info)):
        raise ContractError(f"the check {expected.kind} on {table}.{expected.columns}: {message}")
    success = result is None or result.success
    details = {} if success else result.result
    indices = list(details.get("unexpected_index_list") or [])[: about.shown]
    unexpected = int(details.get("unexpected_count") or 0) or (0 if success else 1)
    return ExpectationResult(
        table=table,
        family=expected.family,
        kind=expected.kind,
        columns=expected.columns,
        severity=severity,
        text=expected.text,
        evaluated=len(frame),
        unexpected=unexpected,
        failures=() if success else failing_rows(frame, expected, indices, about.key),
    )


def run_suite(
    frame: pd.DataFrame,
    table: str,
    wanted: list[Checked],
    references: dict[str, list[str]],
    ranks: list[int],
    detail: str,
) -> dict[int, Any]:
    """Run some of the expectations on a frame; returns the library's results by rank.

    What failed is asked a second time for its rows: to list them doubles the time of all others.
    """
    whole = frames()
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=table)
    for rank in ranks:
        expected, severity = wanted[rank]
        built = build(expected, references)
        built.severity = severity
        built.meta = {"rank": rank}
        suite.add_expectation(built)
    batch = whole.get_batch({"dataframe": frame})
    report = batch.validate(suite, result_format={"result_format": detail})
    return {r.expectation_config.meta["rank"]: r for r in report.results}


def validate_frame(
    frame: pd.DataFrame,
    table: str,
    wanted: list[Checked],
    references: dict[str, list[str]],
    shown: int = SHOWN,
) -> list[ExpectationResult]:
    """Run expectations on one frame and return their results in the same order.

    Args:
        frame: the rows.
        table: their name.
        wanted: what is expected, each with its severity.
        references: the values each foreign key may take.
        shown: how many offending rows to return for each expectation.
    """
    for expected, _ in wanted:
        if expected.kind == "filled":
            frame = add_missing(frame, expected.columns)
        elif bounds_dates(expected):
            frame = add_days(frame, expected.columns[0])
    # What is said of each row holds of no row: a table left empty is asked for its rows only.
    asked = [r for r, (e, _) in enumerate(wanted) if len(frame) or e.kind == "row_count"]
    results = run_suite(frame, table, wanted, references, asked, "BOOLEAN_ONLY") if asked else {}
    if failed := [rank for rank, result in results.items() if not result.success]:
        results |= run_suite(frame, table, wanted, references, failed, "COMPLETE")
    about = About(next((e.columns for e, _ in wanted if e.kind == "unique_key"), ()), shown)
    return [
        read_result(results.get(rank), frame, table, checked, about)
        for rank, checked in enumerate(wanted)
    ]


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
        frame = to_frame(table)
        results = validate_frame(frame, name, wanted, references)
        checks.append(TableChecks(name, results))
    return checks
