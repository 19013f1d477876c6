"""The second engine: any Spark Connect server, or the one embedded in this process (Sail).

The SQL texts are those DuckDB runs: what engines would do differently (division, precision of
decimals) is written out in the texts. One known fault of a server is worked around here, where it
is seen at the opening: see `pipeline/store/quantiles.py`.
"""

from __future__ import annotations

import logging
import os
import socket
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlparse

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline.errors import EngineError, InputError
from pipeline.store.lots import Lots
from pipeline.store.partitions import SCHEMA_FILE
from pipeline.store.quantiles import PROBE, PROBED, exact_quantiles
from pipeline.store.seen import counting, require_seen

DEFAULT_PORT = 15002
REACH_SECONDS = 5.0
# A server that goes away is waited for twenty seconds; left alone, the client waits ten minutes.
RETRIES = 6
LONGEST_WAIT_MS = 8000
# A shared query up to this size is computed once and handed back to the server as a table; a larger
# one stays where it is. The driver of a cluster has a gigabyte unless told otherwise: a table of
# 70 000 rows that a query names several times does not fit. It keeps such rows on its executors.
HELD_ROWS = 200_000
SENT_ROWS = 20_000
INSTALL = "Install the extra `cluster`: pip install 'snp-observatoire[cluster]', or `make setup`."


def server_address(remote: str) -> tuple[str, int]:
    """Return host and port of `sc://HOST:PORT`; InputError when it is no such address."""
    try:
        parsed = urlparse(remote)
        host, port = parsed.hostname, parsed.port or DEFAULT_PORT
    except ValueError:
        host, parsed, port = None, urlparse(""), DEFAULT_PORT
    if parsed.scheme != "sc" or not host:
        raise InputError(
            file="--remote", expected="an address such as sc://127.0.0.1:15002", found=remote
        )
    return host, port


def require_reachable(remote: str) -> None:
    """Refuse an address where nothing listens, at once: the client would try again for minutes.

    Raises:
        InputError: not an address of a Spark Connect server.
        EngineError: nobody answers there.
    """
    host, port = server_address(remote)
    try:
        with socket.create_connection((host, port), timeout=REACH_SECONDS):
            return
    except OSError as error:
        raise EngineError(
            f"No Spark Connect server answers at {host}:{port} ({error}). Start one, give another "
            "address with --remote, or leave --remote out: the embedded server then computes."
        ) from None


def require_installed(embedded: bool) -> None:
    """Refuse to go on without the packages the engine needs, before any work is done.

    Raises:
        EngineError: one is missing; tells how to install it.
    """
    for package in ("pyspark", "pysail") if embedded else ("pyspark",):
        if find_spec(package) is None:
            raise EngineError(f"The Spark engine needs the package {package}. {INSTALL}")


@contextmanager
def named_main() -> Iterator[None]:
    """Give the main module a file for a moment: without one, the client takes it for doctests."""
    main: Any = sys.modules["__main__"]
    nameless = main.__spec__ is None and not hasattr(main, "__file__")
    if nameless:
        main.__file__ = __file__
    try:
        yield
    finally:
        if nameless:
            del main.__file__


def load_client() -> Any:
    """Return the class of Spark sessions; the client is imported here, for it takes a second."""
    # It announces that it has not been tried with this version of pandas, unused here.
    with warnings.catch_warnings(), named_main():
        warnings.simplefilter("ignore")
        from pyspark.sql.connect.session import SparkSession
    # Its own log repeats on stderr the errors that are raised here.
    for name in ("SQLQueryContextLogger", "DataFrameQueryContextLogger"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return SparkSession


def start_embedded(workers: int) -> Any:
    """Start Sail in this process, on a free port of 127.0.0.1, and return the server.

    Args:
        workers: 0 runs queries on threads; more starts a driver and that many workers.
    """
    os.environ.setdefault("RUST_LOG", "error")
    os.environ["SAIL_MODE"] = "local-cluster" if workers else "local"
    os.environ["SAIL_CLUSTER__WORKER_INITIAL_COUNT"] = str(workers or 1)
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start()
    return server


def retry_policy() -> Any:
    """Return how long the client waits for a server that stops answering."""
    from pyspark.sql.connect.client.retries import DefaultPolicy

    return DefaultPolicy(max_retries=RETRIES, max_backoff=LONGEST_WAIT_MS)


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the server refuses, or the loss of the server, into one clear paragraph."""
    from grpc import RpcError
    from pyspark.errors import PySparkException

    try:
        yield
    except (PySparkException, RpcError) as error:
        told = str(error).strip().split("\n\nJVM stacktrace")[0]
        raise EngineError(f"The Spark server could not run a query. {told[:1500]}") from error


class SparkConnectEngine:
    """A session on a Spark Connect server; results come back to this process as Arrow tables."""

    def __init__(
        self,
        remote: str = "",
        workers: int = 0,
        local_root: Path | None = None,
        data_root: str = "",
    ) -> None:
        """Open a session.

        Args:
            remote: `sc://HOST:PORT`; empty starts the embedded server.
            workers: of the embedded server; 0 for none beside the driver.
            local_root: folder of the registered paths that the server sees under another name.
            data_root: that name, such as `s3a://bucket/processed`; empty when it is the same.

        Raises:
            InputError: `remote` is no address.
            EngineError: the server cannot be reached, or the extra is not installed.
        """
        require_installed(embedded=not remote)
        if remote:
            require_reachable(remote)
        session = load_client()
        self._server = None if remote else start_embedded(workers)
        if self._server is not None:
            host, port = self._server.listening_address
            remote = f"sc://{host}:{port}"
        self._local_root, self._data_root = local_root, data_root.rstrip("/")
        self._elsewhere = bool(self._data_root) or self._server is None
        self._unseen: dict[str, Path] = {}
        self._kept: list[Any] = []
        with refusals():
            self._session = session.builder.remote(remote).create()
            self._session.client.set_retry_policies([retry_policy()])
            self._session.conf.set("spark.sql.session.timeZone", "UTC")
            self._version = str(self._session.version)
            decile = self._session.sql(PROBE).toArrow().column("decile")[0].as_py()
        self._cuts_weights = decile != PROBED
        kind = "remote server" if self._server is None else "embedded Sail server"
        if workers and self._server is not None:
            kind += f", {workers} workers"
        self.description = f"Spark Connect {self._version}, {kind}"

    def __enter__(self) -> SparkConnectEngine:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def seen(self, path: Path) -> str:
        """Return the name under which the server finds a path."""
        whole = path.absolute()
        if not (self._data_root and self._local_root):
            return str(whole)
        return f"{self._data_root}/{whole.relative_to(self._local_root.absolute()).as_posix()}"

    def register(self, name: str, path: Path) -> None:
        """Make a Parquet file, or a folder of partitions, queryable under a name.

        The columns that folders name take the types `_schema.parquet` gives them: left to itself,
        Spark would read the department "01" as a number.
        """
        with refusals():
            reader = self._session.read
            if path.is_dir():
                from pyspark.sql.pandas.types import from_arrow_schema

                reader = reader.schema(from_arrow_schema(pq.read_schema(path / SCHEMA_FILE)))
            reader.parquet(self.seen(path)).createOrReplaceTempView(name)
        if self._elsewhere:
            self._unseen[name] = path

    def register_table(self, name: str, table: pa.Table) -> None:
        """Make a table in memory queryable under a name."""
        from pyspark.sql.pandas.types import from_arrow_schema

        with refusals():
            # Without rows there is nothing to tell the types from.
            schema = None if table.num_rows else from_arrow_schema(table.schema)
            self._session.createDataFrame(table, schema).createOrReplaceTempView(name)

    def register_query(
        self,
        name: str,
        sql: str,
        lots: Lots | None = None,  # noqa: ARG002
    ) -> None:
        """Make the rows of a query queryable under a name, computed once.

        A server splits its own work: `lots` are left to it.
        """
        self._see()
        with refusals():
            frame = self._session.sql(self._text(sql))
            most = SENT_ROWS if self._server is None else HELD_ROWS
            held = frame.limit(most + 1).toArrow()
            if held.num_rows > most:
                self._kept.append(frame.persist())
                frame.createOrReplaceTempView(name)
                return
        self.register_table(name, held)

    def query(self, sql: str) -> pa.Table:
        """Run one SELECT and return its rows.

        Raises:
            EngineError: the server refuses it, is lost, or reads other tables than those built.
        """
        self._see()
        with refusals():
            found: pa.Table = self._session.sql(self._text(sql)).toArrow()
        return found

    def close(self) -> None:
        """Close the session, and stop the embedded server."""
        # A server that is gone has nothing left to close. What it keeps outlives the session.
        with suppress(EngineError), refusals():
            for frame in self._kept:
                frame.unpersist()
        with suppress(EngineError), refusals():
            self._session.stop()
        if self._server is not None:
            self._server.stop()

    def _see(self) -> None:
        """Have the tables registered since the last query counted, in one, where they are read."""
        waiting, self._unseen = self._unseen, {}
        if waiting:
            with refusals():
                counted = self._session.sql(counting(waiting)).toArrow()
            require_seen(waiting, counted, {name: self.seen(p) for name, p in waiting.items()})

    def _text(self, sql: str) -> str:
        return exact_quantiles(sql) if self._cuts_weights else sql
