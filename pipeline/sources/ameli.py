"""Read the exports of ameli on self-employed practitioners, column by column: millions of rows.

Totals stand inside the data (region 99, department 999, tout_age, tout sexe, "Ensemble des ..."):
each keeps a level of its own, so that a sum over one level counts nobody twice.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as pa_csv

from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import InputError
from pipeline.sources.cells import CellError, parse_integer
from pipeline.sources.columns import TextColumns, flat, keep_columns
from pipeline.sources.encoding import decode_export
from pipeline.sources.french import folded
from pipeline.sources.grid_cells import read_number, why_missing
from pipeline.sources.grid_rows import departement_of
from pipeline.sources.manifest import Entry
from pipeline.sources.result import Reading, SourceResult

TABLE = "densites_ameli"
NEEDED = (
    "annee",
    "profession_sante",
    "region",
    "departement",
    "classe_age",
    "libelle_sexe",
    "effectif",
    "densite",
)
KNOWN = (*NEEDED, "libelle_region", "libelle_departement", "libelle_classe_age", "vision")
ALL_REGIONS, ALL_DEPARTMENTS = "99", "999"
SEXES = {"tout sexe": "ensemble", "hommes": "hommes", "femmes": "femmes"}
YEAR_BITS, COUNT_BITS = 32, 64
# Two columns read together, joined by a sign neither holds.
BESIDE = "|"


def territory(pair: str) -> tuple[str, str]:
    """Return level and code of a region and a department; totals are levels of their own."""
    region, _, department = pair.partition(BESIDE)
    if department != ALL_DEPARTMENTS:
        return "departement", departement_of(department)
    if region == ALL_REGIONS:
        return "national", "FR"
    code = region.zfill(2)
    if code not in vocabularies()["region"]:
        raise CellError("a code of the list region, or 99")
    return "region", code


def year(text: str) -> int:
    """Parse a year, or the first day of one."""
    return parse_integer(text.removesuffix("-01-01"), YEAR_BITS)


def profession_level(text: str) -> str:
    """Is a profession an aggregate that holds other rows?"""
    return "ensemble" if folded(text).startswith("ensemble") else "detail"


def sex(text: str) -> str:
    """Return the code of a sex."""
    if folded(text) not in SEXES:
        raise CellError(f"one of {', '.join(SEXES)}")
    return SEXES[folded(text)]


def count_of(text: str) -> int | None:
    """Parse a headcount; a sentinel such as NS is a value that misses."""
    return None if why_missing(text) else parse_integer(text, COUNT_BITS)


def density_of(text: str) -> object:
    """Parse a density; a sentinel such as NC is a value that misses."""
    column = contract(TABLE).column("densite")
    return None if why_missing(text) else read_number(text, column, dotted=True)


def reason_of(pair: str) -> str | None:
    """Return why the headcount, else the density, misses."""
    return next((why for part in pair.split(BESIDE) if (why := why_missing(part))), None)


def read_columns(path: Path, name: str) -> pa.Table:
    """Return the cells of an export as texts; InputError when it is none."""
    text, _ = decode_export(path.read_bytes(), name)
    header = text[: text.find("\n")].strip().split(";")
    for title in NEEDED:
        if title not in header:
            raise InputError(
                file=name, line=1, column=title,
                expected=f"the columns {', '.join(NEEDED)}, semicolon between them",
                found="a header without it",
            )  # fmt: skip
    for title in header:
        if not title.startswith(KNOWN):
            raise InputError(
                file=name, line=1, column=title,
                expected="only columns of the ameli export", found=f"unknown {title!r}",
            )  # fmt: skip
    options = pa_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()))
    try:
        table = pa_csv.read_csv(
            pa.BufferReader(text.encode()),
            parse_options=pa_csv.ParseOptions(delimiter=";"),
            convert_options=options,
        )
    except pa.ArrowInvalid as error:
        raise InputError(
            file=name, expected="rows as wide as the header", found=str(error)
        ) from None
    if not table.num_rows:
        raise InputError(file=name, line=2, expected="at least one row", found="a header alone")
    return table


def beside(table: pa.Table, *names: str) -> pa.Array:
    """Return columns joined cell by cell."""
    columns = [flat(table[name]) for name in names]
    return pc.binary_join_element_wise(*columns, BESIDE)


def filled(column: pa.ChunkedArray) -> pa.Array:
    """Return texts, null where empty."""
    texts = flat(column)
    return pc.if_else(pc.equal(texts, ""), pa.scalar(None, pa.string()), texts)


def level_of(pair: str) -> str:
    """Return the level of a region and a department."""
    return territory(pair)[0]


def code_of(pair: str) -> str:
    """Return the code of a region and a department."""
    return territory(pair)[1]


def read_ameli(path: Path, name: str, entry: Entry) -> Reading:
    """Read one export.

    Raises:
        InputError: a header that is not that of the export, or rows of another width.
    """
    table = read_columns(path, name)
    count = table.num_rows
    places = beside(table, "region", "departement")
    profession = filled(table["profession_sante"])
    label = "libelle_departement" if "libelle_departement" in table.column_names else "departement"
    texts = {
        "annee": filled(table["annee"]),
        "profession_libelle": profession,
        "profession_niveau_code": profession,
        "territoire_niveau": places,
        "territoire_code": places,
        "territoire_libelle": filled(table[label]),
        "classe_age_code": filled(table["classe_age"]),
        "sexe_code": filled(table["libelle_sexe"]),
        "mode_exercice_code": pa.repeat(pa.scalar("liberal"), count),
        "effectif_nb": filled(table["effectif"]),
        "densite": filled(table["densite"]),
        "motif_vide_code": beside(table, "effectif", "densite"),
    }
    parsers = {
        "annee": year,
        "profession_niveau_code": profession_level,
        "territoire_niveau": level_of,
        "territoire_code": code_of,
        "sexe_code": sex,
        "effectif_nb": count_of,
        "densite": density_of,
        "motif_vide_code": reason_of,
    }
    lines = pa.array(range(2, count + 2), pa.int32())
    result = SourceResult(TABLE)
    cells = TextColumns(TABLE, name, lines, texts, parsers=parsers)
    keep_columns(cells, entry.origin, result)
    return Reading({TABLE: result}, [f"{name}: {count} rows, self-employed practitioners alone"])
