"""The reader of large files: what the canonical reader reads, column by column."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.sources.canonical import expected_header, read_canonical
from pipeline.sources.large import read_large
from tests.support import csv_text, entry_of

COMMUNES = contract("communes")
HEADER = expected_header(COMMUNES)


def record(**cells: str) -> list[str]:
    said = {
        "annee": "2026",
        "commune_code": "44109",
        "commune_nom": "Nantes, ville",
        "departement_code": "44",
        "region_code": "52",
        "population_nb": "10",
    }
    return [(said | cells).get(name, "") for name in HEADER]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "essai.csv"
    path.write_text(text, encoding="utf-8")
    return path


def large(path: Path) -> Any:
    return read_large(path, "essai.csv", entry_of(source="communes")).results["communes"]


def test_the_large_reader_reads_what_the_other_one_reads(tmp_path: Path) -> None:
    path = written(tmp_path, csv_text([HEADER, record(), record(annee="2021", population_nb="")]))
    slow = read_canonical(path, "essai.csv", COMMUNES, entry_of(source="communes"))
    found = large(path)
    assert found.blocks
    assert not found.rows
    assert found.to_arrow().equals(slow.to_arrow())
    assert found.to_arrow()["population_nb"].to_pylist() == [10, None]


def test_a_cell_that_does_not_read_sets_its_row_aside(tmp_path: Path) -> None:
    path = written(tmp_path, csv_text([HEADER, record(), record(population_nb="dix")]))
    found = large(path)
    (cell,) = found.bad_cells
    assert (cell.source_line, cell.colonne, cell.valeur) == (3, "population_nb", "dix")
    assert (found.rows_in, found.kept, found.rows_set_aside) == (2, 1, 1)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (csv_text([[*HEADER[:-1], "habitants"], record()]), 1),
        (csv_text([HEADER, record(), record()[:-1]]), 3),
        (csv_text([HEADER, record()]) + '2026,"44', 3),
    ],
)
def test_a_structural_fault_names_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(InputError) as caught:
        large(written(tmp_path, text))
    assert caught.value.line == line
