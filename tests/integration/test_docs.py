"""The generated pages of `docs/`: written by `snp docs`, and those of the project up to date."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.paths import Layout
from pipeline.publication.docs import pages


def snp(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


def test_docs_are_checked_and_written(project: Layout) -> None:
    late = snp("docs", "--check")
    assert late.exit_code == 1
    assert late.stdout.splitlines() == [f"out of date: {name}" for name in pages()]
    assert snp("docs").exit_code == 0
    assert {path.name for path in (project.root / "docs").iterdir()} == set(pages())
    assert snp("docs", "--check").exit_code == 0
    (project.root / "docs" / "dictionnaire.md").write_text("vieux", encoding="utf-8")
    assert snp("docs", "--check").stdout == "out of date: dictionnaire.md\n"


def test_the_docs_of_the_project_are_up_to_date(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SNP_ROOT", raising=False)
    result = snp("docs", "--check")
    assert result.stdout == "docs are up to date\n"
    assert result.exit_code == 0
