"""The acts shipped are those of the panel, and counting them gives back what the panel declares."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from pipeline.acts import ACTS, BY_MANAGER, acts_of_panel, acts_state, write_csv_gz
from pipeline.indicators.card import card
from pipeline.paths import Layout
from pipeline.store.parquet import table_path


def rows(layout: Layout, indicator: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(table_path(layout, card(indicator))).to_pylist()
    return found


def test_the_file_shipped_is_what_its_code_makes(built: Layout, tmp_path: Path) -> None:
    assert acts_state(built).fresh
    made = tmp_path / "actes.csv.gz"
    write_csv_gz(acts_of_panel(built, BY_MANAGER), made)
    assert made.read_bytes() == (built.raw / ACTS).read_bytes()


def test_counting_the_acts_gives_back_what_is_declared(built: Layout) -> None:
    found = rows(built, "ecart_declare_actes")
    assert {row["grandeur_code"] for row in found} == {
        "file_active_mg", "file_active_mg_c2s", "file_active_mg_ame", "file_active_infirmier",
        "actes_mg",
    }  # fmt: skip
    for row in found:
        assert row["cds_nb"] == row["compares_nb"] == row["egaux_nb"] == 16
        assert row["declare_nb"] == row["calcule_nb"]
        assert row["origin"] == "synthetic"


def test_every_measure_has_its_n(built: Layout) -> None:
    found = rows(built, "activite_actes")
    overall = {r["mesure_code"]: r["cds_nb"] for r in found if r["dimension_code"] == "ensemble"}
    assert overall == dict.fromkeys(
        ["actes_par_etp", "degre_cooperation", "file_active_par_etp", "honoraires_par_patient",
         "part_c2s_ame"], 16,
    )  # fmt: skip
    managers = [r for r in found if r["dimension_code"] == "gestionnaire"]
    assert sum(int(str(r["cds_nb"])) for r in managers) == 16 * len(overall)
