"""One file of events read once: its rows by table, kept in `.build` under a name of its own.

The name depends on whatever decides of the rows: the bytes, the reader, the contracts, the layouts,
the key of the pseudonyms, the version of the engine. Removing `.build` loses nothing but time.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.contracts.registry import contract
from pipeline.errors import ContractError
from pipeline.paths import Layout
from pipeline.sources.desk import BAD, Job, sound_parts
from pipeline.sources.flat_layout import HERE as LAYOUTS
from pipeline.sources.lines import Lines
from pipeline.sources.manifest import Entry, verify
from pipeline.sources.pseudonyms import key_name, read_key
from pipeline.sources.registry import Source, sources
from pipeline.sources.staging import Staging
from pipeline.sources.streams import Limits
from pipeline.store.partitions import partition_name

SUMMARY = "lecture.json"
KEPT = "flux"
# Raised when a reading is laid out otherwise.
FORM = 5


@dataclass(frozen=True)
class Wanted:
    """One active file of events, the key of its pseudonyms, the name its reading bears."""

    entry: Entry
    path: Path
    shown: str
    key: bytes
    name: str

    @classmethod
    def of(cls, layout: Layout, entry: Entry, limits: Limits) -> Wanted:
        """Return what is wanted of a file the manifest lists."""
        path, key = layout.raw / entry.path, read_key(layout, entry.origin)
        return cls(entry, path, layout.relative(path), key, reading_key(entry, key, limits))


@dataclass(frozen=True)
class Read:
    """What one file gave: rows met and set aside by table, the partitions they fall in."""

    name: str
    key: str
    source: str
    origin: str
    folder: Path
    rows_in: dict[str, int]
    set_aside: dict[str, int]
    partitions: dict[str, list[str]]
    notes: list[str]

    def rows(self, table: str) -> str:
        """Return the SQL of the rows read for a table, those at fault left out."""
        return sound_parts(self.folder / table)

    @property
    def bad(self) -> Path:
        """Where the cells that set rows aside lie."""
        return self.folder / f"{BAD}.parquet"


def reading_key(entry: Entry, key: bytes, limits: Limits) -> str:
    """Return the name of a reading: whatever decides of its rows decides of it."""
    source = sources()[entry.source]
    said = [entry.path, entry.sha256, entry.origin, entry.obtained, source.name]
    said += [str(FORM), str(source.version), key_name(key), str(limits.line), str(limits.document)]
    said.append(duckdb.__version__)
    said += [contract(table).model_dump_json() for table in source.tables]
    said += [path.read_text(encoding="utf-8") for path in sorted((LAYOUTS / source.name).glob("*"))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def readings_folder(layout: Layout) -> Path:
    """Return where readings are kept."""
    return layout.build / KEPT / "lectures"


def known_reading(folder: Path, name: str, key: str) -> Read | None:
    """Return a reading already made, if it is whole."""
    summary = folder / SUMMARY
    if not summary.is_file():
        return None
    return Read(name=name, key=key, folder=folder, **json.loads(summary.read_text("utf-8")))


def is_read(layout: Layout, wanted: Wanted) -> bool:
    """Is there a reading of this file?"""
    return (readings_folder(layout) / wanted.name / SUMMARY).is_file()


def read_events(layout: Layout, wanted: Wanted, limits: Limits) -> Read:
    """Read one file of events, its bytes verified meanwhile, or find what an earlier reading gave.

    Raises:
        InputError: the file is missing or not as listed; a structural fault of it.
    """
    folder, entry = readings_folder(layout) / wanted.name, wanted.entry
    if found := known_reading(folder, wanted.shown, wanted.name):
        return found
    work, lines = folder.with_suffix(".tmp"), Lines()
    shutil.rmtree(work, ignore_errors=True)
    try:
        with ThreadPoolExecutor(1) as pool:
            verified = pool.submit(verify, layout, entry, lines.feed)

            def counted() -> Lines:
                verified.result()
                return lines.end()

            job = Job(wanted.shown, entry, wanted.key, limits, counted)
            try:
                read_into(work, wanted.path, job, sources()[entry.source])
            finally:
                # Bytes that are not those listed explain more than what they hold.
                verified.result()
        shutil.rmtree(folder, ignore_errors=True)
        os.replace(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    made = known_reading(folder, wanted.shown, wanted.name)
    if made is None:
        raise ContractError(f"{wanted.shown}: its reading left nothing behind")
    return made


def read_into(work: Path, path: Path, job: Job, source: Source) -> None:
    """Read a file into a folder: Parquet by table, cells set aside, and the summary."""
    if source.stage is None:
        raise ContractError(f"{source.name} is no source of events")
    engine = work / "moteur"
    with Staging(engine, job, source.tables) as staging:
        source.stage(path, staging)
        staging.save(work)
        summary = {
            "source": source.name,
            "origin": job.origin,
            "rows_in": staging.rows_in,
            "set_aside": {table: staging.bad_rows(table) for table in source.tables},
            "partitions": {t: partitions_of(staging.connection, work, t) for t in source.tables},
            "notes": list(dict.fromkeys(staging.notes)),
        }
    shutil.rmtree(engine)
    (work / SUMMARY).write_text(json.dumps(summary, ensure_ascii=False), encoding="utf-8")


def partitions_of(connection: duckdb.DuckDBPyConnection, work: Path, table: str) -> list[str]:
    """Return the partitions the rows of a table fall in, those that say theirs."""
    split = contract(table).partition
    columns = ", ".join(split)
    filled = " AND ".join(f"{column} IS NOT NULL" for column in split)
    found = connection.execute(
        f"SELECT DISTINCT {columns} FROM ({sound_parts(work / table)}) "
        f"WHERE {filled} ORDER BY {columns}"
    ).fetchall()
    return [partition_name(dict(zip(split, values, strict=True))) for values in found]


def forget_others(layout: Layout, kept: list[Read]) -> None:
    """Remove the readings of files that are no longer inputs."""
    names = {read.key for read in kept}
    for folder in readings_folder(layout).glob("*"):
        if folder.name not in names:
            shutil.rmtree(folder, ignore_errors=True)
