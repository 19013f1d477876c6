"""Run the cards: SQL over named core tables, origin inherited, locators attached."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa

from pipeline.contracts.origins import weakest
from pipeline.contracts.registry import contract
from pipeline.errors import ContractError
from pipeline.indicators.card import Card, cards
from pipeline.indicators.trace import locators
from pipeline.indicators.views import core_inputs, open_views
from pipeline.parameters import Parameters, bind, names_in
from pipeline.paths import Layout
from pipeline.store.engine import DuckDBEngine, Engine
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
        ContractError: the SQL uses a parameter its card does not declare, or the reverse.
    """
    used = names_in(card.sql)
    if used != set(card.parameters):
        raise ContractError(
            f"{card.table}: parameters of the SQL {sorted(used)} and of the card "
            f"{sorted(card.parameters)} differ"
        )
    return bind(card.sql, parameters)


def inherited_origin(engine: Engine, card: Card) -> str:
    """Return the origin of an indicator: the weakest of its inputs.

    A transcription keeps the origin of its rows; a computation on published values is derived;
    a computation on the user's own files only is real.
    """
    found: set[str] = set()
    for name in card.core_inputs:
        rows = engine.query(f"SELECT DISTINCT origin FROM {name} ORDER BY origin").to_pylist()
        found |= {str(row["origin"]) for row in rows}
    lowest = weakest(found)
    if card.nature == "calcul" and lowest == "published":
        return "derived"
    return lowest


def run_card(engine: Engine, card: Card, parameters: Parameters) -> pa.Table:
    """Compute one indicator and return it under its contract, sorted by its key.

    A user's own data may lack what it needs, such as the year before: it then has no row.
    """
    table = engine.query(bind_parameters(card, parameters))
    origin = inherited_origin(engine, card) if table.num_rows else ""
    origins = pa.array([origin] * table.num_rows, pa.string())
    traced = pa.array(locators(engine, card, table), pa.string())
    complete = table.append_column("origin", origins).append_column("reperes", traced)
    return conform(complete, card)


def build_indicators(
    layout: Layout, parameters: Parameters, only: set[str] | None = None
) -> dict[str, Written]:
    """Compute the indicators and write them together.

    Args:
        layout: the project root; its core tables must exist.
        parameters: thresholds used by the SQL.
        only: ids to compute; all when None.

    Returns:
        What was written, by id.
    """
    chosen = [card for name, card in cards().items() if only is None or name in only]
    with DuckDBEngine() as engine:
        named = {t for card in chosen for t in (*card.inputs, *(x.table for x in card.trace))}
        open_core(layout, engine, core_inputs(named))
        open_views(engine, named)
        tables = [(card, run_card(engine, card, parameters)) for card in chosen]
    return {written.table: written for written in write_all(layout, list(tables))}
