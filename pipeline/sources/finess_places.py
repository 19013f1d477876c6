"""Where an establishment is: from the codes of FINESS to those of the geographic reference.

FINESS has departments of its own overseas (9A Guadeloupe, 9B Martinique, 9C Guyane, 9D La Réunion,
9E Saint-Pierre-et-Miquelon, 9F Mayotte, 9J Wallis-et-Futuna) and writes the last three characters
of the municipality, which overseas begin with the last digit of the department. Saint-Barthélemy
and Saint-Martin keep their numbers of before 2007, in 9A.
"""

from __future__ import annotations

from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.contracts.registry import vocabularies

# The departments each one of FINESS may hold; 9G to 9I are read the same way where they come.
OVERSEAS = {
    "9A": ("971", "977", "978"),
    "9B": ("972",),
    "9C": ("973",),
    "9D": ("974",),
    "9E": ("975",),
    "9F": ("976",),
    "9G": ("986", "987", "988"),
    "9H": ("986", "987", "988"),
    "9I": ("986", "987", "988"),
    "9J": ("986",),
}
MOVED = {"97123": "97701", "97127": "97801"}
PREFIXES = {code: found[0][:2] for code, found in OVERSEAS.items()}
# A department and a municipality that contradict each other are shown so, and set the row aside.
CONTRADICTION = "/"


def mapped(texts: pa.Array, known: dict[str, str]) -> pa.Array:
    """Return the texts a table gives another text, which the others keep."""
    ranks = pc.index_in(texts, pa.array(list(known), pa.string()))
    return pc.coalesce(pa.array(list(known.values()), pa.string()).take(ranks), texts)


def whole_code(departement: pa.Array, commune: pa.Array) -> pa.Array:
    """Return the municipality code of a FINESS department and the last three characters of it."""
    prefix = mapped(departement, PREFIXES)
    return pc.binary_join_element_wise(prefix, commune, "")


def department_of(commune: pa.Array) -> pa.Array:
    """Return the department, or overseas collectivity, of a municipality code."""
    overseas = pc.match_substring_regex(commune, "^9[78]")
    short = pc.utf8_slice_codeunits(commune, 0, 2)
    return pc.if_else(overseas, pc.utf8_slice_codeunits(commune, 0, 3), short)


def agree(departement: pa.Array, found: pa.Array) -> pa.Array:
    """Is the department of the municipality the one the file writes? Null where one misses."""
    pairs = [f"{code}{CONTRADICTION}{one}" for code, many in OVERSEAS.items() for one in many]
    both = pc.binary_join_element_wise(departement, found, CONTRADICTION)
    return pc.or_(pc.equal(departement, found), pc.is_in(both, pa.array(pairs, pa.string())))


def place_columns(cells: dict[str, pa.Array], count: int) -> dict[str, pa.Array]:
    """Return the municipality, department and region of each row.

    Args:
        cells: `commune_cog`, the whole code, or `commune_finess`, its last three characters;
            `departement_finess`, where the edition writes it.
        count: the number of rows.
    """
    nothing = pa.nulls(count, pa.string())
    written = cells.get("departement_finess", nothing)
    code = cells.get("commune_cog")
    if code is None:
        code = whole_code(written, cells.get("commune_finess", nothing))
    code = mapped(code, MOVED)
    alone = mapped(written, {finess: found[0] for finess, found in OVERSEAS.items()})
    found = pc.coalesce(department_of(code), alone)
    wrong = pc.fill_null(pc.invert(agree(written, found)), False)
    shown = pc.binary_join_element_wise(written, code, CONTRADICTION)
    return {
        "commune_code": code,
        "departement_code": pc.if_else(wrong, shown, found),
        "region_code": region_of(found),
    }


@cache
def regions() -> dict[str, str]:
    """Return the region of each department."""
    listed = vocabularies()["departement"]
    return {code: label.parent for code, label in listed.items() if label.parent}


def region_of(departement: pa.Array) -> pa.Array:
    """Return the region of a department; overseas collectivities have none."""
    ranks = pc.index_in(departement, pa.array(list(regions()), pa.string()))
    return pa.array(list(regions().values()), pa.string()).take(ranks)
