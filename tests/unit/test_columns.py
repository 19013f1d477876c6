"""Columns of texts become typed columns; what does not read sets its row aside, and is counted."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pytest

from pipeline.contracts.registry import contract
from pipeline.errors import ContractError
from pipeline.sources.columns import TextColumns, keep_columns
from pipeline.sources.result import SourceResult

CPTS = {
    "cpts_id": ["44-a", "44-b", "44-c", "44-d"],
    "cpts_nom": ["A", "B", "C", "D"],
    "perimetre_code": ["inventaire_pdl_2025"] * 4,
    "departement_code": ["44", "44", "44", "44"],
    "regions_nb": ["1", "1", "2", "1"],
    "region_codes": ["52"] * 4,
    "departement_codes": ["44"] * 4,
    "fiche_presente": ["true", "true", "false", "true"],
    "document_id": ["inter_urps_pdl_2025"] * 4,
    "document_line": ["3", "4", "5", "6"],
    "population_nb": ["100", None, "300", "400"],
}


def read(**changed: list[str | None]) -> SourceResult:
    texts = {**CPTS, **changed}
    lines = pa.array([2, 3, 4, 5], pa.int32())
    columns = {name: pa.array(cells, pa.string()) for name, cells in texts.items()}
    result = SourceResult("cpts")
    named = {"population_nb": "Population"}
    keep_columns(TextColumns("cpts", "x.csv", lines, columns, named), "real", result)
    return result


def test_whole_columns_are_kept_and_a_missing_cell_stays_missing() -> None:
    result = read()
    table = result.to_arrow()
    assert (result.rows_in, result.kept, result.rows_set_aside) == (4, 4, 0)
    assert table.column("population_nb").to_pylist() == [100, None, 300, 400]
    assert table.column("source_line").to_pylist() == [2, 3, 4, 5]
    assert set(table.column("origin").to_pylist()) == {"real"}
    assert table.column("site_web").null_count == 4
    assert table.schema.names == contract("cpts").names


@pytest.mark.parametrize(
    ("column", "cells", "header", "motif"),
    [
        ("population_nb", ["100", "2 000", "300", "400"], "Population", "an integer"),
        ("departement_code", ["44", "4", "44", "44"], "departement_code", "the list departement"),
        ("cpts_id", ["44-a", "44 B", "44-c", "44-d"], "cpts_id", "a text like"),
        ("cpts_nom", ["A", None, "C", "D"], "cpts_nom", "a value"),
        ("fiche_presente", ["true", "oui", "false", "true"], "fiche_presente", "true or false"),
    ],
)
def test_a_cell_that_does_not_read_sets_its_row_aside(
    column: str, cells: list[str | None], header: str, motif: str
) -> None:
    result = read(**{column: cells})
    (cell,) = result.bad_cells
    assert (cell.source_file, cell.source_line, cell.colonne) == ("x.csv", 3, header)
    assert cell.valeur == (cells[1] or "")
    assert motif in cell.motif
    assert (result.rows_in, result.kept, result.rows_set_aside) == (4, 3, 1)
    assert result.to_arrow().column("source_line").to_pylist() == [2, 4, 5]


def test_the_same_wrong_text_twice_is_two_cells() -> None:
    result = read(population_nb=["x", "200", "x", "400"])
    assert [cell.source_line for cell in result.bad_cells] == [2, 4]
    assert result.kept == 2


def test_a_row_wrong_twice_is_set_aside_once() -> None:
    result = read(population_nb=["100", "x", "300", "400"], regions_nb=["1", "y", "2", "1"])
    assert len(result.bad_cells) == 2
    assert (result.kept, result.rows_set_aside) == (3, 1)


def test_a_column_may_have_a_parser_of_its_own() -> None:
    lines = pa.array([1, 2, 3], pa.int32())
    texts = {"date_debut": pa.array(["1900-01-01", "2020-02-29", None], pa.string())}

    def day(text: str) -> object:
        return None if text == "1900-01-01" else dt.date.fromisoformat(text)

    result = SourceResult("dispositifs")
    cells = TextColumns("dispositifs", "x", lines, texts, parsers={"date_debut": day})
    keep_columns(cells, "real", result)
    assert {c.colonne for c in result.bad_cells} == {
        column.name for column in contract("dispositifs").columns if column.constraints.required
    } - {"origin", "source_file", "source_line"}
    assert result.kept == 0


def test_rows_and_blocks_stand_side_by_side_and_unfold() -> None:
    first, second = read(), SourceResult("cpts", rows=read().to_arrow().to_pylist(), rows_in=4)
    second.merge(first)
    assert (second.kept, second.to_arrow().num_rows) == (8, 8)
    before = second.to_arrow()
    second.unfold()
    assert (second.blocks, len(second.rows)) == ([], 8)
    assert second.to_arrow().equals(before)


def test_a_block_that_does_not_fit_its_contract_is_a_fault_of_the_reader() -> None:
    result = SourceResult("cpts", blocks=[pa.table({"cpts_id": ["44-a"]})])
    with pytest.raises(ContractError, match="columns differ from the contract"):
        result.to_arrow()
