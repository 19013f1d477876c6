"""Tables split into folders: types kept, nothing lost, the same bytes every time."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import ContractError, MissingOutputError
from pipeline.paths import Layout
from pipeline.store.catalogue import run_query, write_catalogue
from pipeline.store.engine import DuckDBEngine
from pipeline.store.lots import Lots
from pipeline.store.parquet import built_path, read_built, table_path
from pipeline.store.partitions import (
    digest,
    first_rows,
    one_schema,
    partition_files,
    read_split,
    relation,
    swap_partitions,
    write_partition,
    write_schema_file,
)
from tests.support import tree_hashes

TABLE = contract("capacites")
ROW = {
    "annee": 2025, "departement_code": "01", "cpts_id": None, "effecteur_id": 7,
    "profession_code": "medecin", "type_capacite_code": "plage", "service_code": None,
    "heure_locale": 8, "illimite": False, "capacite_nb": 2, "orientations_nb": 1,
    "complet": False, "origin": "synthetic", "source_file": "essai.csv",
}  # fmt: skip


def rows(count: int, department: str = "01") -> pa.Table:
    start = dt.datetime(2025, 3, 3, 7, 40, tzinfo=dt.UTC)
    listed = [
        {
            **ROW,
            "departement_code": department,
            "compteur_id": rank * 37 % 101,
            "debut_utc": start,
            "fin_utc": start + dt.timedelta(minutes=20),
            "jour_local": start.date(),
            "source_line": rank + 2,
        }
        for rank in range(count)
    ]
    return pa.Table.from_pylist(listed, schema=arrow_schema(TABLE))


def written(folder: Path, **departments: int) -> Path:
    write_schema_file(TABLE, folder)
    with duckdb.connect() as connection, one_schema(connection):
        for name, count in departments.items():
            code = name.removeprefix("d")
            connection.register("lignes", rows(count, code))
            target = folder / f"annee=2025/departement_code={code}/data.parquet"
            assert write_partition(connection, TABLE, "SELECT * FROM lignes", target) == count
    return folder


def test_a_department_stays_text_and_columns_keep_their_order(tmp_path: Path) -> None:
    path = written(tmp_path / "t", d01=3, d2A=2)
    with DuckDBEngine() as engine:
        engine.register("capacites", path)
        found = engine.query("SELECT * FROM capacites ORDER BY departement_code, compteur_id")
    assert found.schema.names == TABLE.names
    assert found.column("departement_code").to_pylist() == ["01"] * 3 + ["2A"] * 2
    assert found.schema.field("annee").type == pa.int32()


def test_a_table_without_rows_still_answers(tmp_path: Path) -> None:
    path = written(tmp_path / "t")
    with DuckDBEngine() as engine:
        engine.register("capacites", path)
        found = engine.query("SELECT * FROM capacites")
    assert (found.num_rows, found.schema.names) == (0, TABLE.names)
    assert read_split(path).schema.equals(arrow_schema(TABLE))


def test_some_folders_alone_are_listed_and_read(tmp_path: Path) -> None:
    path = written(tmp_path / "t", d01=3, d2A=2, d44=4)
    (path / "annee=2025/departement_code=01/data.parquet").write_bytes(b"no Parquet")
    chosen = relation(path, only=("departement_code", ["2A", "44"]))
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT annee, departement_code, count(*) FROM ({chosen}) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
    assert found == [(2025, "2A", 2), (2025, "44", 4)]
    with pytest.raises(ContractError, match="no folder is named"):
        relation(path, only=("departement_code", ["*/../.."]))


def test_a_query_by_lots_reads_a_folder_at_a_time(tmp_path: Path) -> None:
    path = written(tmp_path / "t", d01=3, d2A=2, d44=4)
    sql = (
        "SELECT departement_code, count(*) AS n, row_number() OVER () AS rang "
        "FROM capacites GROUP BY departement_code"
    )
    with DuckDBEngine(threads=2, lot_rows=1) as engine:
        engine.register("capacites", path)
        engine.register_query("par_lots", sql, Lots("capacites", ("departement_code",)))
        found = engine.query("SELECT * FROM par_lots ORDER BY departement_code").to_pylist()
    # A running number starts again with each lot: the query did run on each.
    assert [(row["departement_code"], row["n"], row["rang"]) for row in found] == [
        ("01", 3, 1), ("2A", 2, 1), ("44", 4, 1)
    ]  # fmt: skip


def test_the_whole_table_reads_back_under_its_schema(tmp_path: Path) -> None:
    path = written(tmp_path / "t", d01=5, d2A=4)
    found = read_split(path)
    assert found.schema.equals(arrow_schema(TABLE), check_metadata=True)
    whole = pa.concat_tables([rows(5, "01"), rows(4, "2A")])
    assert sorted(map(str, found.to_pylist())) == sorted(map(str, whole.to_pylist()))
    assert first_rows(path, 2).to_pylist() == found.slice(0, 2).to_pylist()


def test_a_file_carries_units_and_descriptions_but_not_what_its_folder_says(tmp_path: Path) -> None:
    (file,) = partition_files(written(tmp_path / "t", d01=1))
    schema = pq.read_schema(file)
    assert set(schema.names) == set(TABLE.names) - {"annee", "departement_code"}
    assert (schema.field("capacite_nb").metadata or {})[b"unit"] == b"patients"


def test_rows_follow_the_order_of_the_contract_and_bytes_repeat(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name, d01=60) for name in ("a", "b"))
    (file,) = partition_files(first)
    found = pq.ParquetFile(file).read().column("compteur_id").to_pylist()
    assert found == sorted(found)
    assert digest(first) == digest(second)


def test_the_digest_sees_a_row_and_a_folder(tmp_path: Path) -> None:
    one = digest(written(tmp_path / "a", d01=3))
    assert one != digest(written(tmp_path / "b", d01=4))
    assert one != digest(written(tmp_path / "c", d02=3))


def test_a_swap_replaces_adds_and_removes(tmp_path: Path) -> None:
    folder = written(tmp_path / "t", d01=1, d02=2)
    kept = tree_hashes(folder / "annee=2025" / "departement_code=02")
    swap_partitions(folder, written(tmp_path / "neuf", d03=3), ["annee=2025/departement_code=01"])
    assert (
        sorted(read_split(folder).column("departement_code").to_pylist()) == ["02"] * 2 + ["03"] * 3
    )
    assert tree_hashes(folder / "annee=2025" / "departement_code=02") == kept
    assert not (folder / "annee=2025" / "departement_code=01").exists()


def test_the_catalogue_has_a_view_over_the_folder(tmp_path: Path) -> None:
    place = Layout(tmp_path)
    place.processed.mkdir(parents=True)
    with pytest.raises(MissingOutputError):
        built_path(place, TABLE)
    written(table_path(place, TABLE), d01=3)
    write_catalogue(place, [TABLE])
    found = run_query(place, "SELECT departement_code, count(*) AS n FROM capacites GROUP BY ALL")
    assert found.to_pylist() == [{"departement_code": "01", "n": 3}]
    assert read_built(place, TABLE).num_rows == 3
