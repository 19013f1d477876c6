"""The event log of Dagster in SQLite, with connections that stay open.

The one Dagster ships opens a connection, compiles its statements and waits for the disk at every
event; a run stores some seven hundred, a fifth of its time. The files are the same, so that either
class reads what the other wrote.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import sqlalchemy as db
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorage,
)
from sqlalchemy.pool import SingletonThreadPool

BUSY_SECONDS = 60


def quick(connection: Any, _: object) -> None:
    """Sync the log at checkpoints only: a crash of the machine may lose its last events."""
    connection.execute("PRAGMA synchronous = NORMAL")


class OpenSqliteEventLogStorage(SqliteEventLogStorage):
    """One open connection by thread and database, rather than one by event."""

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._engines: dict[str, db.Engine] = {}
        self._engines_lock = threading.Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> "OpenSqliteEventLogStorage":
        """Build the storage from `dagster.yaml`."""
        return cls(inst_data=inst_data, **config_value)

    def _engine(self, shard: str) -> db.Engine:
        """Return the engine of a database, which the parent class makes when it is not there."""
        with self._engines_lock:
            if shard not in self._engines:
                with super()._connect(shard):
                    pass
                engine = db.create_engine(
                    self.conn_string_for_shard(shard),
                    poolclass=SingletonThreadPool,
                    connect_args={"timeout": BUSY_SECONDS},
                )
                db.event.listen(engine, "connect", quick)
                self._engines[shard] = engine
            return self._engines[shard]

    @contextmanager
    def _connect(self, shard: str) -> Iterator[db.Connection]:
        """Open one transaction on a database."""
        engine = self._engine(shard)
        with self._db_lock, engine.begin() as connection:
            yield connection

    def run_connection(self, run_id: str | None = None) -> AbstractContextManager[db.Connection]:
        """Open one transaction on the database of a run."""
        return self._connect(str(run_id))

    def index_connection(self) -> AbstractContextManager[db.Connection]:
        """Open one transaction on the database all runs share."""
        return self._connect(INDEX_SHARD_NAME)

    def _close(self) -> None:
        """Close every connection."""
        with self._engines_lock:
            for engine in self._engines.values():
                engine.dispose()
            self._engines.clear()

    def wipe(self) -> None:
        """Delete every event."""
        self._close()
        super().wipe()

    def dispose(self) -> None:
        """Close every connection and stop what watches."""
        self._close()
        super().dispose()
