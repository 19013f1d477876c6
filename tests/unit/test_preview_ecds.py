"""`snp check FILE --as ecds`: every problem by sheet, line and column, as the file names them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.paths import Layout
from pipeline.preview import Problem, inspect_file
from pipeline.sources.add import accept
from pipeline.sources.ecds_cells import CENTRES, KEYS, targets
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import FRENCH, Style, write_export

BOOK = Style("modele", container="xlsx", labels=True)


def centres() -> list[CentreYear]:
    return centre_years(6, (2022,), real=True)


def only(row: CentreYear, *tables: str) -> CentreYear:
    """Return what a centre-year says in some tables."""
    return {n: v for n, v in row.items() if n in KEYS or targets()[n].table in tables}


def found(layout: Layout, paths: list[Path]) -> list[Problem]:
    return [problem for path in paths for problem in inspect_file(layout, path, "ecds").problems]


def places(problems: list[Problem]) -> list[tuple[str, int | None, str | None]]:
    return [(problem.file, problem.line, problem.column) for problem in problems]


def faulty() -> list[CentreYear]:
    rows = centres()
    rows[1].update(mg_nb=1, mg_etp=Decimal("1.5"))
    rows[2].update(honoraires_totaux_eur=Decimal(5))
    rows[3].update(actes_visite_mg_nb=-3)
    rows[4].update(infirmier_nb=-1)
    del rows[5]["gestionnaire_code"]
    return rows


@pytest.mark.parametrize("style", [Style(), FRENCH, Style("export_long", delimiter=";"), BOOK])
def test_coherent_centres_have_no_problem(project: Layout, tmp_path: Path, style: Style) -> None:
    assert found(project, write_export(tmp_path, centres(), style)) == []


def test_it_says_how_a_file_was_read(project: Layout, tmp_path: Path) -> None:
    (path,) = write_export(tmp_path, centres(), FRENCH)
    assert inspect_file(project, path, "ecds").notes == [
        "export.csv: 6 rows, layout export_large, cp1252, semicolon between columns"
    ]


def test_problems_bear_the_headers_of_a_wide_export(project: Layout, tmp_path: Path) -> None:
    problems = found(project, write_export(tmp_path, faulty(), FRENCH))
    assert places(problems) == [
        ("export.csv", 3, "Effectif médecins généralistes"),
        ("export.csv", 4, "Honoraires totaux (en euros)"),
        ("export.csv", 4, "Recettes d'exploitation (en euros)"),
        ("export.csv", 5, "Visites de médecine générale"),
        ("export.csv", 6, "Effectif infirmiers"),
        ("export.csv", 7, "Statut du gestionnaire"),
    ]
    assert problems[0].expected == "au moins 1.50 personnes, comme les ETP"
    assert problems[4].expected.startswith("at least 0")
    assert (problems[5].expected, problems[5].found) == ("a value", "nothing")


def test_problems_name_the_sheet_of_a_workbook(project: Layout, tmp_path: Path) -> None:
    problems = found(project, write_export(tmp_path, faulty(), BOOK))
    sheets = [(p.file.removeprefix("export.xlsx#"), p.column) for p in problems]
    assert sheets == [
        ("Activité", "Visites de médecine générale"),
        ("Centres", "Gestionnaire"),
        ("Effectifs", "Effectif"),
        ("Effectifs", "Effectif"),
        ("Finances", "Montant (en euros)"),
        ("Finances", "Montant (en euros)"),
    ]
    assert all(problem.line and problem.line > 1 for problem in problems)


def test_problems_name_the_variable_of_a_long_export(project: Layout, tmp_path: Path) -> None:
    style = Style("export_long", labels=True)
    problems = found(project, write_export(tmp_path, faulty(), style))
    assert {problem.column for problem in problems} == {
        "Effectifs / Médecin généraliste",
        "effectif_nb",
        "Finances / Honoraires totaux",
        "Finances / Recettes d'exploitation",
        "Activité / Visites de médecine générale",
        "Identité / Gestionnaire",
    }


def test_what_does_not_parse_is_told_with_the_rest(project: Layout, tmp_path: Path) -> None:
    (path,) = write_export(tmp_path, faulty(), Style(delimiter=";"))
    text = path.read_text("utf-8")
    row = text.splitlines()[4]
    path.write_text(text.replace(row, row.replace(";-3;", ";x;")), "utf-8")
    problems = found(project, [path])
    assert ("export.csv", 5, "actes_visite_mg_nb") in places(problems)
    assert len(problems) == 6


def test_a_centre_given_twice_is_told_once_by_line(project: Layout, tmp_path: Path) -> None:
    rows = centres()
    problems = found(project, write_export(tmp_path, [*rows, rows[2]], FRENCH))
    assert places(problems) == [("export.csv", n, "Année + N° FINESS") for n in (4, 8)]
    assert problems[0].found.endswith(", also at export.csv, line 8")
    assert problems[1].found.endswith(", also at export.csv, line 4")


def test_a_file_is_checked_among_those_it_joins(project: Layout, tmp_path: Path) -> None:
    """Amounts alone are orphans, until the file of their centres is there."""
    rows = centres()
    (money,) = write_export(tmp_path, [only(r, "ecds_finances") for r in rows], name="finances")
    others = ("ecds_centres", "ecds_effectifs", "ecds_activite")
    (identity,) = write_export(tmp_path, [only(row, *others) for row in rows], name="centres")
    alone = inspect_file(project, money, "ecds")
    assert alone.problems == []
    assert f"no row for {CENTRES}: rules that need it did not run" in alone.notes
    accept(project, identity, "ecds", {})
    assert inspect_file(project, money, "ecds").problems == []
    accept(project, money, "ecds", {})
    (again,) = write_export(tmp_path, [only(rows[0], "ecds_finances")], name="encore")
    problems = found(project, [again])
    assert [(p.line, p.column) for p in problems] == [(2, "annee + finess + poste_code")]
    assert problems[0].found.endswith("also at data/raw/ecds/finances.csv, line 2")
    (stray,) = write_export(
        tmp_path, [{**only(rows[0], "ecds_finances"), "finess": "990000001"}], name="inconnu"
    )
    problems = found(project, [stray])
    assert [(p.line, p.column, p.found) for p in problems] == [
        (2, "finess", "990000001 en 2022 dans ecds_finances seulement")
    ]


def test_a_new_version_is_not_checked_against_the_old_one(project: Layout, tmp_path: Path) -> None:
    (path,) = write_export(tmp_path, centres(), name="mes_centres")
    accept(project, path, "ecds", {})
    assert found(project, [path]) == []
    assert found(project, [project.raw / "ecds" / path.name]) == []


def test_a_synthetic_file_is_checked_as_such(project: Layout, tmp_path: Path) -> None:
    (path,) = write_export(tmp_path, centre_years(3, (2030,)))
    (problem,) = inspect_file(project, path, "ecds").problems
    assert "a synthetic one" in problem.found
    assert "--origin synthetic" in str(problem)
    assert inspect_file(project, path, "ecds", "synthetic").problems == []
