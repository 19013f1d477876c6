"""Tables read from object storage: the same indicators, or a refusal that names the table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.errors import EngineError
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.store.engine import Engine, EngineChoice
from pipeline.store.parquet import built_path, table_path
from pipeline.store.partitions import partition_files
from tests.engines import compute, differences, told
from tests.s3_server import ObjectStore, missing, object_store

# Plain tables, tables of events in folders, and both.
COMPUTED = {"couverture_snp_departement", "remplissage_rendez_vous", "absences_creneaux"}
BUCKET = "observatoire"


@pytest.fixture(scope="module")
def store(built: Layout) -> Iterator[ObjectStore]:
    if lacking := missing():
        pytest.skip(lacking)
    with object_store() as running:
        running.ask("PUT", BUCKET)
        sent = running.upload(built.processed / "core", f"{BUCKET}/processed/core")
        assert sent > len(partition_files(table_path(built, contract("creneaux")))) > 0
        yield running


@pytest.fixture
def reached(store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> ObjectStore:
    for name, value in store.environment.items():
        monkeypatch.setenv(name, value)
    return store


def opened(built: Layout, root: str) -> Engine:
    choice = EngineChoice("spark", data_root=root)
    choice.check()
    return choice.open(built.processed)


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize("scheme", ["s3", "s3a"])
def test_the_same_indicators_as_from_the_disk(built: Layout, tmp_path: Path, scheme: str) -> None:
    place = Layout(tmp_path / "ici")
    # What the engine is given are paths below this folder; it reads them in the bucket alone.
    with EngineChoice("spark", data_root=f"{scheme}://{BUCKET}/processed").open(
        place.processed
    ) as engine:
        found = compute(built, place.root, engine, COMPUTED)
    assert set(found.written) == COMPUTED
    for name, written in found.written.items():
        expected = pq.read_table(table_path(built, cards()[name]))
        assert expected.num_rows > 0
        lines = differences(cards()[name], expected, pq.read_table(written.path))
        assert not lines, told(lines)


@pytest.mark.usefixtures("reached")
@pytest.mark.parametrize("name", ["cpts", "creneaux"])
def test_a_table_that_is_not_there_is_no_empty_table(built: Layout, name: str) -> None:
    with opened(built, f"s3://{BUCKET}/ailleurs/") as engine:
        engine.register(name, built_path(built, contract(name)))
        with pytest.raises(EngineError, match=rf"{name} has 0 row\(s\) at s3://{BUCKET}/ailleurs"):
            engine.query(f"SELECT COUNT(*) AS n FROM {name}")


def test_a_partition_that_was_not_copied_is_missed(built: Layout, reached: ObjectStore) -> None:
    folder = table_path(built, contract("creneaux"))
    for file in partition_files(folder)[1:]:
        name = file.relative_to(folder).as_posix()
        reached.ask("PUT", f"{BUCKET}/partiel/core/creneaux/{name}", file.read_bytes())
    with opened(built, f"s3://{BUCKET}/partiel") as engine:
        engine.register("creneaux", folder)
        with pytest.raises(EngineError, match="Copy data/processed/core there again"):
            engine.register_query("comptes", "SELECT COUNT(*) AS n FROM creneaux")


@pytest.mark.usefixtures("reached")
def test_a_bucket_that_does_not_exist_is_told(built: Layout) -> None:
    with (
        opened(built, "s3://personne/processed") as engine,
        pytest.raises(EngineError, match="NoSuchBucket"),
    ):
        engine.register("cpts", built_path(built, contract("cpts")))
