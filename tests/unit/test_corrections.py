"""A correction mends a known error, and stops the run once the source no longer holds it."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from pipeline.errors import ContractError, InputError
from pipeline.paths import Layout
from pipeline.sources.corrections import apply_corrections, read_corrections
from pipeline.sources.load import load
from pipeline.sources.result import BadCell, Row, SourceResult
from tests.support import refresh_hashes, with_value

SAID: dict[str, Any] = {
    "id": "cor-essai-001",
    "table": "cpts",
    "key": {"cpts_id": "49-essai"},
    "column": "population_nb",
    "expect": "1000",
    "action": "set",
    "value": "10000",
    "reason": "un zéro manque",
    "evidence": "le sommaire du document",
    "document_id": "inter_urps_pdl_2025",
    "lines": [1],
    "status": "active",
}


def corrections(layout: Layout, **told: Any) -> Any:
    path = layout.raw / "corrections.yml"
    path.write_text(yaml.safe_dump([SAID | told]), encoding="utf-8")
    return read_corrections(layout)


def result_with(population: int | None = 1000, origin: str = "published") -> SourceResult:
    row: Row = {
        "cpts_id": "49-essai",
        "population_nb": population,
        "origin": origin,
        "source_file": "cpts.csv",
        "source_line": 7,
    }
    other: Row = row | {"cpts_id": "49-autre", "source_line": 8}
    return SourceResult("cpts", rows=[row, other], rows_in=2)


def test_the_named_cell_changes_and_no_other(project: Layout) -> None:
    result = result_with()
    assert apply_corrections(result, corrections(project)) == ["cor-essai-001"]
    assert [row["population_nb"] for row in result.rows] == [10000, 1000]


def test_a_cell_may_be_cleared(project: Layout) -> None:
    result = result_with()
    apply_corrections(result, corrections(project, action="clear", value=None))
    assert result.rows[0]["population_nb"] is None


@pytest.mark.parametrize("now", [10000, None])
def test_the_guard_fails_when_the_source_changed(project: Layout, now: int | None) -> None:
    result = result_with(now)
    with pytest.raises(InputError, match="retire the correction") as caught:
        apply_corrections(result, corrections(project))
    error = caught.value
    assert (error.file, error.line, error.column) == ("cpts.csv", 7, "population_nb")
    assert "'1000', which correction cor-essai-001 mends" in error.expected
    assert result.rows[0]["population_nb"] == now


def test_a_row_that_is_not_there_stops_the_run(project: Layout) -> None:
    result = result_with()
    result.bad_cells.append(BadCell("cpts.csv", 9, "cpts", "regions_nb", "une", "an integer"))
    with pytest.raises(InputError, match="cor-essai-001") as caught:
        apply_corrections(result, corrections(project, key={"cpts_id": "49-absente"}))
    assert caught.value.found == "0"
    assert "cpts.csv, line 9, column regions_nb" in caught.value.hint


def test_a_key_of_two_rows_stops_the_run(project: Layout) -> None:
    with pytest.raises(InputError) as caught:
        apply_corrections(result_with(), corrections(project, key={"origin": "published"}))
    assert caught.value.found == "2"


def test_a_value_that_does_not_parse_is_refused(project: Layout) -> None:
    with pytest.raises(InputError, match="dix mille"):
        apply_corrections(result_with(), corrections(project, value="dix mille"))


def test_a_user_file_or_another_table_is_left_alone(project: Layout) -> None:
    real = result_with(5, origin="real")
    assert apply_corrections(real, corrections(project)) == []
    other = SourceResult("dispositifs", rows=[{"origin": "published"}])
    assert apply_corrections(other, corrections(project)) == []


def test_a_retired_correction_is_not_applied(project: Layout) -> None:
    assert corrections(project, status="retired") == []


@pytest.mark.parametrize(
    ("told", "error"),
    [
        ({"column": "habitants"}, InputError),
        ({"key": {"nom": "x"}}, InputError),
        ({"table": "centres"}, ContractError),
        ({"action": "guess"}, InputError),
    ],
)
def test_a_correction_of_nothing_is_refused(
    project: Layout, told: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        corrections(project, **told)


def test_no_file_means_no_correction(project: Layout) -> None:
    (project.raw / "corrections.yml").unlink()
    assert read_corrections(project) == []


def test_every_correction_of_the_project_is_applied(project: Layout) -> None:
    active = {entry.id for entry in read_corrections(project)}
    assert active
    loaded = load(project, sorted({entry.table for entry in read_corrections(project)}))
    assert {name for applied in loaded.corrections.values() for name in applied} == active


def test_every_correction_of_the_project_is_guarded(project: Layout) -> None:
    """Once the source prints the right value, the correction stops the run."""
    (entry, *_) = [c for c in read_corrections(project) if c.table == "cpts"]
    path = project.raw / "cpts" / "cpts.csv"
    text = path.read_text(encoding="utf-8")
    mended = with_value(text, entry.key["cpts_id"], entry.column, str(entry.value))
    path.write_text(mended, encoding="utf-8")
    refresh_hashes(project)
    with pytest.raises(InputError, match=f"{entry.id} mends"):
        load(project, ["cpts"])
