"""Where a stream is read: blocks of lines in, typed rows and set-aside cells out, on disk.

A reader of events (`Source.stage`) is given a `Staging` and says in SQL what a block holds. Blocks
are read at two desks at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from pipeline.contracts.schema import sql_literal
from pipeline.sources.desk import (
    BAD,
    FAULT,
    LINE,
    Desk,
    Job,
    copy_rows,
    in_utc,
    open_engine,
    staged_columns,
    staged_name,
)
from pipeline.sources.streams import BLOCK, Block, ahead, blocks, share_out
from pipeline.threads import one_thread_each

__all__ = ["BAD", "DESKS", "Job", "Staging", "staged_name"]
# Blocks read at once.
DESKS = 2
Item = TypeVar("Item")


class Staging(Desk):
    """The reading of one file into the rows of its tables."""

    def __init__(self, folder: Path, job: Job, tables: Sequence[str]) -> None:
        super().__init__(open_engine(folder, job.limits.memory_mb), folder, job)
        self.tables = tuple(tables)
        self.rows_in = dict.fromkeys(tables, 0)
        self.notes: list[str] = []
        for table in tables:
            columns = ", ".join(f"{name} {kind}" for name, kind in staged_columns(table).items())
            self.connection.execute(f"CREATE TABLE {staged_name(table)} ({columns})")
            (folder / table).mkdir()
        self.connection.execute(
            f"CREATE TABLE {BAD} (table_cible VARCHAR, source_file VARCHAR, {LINE} BIGINT, "
            "colonne VARCHAR, valeur VARCHAR, motif VARCHAR)"
        )

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.connection.close()

    def blocks(self, path: Path, size: int = BLOCK) -> Iterator[Block]:
        """Yield the file by blocks of lines, the next one read while the current one is used."""
        return ahead(blocks(path, self.job.name, self.job.limits, size))

    def share(
        self,
        items: Iterable[Item],
        use: Callable[[Desk, Item], None],
    ) -> None:
        """Use every item at a desk, several at once; what they met is counted here.

        Args:
            items: what to use, one at a time at a desk.
            use: given a desk and an item.
        """
        first = self.rank
        cursors = [self.connection.cursor() for _ in range(DESKS)]
        desks = [
            Desk(in_utc(cursor), self.folder, self.job, f"bloc_{number}")
            for number, cursor in enumerate(cursors)
        ]

        def counted() -> Iterator[Item]:
            for item in items:
                self.rank += 1
                yield item

        def at_a_desk(desk: Desk, rank: int, item: Item) -> None:
            desk.rank = first + rank
            use(desk, item)

        try:
            with one_thread_each(self.connection):
                share_out(counted(), desks, at_a_desk)
        finally:
            for desk in desks:
                for table, rows in desk.rows_in.items():
                    self.met(table, rows)
                desk.connection.close()

    def parts(self, table: str) -> list[Path]:
        """Return the files that hold the rows read for a table, in the order of the blocks."""
        return sorted((self.folder / table).glob("*.parquet"))

    def bad_rows(self, table: str) -> int:
        """Return how many rows of a table were set aside."""
        return self.count(
            f"(SELECT DISTINCT source_file, {LINE} FROM {BAD} "
            f"WHERE table_cible = {sql_literal(table)})"
        )

    def save(self, target: Path) -> None:
        """Leave what was read as Parquet: a folder by table, and the cells set aside."""
        for table in self.tables:
            folder = self.folder / table
            if not self.parts(table):
                # Rows summed up in the database, or none at all.
                rows = f"SELECT *, false AS {FAULT} FROM {staged_name(table)}"
                copy_rows(self.connection, rows, folder / "000000.parquet")
            os.replace(folder, target / table)
        # One cell may spoil several columns of a table: it is set aside once.
        once = (
            f"SELECT DISTINCT ON (table_cible, {LINE}, colonne) * FROM {BAD} "
            f"ORDER BY table_cible, {LINE}, colonne, motif"
        )
        copy_rows(self.connection, once, target / f"{BAD}.parquet")
