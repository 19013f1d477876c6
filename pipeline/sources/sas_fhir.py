"""FHIR R4 feeds of the national SAS guide 1.2.0 (ans.fhir.fr.sas): slots and appointments.

Bundles in JSON, or resources one to a line in NDJSON, from the three kinds of aggregator: single
practitioner, CPTS, SOS Médecins. A slot says when and what; its Schedule leads to who and where.
Names, telephones and addresses are never kept; identifiers are hashed before anything is written.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import RAW
from pipeline.sources.fhir_codes import read_meaning
from pipeline.sources.fhir_documents import SCOPE, resources
from pipeline.sources.fhir_fields import (
    APPOINTMENTS,
    SLOTS,
    appointment_fields,
    appointment_rows,
    slot_fields,
    slot_rows,
)
from pipeline.sources.fields import instant_value
from pipeline.sources.json_stream import load_objects
from pipeline.sources.staging import LINE, Staging

HERE = Path(__file__).resolve().parent
PERSON_SYSTEM = "urn:oid:1.2.250.1.71.4.2.1"
STRUCTURE_SYSTEM = "urn:oid:1.2.250.1.71.4.2.2"
REFERENCE = "STRUCT(reference VARCHAR)"
IDENTIFIER = "STRUCT(system VARCHAR, value VARCHAR)"
PLACE = "STRUCT(resourceType VARCHAR, id VARCHAR, address STRUCT(postalCode VARCHAR))"
# Members that are read; a repeated one in its own shape stays JSON and is judged once by value.
MEMBERS = {
    "resourceType": "VARCHAR",
    "id": "VARCHAR",
    "status": "VARCHAR",
    "start": "VARCHAR",
    "end": "VARCHAR",
    "created": "VARCHAR",
    "meta": "STRUCT(security JSON, lastUpdated VARCHAR)",
    "serviceType": "JSON",
    "specialty": "JSON",
    "appointmentType": "JSON",
    "schedule": REFERENCE,
    "actor": f"STRUCT(reference VARCHAR, identifier {IDENTIFIER})[]",
    "identifier": f"{IDENTIFIER}[]",
    "practitioner": f"STRUCT(reference VARCHAR, identifier {IDENTIFIER})",
    "organization": REFERENCE,
    "location": f"{REFERENCE}[]",
    "contained": f"{PLACE}[]",
    "address": "JSON",
    "managingOrganization": REFERENCE,
    "providedBy": REFERENCE,
    "participant": f"STRUCT(actor STRUCT(reference VARCHAR, identifier {IDENTIFIER}))[]",
    "slot": f"{REFERENCE}[]",
}
CODED = ("meta.security", "serviceType", "specialty", "appointmentType")


def read_sql(name: str) -> str:
    """Return one of the SQL texts of this reader."""
    return (HERE / f"fhir_{name}.sql").read_text(encoding="utf-8")


def stage_fhir(path: Path, staging: Staging) -> None:
    """Read one FHIR file.

    Raises:
        InputError: a document cut short, too large, or that is no FHIR.
    """
    job = staging.job
    staging.connection.execute(read_sql("schema"))

    def aside(line: int, found: str, expected: str) -> None:
        staging.set_aside(SLOTS, line, "ligne", found, expected)

    for found in resources(path, job.name, job.limits, staging.notes):
        if found.block.too_long:
            aside(
                found.block.first_line, f"{found.block.too_long} bytes", "a line within the limit"
            )
            continue
        load_objects(staging, found.block, MEMBERS, aside)
        absorb(staging, found.made)
    staging.connection.execute(read_sql("resolve"))
    staging.put(SLOTS, slot_rows(staging), slot_fields())
    staging.put(APPOINTMENTS, appointment_rows(staging), appointment_fields(staging))
    note_snapshots(staging)


def absorb(staging: Staging, made: str) -> None:
    """Take in the resources of the block that is loaded."""
    learn_codes(staging)
    staging.connection.execute(
        read_sql("absorb").format(
            made=sql_literal(made),
            start=instant_value('"start"'),
            end=instant_value('"end"'),
            person_system=PERSON_SYSTEM,
            structure_system=STRUCTURE_SYSTEM,
        )
    )
    set_strangers_aside(staging)


def learn_codes(staging: Staging) -> None:
    """Judge the combinations of codes that this block is the first to hold."""
    members = ", ".join(f"any_value(CAST({member} AS VARCHAR))" for member in CODED)
    fresh = staging.connection.execute(
        f"SELECT hash({', '.join(CODED)}) AS codes, {members} FROM {RAW} "
        "WHERE resourceType = 'Slot' GROUP BY 1 HAVING codes NOT IN (SELECT codes FROM f_codes) "
        "ORDER BY 1"
    ).fetchall()
    if not fresh:
        return
    rows = []
    for codes, *texts in fresh:
        said = read_meaning(tuple(texts))
        member, expected, found = said.fault or (None, None, None)
        rows.append(
            {
                "codes": codes,
                "visible_public": said.public,
                "visible_pro": said.pro,
                "visible_snp": said.snp,
                "visible_cpts": said.cpts,
                "service": said.service,
                "categorie": said.category,
                "healthcare": said.reference,
                "reservation": said.reservation,
                "profession": said.profession,
                "membre": member,
                "attendu": expected,
                "trouve": found,
            }
        )
    names = list(rows[0])[1:]
    kinds = [pa.bool_() if name.startswith("visible") else pa.string() for name in names]
    schema = pa.schema([("codes", pa.uint64()), *zip(names, kinds, strict=True)])
    staging.connection.register("appris", pa.Table.from_pylist(rows, schema=schema))
    staging.connection.execute("INSERT INTO f_codes SELECT * FROM appris")
    staging.connection.unregister("appris")


def set_strangers_aside(staging: Staging) -> None:
    """Set aside the resources the guide does not have."""
    known = ", ".join(sql_literal(name) for name in SCOPE)
    found = staging.connection.execute(
        f"SELECT {LINE}, coalesce(resourceType, '') FROM {RAW} "
        f"WHERE coalesce(resourceType, '') NOT IN ({known}) ORDER BY {LINE}"
    ).fetchall()
    for line, name in found:
        staging.set_aside(
            SLOTS, int(line), "resourceType", str(name)[:40], f"one of {', '.join(SCOPE)}"
        )


def note_snapshots(staging: Staging) -> None:
    """Say how many free slots no snapshot dates."""
    undated = staging.count("lu_creneaux WHERE statut_code = 'libre' AND instantane_utc IS NULL")
    if undated:
        staging.notes.append(f"{undated} free slots without the instant of a snapshot")
