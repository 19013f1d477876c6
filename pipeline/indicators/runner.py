"""Run the cards: SQL over named core tables, origin inherited, locators attached."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa

from pipeline.contracts.origins import weakest
from pipeline.contracts.registry import contract
from pipeline.errors import ContractError
from pipeline.indicators.balance import BALANCED, verify_balances
from pipeline.indicators.card import Card, cards
from pipeline.indicators.trace import locators
from pipeline.indicators.views import core_inputs, open_views, view_parameters
from pipeline.parameters import Parameters, bind, names_in
from pipeline.paths import Layout
from pipeline.store.engine import Engine, EngineChoice
from pipeline.store.parquet import Written, built_path, conform, write_all


def open_core(layout: Layout, engine: Engine, tables: Iterable[str]) -> None:
    """Register core tables with an engine.

    Raises:
        MissingOutputError: a table has not been built yet.
    """
    for name in tables:
        engine.register(name, built_path(layout, contract(name)))


def bind_parameters(card: Card, parameters: Parameters) -> str:
    """Return the SQL of a card with its `{{parameter}}` marks replaced by numbers.

    Raises:
        ContractError: the SQL, or a view it reads, uses a parameter its card does not declare, or
            the reverse.
    """
    used = names_in(card.sql) | view_parameters(card.inputs)
    if used != set(card.parameters):
        raise ContractError(
            f"{card.table}: parameters of the SQL and its views {sorted(used)} and of the card "
            f"{sorted(card.parameters)} differ"
        )
    return bind(card.sql, parameters)


class Origins:
    """The origins of the core tables of an engine, each table asked once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._known: dict[str, set[str]] = {}

    def of(self, table: str) -> set[str]:
        """Return the origins of the rows of a core table."""
        if table not in self._known:
            rows = self._engine.query(f"SELECT DISTINCT origin FROM {table} ORDER BY origin")
            self._known[table] = {str(row["origin"]) for row in rows.to_pylist()}
        return self._known[table]

    def inherited(self, card: Card) -> str:
        """Return the origin of an indicator: the weakest of its inputs.

        A transcription keeps the origin of its rows; a computation on published values is derived;
        a computation on the user's own files only is real.
        """
        lowest = weakest(set().union(*(self.of(name) for name in card.core_inputs)))
        if card.nature == "calcul" and lowest == "published":
            return "derived"
        return lowest


def inherited_origin(engine: Engine, card: Card) -> str:
    """Return the origin of one indicator: the weakest of its inputs."""
    return Origins(engine).inherited(card)


def run_card(
    engine: Engine, card: Card, parameters: Parameters, origins: Origins | None = None
) -> pa.Table:
    """Compute one indicator and return it under its contract, sorted by its key.

    A user's own data may lack what it needs, such as the year before: it then has no row.

    Args:
        engine: with the inputs of the card registered.
        card: the indicator.
        parameters: thresholds used by the SQL.
        origins: what is known already of the core tables; asked again when None.
    """
    table = engine.query(bind_parameters(card, parameters))
    known = origins or Origins(engine)
    origin = known.inherited(card) if table.num_rows else ""
    inherited = pa.repeat(pa.scalar(origin, pa.string()), table.num_rows)
    traced = locators(engine, card, table)
    complete = table.append_column("origin", inherited).append_column("reperes", traced)
    return conform(complete, card)


def compute_cards(
    layout: Layout, engine: Engine, chosen: Iterable[Card], parameters: Parameters
) -> Iterator[tuple[Card, pa.Table]]:
    """Compute indicators by an engine from the core tables; give each under its contract, in turn.

    One is held at a time: weeks of every CPTS of the country make tables of half a million rows.
    """
    listed = list(chosen)
    named = {t for card in listed for t in (*card.inputs, *(x.table for x in card.trace))}
    open_core(layout, engine, core_inputs(named))
    open_views(engine, named, parameters)
    origins = Origins(engine)
    for card in listed:
        yield card, run_card(engine, card, parameters, origins)


def balanced(tables: Iterable[tuple[Card, pa.Table]]) -> Iterator[tuple[Card, pa.Table]]:
    """Give indicators on, and verify after the last that the sums of those concerned hold.

    Raises:
        BalanceError: one does not.
    """
    held = {}
    for card, table in tables:
        if card.table in BALANCED:
            held[card.table] = table
        yield card, table
    verify_balances(held)


def build_indicators(
    layout: Layout,
    parameters: Parameters,
    only: set[str] | None = None,
    engine: Engine | None = None,
) -> dict[str, Written]:
    """Compute the indicators and write them together.

    Args:
        layout: the project root; its core tables must exist.
        parameters: thresholds used by the SQL.
        only: ids to compute; all when None.
        engine: where the SQL runs, left open; DuckDB when None.

    Returns:
        What was written, by id.

    Raises:
        BalanceError: a table of territories lost inhabitants, or counted some twice; nothing is
            written.
    """
    if engine is None:
        with EngineChoice().open(layout.processed) as opened:
            return build_indicators(layout, parameters, only, opened)
    chosen = [card for name, card in cards().items() if only is None or name in only]
    tables = balanced(compute_cards(layout, engine, chosen, parameters))
    return {written.table: written for written in write_all(layout, tables)}
