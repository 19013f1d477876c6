"""The panel gives back the published tables; what does not come back is explained."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.registry import contract
from pipeline.indicators.card import card
from pipeline.panel import PANEL, calibrate, panel_state
from pipeline.paths import PACKAGE, Layout
from pipeline.publication.calibration_score import (
    BLOCK,
    CALIBRATED,
    PAGE,
    counts,
    from_panel,
    score,
)
from pipeline.reconciliation.gaps import gaps
from pipeline.reconciliation.table import TABLE
from pipeline.store.parquet import read_built
from tests.outputs import rows

Row = dict[str, Any]
# Printed cells of each table, empty ones left out; counted in the document.
CELLS = {1: 48, 2: 55, 3: 85, 4: 206, 6: 120, 7: 90, 8: 22, 9: 20}
SHARE_OF_ALL = 0.98


@pytest.fixture(scope="module")
def reconciliation(published: Layout) -> pa.Table:
    return read_built(published, contract(TABLE))


@pytest.fixture(scope="module")
def printed(published: Layout) -> pa.Table:
    return read_built(published, contract("published_tables"))


def test_every_row_of_the_panel_is_synthetic(published: Layout) -> None:
    for name in ("ecds_centres", "ecds_effectifs", "ecds_finances", "ecds_activite"):
        table = read_built(published, contract(name))
        assert table.column("origin").unique().to_pylist() == ["synthetic"]
        assert all(str(f).startswith("SYN") for f in table.column("finess").unique().to_pylist())


def test_the_panel_comes_from_the_present_values_and_code(published: Layout) -> None:
    assert panel_state(published).fresh


def test_every_cell_of_the_tables_is_recomputed_and_comes_back(
    reconciliation: pa.Table, printed: pa.Table
) -> None:
    found = counts(from_panel(reconciliation), printed)
    assert {name: found[name][True] for name in CALIBRATED} == {
        f"igas_tableau_{rank}": cells for rank, cells in CELLS.items()
    }
    assert {name: found[name][False] for name in CALIBRATED} == dict.fromkeys(CALIBRATED, 0)


def test_the_text_comes_back_too(reconciliation: pa.Table) -> None:
    figures = from_panel(reconciliation)
    back = sum(row["statut_code"] == "reproduced" for row in figures)
    assert back >= SHARE_OF_ALL * len(figures)


def test_every_miss_is_explained_and_every_explanation_serves(reconciliation: pa.Table) -> None:
    missed = [row for row in from_panel(reconciliation) if row["statut_code"] != "reproduced"]
    alone = {row["figure_id"] for row in missed if not row["incoherence_ids"]}
    assert alone == set(gaps())
    for row in missed:
        assert row["motif_code"] or row["statut_code"] == "inconsistent_in_source"
        assert row["autres_lignes"]


def test_a_gap_is_explained_by_lines_that_print_what_was_found(
    reconciliation: pa.Table, shared: Path
) -> None:
    text = next((shared / "seeds").glob("001_*.txt")).read_text(encoding="utf-8").split("\n")
    values = {row["figure_id"]: row["valeur_recalculee"] for row in from_panel(reconciliation)}
    for name, gap in gaps().items():
        if gap.motif != "texte_arrondi":
            continue
        lines = " ".join(text[line - 1] for line in gap.lines)
        plain = re.sub(r"(?<![\d,])(\d{1,3}) (?=\d{3}\b)", r"\1", lines)
        numbers = [float(n.replace(",", ".")) for n in re.findall(r"\d+(?:,\d+)?", plain)]
        assert any(abs(number - values[name]) <= 0.5 for number in numbers), name


@pytest.mark.parametrize("name", ["correlations_r1", "contrastes_r1"])
def test_links_go_the_way_the_report_says(published: Layout, name: str) -> None:
    said = [row for row in rows(published, card(name)) if row["accord_code"] != "sans_objet"]
    assert len({row.get("facteur_code") or row.get("contraste_code") for row in said}) >= 5
    assert {row["accord_code"] for row in said} <= {"accord", "non_concluant"}
    if name == "correlations_r1":
        ranks = [row for row in said if row["methode_code"] == "spearman"]
        assert {row["accord_code"] for row in ranks} == {"accord"}


def test_the_page_of_the_calibration_tells_this_score(
    reconciliation: pa.Table, printed: pa.Table
) -> None:
    page = (PACKAGE.parent / "docs" / PAGE).read_text(encoding="utf-8")
    told = BLOCK.search(page)
    assert told
    assert told[0] == f"{told[1]}{score(reconciliation, printed)}{told[2]}"


def test_solving_again_gives_the_same_bytes(project: Layout) -> None:
    shipped = (project.raw / PANEL).read_bytes()
    (project.raw / PANEL).unlink()
    calibrate(project)
    assert (project.raw / PANEL).read_bytes() == shipped
    assert panel_state(project).fresh
