"""The feeds as files: the common layout of a diary, the counters of the platform (docs/flux.md)."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import TypeVar

from pipeline.calibration.feeds.counters import UNLIMITED, Counter
from pipeline.calibration.feeds.slots import Slot

Each = TypeVar("Each")
Cell = str | int
# Every slot of a cabinet: no document of the inventory prints another place for those schemes.
SERVICE = "cabinet"


def instant(value: datetime | None) -> str:
    """Return an instant with its offset; empty when there is none."""
    return "" if value is None else value.isoformat(timespec="minutes")


DIARY: Mapping[str, Callable[[Slot], Cell]] = {
    "cpts": lambda slot: slot.cpts_id,
    "departement_code": lambda slot: slot.department,
    "effecteur": lambda slot: slot.provider,
    "profession_code": lambda slot: slot.profession,
    "service_code": lambda _: SERVICE,
    "canal_code": lambda slot: slot.channel,
    "outil_code": lambda slot: slot.tool,
    "debut": lambda slot: instant(slot.start),
    "fin": lambda slot: instant(slot.end),
    "mis_en_ligne": lambda slot: instant(slot.offered),
    "pris": lambda slot: instant(slot.taken),
    "liberation_minutes_nb": lambda slot: "" if slot.release is None else slot.release,
    "instantane": lambda slot: instant(slot.seen),
    "statut_code": lambda slot: slot.status,
}
PLATFORM: Mapping[str, Callable[[Counter], Cell]] = {
    "cpts": lambda counter: counter.cpts_id,
    "departement_code": lambda counter: counter.department,
    "effecteur": lambda counter: counter.provider,
    "profession_code": lambda counter: counter.profession,
    "service_code": lambda _: SERVICE,
    "type": lambda _: "plage",
    "start": lambda counter: instant(counter.start),
    "end": lambda counter: instant(counter.end),
    "max_patients": lambda _: UNLIMITED,
    "orientation_count": lambda counter: counter.patients,
}


def csv_bytes(rows: Iterable[Each], columns: Mapping[str, Callable[[Each], Cell]]) -> bytes:
    """Return rows as a CSV, header first."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([cell(row) for cell in columns.values()] for row in rows)
    return buffer.getvalue().encode()


def diary_bytes(slots: Iterable[Slot]) -> bytes:
    """Return the diary, compressed; the same bytes every time."""
    ordered = sorted(slots, key=lambda slot: (slot.cpts_id, slot.start, slot.provider))
    return gzip.compress(csv_bytes(ordered, DIARY), mtime=0)


def platform_bytes(counters: Iterable[Counter]) -> bytes:
    """Return the counters, compressed; the same bytes every time."""
    ordered = sorted(counters, key=lambda counter: (counter.cpts_id, counter.start))
    return gzip.compress(csv_bytes(ordered, PLATFORM), mtime=0)
