"""The rows that fail an expectation, in words: file, line, column, what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
    names = [
        " + ".join(column for column, is_empty in zip(required, row, strict=True) if is_empty)
        for row in empty.to_numpy()
    ]
    marked = frame.copy(deep=False)
    marked[MISSING] = [name or None for name in names]
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
