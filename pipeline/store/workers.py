"""Several queries of one DuckDB database at once, each on one processor.

The engine shares one query among its threads, which meet in one table of groups: many small queries
go faster side by side, each with groups of its own that stay close to its processor.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import islice
from queue import SimpleQueue

import duckdb

from pipeline.threads import one_thread_each

Connection = duckdb.DuckDBPyConnection


def tables_of(
    connection: Connection,
    name: str,
    queries: Sequence[str],
    workers: int,
    prepare: Callable[[Connection], None],
) -> Iterator[str]:
    """Make a table of the rows of each query, several at once.

    Args:
        connection: the database.
        name: what the names of the tables start with.
        queries: one SELECT each.
        workers: how many at once; a query by itself keeps the threads of the database.
        prepare: given each cursor before it works.

    Yields:
        The names of the tables, in the order of the queries, each dropped when the next is asked
        for; few are there at once.
    """
    free: SimpleQueue[Connection] = SimpleQueue()

    def make(rank: int, text: str) -> str:
        table, cursor = f"{name}__{rank}", free.get()
        try:
            cursor.execute(f"CREATE OR REPLACE TABLE {table} AS {text}")
        finally:
            free.put(cursor)
        return table

    with ExitStack() as stack:
        if workers > 1:
            stack.enter_context(one_thread_each(connection))
        for _ in range(workers):
            cursor = connection.cursor()
            stack.callback(cursor.close)
            prepare(cursor)
            free.put(cursor)
        pool = stack.enter_context(ThreadPoolExecutor(workers))
        coming = enumerate(queries)
        under_way = deque(pool.submit(make, *given) for given in islice(coming, workers + 1))
        while under_way:
            table = under_way.popleft().result()
            yield table
            connection.execute(f"DROP TABLE {table}")
            under_way.extend(pool.submit(make, *given) for given in islice(coming, 1))
