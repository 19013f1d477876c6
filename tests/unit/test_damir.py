"""Open DAMIR: the format of its months, what is summed, what is set aside, what is refused."""

from __future__ import annotations

import csv
import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.calibration.damir.month import month
from pipeline.errors import InputError
from pipeline.sources.damir_codes import damir_codes
from tests.damir import IN_CENTRE, line, read, read_text, text


def test_the_reader_knows_every_column_of_a_month() -> None:
    assert set(damir_codes().columns) == set(month().columns)
    assert len(month().columns) == 56


def test_a_real_extract_is_read_whole(shared: Path, tmp_path: Path) -> None:
    path = shared / "realdata" / "damir" / "A202501_extrait.csv"
    if not path.is_file():
        pytest.skip("the extract of Open DAMIR is not there")
    found = read(path, tmp_path)
    assert (found.lines, found.aside, found.bad) == (20, 0, [])
    assert sum(row["lignes_nb"] for row in found.rows) == 20
    # Executed in a centre, not prescribed from one.
    in_centres = [row for row in found.rows if row["lieu_code"] == "cds"]
    assert sum(row["lignes_nb"] for row in in_centres) == 3
    assert {row["region_damir_code"] for row in in_centres} == {"11", "84"}
    # `.81` is a number; the overseas code is written 5.
    assert Decimal("0.81") in {row["rembourse_eur"] for row in found.rows}
    overseas = [row for row in found.rows if row["region_damir_code"] == "05"]
    assert [(r["prestation_code"], r["actes_nb"]) for r in overseas] == [("consultation_mg", 13)]
    assert sum(row["lignes_sans_nombre_nb"] for row in found.rows) == 2
    # The filtered amounts of the file, added up by another reader.
    with path.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle, delimiter=";"))
    for column, header in (("honoraires_eur", "FLT_PAI_MNT"), ("rembourse_eur", "FLT_REM_MNT")):
        expected = sum(Decimal(cells[header]) for cells in lines)
        assert sum(row[column] for row in found.rows) == expected


def test_lines_of_one_key_are_summed_and_accounted_for(tmp_path: Path) -> None:
    found = read_text(text(line(), line(FLT_ACT_QTE="3", FLT_PAI_MNT="75")), tmp_path)
    (row,) = found.rows
    assert (row["actes_nb"], row["honoraires_eur"], row["lignes_nb"]) == (4, 100, 2)
    assert (found.lines, row["source_line"]) == (2, 2)


def test_a_reversal_deducts(tmp_path: Path) -> None:
    reversal = line(FLT_ACT_QTE="-1", FLT_PAI_MNT="-25", FLT_REM_MNT="-17.5")
    (row,) = read_text(text(line(), reversal), tmp_path).rows
    assert (row["actes_nb"], row["honoraires_eur"], row["rembourse_eur"]) == (0, 0, 0)
    assert row["lignes_annulation_nb"] == 1


def test_a_supplementary_reimbursement_is_no_second_act(tmp_path: Path) -> None:
    double = line(PRS_ACT_QTE="1", FLT_ACT_QTE="0", FLT_PAI_MNT="0", FLT_REM_MNT="0")
    (row,) = read_text(text(line(), double), tmp_path).rows
    assert (row["actes_nb"], row["honoraires_eur"], row["lignes_nb"]) == (1, 25, 2)


def test_a_complement_gives_fees_and_no_act(tmp_path: Path) -> None:
    (row,) = read_text(text(line(), line(CPL_COD="1", FLT_PAI_MNT="40")), tmp_path).rows
    assert (row["actes_nb"], row["honoraires_eur"], row["lignes_complement_nb"]) == (1, 65, 1)


def test_a_line_without_a_count_is_kept_for_its_quantity(tmp_path: Path) -> None:
    (row,) = read_text(text(line(PRS_ACT_NBR=""), line()), tmp_path).rows
    assert (row["actes_nb"], row["lignes_nb"], row["lignes_sans_nombre_nb"]) == (2, 2, 1)


def test_unknown_codes_stay_apart(tmp_path: Path) -> None:
    lines = [
        line(),
        line(EXE_INS_REG="99"),
        line(PSE_SPE_SNDS="99"),
        line(PSE_SPE_SNDS="0"),
        line(ETE_CAT_SNDS="2205", ETE_REG_COD="44"),
    ]
    found = {
        (row["region_damir_code"], row["lieu_code"], row["specialite_code"]): row["lignes_nb"]
        for row in read_text(text(*lines), tmp_path).rows
    }
    assert found == {
        ("53", "ville", "mg"): 1,
        ("99", "ville", "mg"): 1,
        ("53", "ville", "inconnue"): 2,
        ("44", "etablissement", "mg"): 1,
    }


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"ETE_CAT_SNDS": "2206", "ETE_REG_COD": "53", "EXE_INS_REG": "99"}, ("53", "cds")),
        ({"ETE_CAT_SNDS": "2206", "ETE_REG_COD": "53", "EXE_INS_REG": "52"}, ("53", "cds")),
        ({"ETE_CAT_SNDS": "2206", "ETE_REG_COD": "99", "EXE_INS_REG": "52"}, ("52", "cds")),
        ({"ETE_CAT_SNDS": "9999", "ETE_REG_COD": "53", "EXE_INS_REG": "52"}, ("52", "ville")),
        ({"ETP_CAT_SNDS": "2206", "ETE_REG_COD": "99", "EXE_INS_REG": "5"}, ("05", "ville")),
    ],
)
def test_the_place_of_an_act(told: dict[str, str], place: tuple[str, str], tmp_path: Path) -> None:
    (row,) = read_text(text(line(**told)), tmp_path).rows
    assert (row["region_damir_code"], row["lieu_code"]) == place


def test_a_year_without_its_last_column_gives_the_same_rows(tmp_path: Path) -> None:
    whole = text(line(), line(**IN_CENTRE))
    dropped = whole.replace("ETB_DCS_MCO;", "").replace("99;\n", "\n")
    assert dropped.count(";") == whole.count(";") - 3
    assert read_text(dropped, tmp_path).rows == read_text(whole, tmp_path).rows


def test_a_compressed_month_gives_the_same_rows(tmp_path: Path) -> None:
    content = text(line(), line(**IN_CENTRE))
    path = tmp_path / "A202206.csv.gz"
    path.write_bytes(gzip.compress(content.encode()))
    assert read(path, tmp_path).rows == read_text(content, tmp_path).rows


def test_a_month_cut_short_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "A202206.csv.gz"
    path.write_bytes(gzip.compress(text(*[line()] * 2000).encode())[:-200])
    with pytest.raises(InputError, match="a whole gzip file"):
        read(path, tmp_path)


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("SOI_ANN", "9999", "a year of care"),
        ("SOI_MOI", "13", "a month of care"),
        ("SOI_MOI", "99", "a month of care"),
        ("FLX_ANN_MOI", "2022", "a month of flow"),
        ("EXE_INS_REG", "12", "a region code"),
        ("PRS_NAT", "G", "a code, a whole number"),
        ("PSE_SPE_SNDS", "", "a code, a whole number"),
        ("CPL_COD", "nuit", "a code, a whole number"),
        ("FLT_ACT_QTE", "", "a number"),
        ("FLT_PAI_MNT", "1 234", "a number"),
        ("PRS_ACT_NBR", "deux", "a number"),
    ],
)
def test_a_cell_that_does_not_parse_sets_its_line_aside(
    column: str, value: str, expected: str, tmp_path: Path
) -> None:
    found = read_text(text(line(), line(**{column: value}), line()), tmp_path)
    assert [(b["source_file"], b["source_line"]) for b in found.bad] == [("A202206.csv", 3)]
    assert column in found.bad[0]["colonne"]
    assert expected in found.bad[0]["motif"]
    assert value in found.bad[0]["valeur"]
    assert (found.lines, found.aside) == (3, 1)
    assert sum(row["lignes_nb"] for row in found.rows) == 2


@pytest.mark.parametrize("cells", [55, 56, 58])
def test_a_line_of_another_width_is_set_aside(cells: int, tmp_path: Path) -> None:
    # 57 cells: the last is empty, after the final separator.
    odd = ";".join([*line().split(";")[:-1], "", "de trop"][:cells])
    found = read_text(text(line(), odd, line()), tmp_path)
    assert (found.lines, found.aside) == (3, 1)
    assert found.bad[0]["source_line"] == 3
    assert f"57 cells; found {cells}" in found.bad[0]["motif"]
    assert sum(row["lignes_nb"] for row in found.rows) == 2


@pytest.mark.parametrize(
    ("old", "new", "column"),
    [("FLT_ACT_QTE;", "FLT_ACT_QTT;", "FLT_ACT_QTT"), ("ETE_CAT_SNDS;", ";", "etablissement")],
)
def test_another_header_is_refused(old: str, new: str, column: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_text(text(line()).replace(old, new), tmp_path)
    assert caught.value.line == 1
    assert column in str(caught.value.column)
