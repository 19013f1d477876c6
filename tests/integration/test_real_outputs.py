"""A user's export all the way to the report: every output real, whatever the export lacks."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.core import build_core
from pipeline.events.build import build_events
from pipeline.indicators.card import cards
from pipeline.indicators.runner import build_indicators
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.publication.report import build_report
from pipeline.publication.texts import text
from pipeline.reconciliation.table import TABLE
from pipeline.sources.add import accept
from pipeline.sources.ecds_cells import TABLES
from pipeline.store.catalogue import write_catalogue
from pipeline.store.parquet import table_path
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import FRENCH, Style, write_export
from tests.feeds import asleep
from tests.outputs import copy_outputs

MARKS = [text("synthetique_filigrane", "fr"), "badge-synthetic"]
FROM_CENTRES = [card for card in cards().values() if set(card.core_inputs) & set(TABLES)]
PURE = [card for card in FROM_CENTRES if set(card.core_inputs) <= set(TABLES)]


def published(layout: Layout) -> None:
    build_core(layout)
    build_events(layout)
    build_indicators(layout, default_parameters())
    build_report(layout, default_parameters())
    write_catalogue(layout, cards().values())


def only(rows: list[CentreYear], *ends: str) -> list[CentreYear]:
    """Return centre-years whose staff, amounts and activity are only those that end so."""
    measured = ("_nb", "_etp", "_eur")
    return [
        {k: v for k, v in row.items() if not k.endswith(measured) or (ends and k.endswith(ends))}
        for row in rows
    ]


ROWS = centre_years(40, (2021, 2022), real=True)
EXPORTS: dict[str, tuple[list[CentreYear], Style]] = {
    "two years, wide": (ROWS, FRENCH),
    "two years, long": (ROWS, Style("export_long", labels=True)),
    "two years, workbook": (ROWS, Style("modele", container="xlsx")),
    "one recent year": (centre_years(25, (2024,), real=True), Style()),
    "one small year": (centre_years(3, (2022,), real=True), Style()),
    "no accounts": (only(ROWS, "_nb", "_etp"), Style()),
    "accounts alone": (only(ROWS, "_eur"), Style()),
    "centres alone": (only(ROWS), Style()),
}


@pytest.mark.parametrize("name", list(EXPORTS))
def test_every_output_of_a_real_export_is_real(built: Layout, tmp_path: Path, name: str) -> None:
    rows, style = EXPORTS[name]
    place = copy_outputs(built, tmp_path / "projet")
    for path in write_export(tmp_path, rows, style, "mes_centres"):
        accept(place, path, "ecds", {})
    asleep(place)
    published(place)

    for card in FROM_CENTRES:
        table = pq.read_table(table_path(place, card))
        assert "synthetic" not in table.column("origin").unique().to_pylist(), card.table
    for card in PURE:
        table = pq.read_table(table_path(place, card))
        assert table.column("origin").unique().to_pylist() in ([], ["real"]), card.table
    assert any(pq.read_table(table_path(place, card)).num_rows for card in PURE)

    for path in place.reports.rglob("*"):
        if path.suffix in (".html", ".svg"):
            page = path.read_text(encoding="utf-8")
            assert not [mark for mark in MARKS if mark in page], path.name
    finess = str(rows[0]["finess"])
    told = json.loads((place.reports / "provenance.json").read_text("utf-8"))
    origins = {entry["origin"] for entry in told["inputs"] if entry["source"] == "ecds"}
    assert origins == {"real"}
    for path in place.reports.rglob("*"):
        assert not path.is_file() or finess.encode() not in path.read_bytes(), path.name

    status = pq.read_table(table_path(place, contract(TABLE)))
    assert (
        status.num_rows == pq.read_table(table_path(place, contract("published_figures"))).num_rows
    )
    assert "synthetic" not in status.column("origine_recalcul").unique().to_pylist()
    assert not pc.any(pc.is_null(status.column("statut_code"))).as_py()
