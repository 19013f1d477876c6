"""Properties of the reader: no row lost or invented, each cell type prints and parses back."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.sources.canonical import expected_header, read_canonical
from pipeline.sources.cells import CellError, cell_parser
from pipeline.sources.registry import WIDE, sources
from pipeline.sources.result import quarantine_table
from pipeline.sources.text import read_csv
from tests.support import entry_of

TYPES = ["string", "int32", "int64", "float64", "bool", "date", "decimal(7,2)", "decimal(24,6)"]
TABLES = sorted(
    name for name, source in sources().items() if source.tables == (name,) and name != WIDE
)
# Surrogates have no UTF-8 form, and a NUL byte is refused for the whole file.
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
CELLS = st.one_of(
    ANY_TEXT,
    st.integers().map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=2).map(lambda d: format(d, "f")),
    st.dates().map(str),
    st.sampled_from(
        ["", "0", "true", "false", "44", "1 000", "12,5", "n.d.", "\r\n", '"', "é\u202f%"]
    ),
)


GOOD = {
    "string": ANY_TEXT,
    "int32": st.integers(-(2**31), 2**31 - 1).map(str),
    "int64": st.integers(-(2**63), 2**63 - 1).map(str),
    "bool": st.sampled_from(["true", "false"]),
    "date": st.dates().map(str),
}


@st.composite
def tables(draw: st.DrawFn) -> tuple[str, list[list[str]]]:
    """A table and the cells of a few rows under its header, some rows all good."""
    name = draw(st.sampled_from(TABLES))
    columns = [contract(name).column(n) for n in expected_header(contract(name))]
    good = [st.one_of(st.just(""), GOOD.get(c.type, st.just("-1.5"))) for c in columns]
    row = st.one_of(
        st.just([""] * len(good)),
        st.tuples(*good),
        st.tuples(*(st.one_of(cell, CELLS) for cell in good)),
    )
    return name, [list(cells) for cells in draw(st.lists(row, min_size=1, max_size=5))]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lectures")


def write(folder: Path, name: str, rows: list[list[str]]) -> Path:
    path = folder / "essai.csv"
    # All quoted: Python 3.11 writes a lone carriage return bare, which ends a row.
    quoted = [
        ",".join('"' + cell.replace('"', '""') + '"' for cell in cells)
        for cells in [expected_header(contract(name)), *rows]
    ]
    path.write_bytes("\n".join([*quoted, ""]).encode())
    return path


@settings(max_examples=400)
@given(case=tables())
def test_no_row_is_lost_or_invented(folder: Path, case: tuple[str, list[list[str]]]) -> None:
    name, rows = case
    header = expected_header(contract(name))
    result = read_canonical(
        write(folder, name, rows), "essai.csv", contract(name), entry_of(source=name)
    )
    assert result.rows_in == len(rows) == len(result.rows) + result.rows_set_aside
    kept = [int(str(row["source_line"])) for row in result.rows]
    aside = {cell.source_line for cell in result.bad_cells}
    lines = sorted([*kept, *aside])
    assert len(set(lines)) == len(rows)
    cells = dict(zip(lines, rows, strict=True))
    for row in result.rows:
        for column, text in zip(header, cells[int(str(row["source_line"]))], strict=True):
            parser = cell_parser(contract(name).column(column).type)
            assert row[column] == (parser(text) if text else None)
    for bad in result.bad_cells:
        assert cells[bad.source_line][header.index(bad.colonne)] == bad.valeur
    assert result.to_arrow().num_rows == len(result.rows)
    assert quarantine_table(result.bad_cells).num_rows == len(result.bad_cells)


@given(case=tables(), data=st.data())
def test_a_row_of_another_width_stops_everything(
    folder: Path, case: tuple[str, list[list[str]]], data: st.DataObject
) -> None:
    name, rows = case
    rank = data.draw(st.integers(0, len(rows) - 1))
    rows[rank] = [*rows[rank], "x"] if data.draw(st.booleans()) else rows[rank][:-1]
    with pytest.raises(InputError) as caught:
        read_canonical(write(folder, name, rows), "x.csv", contract(name), entry_of(source=name))
    assert caught.value.found == str(len(rows[rank]))


@given(data=st.binary(max_size=80))
@example(data=b"\xef\xbb\xbf")
@example(data=b"\n\na\n1")
def test_any_bytes_are_read_or_refused(folder: Path, data: bytes) -> None:
    path = folder / "octets.csv"
    path.write_bytes(data)
    try:
        file = read_csv(path, "octets.csv")
    except InputError:
        return
    assert file.rows
    assert {len(cells) for _, cells in file.rows} == {len(file.header)}


@pytest.mark.parametrize("type_name", TYPES)
@given(text=CELLS)
@example(text="9" * 5000)
@example(text="-" + "0" * 5000)
@example(text="1e5")
def test_a_parser_answers_or_refuses(type_name: str, text: str) -> None:
    with suppress(CellError):
        cell_parser(type_name)(text)


@pytest.mark.parametrize("bits", [32, 64])
@given(value=st.integers(-(2**70), 2**70))
@example(value=2**31)
@example(value=-(2**63))
def test_an_integer_comes_back_or_is_too_wide(bits: int, value: int) -> None:
    parse = cell_parser(f"int{bits}")
    if -(2 ** (bits - 1)) <= value < 2 ** (bits - 1):
        assert parse(str(value)) == value
    else:
        with pytest.raises(CellError):
            parse(str(value))


@pytest.mark.parametrize(("precision", "scale"), [(7, 2), (24, 6), (18, 4)])
@given(data=st.data())
def test_a_decimal_comes_back_or_is_too_wide(
    precision: int, scale: int, data: st.DataObject
) -> None:
    digits = data.draw(st.integers(-(10 ** (precision + 2)), 10 ** (precision + 2)))
    places = data.draw(st.integers(0, scale + 2))
    value = Decimal(digits).scaleb(-places)
    parse = cell_parser(f"decimal({precision},{scale})")
    if places <= scale and abs(value) < 10 ** (precision - scale):
        found = parse(format(value, "f"))
        assert (found, str(found)) == (value, format(value, "f"))
    else:
        with pytest.raises(CellError):
            parse(format(value, "f"))


@given(value=st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_comes_back(value: float) -> None:
    assert cell_parser("float64")(format(Decimal(repr(value)), "f")) == value


@given(value=st.booleans())
def test_a_truth_comes_back(value: bool) -> None:
    assert cell_parser("bool")(str(value).lower()) is value


@given(value=st.dates())
def test_a_date_comes_back(value: date) -> None:
    assert cell_parser("date")(value.isoformat()) == value


@given(value=ANY_TEXT)
def test_a_text_comes_back(value: str) -> None:
    assert cell_parser("string")(value) == value
