"""Group raw: the synthetic slot feeds, made again when the printed values behind them change."""

from collections.abc import Iterator

import dagster as dg

from pipeline.errors import PipelineError
from pipeline.feed import FILES, READ, feed_state, make_feeds
from pipeline.paths import layout

KEY = dg.AssetKey(["raw", "flux_synthetiques"])
FRESH = "flux_a_jour"
SPEC = dg.AssetSpec(
    key=KEY,
    deps=[dg.AssetKey(["raw", name]) for name in READ],
    group_name="raw",
    description=(
        "Flux synthétiques de créneaux et de compteurs, calés sur les volumes et les taux imprimés "
        "de l'inventaire ; refaits seulement si une valeur imprimée ou leur code change, et "
        "seulement s'ils servent."
    ),
    kinds={"csv"},
)
CHECK = dg.AssetCheckSpec(
    FRESH,
    asset=KEY,
    description="Les flux viennent des valeurs imprimées et du code présents.",
)


@dg.multi_asset(name="feed", specs=[SPEC], check_specs=[CHECK])
def feed() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Make the feeds if they are used and out of date; a failure leaves the old ones in place."""
    place = layout()
    message = ""
    state = feed_state(place)
    if state.active and not state.fresh:
        try:
            state = make_feeds(place)
        except PipelineError as error:
            message = str(error)
    yield dg.MaterializeResult(
        asset_key=KEY,
        metadata={
            "fichiers": ", ".join(f"data/raw/{path}" for path in FILES.values()),
            "utilises": ", ".join(state.active) or "aucun",
            "a_jour": state.fresh,
            "empreinte": state.key,
        },
    )
    yield dg.AssetCheckResult(
        check_name=FRESH,
        asset_key=KEY,
        passed=state.fresh or not state.active,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"attentes_nb": 1, "detail": message or "aucun"},
    )
