"""Notebooks run from top to bottom on the results, write nothing, and carry no output."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from pipeline.paths import PACKAGE, Layout
from tests.support import tree_hashes

FOLDER = PACKAGE.parent / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LONGEST_CELL = 20
TIMEOUT_SECONDS = 120


def read(path: Path) -> Any:
    return nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]


def code_cells(notebook: Any) -> list[Any]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def each() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def test_there_is_a_notebook_to_start_with() -> None:
    assert "prise_en_main" in {path.stem for path in NOTEBOOKS}


@each()
def test_it_is_short_and_its_outputs_are_cleared(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in code_cells(notebook):
        assert cell.outputs == []
        assert cell.execution_count is None
        assert len(cell.source.splitlines()) <= LONGEST_CELL
    assert notebook.cells[0].cell_type == "markdown"
    assert notebook.cells[0].source.startswith("# ")


def execute(path: Path, folder: Path) -> Any:
    """Execute a notebook with its kernel in a folder; a cell that fails raises."""
    notebook = read(path)
    NotebookClient(
        notebook,
        timeout=TIMEOUT_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return notebook


@each()
def test_it_runs_on_the_results_and_writes_nothing(
    built: Layout, monkeypatch: pytest.MonkeyPatch, path: Path
) -> None:
    monkeypatch.setenv("SNP_ROOT", str(built.root))
    before = tree_hashes(built.root)
    notebook = execute(path, built.root)
    for cell in code_cells(notebook):
        shown = [o for o in cell.outputs if o.output_type == "execute_result"]
        assert len(shown) == 1, cell.source
        assert "Empty DataFrame" not in shown[0].data["text/plain"]
    assert tree_hashes(built.root) == before


@each()
def test_it_runs_without_the_variable_from_its_own_folder(
    built: Layout, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, path: Path
) -> None:
    """As a user opens it: in `notebooks/`, beside `data/`."""
    monkeypatch.delenv("SNP_ROOT", raising=False)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data").symlink_to(built.root / "data", target_is_directory=True)
    assert len(code_cells(execute(path, tmp_path / "notebooks"))) >= 3


def test_the_first_table_shows_the_published_numbers(
    built: Layout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNP_ROOT", str(built.root))
    cells = code_cells(execute(FOLDER / "prise_en_main.ipynb", built.root))
    table = next(c for c in cells if "couverture_snp_departement" in c.source)
    assert "87.5" in table.outputs[0].data["text/plain"]
    assert "na_source" in table.outputs[0].data["text/plain"]
