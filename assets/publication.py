"""Group publication: reconciliation, catalogue, figures and report, built together."""

from collections.abc import Iterator

import dagster as dg
import pyarrow.parquet as pq

from assets.failures import failure
from assets.metadata import table_metadata, table_spec
from assets.settings import RunSettings
from pipeline.contracts.origins import weakest
from pipeline.contracts.registry import contract, contracts
from pipeline.errors import PipelineError
from pipeline.hashing import sha256
from pipeline.indicators.card import cards
from pipeline.paths import Layout, layout
from pipeline.publication.figures.model import specs
from pipeline.publication.report import build_report
from pipeline.reconciliation.table import REGISTRY, TABLE
from pipeline.second import second_process
from pipeline.sources.registry import core_tables, event_tables
from pipeline.store.catalogue import write_catalogue
from pipeline.store.parquet import Written, table_path

INDICATORS = [dg.AssetKey(["indicators", name]) for name in cards()]
CORE = [dg.AssetKey(["core", name]) for name in (*core_tables(), *event_tables())]
FIGURES = [
    dg.AssetSpec(
        key=["publication", f"figure_{spec.id}"],
        deps=[dg.AssetKey(["indicators", spec.indicator])],
        group_name="publication",
        description=f"Figure : {spec.title.fr}",
        skippable=True,
        kinds={"matplotlib"},
    )
    for spec in specs().values()
]
RECONCILIATION = table_spec(
    contract(TABLE), [["core", REGISTRY], *(["indicators", name] for name in cards())]
)
REPORT = dg.AssetSpec(
    key=["publication", "rapport"],
    deps=[*INDICATORS, *CORE, RECONCILIATION.key, *(spec.key for spec in FIGURES)],
    group_name="publication",
    description="Pages, tableaux à télécharger, provenance et descripteur des données.",
    kinds={"html"},
)
CATALOGUE = dg.AssetSpec(
    key=["publication", "observatoire_duckdb"],
    deps=[*INDICATORS, *CORE, RECONCILIATION.key],
    group_name="publication",
    description="Vues commentées sur tous les fichiers Parquet, à ouvrir en lecture.",
    kinds={"duckdb"},
)


def reconciliation_result(place: Layout) -> dg.MaterializeResult[None]:
    """Return the materialization of the reconciliation, with the figures of each status."""
    path = table_path(place, contract(TABLE))
    table = pq.read_table(path)
    written = Written(TABLE, path, table.num_rows, sha256(path))
    origins = {str(found) for found in table.column("origine_recalcul").unique().to_pylist()}
    origin = weakest({"derived", *origins} - {"None"})
    facts = table_metadata(contract(TABLE), written, table, origin, place.relative(path))
    counts = table.column("statut_code").value_counts().to_pylist()
    statuses = {f"{count['values']}_nb": count["counts"] for count in counts}
    return dg.MaterializeResult(asset_key=RECONCILIATION.key, metadata={**facts, **statuses})


@dg.multi_asset(name="publication", specs=[*FIGURES, RECONCILIATION, REPORT, CATALOGUE])
def publication(settings: RunSettings) -> Iterator[dg.MaterializeResult[None]]:
    """Verify the tables again, then publish everything in one swap."""
    place = layout()
    try:
        context = build_report(
            place, settings.parameters(), settings.language(), second=second_process()
        )
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
    yield reconciliation_result(place)
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
