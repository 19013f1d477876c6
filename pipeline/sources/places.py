"""Who and where, in SQL: identifiers in one writing before they are hashed, CPTS, department.

National identifiers bear a prefix in FHIR feeds (8 RPPS, 0 ADELI, 1 FINESS, 3 SIRET) and none in
diaries: the prefix is taken off, so that one doctor has one pseudonym wherever the row comes from.
"""

from __future__ import annotations

from pipeline.contracts.registry import vocabularies
from pipeline.sources.desk import Desk
from pipeline.sources.fields import text_list
from pipeline.sources.pseudonyms import signed_sql

PERSON = "effecteur"
INVENTORY_ID = "^[0-9AB]{2,3}-[a-z0-9-]+$"
FINESS = "^1?[0-9][0-9AB][0-9]{7}$"


def identifier(expression: str) -> str:
    """Return the SQL of an identifier without spaces, case, nor national prefix."""
    bare = f"upper(regexp_replace({expression}, '[ .]', '', 'g'))"
    return (
        f"CASE WHEN regexp_full_match({bare}, '8[0-9]{{11}}') THEN substr({bare}, 2) "
        f"WHEN regexp_full_match({bare}, '[01][0-9][0-9AB][0-9]{{7}}') THEN substr({bare}, 2) "
        f"WHEN regexp_full_match({bare}, '3[0-9]{{14}}') THEN substr({bare}, 2) "
        f"ELSE {bare} END"
    )


def person(desk: Desk, expression: str) -> str:
    """Return the SQL of the pseudonym of a professional or structure."""
    return desk.pseudonym(PERSON, identifier(expression))


def slot_id(person_sql: str, start: str, end: str, service: str, place: str = "''") -> str:
    """Return the SQL of the hash of a slot: provider, start, end, service, place if any."""
    # Its length rather than its end: most slots are then hashed as one block of SHA-256.
    length = f"epoch_ms({end}) - epoch_ms({start})"
    made_of = f"concat_ws('|', {person_sql}, epoch_ms({start}), {length}, {service}, {place})"
    return signed_sql(f"sha256({made_of})")


def departments() -> tuple[str, ...]:
    """Return the codes of the departments."""
    return tuple(vocabularies()["departement"])


def known_department(expression: str) -> str:
    """Return the SQL of a department code, null when it is none."""
    return f"CASE WHEN {expression} IN {text_list(departments())} THEN {expression} END"


def finess_department(expression: str) -> str:
    """Return the SQL of the department a FINESS number starts with; overseas, its fourth digit.

    Mayotte starts with 9805.
    """
    two, three = f"substr({expression}, 1, 2)", f"'97' || substr({expression}, 4, 1)"
    mayotte = f"WHEN substr({expression}, 1, 4) = '9805' THEN '976'"
    return known_department(f"(CASE WHEN {two} = '97' THEN {three} {mayotte} ELSE {two} END)")


def postal_department(expression: str) -> str:
    """Return the SQL of the department of a postal code: Corsica by hundreds, overseas by three.

    A few towns have the postal code of the department next to theirs: La Poste's, not ours.
    """
    corsica = (
        f"CASE WHEN substr({expression}, 1, 3) IN ('200', '201') THEN '2A' "
        f"WHEN substr({expression}, 1, 2) = '20' THEN '2B' "
        f"WHEN substr({expression}, 1, 2) = '97' THEN substr({expression}, 1, 3) "
        f"ELSE substr({expression}, 1, 2) END"
    )
    shape = f"regexp_full_match({expression}, '[0-9]{{5}}')"
    return f"CASE WHEN {shape} THEN {known_department(f'({corsica})')} END"


def cpts_id(expression: str) -> str:
    """Return the SQL of the identifier of a CPTS: of the inventory, else made of its FINESS."""
    bare = f"right({expression}, 9)"
    made = f"({finess_department(bare)} || '-finess-' || lower({bare}))"
    return (
        f"CASE WHEN regexp_matches({expression}, '{INVENTORY_ID}') THEN {expression} "
        f"WHEN regexp_matches({expression}, '{FINESS}') THEN {made} END"
    )


def cpts_department(expression: str) -> str:
    """Return the SQL of the department a CPTS identifier starts with."""
    return known_department(f"split_part({expression}, '-', 1)")
