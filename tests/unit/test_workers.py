"""Queries side by side: their rows in order, their faults told, the engine left as it was."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipeline.store.workers import tables_of
from pipeline.threads import threads_of

# Hashes a hundred times as long for the first as for the last: they do not end in their order.
SLOW = "SELECT {0} AS rang, count(DISTINCT hash(range)) AS nb FROM range({1})"


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as found:
        found.execute("SET threads = 3")
        yield found


def ranks(connection: duckdb.DuckDBPyConnection, queries: list[str], workers: int) -> list[int]:
    found = []
    for name in tables_of(connection, "lot", queries, workers, lambda _: None):
        ((rank, *_),) = connection.execute(f"SELECT * FROM {name}").fetchall()
        found.append(rank)
    return found


def tables(connection: duckdb.DuckDBPyConnection) -> int:
    ((found,),) = connection.execute("SELECT count(*) FROM duckdb_tables()").fetchall()
    return int(found)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_tables_come_in_the_order_of_their_queries(
    connection: duckdb.DuckDBPyConnection, workers: int
) -> None:
    queries = [SLOW.format(rank, 200_000 // (1 + 10 * rank)) for rank in range(9)]
    assert ranks(connection, queries, workers) == list(range(9))
    assert tables(connection) == 0
    assert threads_of(connection) == 3


def test_few_tables_are_there_at_once(connection: duckdb.DuckDBPyConnection) -> None:
    queries = [SLOW.format(rank, 10) for rank in range(20)]
    most = 0
    for _ in tables_of(connection, "lot", queries, 2, lambda _: None):
        most = max(most, tables(connection))
    assert most <= 3


def test_each_works_alone_and_as_it_was_prepared(connection: duckdb.DuckDBPyConnection) -> None:
    seen = "SELECT current_setting('threads') AS t, current_setting('TimeZone') AS z"

    def prepare(cursor: duckdb.DuckDBPyConnection) -> None:
        cursor.execute("SET TimeZone = 'Pacific/Auckland'")

    for name in tables_of(connection, "lot", [seen, seen], 2, prepare):
        found = connection.execute(f"SELECT * FROM {name}").fetchall()
        assert found == [(1, "Pacific/Auckland")]


def test_a_query_at_fault_stops_the_others_and_gives_the_threads_back(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    queries = [SLOW.format(0, 10), "SELECT error('non') AS rang", SLOW.format(2, 10)]
    with pytest.raises(duckdb.Error, match="non"):
        ranks(connection, queries, 2)
    assert threads_of(connection) == 3
