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

import numpy as np
import pyarrow as pa

from pipeline.checks.results import ExpectationResult, Failure, Severity
from pipeline.contracts.expectations import Expected
from pipeline.errors import ContractError

if TYPE_CHECKING:
    import pandas as pd

SHOWN = 50
Checked = tuple[Expected, Severity]
# A column the bridge adds: the required columns a row leaves empty. One expectation says that it
# is empty, instead of one per required column, each of which costs the library the same time.
MISSING = "manquants__"
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
    """Return a bound as the library compares it; ISO texts are dates."""
    return dt.datetime.fromisoformat(value) if isinstance(value, str) else value


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
            column=column, min_value=bound(expected.low), max_value=bound(expected.high)
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


def shown(value: object) -> str:
    """Return a cell as an error shows it: plain, and `nothing` for a missing one."""
    if value is None or value != value:
        return "nothing"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def add_missing(frame: pd.DataFrame, required: tuple[str, ...]) -> pd.DataFrame:
    """Return the frame with the names of the required columns each row leaves empty."""
    empty = frame[list(required)].isna()
    names: list[str | None] = [None] * len(frame)
    holed = empty.to_numpy()
    # Few rows have a hole: only those are looked at one by one.
    for rank in np.flatnonzero(holed.any(axis=1)):
        row = zip(required, holed[rank], strict=True)
        names[int(rank)] = " + ".join(column for column, is_empty in row if is_empty)
    marked = frame.copy(deep=False)
    marked[MISSING] = names
    return marked


def place(row: pd.Series[Any]) -> tuple[str, int | None]:
    """Return the file and the line of a row."""
    line = row.get("source_line")
    return str(row.get("source_file", "?")), None if line is None or line != line else int(line)


def same_rows(frame: pd.DataFrame, row: pd.Series[Any], columns: tuple[str, ...]) -> pd.DataFrame:
    """Return the rows that hold the same values as one of them in some columns."""
    same = frame
    for column in columns:
        same = same[same[column] == row[column]]
    return same


def elsewhere(frame: pd.DataFrame, row: pd.Series[Any], key: tuple[str, ...]) -> str:
    """Return, in words, where the key of a row stands again."""
    others = same_rows(frame, row, key).drop(index=row.name)
    if others.empty:
        return ""
    file, line = place(others.iloc[0])
    return f", also at {file}, line {line}"


def among(frame: pd.DataFrame, row: pd.Series[Any], codes: tuple[str, ...]) -> str:
    """Return, in words, which row of its line a row is, when the line gave several."""
    if not codes or len(same_rows(frame, row, ("source_file", "source_line"))) < 2:
        return ""
    return " (" + ", ".join(shown(row[code]) for code in codes) + ")"


def failing_rows(
    frame: pd.DataFrame, expected: Expected, indices: list[Any], key: tuple[str, ...]
) -> tuple[Failure, ...]:
    """Return offending rows with their file, line and value.

    A line that gave several rows does not tell which one fails: the codes of its key do.
    """
    codes = tuple(c for c in key if c.endswith("_code") and c not in expected.columns)
    name = " + ".join(expected.columns)
    found = []
    for index in indices:
        row = frame.loc[index]
        if expected.kind == "filled":
            name, value = str(row[MISSING]), "nothing"
        else:
            value = ", ".join(shown(row[column]) for column in expected.columns)
        if expected.kind == "unique_key":
            value += elsewhere(frame, row, expected.columns)
        column = name + among(frame, row, codes)
        found.append(Failure(*place(row), column, expected.text.en, value))
    return tuple(found)


def read_result(
    result: Any, frame: pd.DataFrame, table: str, checked: Checked, about: About
) -> ExpectationResult:
    """Translate one result of the library; raise when the expectation itself crashed."""
    expected, severity = checked
    if message := raised(result.exception_info):
        raise ContractError(f"the check {expected.kind} on {table}.{expected.columns}: {message}")
    details = result.result
    indices = list(details.get("unexpected_index_list") or [])[: about.shown]
    unexpected = int(details.get("unexpected_count") or 0) or (0 if result.success else 1)
    return ExpectationResult(
        table=table,
        family=expected.family,
        kind=expected.kind,
        columns=expected.columns,
        severity=severity,
        text=expected.text,
        evaluated=len(frame),
        unexpected=unexpected,
        failures=() if result.success else failing_rows(frame, expected, indices, about.key),
    )


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
    whole = frames()
    import great_expectations as gx

    suite = gx.ExpectationSuite(name=table)
    for rank, (expected, severity) in enumerate(wanted):
        if expected.kind == "filled":
            frame = add_missing(frame, expected.columns)
        built = build(expected, references)
        built.severity = severity
        built.meta = {"rank": rank}
        suite.add_expectation(built)
    batch = whole.get_batch({"dataframe": frame})
    report = batch.validate(suite, result_format={"result_format": "COMPLETE"})
    ranked = {r.expectation_config.meta["rank"]: r for r in report.results}
    about = About(next((e.columns for e, _ in wanted if e.kind == "unique_key"), ()), shown)
    return [
        read_result(ranked[rank], frame, table, checked, about)
        for rank, checked in enumerate(wanted)
    ]
