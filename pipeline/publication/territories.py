"""The joined table of territories in wide form, one row per territory, for readers.

A measure with a synthetic cell carries the word in the name of its columns: once the file is cut
into pieces, the number still says what it is.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.publication.exports import plain

TABLE = "tableau_territorial"
# Beside `tables/`, which holds what the data package describes: this is a view for readers.
WIDE_FOLDER = "territoires"
LEVELS = ("departement", "region", "cpts")
SYNTHETIC = "synthetic"
SUFFIX = "_synthetique"
FACTS = {
    "reserve": "qualificatif_code",
    "n": "n_nb",
    "n_unite": "n_unite_code",
    "millesime": "millesime",
    "origine": "origine_code",
    "motif_refus": "motif_refus",
}
Row = dict[str, Any]


def wide_name(mesure: str, rows: list[Row]) -> str:
    """Return the name of the columns of a measure, which says whether a cell is synthetic."""
    made = any(r["origine_code"] == SYNTHETIC for r in rows if r["mesure_code"] == mesure)
    return f"{mesure}{SUFFIX}" if made else mesure


def wide_rows(table: pa.Table, level: str) -> tuple[list[str], list[list[str]]]:
    """Return the header and the rows of one level, every cell as text.

    Args:
        table: the indicator, one row per territory and measure.
        level: `departement`, `region` or `cpts`.
    """
    rows = [row for row in table.to_pylist() if row["territoire_niveau"] == level]
    measures = sorted({str(row["mesure_code"]) for row in rows})
    cells = {(row["territoire_code"], row["mesure_code"]): row for row in rows}
    places = sorted({(str(row["territoire_code"]), str(row["territoire_nom"])) for row in rows})
    header = ["territoire_code", "territoire_nom"]
    for mesure in measures:
        name = wide_name(mesure, rows)
        header += [name, *(f"{name}__{fact}" for fact in FACTS)]
    listed = []
    for code, name in places:
        line = [code, name]
        for mesure in measures:
            cell = cells[code, mesure]
            line += [plain(cell["valeur"]), *(plain(cell[column]) for column in FACTS.values())]
        listed.append(line)
    return header, listed


def wide_file(level: str) -> str:
    """Return the name of the CSV of one level."""
    return f"{TABLE}_{level}.csv"


def wide_links(indicator: str) -> list[tuple[str, str]]:
    """Return level and address, from the folder of the report, of each wide CSV of an indicator."""
    if indicator != TABLE:
        return []
    return [(level, f"{WIDE_FOLDER}/{wide_file(level)}") for level in LEVELS]


def write_wide(table: pa.Table, folder: Path) -> list[Path]:
    """Write one CSV per level into a folder; return the paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for level in LEVELS:
        header, rows = wide_rows(table, level)
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        path = folder / wide_file(level)
        path.write_text(out.getvalue(), encoding="utf-8", newline="\n")
        written.append(path)
    return written
