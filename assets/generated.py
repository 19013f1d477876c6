"""Group raw: what the project generates, made again when the values it comes from change."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import dagster as dg

from pipeline.acts import ACTS, acts_state, make_acts
from pipeline.errors import PipelineError
from pipeline.feed import FILES, READ, feed_state, make_feeds
from pipeline.generated import State
from pipeline.panel import PANEL, calibrate, panel_state
from pipeline.paths import Layout, layout


@dataclass(frozen=True)
class Generated:
    """One generated input: its asset, what it is made from, how it is looked at and made."""

    step: str
    asset: str
    check: str
    made_from: Sequence[str]
    files: Sequence[str]
    description: str
    state: Callable[[Layout], State]
    make: Callable[[Layout], State]

    @property
    def key(self) -> dg.AssetKey:
        """Its asset key."""
        return dg.AssetKey(["raw", self.asset])

    @property
    def spec(self) -> dg.AssetSpec:
        """Its asset, downstream of what it is made from."""
        return dg.AssetSpec(
            key=self.key,
            deps=[dg.AssetKey(["raw", name]) for name in self.made_from],
            group_name="raw",
            description=f"{self.description} Refait seulement si cela change, et s'il sert.",
            kinds={"csv"},
        )


PANEL_MADE = Generated(
    step="panel",
    asset="panel_ecds",
    check="panel_a_jour",
    made_from=("published_figures", "published_tables"),
    files=(PANEL,),
    description="Panel synthétique de centres de santé, calé sur les tableaux du rapport IGAS.",
    state=panel_state,
    make=calibrate,
)
FEEDS_MADE = Generated(
    step="feed",
    asset="flux_synthetiques",
    check="flux_a_jour",
    made_from=READ,
    files=tuple(FILES.values()),
    description="Flux synthétiques de créneaux, calés sur les volumes et taux de l'inventaire.",
    state=feed_state,
    make=make_feeds,
)
ACTS_MADE = Generated(
    step="acts",
    asset="actes_synthetiques",
    check="actes_a_jour",
    made_from=(PANEL_MADE.asset,),
    files=(ACTS,),
    description="Actes synthétiques de quelques centres du panel, comptés comme il les déclare.",
    state=acts_state,
    make=make_acts,
)


def generated_asset(made: Generated) -> dg.AssetsDefinition:
    """Return the asset that makes an input if it is used and out of date.

    A failure leaves the old file in place, and the check warns.
    """

    @dg.multi_asset(
        name=made.step,
        specs=[made.spec],
        check_specs=[
            dg.AssetCheckSpec(
                made.check,
                asset=made.key,
                description="Le fichier vient des valeurs et du code présents.",
            )
        ],
    )
    def generate() -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
        place, message = layout(), ""
        state = made.state(place)
        if state.active and not state.fresh:
            try:
                state = made.make(place)
            except PipelineError as error:
                message = str(error)
        yield dg.MaterializeResult(
            asset_key=made.key,
            metadata={
                "fichiers": ", ".join(f"data/raw/{path}" for path in made.files),
                "utilise": bool(state.active),
                "a_jour": state.fresh,
                "empreinte": state.key,
            },
        )
        yield dg.AssetCheckResult(
            check_name=made.check,
            asset_key=made.key,
            passed=state.fresh or not state.active,
            severity=dg.AssetCheckSeverity.WARN,
            metadata={"attentes_nb": 1, "detail": message or "aucun"},
        )

    return generate


panel, feed, acts = (generated_asset(made) for made in (PANEL_MADE, FEEDS_MADE, ACTS_MADE))
