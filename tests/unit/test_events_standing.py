"""A partition removed by hand is built again: the ledger alone does not say that it is there."""

from __future__ import annotations

import shutil

import pyarrow.parquet as pq

from pipeline.contracts.registry import contract
from pipeline.events.build import build_events
from pipeline.paths import Layout
from pipeline.store.parquet import table_path
from pipeline.store.partitions import DATA_FILE, digest


def test_a_partition_removed_by_hand_comes_back(project: Layout) -> None:
    build_events(project)
    folder = table_path(project, contract("creneaux"))
    before = digest(folder)
    lost = sorted(folder.glob(f"*/*/{DATA_FILE}"))[0]
    rows = pq.read_metadata(lost).num_rows
    shutil.rmtree(lost.parent)
    assert build_events(project).account("creneaux").kept > rows
    assert lost.is_file()
    assert digest(folder) == before
