"""`snp run` in a process of its own: what it publishes, what it says when an input is wrong."""

from __future__ import annotations

import os
import subprocess
import sys

from pipeline.indicators.card import cards
from pipeline.paths import PACKAGE, Layout
from tests.outputs import hashes
from tests.support import refresh_hashes, with_value


def run_snp(place: Layout, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `snp` in a process of its own, the code of the checkout first on the path."""
    environment = {**os.environ, "SNP_ROOT": str(place.root), "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-m", "pipeline.cli", *arguments]
    return subprocess.run(
        command, cwd=place.root, env=environment, capture_output=True, text=True, check=False
    )


def test_run_publishes_and_prints_the_headlines(project: Layout) -> None:
    done = run_snp(project, "run")
    assert done.returncode == 0, done.stderr
    assert "[8/8] " in done.stdout
    assert "Rapport : reports/index.html" in done.stdout
    for card in cards().values():
        for headline in card.headlines:
            assert headline.label.fr in done.stdout
    assert (project.reports / "index.html").is_file()
    assert project.catalogue.is_file()
    assert str(project.root) not in done.stdout


def test_run_on_a_broken_input_names_file_line_and_column(project: Layout) -> None:
    file = project.raw / "cpts" / "cpts.csv"
    text = file.read_text(encoding="utf-8")
    line = next(n for n, t in enumerate(text.splitlines(), 1) if t.startswith("44-erdre-et-cens,"))
    file.write_text(with_value(text, "44-erdre-et-cens", "departement_code", "ZZ"), "utf-8")
    refresh_hashes(project)
    done = run_snp(project, "run")
    assert done.returncode == 2
    assert f"data/raw/cpts/cpts.csv, line {line}, column departement_code: expected" in done.stderr
    assert "found ZZ" in done.stderr
    assert "Traceback" not in done.stderr
    assert hashes(project) == {}
