"""Group indicators: one asset per card."""

from collections.abc import Iterator

import dagster as dg
import pyarrow.parquet as pq

from assets.failures import failure
from assets.metadata import table_metadata, table_spec
from assets.settings import RunSettings
from pipeline.contracts.origins import weakest_of
from pipeline.errors import PipelineError
from pipeline.indicators.balance import BALANCED, CHECK, Balance, BalanceError, balances
from pipeline.indicators.card import cards
from pipeline.indicators.runner import build_indicators
from pipeline.paths import layout
from pipeline.store.parquet import table_path

SPECS = [
    table_spec(card, [["core", name] for name in card.core_inputs]) for card in cards().values()
]
CHECKS = [
    dg.AssetCheckSpec(
        CHECK,
        asset=dg.AssetKey(["indicators", name]),
        blocking=True,
        description="Communes et habitants : ce qui entre égale ce qui est placé ou écarté.",
    )
    for name in BALANCED
]


def balance_results(
    context: dg.AssetExecutionContext, found: list[Balance]
) -> Iterator[dg.AssetCheckResult]:
    """Yield the check of each selected table of territories, with its sums."""
    for key in sorted(context.selected_asset_check_keys, key=lambda key: key.asset_key.path):
        own = [balance for balance in found if balance.table == key.asset_key.path[-1]]
        wrong = [balance for balance in own if not balance.holds]
        lines = [f"- {b.subject} : {b.expected} entrés, {b.found} sortis" for b in own]
        yield dg.AssetCheckResult(
            check_name=key.name,
            asset_key=key.asset_key,
            passed=not wrong,
            severity=dg.AssetCheckSeverity.ERROR,
            metadata={
                "attentes_nb": len(own),
                "inattendus_nb": len(wrong),
                "detail": dg.MetadataValue.md("\n".join(lines) or "aucune somme"),
            },
        )


@dg.multi_asset(name="indicators", specs=SPECS, check_specs=CHECKS, can_subset=True)
def indicators(
    context: dg.AssetExecutionContext, settings: RunSettings
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Compute the selected indicators and write them together."""
    wanted = {key.path[-1] for key in context.selected_asset_keys}
    place = layout()
    try:
        with settings.engine_choice().open(place.processed) as engine:
            built = build_indicators(place, settings.parameters(), only=wanted, engine=engine)
    except PipelineError as error:
        if isinstance(error, BalanceError):
            yield from balance_results(context, error.wrong)
        raise failure(error) from error
    for name, written in built.items():
        table = pq.read_table(written.path)
        origin = weakest_of(table)
        facts = table_metadata(cards()[name], written, table, origin, place.relative(written.path))
        facts["moteur"] = engine.description
        yield dg.MaterializeResult(asset_key=["indicators", name], metadata=facts)
    paths = {name: table_path(place, cards()[name]) for name in BALANCED}
    shown = {name: pq.read_table(path) for name, path in paths.items() if path.is_file()}
    yield from balance_results(context, balances(shown))
