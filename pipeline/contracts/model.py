"""The shape of a contract: table, columns, constraints, in two languages."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

TYPE_PATTERN = re.compile(r"^(string|int32|int64|float64|bool|date|timestamp|decimal\(\d+,\d+\))$")
Lang = Literal["fr", "en"]
UsageWarning = Literal[
    "aggregation_hazard",
    "imputed",
    "irregular_dates",
    "known_discrepancies",
    "not_comparable",
    "not_representative",
    "partial_coverage",
    "redacted",
    "rounded_values",
]


class Strict(BaseModel):
    """A model that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Text(Strict):
    """A text in both languages; neither may be empty."""

    fr: str = Field(min_length=1)
    en: str = Field(min_length=1)

    def __getitem__(self, lang: Lang) -> str:
        return self.fr if lang == "fr" else self.en


class Constraints(Strict):
    """What a column must satisfy. A bound states where it comes from.

    `equals` is what the column repeats of others of its row, in the SQL of DuckDB: for tables of
    events alone, whose checks are counted by that engine.
    """

    required: bool = False
    unique: bool = False
    vocabulary: str | None = None
    pattern: str | None = None
    equals: str | None = None
    min: float | int | str | None = None
    max: float | int | str | None = None
    bound_source: Text | None = None
    references: str | None = Field(default=None, pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")

    @model_validator(mode="after")
    def _bounds_are_sourced(self) -> Constraints:
        if (self.min is not None or self.max is not None) and not self.bound_source:
            raise ValueError("a bound needs bound_source: where does it come from?")
        return self


class Column(Strict):
    """One column: type, unit, labels, description, source, constraints."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: str
    unit: str = Field(min_length=1)
    label: Text
    description: Text
    source: str = Field(min_length=1)
    constraints: Constraints = Constraints()
    # Computed and kept in `data/processed`, never in a page, a download or a figure.
    withheld: bool = False

    @field_validator("type")
    @classmethod
    def _known_type(cls, value: str) -> str:
        if not TYPE_PATTERN.match(value):
            raise ValueError(f"unknown type {value!r}")
        return value


class TableContract(Strict):
    """One table: grain, key, columns, origin of its rows, warnings to read before use.

    `microdata` says that a row of a core table is one observed unit (a centre, a CPTS, one of its
    schemes); a table that transcribes printed aggregates, or describes documents, says false.
    `optional` says that a user's own files may leave the table without a row: a warning, no fault.
    `shipped` false says that nothing may be shipped for it: it is empty until a file is added.
    `on_demand` says that a command writes the table, where it is told, and no run does.
    `partition` names the columns that split a table of events into folders: such a table is read as
    a stream, whatever its size, and never held whole in memory; `order` sorts each folder.
    `summed` names the column that says how many lines of a file a row of events sums up.
    """

    table: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    group: Literal["core", "indicators", "publication", "quarantine", "controles"]
    title: Text
    description: Text
    grain: Text
    key: tuple[str, ...]
    source: str
    sensitivity: Literal["public", "restricted"]
    microdata: bool = True
    optional: bool = False
    shipped: bool = True
    on_demand: bool = False
    partition: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    summed: str | None = None
    warnings: tuple[UsageWarning, ...] = ()
    columns: tuple[Column, ...]

    @model_validator(mode="after")
    def _key_exists(self) -> TableContract:
        names = [column.name for column in self.columns]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.table}: a column is named twice")
        if missing := {*self.key, *self.partition, *self.order, *filter(None, [self.summed])} - set(
            names
        ):
            raise ValueError(f"{self.table}: key columns {sorted(missing)} do not exist")
        repeated = [column.name for column in self.columns if column.constraints.equals]
        if repeated and not self.partition:
            raise ValueError(f"{self.table}: `equals` of {repeated} is for tables of events")
        return self

    def column(self, name: str) -> Column:
        """Return the column of that name; KeyError when there is none."""
        return {column.name: column for column in self.columns}[name]

    @property
    def names(self) -> list[str]:
        """Column names in order."""
        return [column.name for column in self.columns]

    @property
    def released(self) -> tuple[Column, ...]:
        """The columns a publication may show."""
        return tuple(column for column in self.columns if not column.withheld)


class Code(Text):
    """Label of a code, in both languages; in a hierarchy, the code it is a part of."""

    parent: str | None = None


Vocabulary = dict[str, Code]
