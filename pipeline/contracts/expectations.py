"""What a contract expects of its rows, as plain data that knows no validation library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from pipeline.contracts.model import Column, Lang, TableContract, Text
from pipeline.contracts.registry import vocabularies

Kind = Literal[
    "row_count", "unique_key", "filled", "in_set", "pattern", "equals", "between", "reference"
]
FAMILIES: dict[Kind, str] = {
    "row_count": "cles",
    "unique_key": "cles",
    "filled": "cles",
    "in_set": "codes",
    "pattern": "codes",
    "equals": "codes",
    "between": "bornes",
    "reference": "renvois",
}


@dataclass(frozen=True)
class Expected:
    """One expectation of a table."""

    kind: Kind
    columns: tuple[str, ...]
    text: Text
    values: tuple[str, ...] = ()
    pattern: str = ""
    formula: str = ""
    low: float | int | str | None = None
    high: float | int | str | None = None
    reference: str = ""
    blocking: bool = True

    @property
    def family(self) -> str:
        """The asset check this expectation belongs to."""
        return FAMILIES[self.kind]


def both(fr: str, en: str) -> Text:
    """Return a text in both languages."""
    return Text(fr=fr, en=en)


def expect_bounds(column: Column) -> Expected:
    """Return the range of a column, with the origin of its bounds in the text."""
    rules = column.constraints
    unit = "" if column.unit == "none" else f" {column.unit}"
    words = {"fr": ("au moins", "au plus", "et"), "en": ("at least", "at most", "and")}

    def limits(lang: Lang) -> str:
        least, most, link = words[lang]
        low = f"{least} {rules.min}" if rules.min is not None else ""
        high = f"{most} {rules.max}" if rules.max is not None else ""
        source = f" ({rules.bound_source[lang]})" if rules.bound_source else ""
        return f" {link} ".join(filter(None, (low, high))) + unit + source

    text = both(limits("fr"), limits("en"))
    return Expected("between", (column.name,), text, low=rules.min, high=rules.max)


def expect_column(column: Column) -> list[Expected]:
    """Return the expectations of one column."""
    rules, name, found = column.constraints, (column.name,), []
    if rules.vocabulary:
        codes = tuple(vocabularies()[rules.vocabulary])
        shown = ", ".join(codes[:12]) + (", …" if len(codes) > 12 else "")
        listed = f"{rules.vocabulary} ({shown})"
        text = both(f"un code de la liste {listed}", f"a code of the list {listed}")
        found.append(Expected("in_set", name, text, values=codes))
    if rules.pattern:
        text = both(f"un texte de la forme {rules.pattern}", f"a text like {rules.pattern}")
        found.append(Expected("pattern", name, text, pattern=rules.pattern))
    if rules.equals:
        text = both(f"la valeur de {rules.equals}", f"the value of {rules.equals}")
        found.append(Expected("equals", name, text, formula=rules.equals))
    if rules.min is not None or rules.max is not None:
        found.append(expect_bounds(column))
    if rules.references:
        text = both(f"une valeur de {rules.references}", f"a value of {rules.references}")
        found.append(Expected("reference", name, text, reference=rules.references))
    return found


def expectations(table: TableContract) -> list[Expected]:
    """Return all expectations of a table, keys first."""
    found = []
    if table.group == "core" and table.shipped:
        text = both("au moins une ligne", "at least one row")
        found.append(Expected("row_count", (), text, low=1, blocking=not table.optional))
    if table.key:
        key = " + ".join(table.key)
        text = both(f"chaque {key} une seule fois", f"each {key} once")
        found.append(Expected("unique_key", table.key, text))
    required = tuple(c.name for c in table.columns if c.constraints.required)
    if required:
        found.append(Expected("filled", required, both("une valeur", "a value")))
    for column in table.columns:
        found += expect_column(column)
    return found


def families(table: TableContract) -> list[str]:
    """Return the names of the asset checks of a table, in order."""
    return list(dict.fromkeys(expected.family for expected in expectations(table)))
