"""The Dagster graph: its shape as a snapshot, and runs that succeed, fail and start again.

After a change of the graph that is meant, refresh the snapshot with:
UPDATE_SNAPSHOT=1 python -m pytest tests/integration/test_graph.py
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
import pytest

from assets.definitions import defs
from assets.jobs import everything, raw_changed
from pipeline.contracts.registry import contract
from pipeline.indicators.balance import CHECK, JOINED, Balance, BalanceError
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.sources.registry import core_tables, event_tables, sources
from pipeline.store.partitions import digest
from tests.outputs import copy_outputs, hashes
from tests.support import refresh_hashes, with_value

TABLES = (*core_tables(), *event_tables())
SNAPSHOT = Path(__file__).with_name("graph_snapshot.txt")
TABLE_FACTS = {"dagster/row_count", "sha256", "origine", "fichier", "apercu"}


def graph_text() -> str:
    """Return the graph as text: assets with upstream keys, checks, jobs, sensors."""
    graph = defs.resolve_asset_graph()
    lines = []
    for spec in sorted(defs.resolve_all_asset_specs(), key=lambda s: list(s.key.path)):
        kinds = ", ".join(sorted(spec.kinds))
        lines.append(f"asset {spec.key.to_user_string()} [{spec.group_name}] ({kinds})")
        lines += [f"  < {key}" for key in sorted(d.asset_key.to_user_string() for d in spec.deps)]
    for key in sorted(graph.asset_check_keys, key=lambda k: (k.asset_key.path, k.name)):
        blocking = "blocking" if graph.get_check_spec(key).blocking else "warning"
        lines.append(f"check {key.asset_key.to_user_string()} {key.name} ({blocking})")
    jobs = sorted(job.name for job in defs.jobs or [])
    lines += [f"job {name}" for name in jobs]
    for sensor in sorted(defs.sensors or [], key=lambda s: s.name):
        assert isinstance(sensor, dg.SensorDefinition)
        state = sensor.default_status.value.lower()
        lines.append(
            f"sensor {sensor.name} -> {sensor.job.name}, "
            f"every {sensor.minimum_interval_seconds} s, {state}"
        )
    return "\n".join(lines) + "\n"


def run_everything() -> dg.ExecuteInProcessResult:
    """Run the job in this process; nothing of the run is kept on disk."""
    with dg.DagsterInstance.ephemeral() as instance:
        job = defs.resolve_job_def(everything.name)
        return job.execute_in_process(instance=instance, raise_on_error=False)


def materialized(result: dg.ExecuteInProcessResult) -> dict[str, dg.AssetMaterialization]:
    events = [event for event in result.all_events if event.is_step_materialization]
    found = [event.step_materialization_data.materialization for event in events]
    assert len({m.asset_key for m in found}) == len(found)
    return {m.asset_key.to_user_string(): m for m in found}


def evaluations(result: dg.ExecuteInProcessResult) -> list[dg.AssetCheckEvaluation]:
    return [
        event.asset_check_evaluation_data
        for event in result.all_events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]


@pytest.fixture(scope="module")
def whole(
    built: Layout, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Layout, dg.ExecuteInProcessResult]]:
    """A run of the whole graph on a project whose tables were never built."""
    place = copy_outputs(built, tmp_path_factory.mktemp("graphe"))
    for path in place.processed.rglob("*.parquet"):
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SNP_ROOT", str(place.root))
        yield place, run_everything()


def test_the_graph_is_the_one_reviewed() -> None:
    found = graph_text()
    if os.environ.get("UPDATE_SNAPSHOT"):
        SNAPSHOT.write_text(found, encoding="utf-8", newline="\n")
    assert found == SNAPSHOT.read_text(encoding="utf-8")


def test_the_definitions_load() -> None:
    dg.Definitions.validate_loadable(defs)


def test_every_table_has_its_asset() -> None:
    found = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()}
    wanted = {f"raw/{name}" for name in sources()} | {f"core/{name}" for name in TABLES}
    wanted |= {f"indicators/{name}" for name in cards()} | {
        "raw/panel_ecds",
        "raw/flux_synthetiques",
        "raw/actes_synthetiques",
    }
    assert wanted <= found
    assert {key for key in found - wanted if not key.startswith("publication/")} == set()


def test_contracts_and_row_accounts_block_on_every_core_table() -> None:
    graph = defs.resolve_asset_graph()
    blocking = {
        (key.asset_key.path[-1], key.name)
        for key in graph.asset_check_keys
        if graph.get_check_spec(key).blocking
    }
    for name in TABLES:
        assert {(name, "contrat"), (name, "comptabilite")} <= blocking


def test_the_whole_graph_runs(whole: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    place, result = whole
    assert result.success
    specs = {spec.key.to_user_string() for spec in defs.resolve_all_asset_specs()}
    assert set(materialized(result)) == specs
    assert (place.reports / "index.html").is_file()
    assert place.catalogue.is_file()


def test_tables_carry_rows_hash_schema_preview_and_origin(
    whole: tuple[Layout, dg.ExecuteInProcessResult],
) -> None:
    place, result = whole
    specs = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    found = {
        key: m
        for key, m in materialized(result).items()
        if key.startswith(("core/", "indicators/"))
    }
    assert len(found) == len(TABLES) + len(cards())
    for key, event in found.items():
        facts: dict[str, Any] = {name: value.value for name, value in event.metadata.items()}
        assert facts.keys() >= TABLE_FACTS, key
        name = key.partition("/")[2]
        shipped = key.startswith("indicators/") or contract(name).shipped
        assert facts["dagster/row_count"] > 0 or not shipped or name in event_tables()
        assert facts["sha256"] == digest(place.root / facts["fichier"])
        assert facts["origine"] in {"published", "derived", "synthetic"}
        schema = specs[key].metadata["dagster/column_schema"]
        preview_head = [c.strip() for c in facts["apercu"].splitlines()[0].strip("|").split("|")]
        assert preview_head == [c.name for c in schema.columns][: len(preview_head)]
        assert all(column.description for column in schema.columns)


def test_every_check_is_recorded(whole: tuple[Layout, dg.ExecuteInProcessResult]) -> None:
    _, result = whole
    found = {(e.asset_key, e.check_name) for e in evaluations(result)}
    wanted = {(k.asset_key, k.name) for k in defs.resolve_asset_graph().asset_check_keys}
    assert found == wanted
    assert all(e.metadata.keys() >= {"attentes_nb", "detail"} for e in evaluations(result))
    failed = [e for e in evaluations(result) if not e.passed]
    assert [e for e in failed if e.severity == dg.AssetCheckSeverity.ERROR] == []


def test_a_broken_input_stops_everything(
    built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A code of no list, accepted by its hash: the contract refuses it before anything moves."""
    place = copy_outputs(built, tmp_path)
    monkeypatch.setenv("SNP_ROOT", str(place.root))
    file = place.raw / "cpts" / "cpts.csv"
    text = file.read_text(encoding="utf-8")
    file.write_text(with_value(text, "44-erdre-et-cens", "departement_code", "ZZ"), "utf-8")
    refresh_hashes(place)
    place.reports.mkdir()
    (place.reports / "index.html").write_text("<p>rapport précédent</p>", encoding="utf-8")
    before = hashes(place)
    result = run_everything()
    assert not result.success
    moved = {key for key in materialized(result) if not key.startswith("raw/")}
    assert moved == set()
    failed = {(e.asset_key.path[-1], e.check_name) for e in evaluations(result) if not e.passed}
    assert ("cpts", "contrat") in failed
    events = set(event_tables())
    asked = [
        key
        for key in defs.resolve_asset_graph().asset_check_keys
        if key.asset_key.path[0] != "indicators" and key.asset_key.path[-1] not in events
    ]
    assert len(evaluations(result)) == len(asked)
    assert hashes(place) == before
    assert not list(place.processed.rglob("*.tmp"))


def test_a_changed_byte_stops_the_run_at_its_source(
    built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = copy_outputs(built, tmp_path)
    monkeypatch.setenv("SNP_ROOT", str(place.root))
    with (place.raw / "densites" / "densites.csv").open("a", encoding="utf-8") as handle:
        handle.write("\n")
    before = hashes(place)
    result = run_everything()
    assert not result.success
    assert not [key for key in materialized(result) if not key.startswith("raw/")]
    assert "raw/densites" not in materialized(result)
    (message,) = [
        str(event.step_failure_data.user_failure_data.description)
        for event in result.all_events
        if event.is_step_failure and event.step_failure_data.user_failure_data
    ]
    assert "data/raw/densites/densites.csv" in message
    assert "snp add data/raw/densites/densites.csv --as densites" in message
    assert hashes(place) == before


def test_publication_alone_verifies_what_it_publishes(
    built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A core table replaced behind the back of its checks is not published."""
    place = copy_outputs(built, tmp_path)
    monkeypatch.setenv("SNP_ROOT", str(place.root))
    path = place.processed / "core" / "densites.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    publication = [
        spec.key for spec in defs.resolve_all_asset_specs() if spec.key.path[0] == "publication"
    ]
    with dg.DagsterInstance.ephemeral() as instance:
        job = defs.resolve_job_def(everything.name)
        result = job.execute_in_process(
            instance=instance, asset_selection=publication, raise_on_error=False
        )
    assert not result.success
    assert materialized(result) == {}
    assert not place.reports.exists()


def test_lost_inhabitants_fail_the_check_of_their_table(
    built: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losing(*_: object, **__: object) -> None:
        raise BalanceError([Balance(JOINED, "departement 2026, population_nb", 10, 9)])

    monkeypatch.setenv("SNP_ROOT", str(built.root))
    monkeypatch.setattr("assets.indicators.build_indicators", losing)
    with dg.DagsterInstance.ephemeral() as instance:
        result = defs.resolve_job_def(everything.name).execute_in_process(
            instance=instance,
            asset_selection=[dg.AssetKey(["indicators", JOINED])],
            raise_on_error=False,
        )
    assert not result.success
    assert materialized(result) == {}
    (failed,) = evaluations(result)
    assert (failed.check_name, failed.passed) == (CHECK, False)
    assert failed.severity == dg.AssetCheckSeverity.ERROR
    assert "10 entrés, 9 sortis" in str(failed.metadata["detail"].value)


def tick(cursor: str | None) -> tuple[dg.SensorResult | dg.SkipReason, str | None]:
    with dg.build_sensor_context(cursor=cursor) as context:
        result = raw_changed(context)
        assert isinstance(result, dg.SensorResult | dg.SkipReason)
        kept = result.cursor if isinstance(result, dg.SensorResult) else context.cursor
        return result, kept


def test_the_sensor_asks_for_a_run_when_an_input_is_touched(project: Layout) -> None:
    first, cursor = tick(None)
    assert isinstance(first, dg.SkipReason)
    assert cursor
    unchanged, same = tick(cursor)
    assert isinstance(unchanged, dg.SkipReason)
    assert same == cursor
    file = project.raw / "cpts" / "cpts.csv"
    found = file.stat()
    os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns + 1_000_000_000))
    touched, moved = tick(cursor)
    assert isinstance(touched, dg.SensorResult)
    assert [request.run_key for request in touched.run_requests or []] == [moved]
    assert moved != cursor
    again, _ = tick(moved)
    assert isinstance(again, dg.SkipReason)


@pytest.mark.parametrize("change", ["new", "removed"])
def test_the_sensor_sees_a_file_come_and_go(project: Layout, change: str) -> None:
    _, cursor = tick(None)
    file = project.raw / "cpts" / "cpts.csv"
    if change == "new":
        file.with_name("autre.csv").write_bytes(file.read_bytes())
    else:
        file.unlink()
    assert isinstance(tick(cursor)[0], dg.SensorResult)
