"""Properties of the e-CDS reader: no row lost or invented, no value changed, in any layout."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import InputError
from pipeline.sources.batches import parse_cell
from pipeline.sources.cells import CellError
from pipeline.sources.ecds import settle
from pipeline.sources.ecds_cells import FINANCES, KEYS, SUFFIXES, TABLES, targets
from pipeline.sources.french import french_parser, parse_bool, parse_code, parse_day
from pipeline.sources.result import quarantine_table
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import Dirty, Style, column_of, write_export
from tests.ecds_reading import balance, cells_of, read_exports

BASE = centre_years(3, (2021, 2022))
LAYOUTS = ("observatoire", "export_large", "export_long", "modele")
GROUPS = {"utf-8": ["", " ", "\u00a0", "\u202f", "\u2009", "'"], "cp1252": ["", " ", "\u00a0", "'"]}
STYLES = st.sampled_from(["utf-8", "utf-8-sig", "cp1252"]).flatmap(
    lambda encoding: st.builds(
        Style,
        layout=st.sampled_from(LAYOUTS),
        container=st.sampled_from(["csv", "csv", "csv", "xlsx"]),
        encoding=st.just(encoding),
        delimiter=st.sampled_from([",", ";", "\t"]),
        group=st.sampled_from(GROUPS["cp1252" if encoding == "cp1252" else "utf-8"]),
        mark=st.sampled_from([".", ","]),
        labels=st.booleans(),
        french_dates=st.booleans(),
        yes_no=st.sampled_from([("oui", "non"), ("O", "N"), ("1", "0"), ("true", "false")]),
        missing=st.sampled_from(["", "NC", "n.c.", "ND", "-"]),
    )
)
TEXTS = st.one_of(
    st.text(st.sampled_from("0123456789 .,;-()€k%/éÉàNXabc'\"\n\u00a0"), max_size=9),
    st.sampled_from(
        ["", " ", "NC", "0", "1 234,5", "1.234", "(12)", "12 €", "oui", "Médical", "2022",
         "31/12/2020", "#N/A", "n.d.", "10000012", "44", "-3", "1e5"]
    ),
)  # fmt: skip
# A region left empty is derived: a unit test says so.
CELLS = sorted(set(targets()) - {"region_code"})
SPOILT = st.lists(
    st.tuples(st.integers(0, len(BASE) - 1), st.sampled_from(CELLS), TEXTS), max_size=6
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("exports")


def expected_cell(cell: str, value: object) -> tuple[object, bool]:
    """Return what a cell reads as, and whether it does not parse."""
    if not isinstance(value, Dirty):
        return value, False
    found, fault = parse_cell(str(value), french_parser(column_of(cell)))
    return found, bool(fault)


@dataclass
class Expected:
    """What a reading must give: rows met and set aside by table, cells kept, texts that are bad."""

    met: Counter[str] = field(default_factory=Counter)
    aside: Counter[str] = field(default_factory=Counter)
    kept: list[CentreYear] = field(default_factory=list)
    bad: set[str] = field(default_factory=set)


def expected(rows: list[CentreYear]) -> Expected:
    """Say what must come of some centre-years, table by table and code by code."""
    found = Expected()
    for row in rows:
        cells = {cell: expected_cell(cell, value) for cell, value in row.items()}
        whole = all(cells[key][0] is not None for key in KEYS)
        good: CentreYear = {key: cells[key][0] for key in KEYS}
        for place in {(t.table, t.code) for t in targets().values()}:
            own = [n for n, t in targets().items() if (t.table, t.code) == place and n in cells]
            said = {name: cells[name] for name in own if cells[name] != (None, False)}
            if not said:
                continue
            found.met[place[0]] += 1
            unread = {str(row[name]) for name, (_, fault) in said.items() if fault}
            if whole and not unread and len(said) >= len(SUFFIXES.get(place[0], ())):
                good |= {name: value for name, (value, _) in said.items()}
            else:
                found.aside[place[0]] += 1
                found.bad |= unread
        found.kept += [good] if len(good) > len(KEYS) else []
    return found


def by_centre(rows: list[CentreYear]) -> list[tuple[tuple[str, str], CentreYear]]:
    return sorted(((str(r["annee"]), str(r["finess"])), r) for r in rows)


@settings(max_examples=120, suppress_health_check=[HealthCheck.too_slow])
@given(style=STYLES, spoilt=SPOILT, keys=st.dictionaries(st.sampled_from(KEYS), TEXTS, max_size=1))
def test_no_row_is_lost_invented_or_changed(
    folder: Path, style: Style, spoilt: list[tuple[int, str, str]], keys: dict[str, str]
) -> None:
    rows = [dict(row) for row in BASE]
    for rank, cell, text in spoilt:
        rows[rank][cell] = Dirty(text)
    rows[0] |= {key: Dirty(text) for key, text in keys.items()}
    wanted = expected(rows)
    # Two lines of the same centre and year are another matter, which the key check tells.
    assume(len({(r["annee"], r["finess"]) for r in wanted.kept}) == len(wanted.kept))
    assume(keys.get("annee", "2021").strip() != "2022" and keys.get("finess") != "SYN000002")
    reading = read_exports(write_export(folder, rows, style))
    counts = balance(reading)
    assert {table: came for table, (came, _, _) in counts.items()} == {
        t: wanted.met[t] for t in TABLES
    }
    assert {table: gone for table, (_, _, gone) in counts.items()} == {
        t: wanted.aside[t] for t in TABLES
    }
    assert by_centre(cells_of(reading)) == by_centre(wanted.kept)
    cells = [cell for result in reading.results.values() for cell in result.bad_cells]
    assert wanted.bad <= {cell.valeur for cell in cells}
    assert quarantine_table(cells).num_rows == len(cells)
    settle(reading)
    balance(reading)
    for result in reading.results.values():
        assert result.to_arrow().num_rows == len(result.rows)


def rendered(value: Decimal, group: str, mark: str) -> str:
    whole, _, fraction = format(abs(value), "f").partition(".")
    for place in range(len(whole) - 3, 0, -3):
        whole = whole[:place] + group + whole[place:]
    return whole + (mark + fraction if fraction else "")


SIGNED = {"lead": "-{}", "lead_space": "- {}", "minus": "\u2212{}", "trail": "{}-", "paren": "({})"}


@settings(max_examples=400)
@given(
    cents=st.integers(-(10**11), 10**11),
    places=st.integers(0, 2),
    group=st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", "'", "’", ".", ","]),
    mark=st.sampled_from([".", ","]),
    sign=st.sampled_from(sorted(SIGNED)),
    unit=st.sampled_from(["", "€", " €", "\u00a0€"]),
    around=st.sampled_from(["", " ", "\u00a0"]),
)
def test_a_number_reads_back_exactly_or_is_refused(
    cents: int, places: int, group: str, mark: str, sign: str, unit: str, around: str
) -> None:
    """Never another number: what reads two ways does not read at all."""
    assume(group != mark)
    value = Decimal(cents).scaleb(-places)
    body = rendered(value, group, mark)
    text = around + (SIGNED[sign].format(body) if value < 0 else body) + unit + around
    parse = french_parser(contract(FINANCES).column("montant_eur"))
    lone = group in (".", ",") and places == 0 and 1000 <= abs(value) < 1_000_000
    if lone:
        with pytest.raises(CellError):
            parse(text)
    else:
        assert parse(text) == value


@given(text=st.text(st.sampled_from("0123456789.,' \u00a0\u202f-()"), min_size=1, max_size=12))
def test_no_text_reads_as_a_number_of_other_digits(text: str) -> None:
    """Marks and spaces may go; digits stay, in order."""
    try:
        value = french_parser(contract(FINANCES).column("montant_eur"))(text)
    except CellError:
        return
    digits = [c for c in text if c.isdigit()]
    kept = format(abs(Decimal(str(value))), "f").replace(".", "").lstrip("0")
    assert "".join(digits).lstrip("0").rstrip("0") == kept.rstrip("0")


@given(value=st.dates(date(1927, 5, 18), date(2060, 12, 31)))
def test_a_day_reads_back(value: date) -> None:
    serial = (value - date(1899, 12, 30)).days
    typed = datetime(value.year, value.month, value.day)
    for raw in (value.isoformat(), value.strftime("%d/%m/%Y"), str(serial), float(serial), typed):
        assert parse_day(raw) == value


@given(st.sampled_from(["profession_ecds", "poste_ecds", "gestionnaire", "region"]), st.data())
def test_a_label_reads_back_in_any_case(vocabulary: str, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(sorted(vocabularies()[vocabulary])))
    label = vocabularies()[vocabulary][code].fr
    twisted = "".join(data.draw(st.sampled_from([c.upper(), c.lower()])) for c in label)
    assert parse_code(f" {twisted}\u00a0", vocabulary) == code


@given(st.booleans(), st.data())
def test_yes_and_no_read_back(value: bool, data: st.DataObject) -> None:
    words = ["oui", "O", "X", "1", "vrai", "TRUE"] if value else ["non", "N", "0", "faux", "False"]
    assert parse_bool(data.draw(st.sampled_from(words))) is value


@settings(max_examples=300)
@given(data=st.binary(max_size=120), head=st.sampled_from([b"", b"annee;finess;ars_eur\n2022;"]))
def test_any_bytes_are_read_or_refused(folder: Path, data: bytes, head: bytes) -> None:
    path = folder / "octets.csv"
    path.write_bytes(head + data)
    try:
        reading = read_exports([path])
    except InputError:
        return
    balance(reading)


@settings(max_examples=60)
@given(places=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=5))
def test_a_damaged_workbook_is_read_or_refused(
    folder: Path, places: list[tuple[float, int]]
) -> None:
    (path,) = write_export(folder, BASE[:1], Style("modele", container="xlsx"), "abime")
    data = bytearray(path.read_bytes())
    for place, byte in places:
        data[int(place * (len(data) - 1))] = byte
    path.write_bytes(bytes(data))
    try:
        reading = read_exports([path])
    except InputError:
        return
    balance(reading)
