"""Feeds of slots made for one test, and a small project that holds nothing else."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipeline.contracts.registry import contract
from pipeline.events.build import EventsBuild, build_events
from pipeline.events.ledger import bad_path
from pipeline.hashing import sha256
from pipeline.parameters import Parameters, default_parameters
from pipeline.paths import Layout
from pipeline.sandbox import tolerant
from pipeline.sources.manifest import Manifest, read_manifest, write_manifest
from pipeline.sources.registry import event_sources
from pipeline.store.parquet import table_path
from pipeline.store.partitions import read_split
from tests.support import entry_of

Row = dict[str, Any]
TRE = "https://mos.esante.gouv.fr/NOS"
PERSON, STRUCTURE = "urn:oid:1.2.250.1.71.4.2.1", "urn:oid:1.2.250.1.71.4.2.2"
ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
RPPS, FINESS, SIRET = "810000000011", "1950047225", "334173748400020"
DIARY = {
    "cpts": "44-ancenis",
    "effecteur": "SYN1",
    "debut": "2025-03-03T08:40",
    "fin": "2025-03-03T09:00",
    "statut_code": "non_pris",
}
COUNTER = {
    "id": "c1",
    "cpts": "44-ancenis",
    "effecteur": "SYN1",
    "type": "plage",
    "start": "2025-03-03T08:40",
    "end": "2025-03-03T12:00",
    "max_patients": "4",
    "orientation_count": "3",
}


@dataclass
class Place:
    """A project of feeds alone: files put in it are listed at once."""

    layout: Layout
    entries: dict[str, Any] = field(default_factory=dict)

    def put(self, source: str, name: str, data: str | bytes, origin: str = "synthetic") -> Path:
        path = self.layout.raw / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
        known = {"sha256": sha256(path), "bytes": path.stat().st_size, "origin": origin}
        self.entries[f"{source}/{name}"] = entry_of(f"{source}/{name}", source, **known)
        self.list()
        return path

    def drop(self, path: str) -> None:
        del self.entries[path]
        self.list()

    def list(self) -> None:
        for folder in (self.layout.raw, self.layout.processed):
            folder.mkdir(parents=True, exist_ok=True)
        write_manifest(self.layout, Manifest(files=tuple(self.entries.values())))

    def build(self, parameters: Parameters | None = None) -> EventsBuild:
        """Build, however many rows are set aside unless parameters say otherwise."""
        return build_events(self.layout, parameters or tolerant())

    def rows(self, table: str) -> list[Row]:
        found: list[Row] = read_split(table_path(self.layout, contract(table))).to_pylist()
        return found

    def bad(self) -> list[Row]:
        found: list[Row] = pq.read_table(bad_path(self.layout)).to_pylist()
        return found

    def faults(self) -> list[tuple[str, int, str]]:
        """Table, line and column of each cell set aside."""
        return [(r["table_cible"], r["source_line"], r["colonne"]) for r in self.bad()]


def strict() -> Parameters:
    """The parameters of a run."""
    return default_parameters()


def csv_of(rows: Iterable[Row], base: Row, separator: str = ",") -> str:
    """Rows laid over a base, as a CSV whose columns are all those met."""
    listed = [{**base, **row} for row in rows]
    names = list(dict.fromkeys(name for row in listed for name in row))
    lines = [separator.join(names)]
    lines += [separator.join(str(row.get(name, "")) for name in names) for row in listed]
    return "\n".join(lines) + "\n"


def diary(*rows: Row) -> str:
    return csv_of(rows, DIARY)


def counters(*rows: Row) -> str:
    return csv_of(rows, COUNTER)


def coded(system: str, code: str) -> Row:
    return {"coding": [{"system": system, "code": code}]}


def slot(ident: str = "s1", **changes: Any) -> Row:
    """A free slot of a single practitioner, as the guide writes it."""
    base: Row = {
        "resourceType": "Slot",
        "id": ident,
        "meta": {"security": [{"system": f"{TRE}/TRE_R314", "code": "PUBLIC"}]},
        "serviceType": [coded(ACT, "AMB")],
        "specialty": [coded(f"{TRE}/TRE_R38", "SM54")],
        "appointmentType": coded("http://terminology.hl7.org/CodeSystem/v2-0276", "ROUTINE"),
        "schedule": {"reference": "Schedule/p1"},
        "start": "2025-03-03T08:40:00+01:00",
        "end": "2025-03-03T09:00:00+01:00",
        "status": "free",
    }
    return {**copy.deepcopy(base), **changes}


def practitioner(ident: str = "p1", value: str = RPPS, postal: str = "44150") -> list[Row]:
    """A practitioner, their role with its place, their schedule."""
    return [
        {"resourceType": "Schedule", "id": ident, "actor": [
            {"reference": f"Practitioner/{ident}"}, {"reference": f"PractitionerRole/{ident}"}]},
        {"resourceType": "Practitioner", "id": ident, "name": [{"family": "Personne"}],
         "identifier": [{"system": PERSON, "value": value}]},
        {"resourceType": "PractitionerRole", "id": ident,
         "practitioner": {"reference": f"Practitioner/{ident}"},
         "location": [{"reference": "#lieu"}],
         "contained": [{"resourceType": "Location", "id": "lieu",
                        "address": {"postalCode": postal}}]},
    ]  # fmt: skip


def appointment(ident: str = "r1", **changes: Any) -> Row:
    """An appointment of that practitioner on that slot."""
    actor = {"identifier": {"system": PERSON, "value": RPPS}}
    base: Row = {
        "resourceType": "Appointment",
        "id": ident,
        "identifier": [{"system": "urn:oid:1.1", "value": f"id-{ident}"}],
        "status": "booked",
        "start": "2025-03-03T08:40:00+01:00",
        "end": "2025-03-03T09:00:00+01:00",
        "created": "2025-03-03T08:00:00+01:00",
        "participant": [{"actor": actor, "status": "accepted"}],
    }
    return {**base, **changes}


def ndjson(*resources: Row) -> str:
    return "".join(json.dumps(resource, ensure_ascii=False) + "\n" for resource in resources)


def bundle(*resources: Row, **changes: Any) -> Row:
    entry = [{"resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": entry, **changes}


def only(rows: list[Row], keep: Callable[[Row], bool] = lambda _: True) -> Row:
    """The one row that is kept."""
    (row,) = [row for row in rows if keep(row)]
    return row


def asleep(layout: Layout) -> None:
    """Put the synthetic feeds to sleep: whoever has centres alone has no slot nor act to show."""
    listed = read_manifest(layout).files
    kept = (
        e.model_copy(update={"active": False})
        if e.source in event_sources() and e.origin == "synthetic"
        else e
        for e in listed
    )
    write_manifest(layout, Manifest(files=tuple(kept)))
