"""Read FINESS, the register of establishments, in any of its editions.

The stock told by tags and ranks (until May 2026), the yearly history with its header, the XML feeds
and the FINESS+ JSON all become the same two tables, `etablissements` and `entites_juridiques`, one
picture by extract. docs/finess.md says which files are read and how to add a layout.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.sources.cells import CellError, parse_date
from pipeline.sources.columns import TextColumns, flat, keep_columns
from pipeline.sources.encoding import BOM, refuse_mojibake
from pipeline.sources.finess_layouts import FinessLayout, Part, layouts_of
from pipeline.sources.finess_lines import HEADER_TAG, read_headed, read_tagged, utf8
from pipeline.sources.finess_members import Member, extract_date, members
from pipeline.sources.finess_places import mapped, place_columns
from pipeline.sources.finess_plus import AGREEMENTS, ENTITY_NUMBER, read_plus
from pipeline.sources.finess_positions import position_columns
from pipeline.sources.finess_xml import read_xml
from pipeline.sources.manifest import Entry
from pipeline.sources.result import BadCell, Reading, SourceResult

ESTABLISHMENTS, ENTITIES, POSITIONS = "etablissements", "entites_juridiques", "positions"
TABLES = (ENTITIES, ESTABLISHMENTS)
KEY = ("date_extraction", "finess_et")
PLACED = (
    "coord_x_m",
    "coord_y_m",
    "coord_crs",
    "coord_inversees",
    "coord_source",
    "longitude_deg",
    "latitude_deg",
)
STATES = {"A": "ouvert", "I": "ferme"}
CLOSED_MARK = r"^\[Ferm[ée]e?\]"
# What the register writes for a date it does not know.
UNKNOWN_DAY = "1900-01-01"
DATES = (
    "date_ouverture",
    "date_autorisation",
    "date_fermeture",
    "date_maj",
    "date_creation",
)


def read_finess(path: Path, name: str, entry: Entry) -> Reading:
    """Read one file of the register: establishments, legal entities, positions, or several.

    Args:
        path: the file, compressed or not, or an archive of several.
        name: its path relative to the root, as errors and rows name it.
        entry: its line of the manifest, for the origin of the rows and the date of the extract.

    Returns:
        A result by table, positions that wait for their establishments, and what was recognised.

    Raises:
        InputError: a structural fault (encoding, broken accents, tag, width, header, date).
    """
    reading = Reading({table: SourceResult(table) for table in TABLES})
    for member in members(path, name):
        parts, said, notes = read_member(member)
        day = extract_date(member, entry, said)
        for part in parts:
            notes.append(f"{len(part.lines)} rows, layout {part.layout.layout}")
            if part.layout.table == POSITIONS:
                keep_positions(part, member.name, day, reading)
            else:
                keep_part(part, member.name, day, entry.origin, reading)
        reading.notes.append(f"{member.name}: extract of {day}, {', '.join(notes)}")
    return reading


def read_member(member: Member) -> tuple[list[Part], str, list[str]]:
    """Read one text, recognised from how it begins: its parts, the date it says, and notes."""
    head = member.data[:200].removeprefix(BOM).lstrip()
    if head.startswith(b"{"):
        return read_plus(member)
    if head.startswith(b"<"):
        refuse_mojibake(member.data.decode("utf-8", "ignore"), member.name)
        return read_xml(member), "", []
    data, encoding = utf8(member)
    tags = (HEADER_TAG, *layouts_of("etiquettes"))
    if data.startswith(tuple(f"{tag};".encode() for tag in tags)):
        parts, said = read_tagged(member, data)
        return parts, said, [encoding]
    return read_headed(member, data), "", [encoding]


def read_day(text: str) -> object:
    """Parse a day, with or without a time of day; the first of 1900 means unknown."""
    day, _, time = text.partition(" ")
    if time and not time[:1].isdigit():
        raise CellError("a date such as 2025-12-31")
    return None if day == UNKNOWN_DAY else parse_date(day)


def named_cells(part: Part) -> dict[str, pa.Array]:
    """Return the cells of a part under the names of its table, the pieces of columns among them."""
    cells = {column: part.cells[f] for column, f in part.layout.columns.items() if f in part.cells}
    extra = {n: part.cells[n] for n in (ENTITY_NUMBER, AGREEMENTS) if n in part.cells}
    return {**extra, **cells}


def keep_part(part: Part, name: str, day: dt.date, origin: str, reading: Reading) -> None:
    """Make the rows of a part of establishments or legal entities."""
    count, cells = len(part.lines), named_cells(part)
    texts = {**cells, **place_columns(cells, count)}
    texts["etat_code"] = state_column(part.layout, cells, day, count)
    for column in ("raison_sociale", "raison_sociale_longue"):
        texts[column] = clean_name(cells.get(column, pa.nulls(count, pa.string())))
    if "ape_code" in cells:
        texts["ape_code"] = pc.replace_substring(cells["ape_code"], ".", "")
    values: dict[str, pa.Array] = {}
    if part.layout.table == ESTABLISHMENTS:
        placed, values = position_columns(cells, texts["departement_code"], count)
        texts |= placed
    texts["date_extraction"] = pa.repeat(pa.scalar(day.isoformat()), count)
    columns = TextColumns(
        part.layout.table,
        name,
        part.lines,
        {column: texts[column] for column in contract(part.layout.table).names if column in texts},
        headers=headers_of(part.layout),
        parsers=dict.fromkeys(DATES, read_day),
        values=values,
        names=part.names,
    )
    keep_columns(columns, origin, reading.results[part.layout.table])
    reading.headers.setdefault(name, {}).update(columns.headers)


def headers_of(layout: FinessLayout) -> dict[str, str]:
    """Return what an edition calls the columns of the table, those made of pieces included."""
    made = {
        "commune_code": layout.columns.get("commune_cog", layout.columns.get("commune_finess", "")),
        "departement_code": layout.columns.get("departement_finess", ""),
        "coord_x_m": layout.columns.get("position_x", ""),
        "coord_y_m": layout.columns.get("position_y", ""),
    }
    return {**layout.columns, **{column: header for column, header in made.items() if header}}


def clean_name(texts: pa.Array) -> pa.Array:
    """Return names without the mark of closed establishments and without repeated spaces."""
    bare = pc.replace_substring_regex(texts, CLOSED_MARK, "")
    return pc.utf8_trim_whitespace(pc.replace_substring_regex(bare, r"\s+", " "))


def state_column(
    layout: FinessLayout, cells: dict[str, pa.Array], day: dt.date, count: int
) -> pa.Array:
    """Return the state of each row: what the edition says, or what it means.

    The XML feeds keep closed rows: a mark before the name, or a closing not after the extract. An
    update date never closes anything.
    """
    if "etat_code" in layout.always:
        return pa.repeat(pa.scalar(layout.always["etat_code"]), count)
    if "etat_code" in cells:
        return mapped(cells["etat_code"], STATES)
    marked = pc.match_substring_regex(cells["raison_sociale"], CLOSED_MARK)
    past = pc.less_equal(cells["date_fermeture"], day.isoformat())
    untold = pc.and_(pc.is_valid(cells["fermeture_code"]), pc.is_null(cells["date_fermeture"]))
    closed = pc.or_(pc.or_(pc.fill_null(marked, False), pc.fill_null(past, False)), untold)
    return pc.if_else(closed, "ferme", "ouvert")


def keep_positions(part: Part, name: str, day: dt.date, reading: Reading) -> None:
    """Keep positions until their establishments are read; set unreadable ones aside."""
    count, cells = len(part.lines), named_cells(part)
    texts, values = position_columns(cells, pa.nulls(count, pa.string()), count)
    good = np.ones(count, dtype=bool)
    result = reading.results[ESTABLISHMENTS]
    for column in ("coord_x_m", "coord_y_m"):
        unread = pc.and_(pc.is_valid(texts[column]), pc.is_null(values[column]))
        for rank in np.flatnonzero(unread.to_numpy(zero_copy_only=False)):
            good[rank] = False
            header = headers_of(part.layout)[column]
            cell = (name, part.lines[rank].as_py(), ESTABLISHMENTS, header)
            found = texts[column][rank].as_py()
            result.bad_cells.append(BadCell(*cell, found, "a number with a decimal point"))
    result.rows_in += int(count - good.sum())
    columns = {
        "date_extraction": pa.repeat(pa.scalar(day, pa.date32()), count),
        "finess_et": flat(cells["finess_et"]),
        **{column: flat(values.get(column, texts.get(column))) for column in PLACED},
        "source_file": pa.repeat(pa.scalar(name), count),
        "source_line": flat(part.lines),
    }
    reading.pending.setdefault(POSITIONS, []).append(pa.table(columns).filter(pa.array(good)))


def settle(reading: Reading) -> None:
    """Give each establishment its position, once all the files of the source are read.

    A position whose establishment is in no file of the same day, or that has one already, is set
    aside: it says nothing by itself.

    Raises:
        InputError: positions of a day of which no establishment is read at all.
    """
    waiting = reading.pending.pop(POSITIONS, [])
    if not waiting:
        return
    result = reading.results[ESTABLISHMENTS]
    found = pa.concat_tables(waiting).combine_chunks()
    keys = row_keys(found)
    blocks = result.blocks
    refuse_alone(found, blocks)
    used = np.zeros(found.num_rows, dtype=bool)
    for rank, block in enumerate(blocks):
        # The first of several positions: the others are never used.
        place = pc.index_in(row_keys(block), keys)
        free = pc.is_null(flat(block.column("coord_x_m")))
        place = pc.if_else(free, place, pa.scalar(None, pa.int32()))
        used[place.drop_null().to_numpy()] = True
        for column in PLACED:
            old, new = flat(block.column(column)), flat(found.column(column)).take(place)
            at = block.schema.get_field_index(column)
            block = block.set_column(at, column, pc.coalesce(new, old))
        blocks[rank] = block
    lost = np.flatnonzero(~used)
    result.rows_in += len(lost)
    result.bad_cells += [orphan(found, int(rank)) for rank in lost]


def refuse_alone(found: pa.Table, blocks: list[pa.Table]) -> None:
    """Refuse positions of a day of which no establishment is read."""
    days = {day for b in blocks for day in b.column("date_extraction").unique().to_pylist()}
    alone = [d for d in found.column("date_extraction").unique().to_pylist() if d not in days]
    if alone:
        rank = pc.index(found.column("date_extraction"), pa.scalar(alone[0], pa.date32())).as_py()
        raise InputError(
            file=found.column("source_file")[rank].as_py(),
            expected=f"the establishments of the extract of {alone[0]} too",
            found="positions alone",
            hint="Add their stock as well: snp add etalab-cs1100502-stock-….csv --as finess.",
        )


def row_keys(table: pa.Table) -> pa.Array:
    """Return what names an establishment in an extract, as one text."""
    day = flat(table.column("date_extraction")).cast(pa.string())
    return pc.binary_join_element_wise(day, flat(table.column("finess_et")), "/")


def orphan(found: pa.Table, rank: int) -> BadCell:
    """Return why a position is set aside."""
    row = {name: found.column(name)[rank].as_py() for name in found.column_names}
    return BadCell(
        row["source_file"],
        row["source_line"],
        ESTABLISHMENTS,
        "nofinesset",
        str(row["finess_et"] or ""),
        f"an establishment of the extract of {row['date_extraction']} without a position",
    )
