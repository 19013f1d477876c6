"""Group indicators: one asset per card."""

from collections.abc import Iterator

import dagster as dg
import pyarrow.parquet as pq

from assets.failures import failure
from assets.metadata import table_metadata, table_spec
from assets.settings import RunSettings
from pipeline.contracts.origins import weakest_of
from pipeline.errors import PipelineError
from pipeline.indicators.card import cards
from pipeline.indicators.runner import build_indicators
from pipeline.paths import layout

SPECS = [
    table_spec(card, [["core", name] for name in card.core_inputs]) for card in cards().values()
]


@dg.multi_asset(name="indicators", specs=SPECS, can_subset=True)
def indicators(
    context: dg.AssetExecutionContext, settings: RunSettings
) -> Iterator[dg.MaterializeResult[None]]:
    """Compute the selected indicators and write them together."""
    wanted = {key.path[-1] for key in context.selected_asset_keys}
    place = layout()
    try:
        with settings.engine_choice().open(place.processed) as engine:
            built = build_indicators(place, settings.parameters(), only=wanted, engine=engine)
    except PipelineError as error:
        raise failure(error) from error
    for name, written in built.items():
        table = pq.read_table(written.path)
        origin = weakest_of(table)
        facts = table_metadata(cards()[name], written, table, origin, place.relative(written.path))
        facts["moteur"] = engine.description
        yield dg.MaterializeResult(asset_key=["indicators", name], metadata=facts)
