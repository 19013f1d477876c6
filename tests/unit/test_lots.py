"""A table cut in lots: what must stay together does, nothing is lost, and the rows are the same."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ContractError
from pipeline.indicators.views import views
from pipeline.store.engine import DuckDBEngine
from pipeline.store.lots import ROWS_AT_ONCE, Lot, Lots, Value, condition, cut, linked

ROWS: list[tuple[list[Value], int]] = [
    (["01", "a"], 40),
    (["02", "b"], 30),
    (["03", None], 20),
    (["03", "b"], 10),
    (["04", None], 50),
]
GROUPED = "SELECT d, count(*) AS n FROM t GROUP BY d ORDER BY d"


def test_departments_that_share_a_cpts_stay_together() -> None:
    assert linked(values for values, _ in ROWS) == [["01"], ["02", "03"], ["04"]]


def test_lots_are_filled_up_to_their_size() -> None:
    assert cut(ROWS, 100) == [(["01", "02", "03"], 100), (["04"], 50)]
    assert cut(ROWS, 99) == [(["01"], 40), (["02", "03"], 60), (["04"], 50)]
    assert cut(ROWS, 1) == [(["01"], 40), (["02", "03"], 60), (["04"], 50)]
    assert cut([], 100) == []


@pytest.mark.parametrize(
    ("rows", "threads", "alone", "expected"),
    [
        ([40, 50], 8, False, 2),
        ([40] * 20, 8, False, 8),
        ([ROWS_AT_ONCE // 3] * 20, 8, False, 3),
        ([ROWS_AT_ONCE * 2, 5], 8, False, 1),
        ([40] * 20, 8, True, 1),
    ],
)
def test_lots_side_by_side_fit_together(
    rows: list[int], threads: int, alone: bool, expected: int
) -> None:
    lots = [Lot([str(rank)], count) for rank, count in enumerate(rows)]
    assert Lots("t", ("d",), alone=alone).at_once(lots, threads) == expected


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from("abcdefgh")),
            st.one_of(st.none(), st.sampled_from("uvwxyz")),
            st.integers(1, 50),
        )
    ),
    st.integers(1, 100),
)
def test_every_value_is_in_one_lot_with_all_it_is_linked_to(
    rows: list[tuple[Value, Value, int]], most: int
) -> None:
    lots = cut([([first, other], count) for first, other, count in rows], most)
    placed = [value for lot in lots for value in lot.values]
    assert len(placed) == len(set(placed))
    assert set(placed) == {first for first, _, _ in rows}
    rank = {value: n for n, lot in enumerate(lots) for value in lot.values}
    assert sum(lot.rows for lot in lots) == sum(count for _, _, count in rows)
    for other in {other for _, other, _ in rows} - {None}:
        assert len({rank[first] for first, found, _ in rows if found == other}) == 1


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["01", "2A"], "d IN ('01', '2A')"),
        (["01", None], "d IN ('01') OR d IS NULL"),
        ([None], "d IS NULL"),
    ],
)
def test_a_missing_value_has_its_lot_too(values: list[Value], expected: str) -> None:
    assert condition("d", values) == expected


def test_a_query_by_lots_gives_the_rows_of_the_whole() -> None:
    table = pa.table({"d": ["01", "02", None, "02", "04"], "c": ["a", None, "b", "b", "a"]})
    with DuckDBEngine(threads=1, lot_rows=1) as engine:
        engine.register_table("t", table)
        engine.register_query("par_lots", GROUPED, Lots("t", ("d",)))
        assert engine.query("SELECT * FROM par_lots ORDER BY d") == engine.query(GROUPED)
        # A running number starts again with each lot: the query did run on each.
        numbered = "SELECT d, row_number() OVER () AS rang FROM t ORDER BY d"
        engine.register_query("numeros", numbered, Lots("t", ("d", "c")))
        ranks = engine.query("SELECT max(rang) AS m FROM numeros").to_pylist()
        assert ranks == [{"m": 3}]


def test_lots_follow_a_table_that_changes() -> None:
    with DuckDBEngine(threads=1, lot_rows=1) as engine:
        for values in (["01", "02"], ["03", "04", "05"]):
            engine.register_table("t", pa.table({"d": values}))
            engine.register_query("par_lots", GROUPED, Lots("t", ("d",)))
            assert engine.query("SELECT count(*) AS n FROM par_lots").to_pylist() == [
                {"n": len(values)}
            ]


def test_a_view_by_lots_reads_the_table_that_is_cut_and_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {
        "id": "deux",
        "kind": "mesure",
        "inputs": ["actes", "creneaux"],
        "lots": {"table": "actes", "columns": ["departement_code"]},
        "title": {"fr": "t", "en": "t"},
        "definition": {"fr": "d", "en": "d"},
        "source": "projet",
    }
    (tmp_path / "views.yml").write_text(yaml.safe_dump([said]), encoding="utf-8")
    (tmp_path / "deux.sql").write_text("SELECT 1", encoding="utf-8")
    monkeypatch.setattr("pipeline.indicators.views.HERE", tmp_path)
    with pytest.raises(ContractError, match="it may read no other"):
        views.__wrapped__()
