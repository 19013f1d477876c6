"""One SQL text, two engines: every cell of every indicator, on the embedded server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from assets.indicators import indicators
from assets.run import engine_of
from assets.settings import RunSettings
from pipeline.errors import EngineError
from pipeline.hashing import sha256
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.store import spark
from pipeline.store.engine import EngineChoice
from pipeline.store.parquet import table_path
from pipeline.store.spark import SparkConnectEngine, start_embedded
from tests.engines import Computed, all_differences, compute, differences, exact_tables, told
from tests.outputs import copy_outputs


@pytest.fixture(scope="module")
def sail() -> Iterator[SparkConnectEngine]:
    with SparkConnectEngine() as engine:
        yield engine


@pytest.fixture(scope="module", params=[0, 2], ids=["threads", "two workers"])
def computed(
    request: pytest.FixtureRequest, built: Layout, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Computed]:
    """Every indicator computed by Sail: on threads, then by a driver and two workers."""
    choice = EngineChoice("spark", workers=request.param)
    with choice.open(built.processed) as engine:
        yield compute(built, tmp_path_factory.mktemp("sail"), engine)


def test_every_cell_of_every_indicator(built: Layout, computed: Computed) -> None:
    assert set(computed.written) == set(cards())
    found = all_differences(built, computed)
    assert not found, told(found)


def test_the_same_bytes_where_nothing_floats(built: Layout, computed: Computed) -> None:
    assert exact_tables()
    for name in exact_tables():
        assert computed.written[name].sha256 == sha256(table_path(built, cards()[name])), name


def test_a_cell_that_differs_is_named(built: Layout) -> None:
    card = cards()["couverture_snp_departement"]
    table = pq.read_table(table_path(built, card))
    rows = table.to_pylist()
    rows[2]["part_cpts_pct"] *= 1 + 1e-11
    rows[3]["dispositif_snp_nb"] += 1
    other = pa.Table.from_pylist(rows, schema=table.schema)
    first, second = differences(card, table, other)
    assert f"departement_code={rows[2]['departement_code']}" in first
    assert "part_cpts_pct" in first
    assert "dispositif_snp_nb" in second
    (missing,) = differences(card, table, table.slice(1))
    assert "too few" in missing


def quantiles(engine: SparkConnectEngine, sizes: range) -> list[list[float]]:
    """Return nine deciles of 0.1, 1.1, 2.1... for each size."""
    listed = ", ".join(
        f"percentile_cont({k / 10}) WITHIN GROUP (ORDER BY id + CAST(0.1 AS DOUBLE)) AS d{k}"
        for k in range(1, 10)
    )
    sql = f"""SELECT n, {listed} FROM range({sizes.stop}) AS v JOIN
        (SELECT id AS n FROM range({sizes.start}, {sizes.stop})) AS t ON v.id < t.n
        GROUP BY n ORDER BY n"""
    sql = sql.replace("ORDER BY id +", "ORDER BY v.id +")
    return [list(row.values())[1:] for row in engine.query(sql).to_pylist()]


def test_deciles_are_those_of_type_7(sail: SparkConnectEngine) -> None:
    sizes = range(2, 200)
    for size, found in zip(sizes, quantiles(sail, sizes), strict=True):
        expected = np.quantile(np.arange(size) + 0.1, np.arange(1, 10) / 10, method="linear")
        np.testing.assert_allclose(found, expected, rtol=1e-12, atol=0)


def test_the_workaround_is_still_needed(
    sail: SparkConnectEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    # When this fails, the server no longer cuts interpolation weights: remove `exact_quantiles`.
    monkeypatch.setattr(sail, "_cuts_weights", False)
    (found,) = quantiles(sail, range(44, 45))
    assert found[0] != pytest.approx(4.4, rel=1e-12)
    assert found[0] == pytest.approx(4.4, rel=1e-6)


def test_a_folder_of_partitions_keeps_its_departments_as_text(
    sail: SparkConnectEngine, tmp_path: Path
) -> None:
    schema = pa.schema(
        [("n", pa.int32()), ("annee", pa.int32()), ("departement_code", pa.string())]
    )
    pq.write_table(schema.empty_table(), tmp_path / "_schema.parquet")
    sail.register("evenements", tmp_path)
    count = "SELECT COUNT(*) AS n FROM evenements"
    assert sail.query(count).to_pylist() == [{"n": 0}]
    for rank, code in enumerate(("01", "2A", "971")):
        folder = tmp_path / "annee=2025" / f"departement_code={code}"
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"n": pa.array([rank], pa.int32())}), folder / "data.parquet")
    sail.register("evenements", tmp_path)
    rows = sail.query("SELECT n, annee, departement_code FROM evenements ORDER BY n").to_pylist()
    assert [row["departement_code"] for row in rows] == ["01", "2A", "971"]
    assert {row["annee"] for row in rows} == {2025}


def test_a_query_too_large_to_hold_stays_on_the_server(
    sail: SparkConnectEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spark, "HELD_ROWS", 3)
    for rows in (3, 4):
        sail.register_query("partagee", f"SELECT id FROM range({rows}) ORDER BY id")
        assert sail.query("SELECT COUNT(*) AS n FROM partagee").to_pylist() == [{"n": rows}]


def test_a_remote_server_keeps_what_is_large_for_its_driver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(spark, "SENT_ROWS", 3)
    sent: list[str] = []
    server = start_embedded(0)
    host, port = server.listening_address
    try:
        with SparkConnectEngine(f"sc://{host}:{port}") as engine:
            monkeypatch.setattr(engine, "register_table", lambda name, _: sent.append(name))
            for rows in (3, 4):
                engine.register_query(f"t{rows}", f"SELECT id FROM range({rows}) ORDER BY id")
            assert engine.query("SELECT COUNT(*) AS n FROM t4").to_pylist() == [{"n": 4}]
    finally:
        server.stop()
    assert sent == ["t3"]


def test_a_remote_server_finds_the_data_under_its_own_root(tmp_path: Path) -> None:
    here, there = tmp_path / "ici", tmp_path / "la_bas"
    for folder, value in ((here, 1), (there, 2)):
        (folder / "core").mkdir(parents=True)
        pq.write_table(pa.table({"n": [value]}), folder / "core" / "t.parquet")
    server = start_embedded(0)
    host, port = server.listening_address
    try:
        choice = EngineChoice("spark", f"sc://{host}:{port}", data_root=f"{there}/")
        choice.check()
        with choice.open(here) as engine:
            assert "remote server" in engine.description
            assert str(port) not in engine.description
            engine.register("t", here / "core" / "t.parquet")
            assert engine.query("SELECT n FROM t").to_pylist() == [{"n": 2}]
    finally:
        server.stop()


@pytest.mark.parametrize("rows", [None, 1, 3])
def test_tables_of_another_size_than_those_built_are_refused(
    tmp_path: Path, rows: int | None
) -> None:
    """Where nothing lies, this server sees a table without rows: zero would pass for a count."""
    here, there = tmp_path / "ici", tmp_path / "la_bas"
    for folder, held in ((here, 2), (there, rows)):
        (folder / "core").mkdir(parents=True)
        if held is not None:
            pq.write_table(pa.table({"n": list(range(held))}), folder / "core" / "t.parquet")
    with EngineChoice("spark", data_root=str(there)).open(here) as engine:
        engine.register("t", here / "core" / "t.parquet")
        with pytest.raises(EngineError, match=rf"t has {rows or 0} row\(s\) at .*la_bas.*, 2 here"):
            engine.register_query("somme", "SELECT COUNT(*) AS n FROM t")


def test_a_refused_query_is_one_clear_paragraph(sail: SparkConnectEngine) -> None:
    with pytest.raises(EngineError, match="could not run a query") as told_:
        sail.query("SELECT colonne_inconnue FROM range(3)")
    assert "colonne_inconnue" in str(told_.value)
    assert "Traceback" not in str(told_.value)


def test_a_lost_server_is_one_clear_paragraph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "RETRIES", 1)
    server = start_embedded(0)
    host, port = server.listening_address
    with SparkConnectEngine(f"sc://{host}:{port}") as engine:
        assert engine.query("SELECT 1 AS n").to_pylist() == [{"n": 1}]
        server.stop()
        with pytest.raises(EngineError, match="could not run a query"):
            engine.query("SELECT 1 AS n")


def test_the_graph_says_which_engine_computed(
    built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = copy_outputs(built, tmp_path)
    monkeypatch.setenv("SNP_ROOT", str(place.root))
    with dg.DagsterInstance.ephemeral() as instance:
        result = dg.materialize(
            [indicators],
            instance=instance,
            resources={"settings": RunSettings(engine="spark", workers=2)},
            selection=[dg.AssetKey(["indicators", "couverture_snp_departement"])],
        )
    assert result.success
    (event,) = result.get_asset_materialization_events()
    assert engine_of(event).endswith("embedded Sail server, 2 workers")


def test_duckdb_is_the_default() -> None:
    assert RunSettings().engine_choice() == EngineChoice()
    with EngineChoice().open(Path()) as engine:
        assert engine.description == f"DuckDB {duckdb.__version__}"
