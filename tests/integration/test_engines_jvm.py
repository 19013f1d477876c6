"""The same texts on Apache Spark itself: a driver and two executors, three processes.

It takes about five minutes on two free cores, hence `make spark` to ask for it; it skips, and says
why, elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.hashing import sha256
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.store.engine import EngineChoice
from pipeline.store.parquet import table_path
from tests.engines import Computed, all_differences, compute, exact_tables, told
from tests.spark_cluster import EXECUTORS, SMALL_DATA, Cluster, local_cluster, missing


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    if lacking := missing():
        pytest.skip(lacking)
    with local_cluster(SMALL_DATA) as running:
        yield running


@pytest.fixture(scope="module")
def computed(cluster: Cluster, built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Computed:
    with EngineChoice("spark", cluster.remote).open(built.processed) as engine:
        return compute(built, tmp_path_factory.mktemp("spark"), engine)


def test_every_cell_of_every_indicator(built: Layout, computed: Computed) -> None:
    assert set(computed.written) == set(cards())
    found = all_differences(built, computed)
    assert not found, told(found)


def test_the_same_bytes_where_nothing_floats(built: Layout, computed: Computed) -> None:
    for name in exact_tables():
        assert computed.written[name].sha256 == sha256(table_path(built, cards()[name])), name


@pytest.mark.usefixtures("computed")
def test_two_processes_did_the_work(cluster: Cluster) -> None:
    executors = cluster.executors()
    assert len(executors) == EXECUTORS
    assert len({found["hostPort"] for found in executors.values()}) == EXECUTORS
    assert all(found["completedTasks"] > 0 for found in executors.values()), executors
    assert sum(found["failedTasks"] for found in executors.values()) == 0
