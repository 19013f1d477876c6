"""FHIR R4 feeds of the national SAS guide 1.2.0 (ans.fhir.fr.sas): slots and appointments.

Bundles in JSON, or resources one to a line in NDJSON, from the three kinds of aggregator: single
practitioner, CPTS, SOS Médecins. A slot says when and what; its Schedule leads to who and where.
Names, telephones and addresses are never kept; identifiers are hashed before anything is written.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.desk import sound_parts
from pipeline.sources.fhir_fields import (
    APPOINTMENTS,
    SLOTS,
    appointment_fields,
    appointment_rows,
    slot_fields,
    slot_rows,
    work_out_once,
)
from pipeline.sources.fhir_lines import read_resources, read_sql
from pipeline.sources.fhir_members import ACTORS, PLACES
from pipeline.sources.staging import Staging


def stage_fhir(path: Path, staging: Staging) -> None:
    """Read one FHIR file.

    Raises:
        InputError: a document cut short, too large, or that is no FHIR.
    """
    read_resources(path, staging)
    staging.connection.execute(read_sql("resolve").format(actors=ACTORS, places=PLACES))
    work_out_once(staging)
    staging.put(SLOTS, slot_rows(staging), slot_fields())
    staging.put(APPOINTMENTS, appointment_rows(staging), appointment_fields(staging))
    note_snapshots(staging)


def note_snapshots(staging: Staging) -> None:
    """Say how many free slots no snapshot dates."""
    rows = sound_parts(staging.folder / SLOTS)
    undated = staging.count(f"({rows}) WHERE statut_code = 'libre' AND instantane_utc IS NULL")
    if undated:
        staging.notes.append(f"{undated} free slots without the instant of a snapshot")
