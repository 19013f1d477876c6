"""The event log with open connections: the files the class of Dagster writes, and reads back."""

from __future__ import annotations

import threading
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import SqliteEventLogStorage

from assets.event_log import OpenSqliteEventLogStorage


@dg.asset
def chiffre() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"lignes_nb": 3})


@pytest.fixture
def home(tmp_path: Path) -> Path:
    events = tmp_path / "runs"
    (tmp_path / "dagster.yaml").write_text(
        "telemetry: {enabled: false}\n"
        f"run_storage: {{module: dagster._core.storage.runs, class: SqliteRunStorage, "
        f"config: {{base_dir: {tmp_path / 'history'}}}}}\n"
        f"event_log_storage: {{module: assets.event_log, class: OpenSqliteEventLogStorage, "
        f"config: {{base_dir: {events}}}}}\n"
        f"schedule_storage: {{module: dagster._core.storage.schedules, "
        f"class: SqliteScheduleStorage, config: {{base_dir: {tmp_path / 'schedules'}}}}}\n",
        encoding="utf-8",
    )
    return tmp_path


def run_once(home: Path) -> str:
    with dg.DagsterInstance.from_config(str(home)) as instance:
        assert isinstance(instance.event_log_storage, OpenSqliteEventLogStorage)
        return dg.materialize([chiffre], instance=instance).run_id


def test_the_class_of_dagster_reads_what_it_wrote(home: Path) -> None:
    run_id = run_once(home)
    other = SqliteEventLogStorage(str(home / "runs"))
    kinds = {
        str(e.dagster_event_type and e.dagster_event_type.value)
        for e in other.get_logs_for_run(run_id)
    }
    assert {"ASSET_MATERIALIZATION", "STEP_SUCCESS", "PIPELINE_SUCCESS"} <= kinds
    seen = other.get_latest_materialization_events([dg.AssetKey("chiffre")])
    found = seen[dg.AssetKey("chiffre")]
    assert found is not None
    assert found.asset_materialization is not None
    assert found.asset_materialization.metadata["lignes_nb"].value == 3


def test_it_reads_what_the_class_of_dagster_wrote_from_any_thread(home: Path) -> None:
    run_id = run_once(home)
    storage = OpenSqliteEventLogStorage(str(home / "runs"))
    counts: list[int] = []

    def count() -> None:
        counts.append(len(storage.get_logs_for_run(run_id)))

    threads = [threading.Thread(target=count) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    storage.dispose()
    assert len(counts) == 3
    assert len(set(counts)) == 1
    assert counts[0] > 5


def test_it_can_be_wiped_and_used_again(home: Path) -> None:
    run_id = run_once(home)
    storage = OpenSqliteEventLogStorage(str(home / "runs"))
    assert storage.get_logs_for_run(run_id)
    storage.wipe()
    assert not storage.get_logs_for_run(run_id)
    storage.dispose()
    assert run_once(home) != run_id
