"""Group publication: catalogue, figures and report, built together after verification."""

from collections.abc import Iterator

import dagster as dg

from assets.failures import failure
from assets.settings import RunSettings
from pipeline.contracts.registry import contracts
from pipeline.errors import PipelineError
from pipeline.hashing import sha256
from pipeline.indicators.card import cards
from pipeline.paths import layout
from pipeline.publication.figures.model import specs
from pipeline.publication.report import build_report
from pipeline.sources.registry import core_tables
from pipeline.store.catalogue import write_catalogue

INDICATORS = [dg.AssetKey(["indicators", name]) for name in cards()]
CORE = [dg.AssetKey(["core", name]) for name in core_tables()]
FIGURES = [
    dg.AssetSpec(
        key=["publication", f"figure_{spec.id}"],
        deps=[dg.AssetKey(["indicators", spec.indicator])],
        group_name="publication",
        description=f"Figure : {spec.title.fr}",
        kinds={"matplotlib"},
    )
    for spec in specs().values()
]
REPORT = dg.AssetSpec(
    key=["publication", "rapport"],
    deps=[*INDICATORS, *CORE, *(spec.key for spec in FIGURES)],
    group_name="publication",
    description="Pages, tableaux à télécharger, provenance et descripteur des données.",
    kinds={"html"},
)
CATALOGUE = dg.AssetSpec(
    key=["publication", "observatoire_duckdb"],
    deps=[*INDICATORS, *CORE],
    group_name="publication",
    description="Vues commentées sur tous les fichiers Parquet, à ouvrir en lecture.",
    kinds={"duckdb"},
)


@dg.multi_asset(name="publication", specs=[*FIGURES, REPORT, CATALOGUE])
def publication(settings: RunSettings) -> Iterator[dg.MaterializeResult[None]]:
    """Verify the tables again, then publish everything in one swap."""
    place = layout()
    try:
        context = build_report(place, settings.parameters(), settings.language())
        catalogue = write_catalogue(place, [*contracts().values(), *cards().values()])
    except PipelineError as error:
        raise failure(error) from error
    for figure in context.figures:
        yield dg.MaterializeResult(
            asset_key=["publication", f"figure_{figure.spec.id}"],
            metadata={
                "origine": figure.origin,
                "lecture": figure.lecture,
                "sha256": sha256(figure.files["svg"]),
                "fichier": place.relative(figure.files["svg"]),
            },
        )
    yield dg.MaterializeResult(
        asset_key=REPORT.key,
        metadata={
            "indicateurs_nb": len(context.indicators),
            "figures_nb": len(context.figures),
            "fichier": place.relative(place.reports / "index.html"),
            "sha256": sha256(place.reports / "provenance.json"),
        },
    )
    yield dg.MaterializeResult(
        asset_key=CATALOGUE.key, metadata={"fichier": place.relative(catalogue)}
    )
