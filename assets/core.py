"""Group core: the contract tables, read, checked and written together."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from assets.checks import check_results, check_specs
from assets.failures import failure
from assets.generated import PANEL_MADE
from assets.metadata import table_metadata, table_spec
from assets.settings import RunSettings
from pipeline.checks.core import CheckReport, CheckRequest, check_core
from pipeline.contracts.origins import weakest_of
from pipeline.contracts.registry import contract
from pipeline.core import CoreBuild, build_core
from pipeline.errors import PipelineError
from pipeline.panel import SOURCE as PANEL_SOURCE
from pipeline.paths import layout
from pipeline.second import second_process
from pipeline.sources.registry import INDEX, WIDE, core_tables, source_of, sources

TABLES = core_tables()
# What a table depends on besides the files of its source.
ALSO = {WIDE: [["raw", INDEX]]} | {
    name: [list(PANEL_MADE.key.path)] for name in sources()[PANEL_SOURCE].tables
}
SPECS = [
    table_spec(contract(name), [["raw", source_of(name)], *ALSO.get(name, [])]) for name in TABLES
]
CHECKS = [spec for name in TABLES for spec in check_specs(contract(name))]


def materializations(build: CoreBuild) -> Iterator[dg.MaterializeResult[None]]:
    """Yield one materialization per table, with its row account."""
    place = layout()
    for name in TABLES:
        result, written = build.loaded.results[name], build.written[name]
        origin = weakest_of(build.tables[name])
        path = place.relative(written.path)
        facts = table_metadata(contract(name), written, build.tables[name], origin, path)
        account: dict[str, Any] = {
            "lignes_lues_nb": result.rows_in,
            "lignes_ecartees_nb": result.rows_set_aside,
            "corrections": ", ".join(build.loaded.corrections[name]) or "aucune",
            "lecture": " ; ".join(build.loaded.notes[source_of(name)]) or "directe",
        }
        yield dg.MaterializeResult(asset_key=["core", name], metadata={**facts, **account})


def check_elsewhere(request: CheckRequest) -> CheckReport:
    """Check in the second process, which a run started early."""
    return second_process().submit(check_core, request).result()


@dg.multi_asset(name="core", specs=SPECS, check_specs=CHECKS)
def core(
    settings: RunSettings,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Build all core tables, or none when a critical check fails."""
    reports: list[CheckReport] = []
    try:
        build = build_core(
            layout(),
            settings.parameters(),
            check=check_elsewhere,
            on_report=reports.append,
        )
    except PipelineError as error:
        for report in reports:
            yield from check_results(report)
        raise failure(error) from error
    yield from materializations(build)
    yield from check_results(build.report)
