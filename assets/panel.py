"""Group raw: the synthetic panel, calibrated again when the published values behind it change."""

from collections.abc import Iterator

import dagster as dg

from pipeline.errors import PipelineError
from pipeline.panel import PANEL, calibrate, panel_state
from pipeline.paths import layout

KEY = dg.AssetKey(["raw", "panel_ecds"])
FRESH = "panel_a_jour"
SPEC = dg.AssetSpec(
    key=KEY,
    deps=[dg.AssetKey(["raw", name]) for name in ("published_figures", "published_tables")],
    group_name="raw",
    description=(
        "Panel synthétique de centres de santé, calé sur les tableaux du rapport IGAS 2023-034R ; "
        "recalculé seulement si une valeur publiée ou le calage change, et seulement s'il sert."
    ),
    kinds={"csv"},
)
CHECK = dg.AssetCheckSpec(
    FRESH,
    asset=KEY,
    description="Le panel vient des valeurs publiées et du calage présents.",
)


@dg.multi_asset(name="panel", specs=[SPEC], check_specs=[CHECK])
def panel() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Calibrate the panel if it is used and out of date; a failure leaves the old one in place."""
    place = layout()
    message = ""
    state = panel_state(place)
    if state.active and not state.fresh:
        try:
            state = calibrate(place)
        except PipelineError as error:
            message = str(error)
    yield dg.MaterializeResult(
        asset_key=KEY,
        metadata={
            "fichier": f"data/raw/{PANEL}",
            "utilise": state.active,
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
