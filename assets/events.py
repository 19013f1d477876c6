"""Group core, tables of events: files read once as streams, partitions built, checked, swapped."""

from collections.abc import Iterator

import dagster as dg

from assets.checks import check_results, check_specs
from assets.failures import failure
from assets.generated import ACTS_MADE, FEEDS_MADE
from assets.metadata import table_metadata, table_spec
from assets.settings import RunSettings
from pipeline.acts import SOURCE as ACTS_SOURCE
from pipeline.checks.core import CheckReport
from pipeline.contracts.registry import contract
from pipeline.errors import PipelineError
from pipeline.events.build import EventsBuild, build_events
from pipeline.events.records import checks_of
from pipeline.feed import FILES
from pipeline.paths import layout
from pipeline.sources.registry import event_sources, event_tables
from pipeline.store.parquet import Written, table_path
from pipeline.store.partitions import first_rows

FIRST_ROWS = 5


def upstream(table: str) -> list[list[str]]:
    """Return what a table depends on: the sources that fill it, what is generated for them.

    And the inventory of CPTS: a wrong one stops a run before any table is touched.
    """
    filling = [name for name, source in event_sources().items() if table in source.tables]
    made = [FEEDS_MADE] if set(filling) & set(FILES) else []
    made += [ACTS_MADE] if ACTS_SOURCE in filling else []
    generated = [list(one.key.path) for one in made]
    return [*(["raw", name] for name in filling), *generated, ["core", "cpts"]]


SPECS = [table_spec(contract(name), upstream(name)) for name in event_tables()]
CHECKS = [spec for name in event_tables() for spec in check_specs(contract(name))]


def materializations(build: EventsBuild) -> Iterator[dg.MaterializeResult[None]]:
    """Yield one materialization per table, with its row account and what this build did."""
    place = layout()
    for name, held in sorted(build.ledger.tables.items()):
        path, account = table_path(place, contract(name)), build.account(name)
        head = first_rows(path, FIRST_ROWS)
        written = Written(name, path, account.kept, held.sha256)
        facts = table_metadata(contract(name), written, head, held.origin, place.relative(path))
        yield dg.MaterializeResult(
            asset_key=["core", name],
            metadata={
                **facts,
                "lignes_lues_nb": account.rows_in,
                "lignes_ecartees_nb": account.set_aside,
                "lignes_reunies_nb": account.merged,
                "partitions_nb": len(held.partitions),
                "partitions_refaites_nb": len(build.built.get(name, [])),
            },
        )


@dg.multi_asset(name="events", specs=SPECS, check_specs=CHECKS)
def events(
    settings: RunSettings,
) -> Iterator[dg.MaterializeResult[None] | dg.AssetCheckResult]:
    """Bring the tables of events up to date; nothing is done when no input has changed."""
    try:
        build = build_events(layout(), settings.parameters())
    except PipelineError as error:
        raise failure(error) from error
    yield from materializations(build)
    yield from check_results(CheckReport(checks_of(build.ledger), []))
