"""One SQL text, two engines, on files of territories: without them the cards have one row each."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pipeline.indicators.card import card
from pipeline.store.engine import DuckDBEngine
from pipeline.store.spark import SparkConnectEngine
from tests.apl_tables import Tables, apl_year, every_department, from_files, run_on, tables
from tests.engines import differences, told
from tests.territory_files import csv_file, workbook


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """Two years and two levels of the APL; a zoning with districts, neighbourhoods and gaps."""
    folder = tmp_path_factory.mktemp("territoires")
    lines = [[*line[:2], 1 + rank / 7, rank / 9, 100.123456 + rank, 90 + rank]
             for rank, line in enumerate(every_department())]  # fmt: skip
    book = apl_year(folder / "apl.xlsx", [*lines, ["01002", "B", "", 0, 7, 8]])
    rows = ["2A,2,2.5,100,60", "2B,4,4,300,0"]
    header = (
        "code_departement,apl_mg_2025,apl_mg_2024,population_totale_millesime_2023,"
        "population_apl_mg_lt_2_5_en_2025"
    )
    departments = csv_file(folder / "departements.csv", header, *rows)
    zones = workbook(
        folder / "Zonage_medecin_20191231.xlsx",
        {
            "Zonage_communes": [
                ["depcom", "zonage"],
                *[[line[0], ("ZIP", "ZAC", "HV")[rank % 3]] for rank, line in enumerate(lines)],
                ["75101", "ZIP"],
                ["69381", "NC"],
            ],
            "Zonage_QPV": [["qpv", "zonage"], ["QP001001", "ZIP"]],
        },
    )
    return tables(
        apl=from_files("apl", book, departments),
        zonage_communes=from_files("zonage_communes", zones),
    )


@pytest.fixture(scope="module")
def sail() -> Iterator[SparkConnectEngine]:
    with SparkConnectEngine() as engine:
        yield engine


@pytest.mark.parametrize(
    ("indicator", "least"), [("apl_territoires", 360), ("population_par_zone", 200)]
)
def test_both_engines_say_the_same(
    files: Tables, sail: SparkConnectEngine, indicator: str, least: int
) -> None:
    with DuckDBEngine() as duckdb:
        expected = run_on(duckdb, indicator, files)
    assert expected.num_rows >= least
    found = differences(card(indicator), expected, run_on(sail, indicator, files))
    assert not found, told(found)
