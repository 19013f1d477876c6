"""Read e-CDS exports: finances, staff and activity of health centres, in any of their layouts.

The layouts of real exports are not public. Those read here are the project's own, in
`layouts/ecds/`; docs/ecds.md says how to add one.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts.registry import vocabularies
from pipeline.errors import InputError
from pipeline.sources.batches import Batch, assemble, row_name
from pipeline.sources.ecds_cells import CENTRES, CODE_COLUMN, TABLES
from pipeline.sources.ecds_forms import batches
from pipeline.sources.ecds_parts import ORIGIN, known_headers, needed, parts
from pipeline.sources.equivalence import KnownPart, recognise
from pipeline.sources.manifest import Entry
from pipeline.sources.result import BadCell, Key, Reading, Row, SourceResult
from pipeline.sources.sheets import Sheet, read_export

# Centres that do not exist bear such a number: none may come in a file said to be real.
SYNTHETIC = "SYN"


def read_ecds(path: Path, name: str, entry: Entry) -> Reading:
    """Read one export: the four tables it fills, or some of them.

    Args:
        path: the file.
        name: its path relative to the root, as errors and rows name it.
        entry: its line of the manifest, for the origin of the rows.

    Returns:
        A result by table, and what was recognised of each sheet.

    Raises:
        InputError: a structural fault (encoding, header, width, origin, repeated variable).
    """
    reading = Reading({table: SourceResult(table) for table in TABLES})
    for sheet in read_export(path, name, known_headers):
        part = recognise(sheet.header, parts(), needed, sheet.name, sheet.title)
        reading.notes.append(
            f"{sheet.name}: {len(sheet.rows)} rows, layout {part.layout.name}, {sheet.container}"
        )
        check_origin(sheet, part, entry)
        for batch in batches(sheet, part):
            keep(batch, entry, reading)
    for row in reading.results[CENTRES].rows:
        fill_region(row)
    for result in reading.results.values():
        result.bad_cells = joined(result.bad_cells)
    return reading


def fill_region(row: Row) -> None:
    """Give a centre the region of its department when it says none."""
    if row["region_code"] is None and row["departement_code"] is not None:
        row["region_code"] = vocabularies()["departement"][str(row["departement_code"])].parent


def check_origin(sheet: Sheet, part: KnownPart, entry: Entry) -> None:
    """Refuse a row that says another origin than the manifest does of its file."""
    ranks = [r for r, m in enumerate(part.cells(sheet.header)) if m and m.cell == ORIGIN]
    for line, cells in sheet.rows if ranks else ():
        if cells[ranks[0]] not in ("", None, entry.origin):
            raise InputError(
                file=sheet.name,
                line=line,
                column=ORIGIN,
                expected=f"{entry.origin!r} as the manifest says",
                found=repr(cells[ranks[0]]),
            )


def keep(batch: Batch, entry: Entry, reading: Reading) -> None:
    """Make the rows of a batch; remember the centres whose own row is set aside."""
    result = reading.results[batch.table]
    for rank in assemble(batch, entry.origin, result):
        key = batch.keys.values[rank]
        if batch.table == CENTRES and key is not None:
            reading.lost[key] = f"{batch.file}, line {batch.lines[rank]}"
    if entry.origin == "real":
        refuse_synthetic(batch)


def refuse_synthetic(batch: Batch) -> None:
    """Refuse a synthetic centre in a file said to be real: it would pass for a true one."""
    for key, line in zip(batch.keys.values, batch.lines, strict=True):
        if key is not None and str(key[1]).startswith(SYNTHETIC):
            raise InputError(
                file=batch.file,
                line=line,
                column="finess",
                expected="the number of a real centre, since the file is said to be real",
                found=f"{key[1]}, a synthetic one",
                hint="To add synthetic data: snp add FILE --as ecds --origin synthetic.",
            )


def joined(cells: list[BadCell]) -> list[BadCell]:
    """Return bad cells by line, each once with all the rows of its table it sets aside."""
    found: dict[tuple[str, int, str, str, str], tuple[BadCell, dict[str, None]]] = {}
    for cell in cells:
        place = (cell.source_file, cell.source_line, cell.colonne, cell.valeur, cell.motif)
        found.setdefault(place, (cell, {}))[1].update(dict.fromkeys(cell.rows))
    merged = [BadCell(**{**vars(cell), "rows": tuple(rows)}) for cell, rows in found.values()]
    return sorted(merged, key=lambda cell: (cell.source_file, cell.source_line))


def settle(reading: Reading) -> None:
    """Set aside the rows of centres whose own row is set aside: they cannot stand alone.

    Done once all the files of the source are read, for a centre and its amounts may lie apart.
    """
    kept = {(row["annee"], row["finess"]) for row in reading.results[CENTRES].rows}
    lost = {key: place for key, place in reading.lost.items() if key not in kept}
    if not lost:
        return
    for table, result in reading.results.items():
        if table != CENTRES:
            gone = [row for row in result.rows if centre(row) in lost]
            result.rows = [row for row in result.rows if centre(row) not in lost]
            cells = [dependent(table, row, lost[centre(row)]) for row in gone]
            result.bad_cells = joined([*result.bad_cells, *cells])


def centre(row: Row) -> Key:
    """Return the year and the number of the centre a row speaks of."""
    return row["annee"], row["finess"]


def dependent(table: str, row: Row, place: str) -> BadCell:
    """Return why a row goes with the row of its centre."""
    line = int(str(row["source_line"]))
    code = str(row[CODE_COLUMN[table]]) if table in CODE_COLUMN else ""
    return BadCell(
        str(row["source_file"]),
        line,
        table,
        "finess",
        str(row["finess"]),
        f"a centre whose own row is kept: that of {place} is set aside",
        (row_name(line, code),),
    )
