"""Quantiles of one column read on one list: the values of the engine's own, fewer lists."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.store.quantiles import ORDERED, shared_quantiles

SQL = """
SELECT g,
    percentile_cont(0.25) WITHIN GROUP (ORDER BY x) AS q1,
    PERCENTILE_CONT(0.5)
        WITHIN GROUP (ORDER BY x) AS mediane,
    percentile_cont(.75) WITHIN GROUP (ORDER BY x) / 60e0 AS q3,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY y) AS autre
FROM t GROUP BY g ORDER BY g
"""
values = st.none() | st.integers(-10_000, 10_000)
rows = st.lists(st.tuples(st.sampled_from("ab"), values, values), max_size=30)


@pytest.mark.parametrize("kind", ["INTEGER", "DOUBLE", "DECIMAL(18,2)"])
@given(rows=rows)
def test_quantiles_of_one_list_are_those_of_each(
    kind: str, rows: list[tuple[str, int | None, int | None]]
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE t (g VARCHAR, x {kind}, y {kind})")
        if rows:
            connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
        one_by_one = connection.execute(SQL)
        types, expected = one_by_one.description, one_by_one.fetchall()
        shared = connection.execute(shared_quantiles(SQL))
        assert shared.description == types
        assert shared.fetchall() == expected


def test_only_quantiles_of_one_column_share_a_list() -> None:
    shared = shared_quantiles(SQL)
    assert shared.count("quantile_cont(x, [0.25, 0.5, .75])") == 3
    assert ORDERED.findall(shared) == [("0.5", "y")]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM t",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x DESC) FROM t",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FILTER (WHERE x > 0), "
        "percentile_cont(0.7) WITHIN GROUP (ORDER BY x) OVER () FROM t",
        "SELECT percentile_cont(q) WITHIN GROUP (ORDER BY x + 1) FROM t",
    ],
)
def test_what_has_nothing_to_share_is_left_as_it_is(sql: str) -> None:
    assert shared_quantiles(sql) == sql
