"""Cells of a stream in SQL: what gives the typed value of each column, and what sets a row aside.

A raw cell is a text or nothing. A cell that is there and gives no value, or a required one that is
not there, sets its row aside; nothing is coerced. The same rules hold for every source.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.contracts.model import Column
from pipeline.contracts.registry import vocabularies
from pipeline.contracts.schema import decimal_scale, sql_literal, sql_type

MASK = "(identifiant masqué)"
# A number of a person, or a telephone, typed where another value is due: ten digits or more, spaces
# and points among them. Dates and instants hold fewer in a row.
LONG_NUMBER, HIDDEN = "[0-9]([ .]?[0-9]){9,}", "(numéro masqué)"
TRUE, FALSE = ("true", "vrai", "oui", "1"), ("false", "faux", "non", "0")
INSTANT = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$"
LOCAL = r"^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$"
FRENCH = r"^\d\d/\d\d/\d{4} \d\d:\d\d(:\d\d)?$"
PARIS = "Europe/Paris"


@dataclass(frozen=True)
class Field:
    """One column of a staged row.

    `raw` and `value` are SQL expressions over the rows as found: the text of the cell, and its
    typed value, null when it does not parse. `header` is how the file names the column. A masked
    field never shows its text.
    """

    column: str
    raw: str
    value: str
    expected: str
    required: bool = False
    masked: bool = False
    header: str = ""

    @property
    def fault(self) -> str:
        """The SQL condition under which the cell sets its row aside."""
        unread = f"({self.raw}) IS NOT NULL AND ({self.value}) IS NULL"
        return f"(({self.value}) IS NULL)" if self.required else f"({unread})"

    @property
    def shown(self) -> str:
        """The SQL of what the quarantine shows of the cell; long numbers are hidden."""
        if self.masked:
            return f"CASE WHEN ({self.raw}) IS NULL THEN '' ELSE {sql_literal(MASK)} END"
        text = f"CAST({self.raw} AS VARCHAR)"
        hidden = f"regexp_replace({text}, '{LONG_NUMBER}', {sql_literal(HIDDEN)}, 'g')"
        return f"coalesce(left({hidden}, 200), '')"


def shown(text: str) -> str:
    """Return what the quarantine shows of a text, as `Field.shown` does in SQL."""
    return re.sub(LONG_NUMBER, HIDDEN, text)[:200]


def text_list(values: tuple[str, ...]) -> str:
    """Return a SQL list of texts."""
    return "(" + ", ".join(sql_literal(value) for value in values) + ")"


def code_value(raw: str, codes: tuple[str, ...]) -> str:
    """Return the SQL of a code of a closed list."""
    return f"CASE WHEN {raw} IN {text_list(codes)} THEN {raw} END"


def integer_value(raw: str, type_name: str) -> str:
    """Return the SQL of a whole number: digits alone, since a cast would round 1.5."""
    cast = f"TRY_CAST({raw} AS {sql_type(type_name)})"
    return f"CASE WHEN regexp_full_match({raw}, '[+-]?[0-9]{{1,18}}') THEN {cast} END"


def decimal_value(raw: str, type_name: str) -> str:
    """Return the SQL of a decimal number, comma or point; more decimals than the type: nothing."""
    _, scale = decimal_scale(type_name) or (0, 0)
    shape = f"[+-]?([0-9]+([.,][0-9]{{0,{scale}}}0*)?|[.,][0-9]{{1,{scale}}}0*)"
    cast = f"TRY_CAST(replace({raw}, ',', '.') AS {sql_type(type_name)})"
    return f"CASE WHEN regexp_full_match({raw}, '{shape}') THEN {cast} END"


def bool_value(raw: str) -> str:
    """Return the SQL of a yes or no."""
    low = f"lower({raw})"
    yes, no = text_list(TRUE), text_list(FALSE)
    return f"CASE WHEN {low} IN {yes} THEN true WHEN {low} IN {no} THEN false END"


def date_value(raw: str) -> str:
    """Return the SQL of a date, ISO or French."""
    iso = f"regexp_full_match({raw}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}')"
    french = f"regexp_full_match({raw}, '[0-9]{{2}}/[0-9]{{2}}/[0-9]{{4}}')"
    return (
        f"CASE WHEN {iso} THEN TRY_CAST({raw} AS DATE) "
        f"WHEN {french} THEN CAST(try_strptime({raw}, '%d/%m/%Y') AS DATE) END"
    )


def instant_value(raw: str) -> str:
    """Return the SQL of an instant with its offset, in universal time."""
    return f"CASE WHEN regexp_matches({raw}, '{INSTANT}') THEN TRY_CAST({raw} AS TIMESTAMPTZ) END"


def local_value(raw: str) -> str:
    """Return the SQL of an instant with its offset, or of Paris time without.

    Paris time that does not exist (the hour skipped in March) or that is two instants (the hour
    lived twice in October) gives nothing: it must come with its offset.
    """
    naive = (
        f"CASE WHEN regexp_matches({raw}, '{LOCAL}') THEN TRY_CAST({raw} AS TIMESTAMP) "
        f"WHEN regexp_matches({raw}, '{FRENCH}') THEN coalesce("
        f"try_strptime({raw}, '%d/%m/%Y %H:%M'), try_strptime({raw}, '%d/%m/%Y %H:%M:%S')) END"
    )
    return f"coalesce({instant_value(raw)}, instant_paris({naive}))"


# Of the two instants an hour apart that clocks may show alike, or of none: nothing.
MACROS = (
    "CREATE OR REPLACE MACRO instant_paris(t) AS CASE "
    f"WHEN timezone('{PARIS}', timezone('{PARIS}', t)) <> t THEN NULL "
    f"WHEN timezone('{PARIS}', timezone('{PARIS}', t) + INTERVAL 1 HOUR) = t THEN NULL "
    f"WHEN timezone('{PARIS}', timezone('{PARIS}', t) - INTERVAL 1 HOUR) = t THEN NULL "
    f"ELSE timezone('{PARIS}', t) END",
)

AN_INSTANT = "an instant with its offset, or Paris time that exists once"
EXPECTED = {
    "bool": "true or false",
    "date": "a date, 2025-03-31 or 31/03/2025",
    "timestamp": AN_INSTANT,
}


def value_sql(column: Column, raw: str) -> str:
    """Return the SQL of the typed value of a column of a contract."""
    rules = column.constraints
    if rules.vocabulary:
        return code_value(raw, tuple(vocabularies()[rules.vocabulary]))
    if column.type.startswith("int"):
        return integer_value(raw, column.type)
    if column.type.startswith("decimal"):
        return decimal_value(raw, column.type)
    makers = {"bool": bool_value, "date": date_value, "timestamp": local_value}
    if column.type in makers:
        return makers[column.type](raw)
    if rules.pattern:
        return f"CASE WHEN regexp_matches({raw}, {sql_literal(rules.pattern)}) THEN {raw} END"
    return raw


def bounded(column: Column, value: str) -> str:
    """Return the SQL of a value within the bounds of its contract; outside, nothing."""
    rules = column.constraints
    tests = [
        f"({value}) {sign} {limit}"
        for sign, limit in ((">=", rules.min), ("<=", rules.max))
        if limit is not None
    ]
    return f"CASE WHEN {' AND '.join(tests)} THEN {value} END" if tests else value


def expected_text(column: Column) -> str:
    """Return, in words, what a cell of a column must hold."""
    rules = column.constraints
    if rules.vocabulary:
        codes = list(vocabularies()[rules.vocabulary])
        return f"a code of the list {rules.vocabulary} ({', '.join(codes[:12])}" + (
            ", …)" if len(codes) > 12 else ")"
        )
    words = EXPECTED.get(column.type, "a text" if column.type == "string" else "a number")
    if column.type.startswith("int"):
        words = "a whole number"
    if rules.pattern:
        return f"a text like {rules.pattern}"
    low = f" at least {rules.min}" if rules.min is not None else ""
    high = f" at most {rules.max}" if rules.max is not None else ""
    return words + " and".join(filter(None, (low, high)))


def contract_field(column: Column, raw: str, header: str = "") -> Field:
    """Return the field of a column read as its contract says, from a text cell."""
    value = bounded(column, value_sql(column, raw))
    rules = column.constraints
    return Field(column.name, raw, value, expected_text(column), rules.required, header=header)


def year_field(header: str = "debut") -> Field:
    """Return the field of the year of `debut_local`, within the years a feed may hold."""
    value = "CASE WHEN year(debut_local) BETWEEN 2010 AND 2060 THEN year(debut_local) END"
    return Field("annee", "debut", value, f"{AN_INSTANT}, from 2010 to 2060", True, header=header)


def end_field(header: str = "fin") -> Field:
    """Return the field of the end, which comes after the start; a start in fault says enough."""
    value = "CASE WHEN debut_utc IS NULL OR fin_utc > debut_utc THEN fin_utc END"
    return Field("fin_utc", "fin", value, "an instant after the start", True, header=header)
