"""What the pages show, gathered once: indicators, figures, checks, inconsistencies, registry."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.model import Column, Lang
from pipeline.contracts.origins import shown_origin, weakest_of
from pipeline.contracts.registry import contract, contracts
from pipeline.errors import ContractError
from pipeline.indicators.card import Card, Headline, cards
from pipeline.parameters import Parameters
from pipeline.paths import Layout
from pipeline.publication.figures.model import Figure
from pipeline.publication.format import EMPTY, cell, locator, number, with_unit
from pipeline.publication.reconciliation import Reconciled
from pipeline.reconciliation.inconsistencies import Inconsistency, inconsistencies
from pipeline.store.parquet import read_built, table_path
from pipeline.store.partitions import digest

Rows = list[dict[str, Any]]
# A page of more rows is slow to open and nobody reads it: the downloads hold them all.
PAGE_ROWS = 300
# A workbook of more rows takes seconds to write and longer to open: the CSV is the download.
SHEET_ROWS = 20_000
THEMES = (
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
)


@dataclass(frozen=True)
class HeadlineNumber:
    """One number of the first page."""

    label: str
    value: str
    unit: str
    n: str
    origin: str
    indicator: str
    reperes: str


@dataclass(frozen=True)
class IndicatorView:
    """An indicator with its rows, as a page shows it."""

    card: Card
    table: pa.Table
    lang: Lang

    @property
    def origin(self) -> str:
        """Origin of the indicator."""
        return weakest_of(self.table)

    @property
    def shown(self) -> list[Column]:
        """Columns a page shows; the origin is a badge instead."""
        return [column for column in self.card.released if column.name != "origin"]

    @property
    def released(self) -> pa.Table:
        """The table without the columns withheld from publication."""
        return self.table.select([column.name for column in self.card.released])

    @property
    def head(self) -> list[tuple[str, str, str]]:
        """Label, unit and alignment of each column shown."""
        silent = ("none", "année")
        return [
            (c.label[self.lang], "" if c.unit in silent else c.unit, alignment(c.type))
            for c in self.shown
        ]

    @cached_property
    def page_rows(self) -> pa.Table:
        """The rows a page shows: all, or those of the last year first of all when they are many."""
        table = self.table
        years = [c.name for c in self.card.columns if c.unit == "année" and c.name in self.card.key]
        if table.num_rows > PAGE_ROWS and years:
            last = pc.max(table.column(years[0]))
            table = table.filter(pc.equal(table.column(years[0]), last))
        return table.slice(0, PAGE_ROWS)

    @property
    def fits_a_sheet(self) -> bool:
        """May it be offered as a workbook too?"""
        fits: bool = self.table.num_rows <= SHEET_ROWS
        return fits

    @property
    def rows_left_off(self) -> int:
        """How many rows only the downloads hold."""
        left: int = self.table.num_rows - self.page_rows.num_rows
        return left

    @property
    def body(self) -> list[list[str]]:
        """Rows, formatted cell by cell."""
        return [
            [
                locator(row[c.name], self.lang)
                if c.name == "reperes"
                else cell(row[c.name], c, self.lang)
                for c in self.shown
            ]
            for row in self.page_rows.to_pylist()
        ]


@dataclass
class ReportContext:
    """Everything the templates need."""

    lang: Lang
    parameters: Parameters
    indicators: dict[str, IndicatorView]
    core: dict[str, pa.Table]
    figures: list[Figure] = field(default_factory=list)
    reconciled: Reconciled | None = None

    @property
    def headlines(self) -> list[HeadlineNumber]:
        """Numbers worth the first page, in the order of the themes."""
        ordered = sorted(self.indicators.values(), key=lambda v: THEMES.index(v.card.theme))
        found = [
            headline_number(view, headline, self.lang)
            for view in ordered
            for headline in view.card.headlines
        ]
        return [item for item in found if item]

    @property
    def inconsistencies(self) -> tuple[Inconsistency, ...]:
        """Recorded inconsistencies of the sources."""
        return inconsistencies()

    @property
    def discrepancies(self) -> Rows:
        """Cases the rules found in public tables; those of restricted ones are only counted."""
        return [
            row for row in self.rows("ecarts") if contract(row["table_nom"]).sensitivity == "public"
        ]

    def rows(self, table: str) -> Rows:
        """Rows of a core or check table."""
        found: Rows = self.core[table].to_pylist()
        return found


def verify_core(layout: Layout, core: dict[str, pa.Table]) -> None:
    """Refuse to publish core tables that are not those that passed their checks.

    Raises:
        ContractError: a file has changed since it was checked, or a critical check failed.
    """
    for row in core["comptabilite"].to_pylist():
        path = table_path(layout, contract(row["table_nom"]))
        if digest(path) != row["sha256"]:
            raise ContractError(
                f"{layout.relative(path)} is not the file that was checked: run `snp run` again."
            )
    failed = [
        row
        for row in core["controles"].to_pylist()
        if row["gravite"] == "critical" and not row["reussi"]
    ]
    if failed:
        raise ContractError(f"{failed[0]['table_nom']}: a critical check failed; nothing published")


def alignment(type_name: str) -> str:
    """Return the CSS class of a column: numbers to the right."""
    numeric = type_name.startswith(("int", "float", "decimal"))
    return "num" if numeric else "txt"


def headline_row(view: IndicatorView, headline: Headline) -> dict[str, Any] | None:
    """Return the row a headline names; None when the data lack it.

    Raises:
        ContractError: it names several rows.
    """
    rows = [
        row
        for row in view.table.to_pylist()
        if all(row[name] == value for name, value in headline.where.items())
    ]
    if len(rows) > 1:
        raise ContractError(
            f"{view.card.table}: the headline {dict(headline.where)} names {len(rows)} rows"
        )
    return rows[0] if rows else None


def headline_number(view: IndicatorView, headline: Headline, lang: Lang) -> HeadlineNumber | None:
    """Format one number of the first page, with its N; None when the data lack it."""
    row = headline_row(view, headline)
    if row is None:
        return None
    value = row[headline.column]
    percent = headline.unit == "%"
    shown = EMPTY if value is None else number(value, headline.decimals, lang)
    total = row[headline.n_column] if headline.n_column else None
    return HeadlineNumber(
        label=headline.label[lang],
        value=with_unit(shown, "%", lang) if percent else shown,
        unit="" if percent else headline.unit,
        n="" if total is None else number(Decimal(total), 0, lang),
        origin=shown_origin(headline.nature, view.origin),
        indicator=view.card.table,
        reperes=locator(row["reperes"], lang) if row["reperes"] else "",
    )


def gather(layout: Layout, parameters: Parameters, lang: Lang) -> ReportContext:
    """Read every table the pages show, after verifying it; what they publish comes later."""
    named = [c for c in contracts().values() if c.group != "publication" and not c.partition]
    core = {c.table: read_built(layout, c) for c in named}
    verify_core(layout, core)
    views = {
        name: IndicatorView(card, read_built(layout, card), lang) for name, card in cards().items()
    }
    return ReportContext(lang=lang, parameters=parameters, indicators=views, core=core)
