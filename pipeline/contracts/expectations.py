"""What a contract expects of its rows, as plain data that knows no validation library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.contracts.model import Column, TableContract
from pipeline.contracts.registry import vocabularies

Kind = Literal["row_count", "unique_key", "filled", "in_set", "pattern", "between", "reference"]
FAMILIES: dict[Kind, str] = {
    "row_count": "cles",
    "unique_key": "cles",
    "filled": "cles",
    "in_set": "codes",
    "pattern": "codes",
    "between": "bornes",
    "reference": "renvois",
}


@dataclass(frozen=True)
class Expected:
    """One expectation of a table."""

    kind: Kind
    columns: tuple[str, ...]
    text: str
    values: tuple[str, ...] = ()
    pattern: str = ""
    low: float | int | str | None = None
    high: float | int | str | None = None
    reference: str = ""

    @property
    def family(self) -> str:
        """The asset check this expectation belongs to."""
        return FAMILIES[self.kind]


def expect_bounds(column: Column) -> Expected:
    """Return the range of a column, with the origin of its bounds in the text."""
    rules = column.constraints
    low = f"at least {rules.min}" if rules.min is not None else ""
    high = f"at most {rules.max}" if rules.max is not None else ""
    limits = " and ".join(filter(None, (low, high)))
    text = f"{limits} {column.unit} ({rules.bound_source})"
    return Expected("between", (column.name,), text, low=rules.min, high=rules.max)


def expect_column(column: Column) -> list[Expected]:
    """Return the expectations of one column."""
    rules, name, found = column.constraints, (column.name,), []
    if rules.vocabulary:
        codes = tuple(vocabularies()[rules.vocabulary])
        shown = ", ".join(codes[:12]) + (", …" if len(codes) > 12 else "")
        text = f"a code of the list {rules.vocabulary} ({shown})"
        found.append(Expected("in_set", name, text, values=codes))
    if rules.pattern:
        text = f"a text like {rules.pattern}"
        found.append(Expected("pattern", name, text, pattern=rules.pattern))
    if rules.min is not None or rules.max is not None:
        found.append(expect_bounds(column))
    if rules.references:
        text = f"a value of {rules.references}"
        found.append(Expected("reference", name, text, reference=rules.references))
    return found


def expectations(table: TableContract) -> list[Expected]:
    """Return all expectations of a table, keys first."""
    found = [Expected("row_count", (), "at least one row", low=1)] if table.group == "core" else []
    if table.key:
        text = f"each {' + '.join(table.key)} once"
        found.append(Expected("unique_key", table.key, text))
    required = tuple(c.name for c in table.columns if c.constraints.required)
    if required:
        found.append(Expected("filled", required, "a value"))
    for column in table.columns:
        found += expect_column(column)
    return found


def families(table: TableContract) -> list[str]:
    """Return the names of the asset checks of a table, in order."""
    return list(dict.fromkeys(expected.family for expected in expectations(table)))
