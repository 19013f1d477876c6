"""What the build of events leaves in the records of the checks: accounts, results, quarantine.

The core tables and the tables of events are built apart, in any order; both leave the same records.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipeline.checks.accounting import Account
from pipeline.checks.results import ExpectationResult, TableChecks
from pipeline.contracts.model import Text
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.events.ledger import Ledger, bad_path, read_ledger
from pipeline.paths import Layout
from pipeline.sources.registry import event_tables
from pipeline.store.parquet import table_path, write_all

QUARANTINE, ACCOUNTS, CHECKS = "quarantaine", "comptabilite", "controles"
NAMED = {QUARANTINE: "table_cible", ACCOUNTS: "table_nom", CHECKS: "table_nom"}


def account_of(ledger: Ledger, table: str) -> Account:
    """Return the row account of one table of events."""
    held = ledger.tables[table]
    inputs = ledger.inputs_of(table)
    parts = held.partitions.values()
    return Account(
        table=table,
        rows_in=sum(found.rows_in[table] for found in inputs),
        kept=sum(part.rows for part in parts),
        set_aside=sum(found.set_aside[table] for found in inputs)
        + sum(part.set_aside for part in parts)
        + held.set_aside,
        merged=sum(part.merged for part in parts),
    )


def account_row(ledger: Ledger, table: str) -> dict[str, Any]:
    """Return the account of a table as a row of `comptabilite`."""
    account, held = account_of(ledger, table), ledger.tables[table]
    return {
        "table_nom": table,
        "lues_nb": account.rows_in,
        "gardees_nb": account.kept,
        "ecartees_nb": account.set_aside,
        "reunies_nb": account.merged,
        "corrections_nb": 0,
        "sha256": held.sha256,
        "origin": held.origin,
    }


def checks_of(ledger: Ledger) -> list[TableChecks]:
    """Return the results of the checks the tables of events passed."""
    found = {table: TableChecks(table) for table in sorted(ledger.tables)}
    for row in ledger.checks:
        result = ExpectationResult(
            table=row["table_nom"],
            family=row["famille"],
            kind="event",
            columns=tuple(filter(None, str(row["colonnes"] or "").split(", "))),
            severity=row["gravite"],
            text=Text(fr=row["attendu"], en=row["attendu_en"]),
            evaluated=row["evalues_nb"],
            unexpected=row["inattendus_nb"],
        )
        found[result.table].results.append(result)
    return list(found.values())


def event_records(layout: Layout, ledger: Ledger) -> dict[str, pa.Table]:
    """Return the rows the tables of events have in the records of the checks."""
    known = sorted(ledger.tables)
    rows: dict[str, list[dict[str, Any]]] = {
        ACCOUNTS: [account_row(ledger, table) for table in known],
        CHECKS: list(ledger.checks),
    }
    found = {
        name: pa.Table.from_pylist(given, schema=arrow_schema(contract(name)))
        for name, given in rows.items()
    }
    schema = arrow_schema(contract(QUARANTINE))
    path = bad_path(layout)
    bad = pq.read_table(path).select(schema.names) if path.is_file() else schema.empty_table()
    return {**found, QUARANTINE: bad.cast(schema)}


def with_events(layout: Layout, records: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return records of the checks with those of the tables of events beside them."""
    return merged(records, event_records(layout, read_ledger(layout)))


def merged(records: Mapping[str, pa.Table], events: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """Return records whose rows on tables of events are replaced by others."""
    split = pa.array(event_tables())
    found = dict(records)
    for name, own in events.items():
        if name in records:
            others = pc.invert(pc.is_in(records[name].column(NAMED[name]), value_set=split))
            schema = own.schema
            kept = records[name].filter(others).select(schema.names).cast(schema)
            found[name] = pa.concat_tables([kept, own])
    return found


def refresh_records(layout: Layout, ledger: Ledger) -> None:
    """Write again the records of the checks, where the core tables have left some."""
    paths = {name: table_path(layout, contract(name)) for name in NAMED}
    if not all(path.is_file() for path in paths.values()):
        return
    held = {name: pq.read_table(path) for name, path in paths.items()}
    fresh = merged(held, event_records(layout, ledger))
    write_all(layout, [(contract(name), table) for name, table in fresh.items()])
