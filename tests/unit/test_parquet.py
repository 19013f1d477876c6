"""Parquet: the schema of the contract, rows in the order of the key, all tables or none."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts.model import Column, Constraints, TableContract, Text
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import ContractError
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.store.parquet import conform, is_sorted, table_path, write_all
from tests.support import tree_hashes

SAID = Text(fr="Essai", en="Trial")
ROWS = [
    {"code": "b", "annee": 2024, "montant": Decimal("1.50")},
    {"code": "a", "annee": 2025, "montant": None},
    {"code": "a", "annee": 2024, "montant": Decimal("2.00")},
]


def column(name: str, type_name: str, required: bool = False) -> Column:
    return Column(
        name=name, type=type_name, unit="none", label=SAID, description=SAID, source="essai",
        constraints=Constraints(required=required),
    )  # fmt: skip


def table_named(name: str) -> TableContract:
    return TableContract(
        table=name, group="core", title=SAID, description=SAID, grain=SAID,
        key=("code", "annee"), source="essai", sensitivity="public",
        columns=(
            column("code", "string", True), column("annee", "int32", True),
            column("montant", "decimal(7,2)"),
        ),
    )  # fmt: skip


THOUSANDTHS = pa.decimal128(9, 3)
FIRST, SECOND = table_named("premiere"), table_named("seconde")


def table(rows: list[dict[str, Any]] | None = None, **types: pa.DataType) -> pa.Table:
    fields = {"code": pa.string(), "annee": pa.int64(), "montant": pa.decimal128(7, 2)} | types
    return pa.Table.from_pylist(ROWS if rows is None else rows, schema=pa.schema(fields.items()))


def test_a_table_is_written_under_its_schema_sorted_by_key(tmp_path: Path) -> None:
    layout = Layout(tmp_path)
    shuffled = table().select(["montant", "annee", "code"])
    (written,) = write_all(layout, [(FIRST, shuffled)])
    assert written.path == table_path(layout, FIRST) == layout.processed / "core/premiere.parquet"
    assert (written.table, written.rows, written.sha256) == ("premiere", 3, sha256(written.path))
    found = pq.read_table(written.path)
    assert found.schema.equals(arrow_schema(FIRST), check_metadata=True)
    keys = list(zip(found["code"].to_pylist(), found["annee"].to_pylist(), strict=True))
    assert keys == [("a", 2024), ("a", 2025), ("b", 2024)]
    assert sorted(found.to_pylist(), key=str) == sorted(ROWS, key=str)


def test_the_order_of_the_rows_does_not_change_the_bytes(tmp_path: Path) -> None:
    (one,) = write_all(Layout(tmp_path / "un"), [(FIRST, table())])
    (two,) = write_all(Layout(tmp_path / "deux"), [(FIRST, table(ROWS[::-1]))])
    assert one.path.read_bytes() == two.path.read_bytes()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (table().drop_columns(["montant"]), "montant"),
        (table().append_column("autre", pa.array([1, 2, 3])), "autre"),
        (table([*ROWS, {"code": "c", "annee": 2**40}]), "not in range"),
        (table([{"code": "c", "annee": 1.5}], annee=pa.float64()), "truncated"),
        (table([{"code": "c", "montant": Decimal("0.123")}], montant=THOUSANDTHS), "loss"),
        (table([{"code": "c", "annee": "an"}], annee=pa.string()), "an"),
    ],
)
def test_what_differs_from_the_contract_is_refused(wrong: pa.Table, message: str) -> None:
    with pytest.raises(ContractError, match=message) as caught:
        conform(wrong, FIRST)
    assert "premiere" in str(caught.value)


def test_a_hole_is_left_to_the_checks_and_never_written(tmp_path: Path) -> None:
    holed = table([*ROWS, {"code": None, "annee": 2026, "montant": None}])
    assert conform(holed, FIRST).num_rows == 4
    with pytest.raises(ContractError, match="premiere: a value is missing in code"):
        write_all(Layout(tmp_path), [(FIRST, holed)])
    assert tree_hashes(tmp_path) == {}


@pytest.mark.parametrize("rank", [0, 1])
def test_a_failure_in_one_table_leaves_every_old_file(tmp_path: Path, rank: int) -> None:
    layout = Layout(tmp_path)
    write_all(layout, [(FIRST, table()), (SECOND, table())])
    before = tree_hashes(tmp_path)
    new = [{"code": "z", "annee": 2030, "montant": None}]
    tables = [(FIRST, table(new)), (SECOND, table(new))]
    tables[rank] = (tables[rank][0], table(new).drop_columns(["montant"]))
    with pytest.raises(ContractError):
        write_all(layout, tables)
    assert tree_hashes(tmp_path) == before


def test_a_full_disk_leaves_every_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = Layout(tmp_path)
    write_all(layout, [(FIRST, table()), (SECOND, table())])
    before = tree_hashes(tmp_path)
    real = pq.write_table

    def full(data: pa.Table, path: Path, **told: Any) -> None:
        real(data, path, **told)
        if path.name.startswith("seconde"):
            raise OSError("no space left on device")

    monkeypatch.setattr(pq, "write_table", full)
    with pytest.raises(OSError, match="no space"):
        write_all(layout, [(FIRST, table(ROWS[:1])), (SECOND, table(ROWS[:1]))])
    assert tree_hashes(tmp_path) == before


def test_no_file_changes_before_all_are_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = Layout(tmp_path)
    seen: list[list[str]] = []
    real = os.replace

    def watched(source: Path, target: Path) -> None:
        seen.append(sorted(path.name for path in tmp_path.rglob("*.tmp")))
        real(source, target)

    monkeypatch.setattr(os, "replace", watched)
    write_all(layout, [(FIRST, table()), (SECOND, table())])
    assert seen[0] == ["premiere.parquet.tmp", "seconde.parquet.tmp"]
    assert list(tmp_path.rglob("*.tmp")) == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([("a", 1), ("a", 2), ("b", 1)], True),
        ([("a", 2), ("a", 1), ("b", 1)], False),
        ([("b", 1), ("a", 2), ("c", 1)], False),
        ([("a", 1), ("a", 1)], False),
        ([("a", 1), (None, 2)], False),
        ([("a", 1)], True),
        ([], True),
    ],
)
def test_rows_in_the_order_of_their_key_are_known(
    rows: list[tuple[str | None, int]], expected: bool
) -> None:
    names, ranks = [name for name, _ in rows], [rank for _, rank in rows]
    told = pa.table({"nom": pa.array(names, pa.string()), "rang": pa.array(ranks, pa.int64())})
    assert is_sorted(told, ["nom", "rang"]) is expected
    halves = pa.concat_tables([told.slice(0, 1), told.slice(1)])
    assert is_sorted(halves, ["nom", "rang"]) is expected
