"""The ledger as it will be once the partitions just made are in place."""

from __future__ import annotations

from collections import defaultdict

import duckdb

from pipeline.contracts.origins import STRENGTH, weakest
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal
from pipeline.events.ledger import Input, Ledger, Partition, Table, builder_name
from pipeline.events.work import APPOINTMENTS, SLOTS, Work, split_name
from pipeline.sources.registry import event_tables


def listed(connection: duckdb.DuckDBPyConnection, sql: str) -> dict[str, int]:
    """Return a query of (partition, number) as a dictionary."""
    return {str(name): int(number) for name, number in connection.execute(sql).fetchall()}


def rows_by_partition(connection: duckdb.DuckDBPyConnection, name: str) -> dict[str, int]:
    """Return how many rows each partition that has been built of a table holds."""
    split = contract(name).partition
    columns = ", ".join(split)
    return listed(
        connection,
        f"SELECT {split_name(split)}, nb FROM "
        f"(SELECT {columns}, count(*) AS nb FROM sortie_{name} GROUP BY {columns})",
    )


def ledger_after(work: Work, links: dict[str, str], made: dict[str, dict[str, int]]) -> Ledger:
    """Return the ledger as it will be once the new partitions are in place.

    Args:
        work: the rows and what was done with them.
        links: the hash of the links of each partition of slots.
        made: the rows of each partition built, by table.
    """
    after = Ledger(builder=builder_name())
    for read in work.reads:
        after.inputs[read.name] = Input(
            key=read.key,
            origin=read.origin,
            rows_in=read.rows_in,
            set_aside=read.set_aside,
            notes=read.notes,
        )
    for name in event_tables():
        after.tables[name] = table_after(work, name, links, made[name])
    return after


def table_after(work: Work, name: str, links: dict[str, str], rows: dict[str, int]) -> Table:
    """Return one table of the ledger: old partitions kept, built ones as they are now."""
    run, target = work.connection, sql_literal(name)
    old = work.before.tables.get(name, Table())
    to_do = {p for (p,) in run.execute(
        f"SELECT partition FROM a_faire WHERE table_cible = {target}").fetchall()}  # fmt: skip
    found = Table(partitions={n: p for n, p in old.partitions.items() if n not in to_do})
    merged = listed(
        run, f"SELECT partition, sum(nb) FROM fusions WHERE table_cible = {target} GROUP BY 1"
    )
    aside = listed(
        run,
        "SELECT partition, count(*) FROM (SELECT DISTINCT partition, source_file, source_line "
        f"FROM ecartes WHERE table_cible = {target}) GROUP BY 1",
    )
    inputs = inputs_by_partition(work, name)
    for partition in sorted(to_do):
        if partition in rows or partition in aside:
            found.partitions[partition] = Partition(
                rows=rows.get(partition, 0),
                merged=merged.get(partition, 0),
                set_aside=aside.get(partition, 0),
                inputs=inputs.get(partition, []),
                links=links.get(partition, "") if name == SLOTS else "",
            )
    found.set_aside = aside.get("", 0)
    origins = {read.origin for read in work.reads if name in read.rows_in}
    found.origin = weakest(o for o in STRENGTH if o in origins) if origins else "derived"
    return found


def inputs_by_partition(work: Work, name: str) -> dict[str, list[str]]:
    """Return the files the rows of each built partition come from, in alphabetical order."""
    found: dict[str, list[str]] = defaultdict(list)
    if name != APPOINTMENTS:
        for read in sorted(work.reads, key=lambda read: read.name):
            for partition in read.partitions.get(name, ()):
                found[partition].append(read.name)
        return found
    # An appointment lies where its slot does, whatever its own file says.
    split = contract(name).partition
    columns = ", ".join(split)
    for partition, file in work.connection.execute(
        f"SELECT {split_name(split)}, source_file FROM "
        f"(SELECT DISTINCT {columns}, source_file FROM entree_{name}) ORDER BY ALL"
    ).fetchall():
        found[str(partition)].append(str(file))
    return found
