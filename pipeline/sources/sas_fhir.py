"""FHIR R4 feeds of the national SAS guide 1.2.0 (ans.fhir.fr.sas): slots and appointments.

Bundles in JSON, or resources one to a line in NDJSON, from the three kinds of aggregator: single
practitioner, CPTS, SOS Médecins. A slot says when and what; its Schedule leads to who and where.
Names, telephones and addresses are never kept; identifiers are hashed before anything is written.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from threading import Lock

import pyarrow as pa

from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import RAW
from pipeline.sources.desk import LINE, Desk, copy_rows, sound_parts
from pipeline.sources.fhir_codes import read_meaning
from pipeline.sources.fhir_documents import SCOPE, Resources, resources
from pipeline.sources.fhir_fields import (
    APPOINTMENTS,
    SLOTS,
    appointment_fields,
    appointment_rows,
    slot_fields,
    slot_rows,
    work_out_once,
)
from pipeline.sources.fhir_members import (
    CODED,
    FLAT,
    MEMBERS,
    PERSON_SYSTEM,
    STRUCTURE_SYSTEM,
    TAKEN,
)
from pipeline.sources.fields import instant_value
from pipeline.sources.json_stream import load_objects
from pipeline.sources.staging import Staging

HERE = Path(__file__).resolve().parent
# Resources without number, kept on disk until the references of the others can be followed; beyond
# this many at a desk, they are written. A block that holds that many slots is written at once.
KEPT = ("f_slots", "f_appointments")
KEPT_AT_DESK = 100_000
WRITTEN_AT_ONCE = 20_000
MET_APPOINTMENTS = f"""
SELECT {LINE}, coalesce(identifiant, id) AS identifiant, status, "start" AS debut, "end" AS fin,
    created AS cree, acteur, cle(acteur_ref) AS acteur_ref, cle(creneau) AS slot
FROM {RAW} WHERE resourceType = 'Appointment'
ORDER BY {LINE}"""


def read_sql(name: str) -> str:
    """Return one of the SQL texts of this reader."""
    return (HERE / f"fhir_{name}.sql").read_text(encoding="utf-8")


def stage_fhir(path: Path, staging: Staging) -> None:
    """Read one FHIR file.

    Raises:
        InputError: a document cut short, too large, or that is no FHIR.
    """
    job, run = staging.job, staging.connection.execute
    run(read_sql("schema"))
    for kind in KEPT:
        (staging.folder / kind).mkdir()
    known = KnownCodes()

    def absorbed(desk: Desk, found: Resources) -> None:
        aside = desk.lines_aside(SLOTS)
        if found.block.too_long:
            size = f"{found.block.too_long} bytes"
            aside(found.block.first_line, size, "a line within the limit")
            return
        load_objects(desk, found.block, TAKEN, aside, FLAT)
        absorb(desk, found, known)

    staging.share(
        resources(path, job.name, job.limits, staging.notes), absorbed, begin=arrive, end=leave
    )
    for kind in KEPT:
        parts = sql_literal(str(staging.folder / kind / "*.parquet"))
        if any((staging.folder / kind).iterdir()):
            run(f"DROP TABLE {kind}")
            run(f"CREATE VIEW {kind} AS SELECT * FROM read_parquet({parts})")
    run(read_sql("resolve"))
    work_out_once(staging)
    put_parts(staging)
    note_snapshots(staging)


def put_parts(staging: Staging) -> None:
    """Put slots and appointments in their tables, part by part."""

    def put(desk: Desk, part: Path) -> None:
        rows = f"read_parquet({sql_literal(str(part))})"
        if part.parent.name == KEPT[0]:
            desk.put(SLOTS, slot_rows(desk, rows), slot_fields())
        else:
            desk.put(APPOINTMENTS, appointment_rows(desk, rows), appointment_fields(desk))

    staging.share([p for k in KEPT for p in sorted((staging.folder / k).iterdir())], put)


class KnownCodes:
    """The combinations of codes already judged, at whatever desk."""

    def __init__(self) -> None:
        self.lock, self.codes = Lock(), set[int]()

    def fresh(self, codes: Iterable[int]) -> list[int]:
        """Return those of some codes that are met for the first time."""
        with self.lock:
            found = [code for code in codes if code not in self.codes]
            self.codes.update(found)
        return found


def absorb(desk: Desk, found: Resources, known: KnownCodes) -> None:
    """Take in the resources of the block that is loaded, flat."""
    slots = read_sql("slots").format(
        made=sql_literal(found.made),
        start=instant_value('"start"'),
        end=instant_value('"end"'),
    )
    if desk.count(f"{RAW} WHERE resourceType = 'Slot'") >= WRITTEN_AT_ONCE:
        copy_rows(desk.connection, slots, desk.folder / KEPT[0] / f"{desk.rank:06}_lot.parquet")
    else:
        desk.connection.execute(f"INSERT INTO temp.{KEPT[0]} {slots}")
    desk.connection.execute(f"INSERT INTO temp.{KEPT[1]} {MET_APPOINTMENTS}")
    set_strangers_aside(desk)
    met = f"SELECT DISTINCT codes FROM {RAW} WHERE codes IS NOT NULL ORDER BY 1"
    new = known.fresh(code for (code,) in desk.connection.execute(met).fetchall())
    others = ", ".join(sql_literal(name) for name in SCOPE[2:])
    if new or desk.count(f"{RAW} WHERE resourceType IN ({others})"):
        # Lines that are no object have been set aside already.
        load_objects(desk, found.block, MEMBERS, lambda *_: None)
        learn_codes(desk, new)
        desk.connection.execute(
            read_sql("places").format(
                person_system=PERSON_SYSTEM, structure_system=STRUCTURE_SYSTEM
            )
        )
    if max(desk.count(f"temp.{kind}") for kind in KEPT) > KEPT_AT_DESK:
        leave(desk)


def arrive(desk: Desk) -> None:
    """Make room at a desk for slots and appointments."""
    for kind in KEPT:
        desk.connection.execute(f"CREATE TEMP TABLE {kind} AS SELECT * FROM main.{kind} LIMIT 0")


def leave(desk: Desk) -> None:
    """Write the slots and appointments a desk holds, until their references can be followed."""
    for kind in KEPT:
        if desk.count(f"temp.{kind}"):
            rows = f"SELECT * FROM temp.{kind}"
            copy_rows(desk.connection, rows, desk.folder / kind / f"{desk.rank:06}.parquet")
            desk.connection.execute(f"DELETE FROM temp.{kind}")


def learn_codes(desk: Desk, new: list[int]) -> None:
    """Judge the combinations of codes that the block loaded whole is the first to hold."""
    if not new:
        return
    members = ", ".join(f"any_value(CAST({member} AS VARCHAR))" for member in CODED)
    fresh = desk.connection.execute(
        f"SELECT hash({', '.join(CODED)}) AS codes, {members} FROM {RAW} "
        f"WHERE resourceType = 'Slot' GROUP BY 1 HAVING codes IN ({', '.join(map(str, new))}) "
        "ORDER BY 1"
    ).fetchall()
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
    desk.connection.register("appris", pa.Table.from_pylist(rows, schema=schema))
    desk.connection.execute("INSERT INTO f_codes SELECT * FROM appris")
    desk.connection.unregister("appris")


def set_strangers_aside(desk: Desk) -> None:
    """Set aside the resources the guide does not have."""
    known = ", ".join(sql_literal(name) for name in SCOPE)
    found = desk.connection.execute(
        f"SELECT {LINE}, coalesce(resourceType, '') FROM {RAW} "
        f"WHERE coalesce(resourceType, '') NOT IN ({known}) ORDER BY {LINE}"
    ).fetchall()
    for line, name in found:
        desk.set_aside(
            SLOTS, int(line), "resourceType", str(name)[:40], f"one of {', '.join(SCOPE)}"
        )


def note_snapshots(staging: Staging) -> None:
    """Say how many free slots no snapshot dates."""
    if not staging.parts(SLOTS):
        return
    rows = sound_parts(staging.folder / SLOTS)
    undated = staging.count(f"({rows}) WHERE statut_code = 'libre' AND instantane_utc IS NULL")
    if undated:
        staging.notes.append(f"{undated} free slots without the instant of a snapshot")
