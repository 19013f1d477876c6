"""The rows that fail an expectation, in words: file, line, column, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from pipeline.checks.results import Failure
from pipeline.contracts.expectations import Expected

if TYPE_CHECKING:
    import pandas as pd

# A column the bridge adds: the required columns a row leaves empty. One expectation says that it
# is empty, instead of one per required column, each of which costs the library the same time.
MISSING = "manquants__"


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


def days_name(column: str) -> str:
    """Return the name of the column that holds the dates of another as days."""
    return f"{column}__jours"


def add_days(frame: pd.DataFrame, column: str) -> pd.DataFrame:
    """Return the frame with the dates of a column as days since 1970, which compare as numbers.

    The library compares dates one by one, in ten seconds where numbers take one.
    """
    import pandas as pd

    dates = frame[column]
    epoch = pd.Timestamp("1970-01-01", tz=getattr(dates.dtype, "tz", None))
    marked = frame.copy(deep=False)
    marked[days_name(column)] = (dates - epoch) / pd.Timedelta(days=1)
    return marked


def shown(value: object) -> str:
    """Return a cell as an error shows it: plain, and `nothing` for a missing one."""
    if value is None or value != value:
        return "nothing"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


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
