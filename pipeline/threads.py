"""How many threads a DuckDB database works with, when several of its cursors work at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb


def threads_of(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many threads a database works with."""
    ((found,),) = connection.execute("SELECT current_setting('threads')").fetchall()
    return int(found)


@contextmanager
def one_thread_each(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have every cursor of a database work alone: several at once already fill the processors.

    The threads of the engine would come on top of theirs, and all of them would wait in turns.
    """
    before = threads_of(connection)
    connection.execute("SET threads = 1")
    try:
        yield
    finally:
        connection.execute(f"SET threads = {before}")
