"""The card of an indicator: what it says, of whom, from what, with which warnings."""

from __future__ import annotations

import difflib
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict, TableContract, Text
from pipeline.contracts.registry import (
    check_vocabularies,
    contracts,
    holds_microdata,
    read_yaml,
    resolve_table,
)
from pipeline.contracts.sql import read_sql
from pipeline.errors import ContractError, UnknownNameError
from pipeline.indicators.views import FRAGMENTS, core_inputs, view_parameters, views

# How many names a misspelt one is told.
NEAREST = 3
CATALOGUE = Path(__file__).resolve().parent / "catalogue"
Nature = Literal["transcription", "calcul"]
Theme = Literal[
    "couverture",
    "dispositifs",
    "creneaux",
    "demographie",
    "territoires",
    "finances_cds",
    "activite_cds",
    "effectifs_cds",
    "centres",
    "controles",
]


class Trace(Strict):
    """Which rows of a core table a row of the indicator comes from.

    `match` maps a column of the core table (alias `c`) to a column of the indicator (alias `i`);
    `where` keeps some rows of the core table, `rows` some rows of the indicator. A total row, whose
    dimension is no value of the core table, gets its own entry with `rows` and a shorter `match`.
    """

    table: str
    match: dict[str, str] = Field(default_factory=dict)
    where: str = "true"
    rows: str = "true"


class PublishedValue(Strict):
    """A value a document prints for this indicator.

    `nature` is `transcription` when the column holds the printed number itself, read in an input:
    finding it again proves nothing. `inconsistency` names the recorded contradiction of the source
    that explains why a computed value is not the printed one. `n_column` holds the N of the value.
    """

    figure_id: str = Field(pattern=r"^00[0-4]-[A-Z]?[0-9]{4}$")
    where: dict[str, str | int] = Field(default_factory=dict)
    column: str
    nature: Nature = "calcul"
    n_column: str | None = None
    inconsistency: str | None = Field(default=None, pattern=r"^inc-[a-z]+-[0-9]{3}$")


class Headline(Strict):
    """One number of the indicator worth the first page.

    `nature` is `transcription` when the number is printed, even if the indicator also computes.
    """

    column: str
    where: dict[str, str | int] = Field(default_factory=dict)
    unit: str
    nature: Nature = "calcul"
    decimals: int = Field(default=0, ge=0, le=2)
    n_column: str | None = None
    label: Text


class Card(TableContract):
    """An indicator: a table contract with its definition."""

    theme: Theme
    nature: Nature
    definition: Text
    numerator: Text | None = None
    denominator: Text | None = None
    population: Text
    exclusions: Text | None = None
    statistic: Text
    unit: str
    inputs: tuple[str, ...] = Field(min_length=1)
    parameters: tuple[str, ...] = ()
    published: tuple[PublishedValue, ...] = ()
    caveats: tuple[Text, ...] = ()
    trace: tuple[Trace, ...] = Field(min_length=1)
    headlines: tuple[Headline, ...] = ()

    @property
    def sql(self) -> str:
        """The one SQL text of the indicator, with the parts it includes written out."""
        return read_sql(CATALOGUE / f"{self.table}.sql", FRAGMENTS)

    @property
    def core_inputs(self) -> tuple[str, ...]:
        """The core tables it reads, directly or through views."""
        return core_inputs(self.inputs)

    @property
    def moved_by(self) -> tuple[str, ...]:
        """The parameters it depends on: those of its SQL, then those of the views it reads."""
        inherited = view_parameters(self.inputs) - set(self.parameters)
        return (*self.parameters, *sorted(inherited))

    @property
    def from_microdata(self) -> bool:
        """Is it computed, from at least one table of observed units?"""
        microdata = any(holds_microdata(name) for name in self.core_inputs)
        return self.nature == "calcul" and microdata


COMPUTED: tuple[dict[str, Any], ...] = (
    {
        "name": "origin",
        "type": "string",
        "unit": "none",
        "label": {"fr": "Origine", "en": "Origin"},
        "description": {
            "fr": "Origine la plus faible des données d'entrée.",
            "en": "Weakest origin of the inputs.",
        },
        "source": "projet",
        "constraints": {"required": True, "vocabulary": "origine"},
    },
    {
        "name": "reperes",
        "type": "string",
        "unit": "none",
        "label": {"fr": "Repères", "en": "Locators"},
        "description": {
            "fr": "Documents et lignes dont vient la valeur.",
            "en": "Documents and lines the value comes from.",
        },
        "source": "projet",
    },
)


def load_card(path: Path) -> Card:
    """Read one card; ContractError names the file and the fault."""
    raw = read_yaml(path)
    raw = resolve_table({**raw, "columns": [*raw["columns"], *COMPUTED]}, path.name)
    try:
        card = Card.model_validate({**raw, "group": "indicators"})
    except ValidationError as error:
        raise ContractError(f"{path.name}: {error}") from error
    check_card(card, path)
    return card


def check_card(card: Card, path: Path) -> None:
    """Refuse a card that names a table, file or column that does not exist."""
    if card.table != path.stem or not path.with_suffix(".sql").is_file():
        raise ContractError(f"{path.name}: the card, its file and its SQL carry one name")
    check_vocabularies(card.columns, path.name)
    named = {*card.inputs, *(trace.table for trace in card.trace)}
    if unknown := named - set(contracts()) - set(views()):
        raise ContractError(f"{path.name}: no core table or view is named {sorted(unknown)}")
    used = {c for trace in card.trace for c in trace.match.values()}
    used |= {h.column for h in card.headlines} | {p.column for p in card.published}
    used |= {p.n_column for p in card.published if p.n_column}
    if missing := used - set(card.names):
        raise ContractError(f"{path.name}: no column is named {sorted(missing)}")


@cache
def cards() -> dict[str, Card]:
    """Return every card by id, in alphabetical order."""
    return {path.stem: load_card(path) for path in sorted(CATALOGUE.glob("*.yml"))}


def card(indicator_id: str) -> Card:
    """Return one card; UnknownNameError names those of nearly that name."""
    if indicator_id not in cards():
        near = difflib.get_close_matches(indicator_id, cards(), n=NEAREST, cutoff=0.5)
        said = f", nearest: {', '.join(near)}" if near else ""
        raise UnknownNameError(
            f"no indicator is named {indicator_id!r}{said}; "
            f"`snp indicator` lists the {len(cards())}"
        )
    return cards()[indicator_id]
