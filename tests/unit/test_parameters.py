"""Parameters: one default file, a user's file over it, every change named."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import ContractError, InputError
from pipeline.parameters import default_parameters, read_parameters


def given(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "essai.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_default_has_a_unit_a_source_and_two_texts() -> None:
    entries = default_parameters().entries
    assert entries
    for name, entry in entries.items():
        said = (entry.unit, entry.source, entry.description.fr, entry.description.en)
        assert all(text.strip() for text in said), name


def test_no_file_means_the_defaults() -> None:
    assert read_parameters() == default_parameters()
    assert read_parameters().changed == ()


def test_a_file_changes_what_it_names_and_says_so(tmp_path: Path) -> None:
    base = default_parameters()
    same = base.value("mois_par_an")
    path = given(tmp_path, f"semaines_par_an: 47\nmois_par_an: {same}\nquarantaine_part_max_pct: 1")
    found = read_parameters(path)
    assert found.value("semaines_par_an") == 47
    assert found.changed == ("quarantaine_part_max_pct", "semaines_par_an")
    others = set(base.entries) - set(found.changed)
    assert all(found.entries[name] == base.entries[name] for name in others)
    kept = found.entries["semaines_par_an"]
    assert kept.model_copy(update={"value": 52}) == base.entries["semaines_par_an"]


@pytest.mark.parametrize(
    ("text", "column", "found"),
    [
        ("semaine_par_an: 47", "semaine_par_an", "semaine_par_an"),
        ("semaines_par_an: quarante", "semaines_par_an", "'quarante'"),
        ("semaines_par_an: true", "semaines_par_an", "True"),
        ("semaines_par_an:", "semaines_par_an", "None"),
        ("- 47", None, "[47]"),
        ("", None, "None"),
    ],
)
def test_a_wrong_file_is_refused(tmp_path: Path, text: str, column: str | None, found: str) -> None:
    with pytest.raises(InputError) as caught:
        read_parameters(given(tmp_path, text))
    error = caught.value
    assert (error.file, error.column, error.found) == ("essai.yml", column, found)


def test_an_unknown_name_lists_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_parameters(given(tmp_path, "autre: 1"))
    assert all(name in caught.value.expected for name in default_parameters().entries)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.yml: .*found no file"):
        read_parameters(tmp_path / "absent.yml")


def test_a_name_the_code_invents_is_a_fault_of_the_project() -> None:
    with pytest.raises(ContractError, match="'autre'"):
        default_parameters().value("autre")
