"""The resources of a FHIR file, flat in the engine (`f_lignes`), until references can be followed.

Codes are judged once for each combination met: the first slot that bears it is read again for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from threading import Lock

from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import RAW
from pipeline.sources.desk import LINE, Desk, is_long
from pipeline.sources.fhir_codes import read_meaning
from pipeline.sources.fhir_documents import SCOPE, Resources, has_lines, resources
from pipeline.sources.fhir_fields import SLOTS
from pipeline.sources.fhir_members import CODED, CODES, FLAT, MEMBERS
from pipeline.sources.fields import instant_value
from pipeline.sources.json_stream import load_objects
from pipeline.sources.json_whole import is_plain, read_whole, rows_of
from pipeline.sources.lines import Lines
from pipeline.sources.staging import Staging
from pipeline.sources.streams import Block

HERE = Path(__file__).resolve().parent
MET = "f_lignes"
OF_CODES = {name: MEMBERS[name] for name in ("meta", *CODES)}


def read_sql(name: str) -> str:
    """Return one of the SQL texts of this reader."""
    return (HERE / f"fhir_{name}.sql").read_text(encoding="utf-8")


def lines_sql(objects: str, made: str = "") -> str:
    """Return the SQL of what is kept of flat objects, `made` by a bundle at some instant."""
    return read_sql("lines").format(
        objects=objects,
        made=sql_literal(made),
        start=instant_value('"start"'),
        end=instant_value('"end"'),
    )


def read_resources(path: Path, staging: Staging) -> None:
    """Read a file into `f_lignes` and its codes into `f_codes`, at once if it can be.

    Raises:
        InputError: a document cut short, too large, or that is no FHIR.
    """
    job = staging.job
    staging.connection.execute(read_sql("schema"))
    # What can only be read by blocks is not opened twice.
    if is_plain(path, job.name) and has_lines(path, job.name, job.limits):
        aside = staging.lines_aside(SLOTS)
        if lines := read_whole(staging, path, MEMBERS, FLAT, aside, lines_sql):
            take_whole(staging, path, lines)
            return
    read_by_blocks(path, staging)


def take_whole(staging: Staging, path: Path, lines: Lines) -> None:
    """Take in a file read at once."""
    run = staging.connection.execute
    run(f"DROP TABLE {MET}")
    run(f"CREATE VIEW {MET} AS {rows_of()}")
    set_strangers_aside(staging, MET)
    wanted = list(first_lines(staging, MET).values())
    learn_codes(staging, [data for _, data in lines.read(path, wanted)])


def read_by_blocks(path: Path, staging: Staging) -> None:
    """Read a file block by block: bundles, compressed files, those with blank lines."""
    job, known = staging.job, KnownCodes()

    def absorbed(desk: Desk, found: Resources) -> None:
        aside = desk.lines_aside(SLOTS)
        if not is_long(found.block, aside):
            load_objects(desk, found.block, MEMBERS, aside, FLAT)
            absorb(desk, found, known)

    staging.share(resources(path, job.name, job.limits, staging.notes), absorbed)


class KnownCodes:
    """The combinations of codes already judged, at whatever desk."""

    def __init__(self) -> None:
        self.lock, self.codes = Lock(), set[int]()

    def fresh(self, codes: Iterable[int]) -> set[int]:
        """Return those of some codes that are met for the first time."""
        with self.lock:
            found = set(codes) - self.codes
            self.codes |= found
        return found


def absorb(desk: Desk, found: Resources, known: KnownCodes) -> None:
    """Take in the resources of the block that is loaded, flat."""
    rows = lines_sql(f"SELECT * FROM {RAW}", found.made)
    desk.connection.execute(f"INSERT INTO {MET} BY NAME {rows}")
    set_strangers_aside(desk, RAW)
    met = first_lines(desk, RAW)
    if new := known.fresh(met):
        held = found.block.data.split(b"\n")
        learn_codes(desk, [held[met[codes] - found.block.first_line] for codes in new])


def first_lines(desk: Desk, rows: str) -> dict[int, int]:
    """Return the first line of each combination of codes, in the order of lines."""
    found = desk.connection.execute(
        f"SELECT codes, min({LINE}) AS line FROM {rows} WHERE codes IS NOT NULL "
        "GROUP BY codes ORDER BY line"
    )
    return {int(codes): int(line) for codes, line in found.fetchall()}


def learn_codes(desk: Desk, lines: Sequence[bytes]) -> None:
    """Judge the combinations of codes of some slots, given as the lines that hold them."""
    if not lines:
        return
    # Their codes have been read once: none of these lines is at fault.
    load_objects(desk, Block.of(1, b"\n".join(lines)), OF_CODES, lambda *_: None)
    members = ", ".join(f"any_value(CAST({member} AS VARCHAR))" for member in CODED)
    fresh = desk.connection.execute(
        f"SELECT hash({', '.join(CODED)}) AS codes, {members} FROM {RAW} GROUP BY 1 ORDER BY 1"
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
    desk.connection.execute(
        "INSERT INTO f_codes BY NAME SELECT unnest(from_json(?, ?), recursive := true)",
        [json.dumps(rows), json.dumps([dict.fromkeys(rows[0], "VARCHAR")])],
    )


def set_strangers_aside(desk: Desk, rows: str) -> None:
    """Set aside the resources the guide does not have."""
    known = ", ".join(sql_literal(name) for name in SCOPE)
    found = desk.connection.execute(
        f"SELECT {LINE}, coalesce(resourceType, '') FROM {rows} "
        f"WHERE coalesce(resourceType, '') NOT IN ({known}) ORDER BY {LINE}"
    ).fetchall()
    for line, name in found:
        desk.set_aside(
            SLOTS, int(line), "resourceType", str(name)[:40], f"one of {', '.join(SCOPE)}"
        )
