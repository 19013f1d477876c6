"""Densities with their files present: the two engines agree on every cell."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.indicators.views import open_views
from pipeline.parameters import default_parameters
from pipeline.store.engine import DuckDBEngine, Engine
from pipeline.store.spark import SparkConnectEngine
from tests.densites import CARDS, VIEW, Tables, ameli, anct, insee, opened, rpps, rpps_line
from tests.engines import differences, told


@pytest.fixture
def given(tmp_path: Path) -> Tables:
    """Two departments of Corsica in the three sources, and a third that is withheld."""
    titles = ("effectif_2019", "effectif_2023", "densite_2023")
    lines = [
        rpps_line(place, *values, specialty=specialty, mode=mode)
        for place, values in (("2A", (97, 101, 61.3)), ("2B", (131, 129, 69.7)), ("44", ("ND", 7)))
        for specialty in ("generalistes", "ensemble")
        for mode in ("ensemble", "liberal")
    ]
    gps = "Ensemble des médecins généralistes"
    return {
        "effectifs_rpps": rpps(tmp_path, titles, *lines),
        "densites_ameli": ameli(
            tmp_path,
            f"2023;{gps};94;2A;91;55.1",
            f"2023;{gps};94;2B;NS;NC",
            f"2019;{gps};94;2A;93;1",
        ),
        "densites_anct": anct(tmp_path, ["2A", "x", 2023, 103, 167_123, 61.6]),
        "populations": insee(tmp_path, 2019, "2A004;71361;1000;72361"),
    }  # fmt: skip


def test_the_same_densities_on_both_engines(given: Tables) -> None:
    parameters = default_parameters()

    def computed(engine: Engine) -> list[pa.Table]:
        opened(engine, given)
        open_views(engine, [VIEW], parameters)
        return [run_card(engine, card(name), parameters) for name in CARDS]

    with DuckDBEngine() as duck, SparkConnectEngine() as spark:
        for name, here, there in zip(CARDS, computed(duck), computed(spark), strict=True):
            found = differences(card(name), here, there)
            assert not found, told(found)
            statuses = set(here.column("statut_calcul").to_pylist())
            assert statuses == {"calcule", "refuse"}, name
