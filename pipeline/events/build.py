"""Build the tables of events: read new files, build the partitions they touch, check, swap.

What the ledger lists is not done again. Nothing is put in place before every critical check on the
new rows has passed.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipeline.checks.accounting import Account
from pipeline.checks.events import account_results, check_rows
from pipeline.checks.records import result_rows
from pipeline.checks.results import raise_on_critical
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal
from pipeline.events.after import ledger_after, rows_by_partition
from pipeline.events.ledger import (
    BAD_NAME,
    Ledger,
    bad_path,
    is_as_written,
    lost_partitions,
    read_ledger,
    write_ledger,
)
from pipeline.events.reading import KEPT, Read, Wanted, forget_others, is_read, read_events
from pipeline.events.records import account_of, refresh_records
from pipeline.events.work import APPOINTMENTS, SLOTS, Work
from pipeline.parameters import Parameters, read_parameters
from pipeline.paths import Layout
from pipeline.sources.desk import FILE, in_utc, open_engine
from pipeline.sources.manifest import read_manifest, verify
from pipeline.sources.registry import event_sources, event_tables
from pipeline.sources.staging import DESKS
from pipeline.sources.streams import Limits, share_out
from pipeline.store.parquet import table_path
from pipeline.store.partitions import (
    DATA_FILE,
    digest_of,
    file_hashes,
    is_built,
    one_schema,
    partition_files,
    swap_partitions,
    write_partition,
    write_schema_file,
)
from pipeline.threads import one_thread_each

ALL_BAD = "tous_ecartes"
BAD_COLUMNS = "table_cible, source_file, source_line, colonne, valeur, motif"


@dataclass
class EventsBuild:
    """What the tables of events hold once built, and what this build did."""

    ledger: Ledger
    read_files: list[str] = field(default_factory=list)
    built: dict[str, list[str]] = field(default_factory=dict)

    def account(self, table: str) -> Account:
        """Return the row account of one table."""
        return account_of(self.ledger, table)


def active_inputs(layout: Layout, before: Ledger, limits: Limits) -> list[Wanted]:
    """Return the active files of every source of events.

    The bytes of those a reading or the ledger knows are verified here; of the others, while they
    are read.
    """
    manifest = read_manifest(layout)
    found = []
    for entry in (e for source in event_sources() for e in manifest.active(source)):
        wanted = Wanted.of(layout, entry, limits)
        if wanted.shown in before.inputs or is_read(layout, wanted):
            verify(layout, entry)
        found.append(wanted)
    return found


def is_current(layout: Layout, ledger: Ledger, inputs: list[Wanted]) -> bool:
    """Do the tables hold what these inputs give?"""
    if not ledger.builder:
        return False
    for name in event_tables():
        if not is_built(table_path(layout, contract(name))):
            return False
        if not is_as_written(layout, ledger, name):
            return False
    wanted = {one.shown: one.name for one in inputs}
    return wanted == {name: found.key for name, found in ledger.inputs.items()}


def build_events(layout: Layout, parameters: Parameters | None = None) -> EventsBuild:
    """Bring the tables of events up to date with the active files.

    Args:
        layout: the project root.
        parameters: limits and thresholds; the defaults when None.

    Raises:
        InputError: a structural fault of a file, or a row that breaks a contract.
        CheckError: a critical check on a whole table failed; the previous tables stay.
    """
    parameters = parameters or read_parameters()
    limits = Limits.of(parameters)
    before = read_ledger(layout)
    inputs = active_inputs(layout, before, limits)
    if is_current(layout, before, inputs):
        return EventsBuild(before)
    reads = [read_events(layout, wanted, limits) for wanted in inputs]
    work = layout.build / KEPT / "travail"
    shutil.rmtree(work, ignore_errors=True)
    try:
        build = rebuild(layout, before, reads, work, parameters)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    forget_others(layout, reads)
    refresh_records(layout, build.ledger)
    return build


def rebuild(
    layout: Layout, before: Ledger, reads: list[Read], folder: Path, parameters: Parameters
) -> EventsBuild:
    """Build the partitions that changed, check them, put them in place."""
    memory = int(parameters.value("flux_memoire_mo"))
    connection = open_engine(folder, memory)
    try:
        lost = {name: lost_partitions(layout, before, name) for name in event_tables()}
        work = Work(connection, reads, before, lost)
        links = work.build_slots()
        for name in event_tables():
            if name not in (SLOTS, APPOINTMENTS):
                work.build_single(name)
        made = {name: rows_by_partition(connection, name) for name in event_tables()}
        after = ledger_after(work, links, made)
        gather_bad(work, layout)
        check(connection, after, parameters)
        fresh = folder / "neuf"
        built = {name: sorted(rows) for name, rows in made.items()}
        for name, partitions in built.items():
            write_fresh(connection, name, partitions, fresh)
        write_bad(connection, fresh / BAD_NAME)
        put_in_place(layout, after, fresh)
        known = {n: i.key for n, i in before.inputs.items()}
        return EventsBuild(after, [r.name for r in reads if known.get(r.name) != r.key], built)
    finally:
        connection.close()


def check(connection: duckdb.DuckDBPyConnection, after: Ledger, parameters: Parameters) -> None:
    """Check the new rows and the accounts; the results go to the ledger.

    Raises:
        InputError, CheckError: a critical failure.
    """
    limit = float(parameters.value("quarantaine_part_max_pct"))
    checks = []
    for name in event_tables():
        account = account_of(after, name)
        found = check_rows(connection, contract(name), f"sortie_{name}", account.kept)
        found.results += account_results(account, limit)
        checks.append(found)
    after.checks = result_rows(checks)
    raise_on_critical(checks, first_set_aside(connection, after))


def first_set_aside(connection: duckdb.DuckDBPyConnection, after: Ledger) -> str:
    """Return, in words, the first cell that set a row aside; empty when there is none."""
    total = sum(account_of(after, name).set_aside for name in event_tables())
    found = connection.execute(
        "SELECT source_file, source_line, colonne, motif, valeur FROM "
        f"{ALL_BAD} ORDER BY source_file, source_line LIMIT 1"
    ).fetchone()
    if not found:
        return ""
    file, line, column, reason, value = found
    return (
        f"Rows set aside: {total}, the first at {file}, line {line}, column {column}: "
        f"expected {reason}; found {value!r}."
    )


def write_fresh(
    connection: duckdb.DuckDBPyConnection, name: str, partitions: list[str], fresh: Path
) -> None:
    """Write the new partitions of a table under a folder of their own."""
    known = contract(name)

    def write(cursor: duckdb.DuckDBPyConnection, _: int, partition: str) -> None:
        parts = [part.partition("=") for part in partition.split("/")]
        chosen = " AND ".join(f"{column} = {sql_literal(value)}" for column, _, value in parts)
        target = fresh / name / partition / DATA_FILE
        # Names of files are in no list: a partition must not tell of the others' files.
        rows = (
            f"SELECT * REPLACE (CAST({FILE} AS VARCHAR) AS {FILE}) "
            f"FROM sortie_{name} WHERE {chosen}"
        )
        write_partition(cursor, known, rows, target, sorted_rows=True)

    cursors = [in_utc(connection.cursor()) for _ in range(DESKS)]
    try:
        with one_schema(connection), one_thread_each(connection):
            share_out(partitions, cursors, write)
    finally:
        for cursor in cursors:
            cursor.close()


def gather_bad(work: Work, layout: Layout) -> None:
    """Gather the cells that set rows aside: in the readings, and in each partition that stands."""
    run = work.connection.execute
    run(f"CREATE OR REPLACE TABLE {ALL_BAD} AS SELECT {BAD_COLUMNS}, partition FROM ecartes")
    for read in work.reads:
        run(
            f"INSERT INTO {ALL_BAD} SELECT {BAD_COLUMNS}, 'lecture' "
            f"FROM read_parquet({sql_literal(str(read.bad))})"
        )
    path = bad_path(layout)
    if path.is_file():
        run(
            f"INSERT INTO {ALL_BAD} SELECT {BAD_COLUMNS}, partition "
            f"FROM read_parquet({sql_literal(str(path))}) a "
            "WHERE partition NOT IN ('', 'lecture') AND NOT EXISTS (SELECT 1 FROM a_faire f "
            "WHERE f.table_cible = a.table_cible AND f.partition = a.partition)"
        )


def write_bad(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Write the cells that set rows aside."""
    target.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(
        f"COPY (SELECT {BAD_COLUMNS}, partition FROM {ALL_BAD} ORDER BY ALL) "
        f"TO {sql_literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )


def put_in_place(layout: Layout, after: Ledger, fresh: Path) -> None:
    """Swap the new partitions in, remove those that are gone, write the ledger last."""
    for name in event_tables():
        known = contract(name)
        folder = table_path(layout, known)
        held = {n for n, p in after.tables[name].partitions.items() if p.rows}
        on_disk = {file.parent.relative_to(folder).as_posix() for file in partition_files(folder)}
        write_schema_file(known, folder)
        swap_partitions(folder, fresh / name, sorted(on_disk - held))
        hashes = file_hashes(folder)
        for partition in held:
            file = folder / partition / DATA_FILE
            after.tables[name].partitions[partition].bytes = file.stat().st_size
            after.tables[name].partitions[partition].sha256 = hashes[f"{partition}/{DATA_FILE}"]
        after.tables[name].sha256 = digest_of(hashes)
    os.replace(fresh / BAD_NAME, bad_path(layout))
    write_ledger(layout, after)
