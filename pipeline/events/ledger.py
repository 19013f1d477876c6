"""What the tables of events hold, and from which inputs: what need not be done again."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from pipeline.contracts.registry import contract
from pipeline.paths import Layout
from pipeline.sources.registry import event_tables
from pipeline.store.parquet import table_path
from pipeline.store.partitions import DATA_FILE, digest, file_hashes

# Raised when partitions built from the same rows would be others.
HERE = Path(__file__).resolve().parent
BUILDER = 3
NAME = "evenements.json"
BAD_NAME = "evenements_ecartes.parquet"


class Partition(BaseModel):
    """One partition: rows kept, merged, set aside; its inputs, hash of its links, of its bytes."""

    rows: int
    merged: int
    set_aside: int
    inputs: list[str]
    links: str = ""
    bytes: int = 0
    sha256: str = ""


class Table(BaseModel):
    """One table: its partitions, rows no partition could take, hash of its bytes, origin."""

    partitions: dict[str, Partition] = {}
    set_aside: int = 0
    sha256: str = ""
    origin: str = "derived"


class Input(BaseModel):
    """One input: the name of its reading, rows met and set aside by table, what was noted."""

    key: str
    origin: str
    rows_in: dict[str, int]
    set_aside: dict[str, int]
    notes: list[str]


class Ledger(BaseModel):
    """Inputs read, tables built, checks passed (rows of `controles`)."""

    builder: str = ""
    inputs: dict[str, Input] = {}
    tables: dict[str, Table] = {}
    checks: list[dict[str, Any]] = []

    def inputs_of(self, table: str) -> list[Input]:
        """Return the inputs that fill a table."""
        return [found for found in self.inputs.values() if table in found.rows_in]


def builder_name() -> str:
    """Return what tells apart two ways of building partitions: version, SQL, contracts."""
    said = [str(BUILDER), *(contract(table).model_dump_json() for table in event_tables())]
    said += [path.read_text(encoding="utf-8") for path in sorted(HERE.glob("*.sql"))]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()[:32]


def ledger_path(layout: Layout) -> Path:
    """Return where the ledger lies."""
    return layout.processed / NAME


def bad_path(layout: Layout) -> Path:
    """Return where the cells that set rows of events aside lie."""
    return layout.processed / BAD_NAME


def read_ledger(layout: Layout) -> Ledger:
    """Return the ledger; an empty one when there is none, or one of another make."""
    path = ledger_path(layout)
    if not path.is_file():
        return Ledger()
    try:
        found = Ledger.model_validate_json(path.read_text(encoding="utf-8"))
    except ValidationError:
        return Ledger()
    return found if found.builder == builder_name() else Ledger()


def lost_partitions(layout: Layout, ledger: Ledger, table: str) -> set[str]:
    """Return the partitions of a table that are no longer there, byte for byte, as written."""
    if table not in ledger.tables:
        return set()
    found = file_hashes(table_path(layout, contract(table)))
    return {
        name
        for name, held in ledger.tables[table].partitions.items()
        if held.rows and found.get(f"{name}/{DATA_FILE}") != held.sha256
    }


def is_as_written(layout: Layout, ledger: Ledger, table: str) -> bool:
    """Does the folder of a table hold the files the ledger lists, byte for byte, and no other?"""
    held = ledger.tables.get(table)
    return held is not None and digest(table_path(layout, contract(table))) == held.sha256


def write_ledger(layout: Layout, ledger: Ledger) -> None:
    """Write the ledger. Atomic."""
    path = ledger_path(layout)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".json.tmp")
    text = json.dumps(ledger.model_dump(), ensure_ascii=False, indent=1, sort_keys=True)
    temporary.write_text(text + "\n", encoding="utf-8")
    os.replace(temporary, path)
