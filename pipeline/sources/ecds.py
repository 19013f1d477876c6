"""Read e-CDS exports: finances, staff and activity of health centres, in any of their layouts.

The layouts of real exports are not public. Those read here are the project's own, in
`layouts/ecds/`; docs/ecds.md says how to add one.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from pipeline.contracts.registry import vocabularies
from pipeline.errors import InputError
from pipeline.sources.batches import Batch, assemble, row_name
from pipeline.sources.ecds_cells import CENTRES, CODE_COLUMN, FINANCES, TABLES, Target
from pipeline.sources.ecds_forms import batches
from pipeline.sources.ecds_parts import ORIGIN, known_headers, needed, parts
from pipeline.sources.equivalence import KnownPart, recognise
from pipeline.sources.french import folded
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
    for found, part in recognised(read_export(path, name, known_headers), reading.notes):
        sheet = without_examples(found, part, reading.notes)
        check_origin(sheet, part, entry)
        known = reading.headers.setdefault(sheet.name, {})
        known.update({m.cell: title for title, m in part.filled(sheet.header)})
        for batch in batches(sheet, part):
            known.update(headers_of(batch))
            keep(batch, entry, reading)
    refuse_negative_costs(reading)
    for row in reading.results[CENTRES].rows:
        fill_region(row)
    for result in reading.results.values():
        result.bad_cells = joined(result.bad_cells)
    return reading


def recognised(sheets: list[Sheet], notes: list[str]) -> list[tuple[Sheet, KnownPart]]:
    """Return the sheets that hold data, each with the part of a layout that reads it.

    A sheet that a layout says holds none is left out where that layout reads another sheet.
    """
    silent = {folded(title) for part in parts() for title in part.layout.ignored_sheets}
    first = sorted(sheets, key=lambda sheet: folded(sheet.title) in silent)
    found: list[tuple[Sheet, KnownPart]] = []
    for sheet in first:
        left_out = {t for _, part in found for t in map(folded, part.layout.ignored_sheets)}
        if folded(sheet.title) in left_out:
            notes.append(f"{sheet.name}: not read, as its layout says")
            continue
        part = recognise(sheet.header, parts(), needed, sheet.name, sheet.title)
        found.append((sheet, part))
        told = f"{len(sheet.rows)} rows, layout {part.layout.name}, {sheet.container}"
        notes.append(f"{sheet.name}: {told}")
    return found


def without_examples(sheet: Sheet, part: KnownPart, notes: list[str]) -> Sheet:
    """Return a sheet without the rows that its layout marks as examples, and say how many."""
    mark = folded(part.layout.example)
    rank = next(r for r, m in enumerate(part.cells(sheet.header)) if m and m.cell == "finess")
    kept = [row for row in sheet.rows if not mark or folded(str(row[1][rank])) != mark]
    if len(kept) < len(sheet.rows):
        skipped = len(sheet.rows) - len(kept)
        notes.append(f"{sheet.name}: {skipped} row marked {part.layout.example}, not read")
    return replace(sheet, rows=kept)


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


def headers_of(batch: Batch) -> dict[str, str]:
    """Return the header of each cell of a batch, under the names rules and contracts give it."""
    found = {}
    for cells in batch.columns:
        for code in set(batch.codes):
            found[Target(batch.table, cells.column, code).name] = cells.header
            found[f"{cells.column} ({code})"] = cells.header
    return found


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


def refuse_negative_costs(reading: Reading) -> None:
    """Refuse an export whose costs are negative numbers for most: its sign is a convention.

    Taken as they stand, they would turn every deficit into a profit. A lone negative amount is a
    reversal or an error: it is kept, and a rule warns of it.
    """
    found = [
        (Decimal(str(row["montant_eur"])), row)
        for row in reading.results[FINANCES].rows
        if row["famille_code"] == "charges" and row["montant_eur"]
    ]
    negative = [row for amount, row in found if amount < 0]
    if 2 * len(negative) <= len(found):
        return
    first = negative[0]
    name = Target(FINANCES, "montant_eur", str(first["poste_code"])).name
    sheet = str(first["source_file"])
    raise InputError(
        file=sheet,
        line=int(str(first["source_line"])),
        column=reading.headers.get(sheet, {}).get(name, name),
        expected="costs of 0 or more",
        found=f"{len(negative)} negative ones of {len(found)}",
        hint="Where an export writes expenses as negative numbers, say so in its layout, "
        "factor: -1 beside each of these headers.",
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
