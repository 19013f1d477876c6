"""Workbooks: typed cells, failed formulas, several sheets; and the template, which reads back."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from pipeline.contracts.registry import vocabularies
from pipeline.errors import InputError
from pipeline.preview import inspect_file
from pipeline.sources.ecds import read_ecds
from pipeline.sources.ecds_cells import CENTRES, FINANCES, STAFF
from pipeline.sources.ecds_template import write_ecds_template
from pipeline.sources.peek import glance
from pipeline.sources.result import Reading
from pipeline.sources.workbook import column_rank, read_workbook
from pipeline.templates import default_target, write_template
from tests.ecds_centres import centre_years
from tests.ecds_exports import Style, write_export
from tests.support import entry_of

Sheets = dict[str, list[list[Any]]]


def book(folder: Path, sheets: Sheets, **options: object) -> Path:
    path = folder / "export.xlsx"
    written = xlsxwriter.Workbook(str(path), options)
    for title, rows in sheets.items():
        sheet = written.add_worksheet(title)
        for rank, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, tuple):
                    sheet.write_formula(rank, column, value[0], None, value[1])
                else:
                    sheet.write(rank, column, value)
    written.close()
    return path


def read(path: Path) -> Reading:
    return read_ecds(path, path.name, entry_of(source="ecds", origin="synthetic"))


AMOUNTS = [["annee", "finess", "poste_code", "montant_eur"]]


def test_a_failed_formula_is_not_a_missing_value(tmp_path: Path) -> None:
    rows = [
        [2022, "SYN000001", "rfs", ("=1/0", "#DIV/0!")],
        [2022, "SYN000001", "ars", ("=A2", 5)],
        [2022, "SYN000001", "rosp", ("=NA()", "#N/A")],
        [2022, "SYN000001", "teulade", None],
    ]
    result = read(book(tmp_path, {"F": [*AMOUNTS, *rows]})).results[FINANCES]
    assert [(c.source_line, c.valeur) for c in result.bad_cells] == [(2, "#DIV/0!"), (4, "#N/A")]
    assert [(row["poste_code"], row["montant_eur"]) for row in result.rows] == [("ars", 5)]
    assert (result.rows_in, result.rows_set_aside) == (3, 2)


def test_typed_cells_read_as_they_are(tmp_path: Path) -> None:
    rows = [
        [2022.0, "SYN000001", "rfs", 1234.56],
        ["2022", "SYN000002", "Financements de l'ARS", "1 234,56"],
        [2022, "SYN000003", "ars", 0.1 + 0.2],
        [2022, "SYN000004", "ars", -1e6],
    ]
    found = read(book(tmp_path, {"F": [*AMOUNTS, *rows]})).results[FINANCES].rows
    amounts = [row["montant_eur"] for row in found]
    assert amounts == [Decimal(x) for x in ("1234.56", "1234.56", "0.3", "-1000000")]
    assert [row["source_file"] for row in found] == ["export.xlsx#F"] * 4


def test_blank_lines_keep_the_numbers_of_the_others(tmp_path: Path) -> None:
    rows = [[], [2022, "SYN000001", "rfs", 5], [None, "", None, " "], [2022, "SYN000002", "ars", 5]]
    found = read(book(tmp_path, {"F": [*AMOUNTS, *rows]})).results[FINANCES].rows
    assert [row["source_line"] for row in found] == [3, 5]


def test_a_sheet_nobody_knows_is_refused_by_name(tmp_path: Path) -> None:
    sheets = {"F": [*AMOUNTS, [2022, "SYN000001", "rfs", 5]], "Brouillon": [["x"], [1]]}
    with pytest.raises(InputError) as caught:
        read(book(tmp_path, sheets))
    assert caught.value.file == "export.xlsx#Brouillon"


def test_a_sheet_that_another_layout_ignores_is_not_ignored(tmp_path: Path) -> None:
    sheets = {"Listes": [["x"], [1]], "F": [*AMOUNTS, [2022, "SYN000001", "rfs", 5]]}
    with pytest.raises(InputError, match=r"export\.xlsx#Listes"):
        read(book(tmp_path, sheets))


@pytest.mark.parametrize(
    ("sheets", "expected"),
    [({"A": []}, "an empty workbook"), ({"A": [[], ["annee"], [2022]]}, "an empty line")],
)
def test_a_workbook_without_a_header_is_refused(
    tmp_path: Path, sheets: Sheets, expected: str
) -> None:
    with pytest.raises(InputError, match=f"found {expected}"):
        read(book(tmp_path, sheets))


def test_days_counted_from_1904_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path, {"F": AMOUNTS}, date_1904=True)
    with pytest.raises(InputError, match="1904"):
        read(path)


@pytest.mark.parametrize("kept", [0, 20, 3000])
def test_a_file_that_is_no_workbook_is_refused(tmp_path: Path, kept: int) -> None:
    path = book(tmp_path, {"F": AMOUNTS})
    assert path.stat().st_size > kept
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="an XLSX workbook that opens"):
        read(path)


def test_columns_are_counted_by_their_letters() -> None:
    assert [column_rank(letters) for letters in ("A", "Z", "AA", "AMJ")] == [0, 25, 26, 1023]


def test_a_glance_counts_rows_and_shows_the_first(tmp_path: Path) -> None:
    path = book(tmp_path, {"F": [*AMOUNTS, [2022, "SYN000001", "rfs", 5]], "G": AMOUNTS})
    seen = glance(path)
    assert seen.rows == 1
    assert seen.first[0] == "F: annee | finess | poste_code | montant_eur"


def test_the_template_has_the_same_bytes_every_time(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("a.xlsx", "b.xlsx")]
    for path in paths:
        write_ecds_template(path)
    assert paths[0].read_bytes() == paths[1].read_bytes()
    with zipfile.ZipFile(paths[0]) as archive:
        assert b"2000-01-01T00:00:00Z" in archive.read("docProps/core.xml")


def test_the_template_has_lists_notes_and_instructions(tmp_path: Path) -> None:
    (path,) = write_template("ecds", tmp_path / "modele.xlsx")
    opened = openpyxl.load_workbook(path)
    assert opened.sheetnames == [
        "Mode d'emploi", "Centres", "Effectifs", "Finances", "Activité", "Listes",
    ]  # fmt: skip
    for title in opened.sheetnames[1:-1]:
        headers = next(opened[title].iter_rows(max_row=1))
        assert all(cell.comment and cell.comment.text for cell in headers)
        assert "EXEMPLE" in [cell.value for cell in opened[title][2]]
    notes = {cell.value: cell.comment.text for cell in opened["Finances"][1] if cell.comment}
    assert "Unité : €" in notes["Montant (en euros)"]
    listed = {column[0].value: column for column in opened["Listes"].iter_cols()}
    column = listed["profession_ecds"]
    labels = [label.fr for label in vocabularies()["profession_ecds"].values()]
    assert [cell.value for cell in column[1 : len(labels) + 1]] == labels
    (rule,) = opened["Effectifs"].data_validations.dataValidation
    letter = column[0].column_letter
    assert rule.formula1 == f"Listes!${letter}$2:${letter}${len(labels) + 1}"
    assert str(rule.sqref).startswith("C3:C")
    assert "EXEMPLE" in " ".join(str(c.value) for row in opened["Mode d'emploi"] for c in row)


def test_the_template_as_written_has_no_problem_and_no_row(project: Any, tmp_path: Path) -> None:
    path = tmp_path / "modele.xlsx"
    write_ecds_template(path)
    found = inspect_file(project, path, "ecds")
    assert found.problems == []
    assert sum("marked EXEMPLE, not read" in note for note in found.notes) == 4
    assert read(path).rows_in == 0


def test_a_filled_template_reads_and_its_example_does_not(project: Any, tmp_path: Path) -> None:
    path = tmp_path / "modele.xlsx"
    write_ecds_template(path)
    (filled,) = write_export(
        tmp_path,
        centre_years(3, (2022,), real=True),
        Style("modele", container="xlsx", labels=True, yes_no=("Oui", "Non")),
        "rempli",
    )
    opened, source = openpyxl.load_workbook(path), openpyxl.load_workbook(filled)
    for title in ("Centres", "Effectifs", "Finances", "Activité"):
        assert [c.value for c in opened[title][1]] == [c.value for c in source[title][1]]
        for row in source[title].iter_rows(min_row=2, values_only=True):
            opened[title].append(row)
    opened.save(path)
    found = inspect_file(project, path, "ecds")
    assert found.problems == []
    reading = read(path)
    assert len(reading.results[CENTRES].rows) == 3
    assert {row["source_line"] for row in reading.results[CENTRES].rows} == {3, 4, 5}
    assert isinstance(reading.results[CENTRES].rows[0]["date_ouverture"], date)
    assert {row["source_file"] for row in reading.results[STAFF].rows} == {"modele.xlsx#Effectifs"}


def test_the_template_goes_where_it_is_told(tmp_path: Path) -> None:
    assert default_target("ecds") == Path("ecds.xlsx")
    assert default_target("cpts") == Path("cpts.csv")
    with pytest.raises(InputError, match=r"a name in \.xlsx"):
        write_template("ecds", tmp_path / "modele.csv")
    (tmp_path / "a.xlsx").write_text("à moi", encoding="utf-8")
    with pytest.raises(InputError, match="an existing one"):
        write_template("ecds", tmp_path / "a.xlsx")
    (path,) = write_template("ecds", tmp_path / "b.xlsx")
    assert list(read_workbook(path, path.name))[-1] == "Listes"
