"""Files in the format of Open DAMIR, written line by line, and what is read of them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyarrow as pa

from pipeline.calibration.damir.month import month
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.parameters import default_parameters
from pipeline.sources.open_damir import TABLE, stage_damir
from pipeline.sources.staging import BAD, Job, Staging, staged_name
from pipeline.sources.streams import Limits
from pipeline.store.engine import DuckDBEngine
from tests.support import entry_of

Row = dict[str, Any]
GP = {
    "FLX_ANN_MOI": "202206",
    "SOI_ANN": "2022",
    "SOI_MOI": "05",
    "ETE_CAT_SNDS": "9999",
    "ETE_REG_COD": "99",
    "EXE_INS_REG": "53",
    "PSE_SPE_SNDS": "1",
    "PRS_NAT": "1110",
    "CPL_COD": "0",
    "PRS_ACT_NBR": "1",
    "FLT_ACT_QTE": "1",
    "FLT_PAI_MNT": "25",
    "FLT_REM_MNT": "17.5",
}
IN_CENTRE = {"ETE_CAT_SNDS": "2206", "ETE_REG_COD": "53", "EXE_INS_REG": "99"}


@dataclass
class Found:
    """Rows read of a file, cells that set lines aside, lines met and set aside."""

    rows: list[Row]
    bad: list[Row]
    lines: int
    aside: int


def line(**told: str) -> str:
    """Return one line: a consultation of a GP in Brittany, but for the cells told."""
    cells = {**dict.fromkeys(month().columns, "99"), **GP, **told}
    return ";".join(cells[name] for name in month().columns) + ";"


def text(*lines: str) -> str:
    """Return a whole file, header first."""
    return "\n".join([";".join(month().columns) + ";", *lines]) + "\n"


def read(path: Path, work: Path) -> Found:
    """Read a file as the run does, without building the table."""
    job = Job(path.name, entry_of(path.name, "open_damir", origin="real"), b"k" * 32, Limits.of())
    with (
        TemporaryDirectory(dir=work) as folder,
        Staging(Path(folder), job, (TABLE,)) as staging,
    ):
        stage_damir(path, staging)
        run = staging.connection.sql
        rows = run(f"SELECT * FROM {staged_name(TABLE)} ORDER BY ALL").to_arrow_table()
        bad = run(f"SELECT * FROM {BAD} ORDER BY ALL").to_arrow_table()
        aside = staging.bad_rows(TABLE)
        return Found(rows.to_pylist(), bad.to_pylist(), staging.rows_in[TABLE], aside)


def read_text(content: str, work: Path, name: str = "A202206.csv") -> Found:
    """Read a file of that content."""
    path = work / name
    path.write_text(content, encoding="utf-8")
    return read(path, work)


def sums(**told: Any) -> Row:
    """Return a row of `damir_regions`: one act of a GP in Brittany, but for what is told."""
    base = {
        "annee": 2022,
        "mois": 5,
        "flux_mois": "202206",
        "region_damir_code": "53",
        "lieu_code": "ville",
        "specialite_code": "mg",
        "prestation_code": "consultation_mg",
        "actes_nb": 1,
        "honoraires_eur": 25,
        "rembourse_eur": 17,
        "lignes_nb": 1,
        "lignes_annulation_nb": 0,
        "lignes_sans_nombre_nb": 0,
        "lignes_complement_nb": 0,
        "origin": "real",
        "source_file": "A202206.csv",
        "source_line": 2,
    }
    return {**base, **told}


def shares(*rows: Row) -> list[Row]:
    """Compute the share of centres on some rows of `damir_regions`."""
    table = pa.Table.from_pylist(list(rows), schema=arrow_schema(contract(TABLE)))
    with DuckDBEngine() as engine:
        engine.register_table(TABLE, table)
        found: list[Row] = run_card(
            engine, card("poids_cds_damir"), default_parameters()
        ).to_pylist()
        return found
