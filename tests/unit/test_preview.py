"""`snp check` says every problem by its line; `snp template` gives a file to start from."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.preview import Problem, problems
from pipeline.sources.add import accept
from pipeline.sources.load import load
from pipeline.templates import write_template
from tests.support import csv_text, records_of, with_value, without_column

ANCENIS, RETZ, CENS = "44-ancenis", "44-pays-de-retz", "44-erdre-et-cens"


@pytest.fixture
def own(project: Layout, tmp_path: Path) -> Path:
    text = (project.raw / "cpts" / "cpts.csv").read_text(encoding="utf-8")
    path = tmp_path / "mes_cpts.csv"
    path.write_text(without_column(text, "origin"), encoding="utf-8")
    return path


def spoil(path: Path, *changes: tuple[str, str, str]) -> dict[str, int]:
    """Change cells of a file; return the line of each key."""
    text = path.read_text(encoding="utf-8")
    for key, column, value in changes:
        text = with_value(text, key, column, value)
    path.write_text(text, encoding="utf-8")
    return {row[0]: line for line, row in enumerate(records_of(text), 1)}


def test_a_good_file_has_no_problem(project: Layout, own: Path) -> None:
    assert problems(project, own, "cpts") == []


def test_the_files_of_the_project_have_no_problem(project: Layout) -> None:
    assert problems(project, project.raw / "cpts" / "cpts.csv", "cpts") == []


def test_every_problem_is_named_by_its_line(project: Layout, own: Path) -> None:
    lines = spoil(
        own,
        (CENS, "population_nb", "environ 85 000"),
        (RETZ, "departement_code", "99"),
        (RETZ, "population_nb", "-5"),
        (ANCENIS, "cpts_nom", ""),
    )
    found = problems(project, own, "cpts")
    assert [(p.line, p.column) for p in found] == sorted(
        [
            (lines[ANCENIS], "cpts_nom"),
            (lines[CENS], "population_nb"),
            (lines[RETZ], "departement_code"),
            (lines[RETZ], "population_nb"),
            (lines[RETZ], "taille_code"),
        ]
    )
    said = {(p.line, p.column): (p.expected, p.found) for p in found}
    expected, shown = said[lines[CENS], "population_nb"]
    assert "an integer" in expected
    assert shown == "'environ 85 000'"
    expected, shown = said[lines[RETZ], "departement_code"]
    assert "a code of the list departement" in expected
    assert shown == "99"
    expected, shown = said[lines[RETZ], "population_nb"]
    assert "at least 1" in expected
    assert shown == "-5"
    assert said[lines[ANCENIS], "cpts_nom"][1] == "nothing"


def test_both_rows_of_a_double_key_are_named(project: Layout, own: Path) -> None:
    records = records_of(own.read_text(encoding="utf-8"))
    own.write_text(csv_text([*records, records[1]]), encoding="utf-8")
    found = problems(project, own, "cpts")
    assert [(p.line, p.column) for p in found] == [(2, "cpts_id"), (len(records) + 1, "cpts_id")]


def test_a_structural_fault_comes_alone(project: Layout, own: Path) -> None:
    text = with_value(own.read_text(encoding="utf-8"), ANCENIS, "departement_code", "99")
    own.write_text(without_column(text, "regions_nb"), encoding="utf-8")
    (found,) = problems(project, own, "cpts")
    assert (found.line, found.column) == (1, "regions_nb")


def test_a_problem_reads_as_a_sentence() -> None:
    full = Problem("a.csv", 3, "annee", "an integer", "'an'")
    assert str(full) == "a.csv, line 3, column annee: expected an integer; found 'an'"
    bare = Problem("a.csv", None, None, "a header line and rows", "an empty file")
    assert str(bare) == "a.csv: expected a header line and rows; found an empty file"


def test_what_is_not_there_is_refused(project: Layout, own: Path) -> None:
    with pytest.raises(InputError, match="found none"):
        problems(project, own.with_name("absent.csv"), "cpts")
    with pytest.raises(InputError, match="one of"):
        problems(project, own, "inconnue")


def test_a_template_has_the_columns_to_fill_and_a_guide(tmp_path: Path) -> None:
    target, guide = write_template("cpts", tmp_path / "modele.csv")
    assert (target.name, guide.name) == ("modele.csv", "modele_guide.csv")
    (header,) = records_of(target.read_text(encoding="utf-8"))
    columns = [c for c in contract("cpts").columns if not c.name.startswith("source_")]
    assert header == [c.name for c in columns if c.name != "origin"]
    with guide.open(encoding="utf-8", newline="") as handle:
        told = {row["colonne"]: row for row in csv.DictReader(handle)}
    assert list(told) == header
    assert told["cpts_id"]["obligatoire"] == "yes"
    assert told["population_nb"]["valeurs"] == "1 to 1000000"
    assert told["population_nb"]["unite"] == "habitants"
    assert "44" in told["departement_code"]["valeurs"].split(", ")
    assert all(row["type"] and row["description"] for row in told.values())


def test_a_filled_template_reads(project: Layout, tmp_path: Path) -> None:
    target, _ = write_template("cpts_departements", tmp_path / "modele.csv")
    (header,) = records_of(target.read_text(encoding="utf-8"))
    cells = {
        "departement_code": "44", "annee": "2026", "cpts_nb": "16", "lettre_intention_nb": "2",
        "projet_sante_nb": "0", "aci_signe_nb": "14",
    }  # fmt: skip
    target.write_text(csv_text([header, [cells.get(c, "") for c in header]]), encoding="utf-8")
    accept(project, target, "cpts_departements", {})
    (row,) = load(project, ["cpts_departements"]).results["cpts_departements"].rows
    assert (row["annee"], row["origin"]) == (2026, "real")


@pytest.mark.parametrize("name", ["modele.csv", "modele_guide.csv"])
def test_a_template_overwrites_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("à moi", encoding="utf-8")
    with pytest.raises(InputError, match="an existing one"):
        write_template("cpts", tmp_path / "modele.csv")
    assert [p.name for p in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "à moi"
