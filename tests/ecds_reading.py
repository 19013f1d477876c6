"""What tests ask of a reading of e-CDS exports: that it balances, and what cells it kept."""

from __future__ import annotations

from pathlib import Path

from pipeline.sources.ecds import read_ecds
from pipeline.sources.ecds_cells import KEYS, TABLES, targets
from pipeline.sources.result import Reading, SourceResult
from tests.ecds_centres import CentreYear
from tests.support import entry_of

Counts = dict[str, tuple[int, int, int]]


def read_exports(paths: list[Path], origin: str = "synthetic") -> Reading:
    """Read files together, as a run does; rows bear the names of the files."""
    reading = Reading({table: SourceResult(table) for table in TABLES})
    for path in paths:
        reading.merge(read_ecds(path, path.name, entry_of(source="ecds", origin=origin)))
    return reading


def balance(reading: Reading) -> Counts:
    """Return rows met, kept and set aside by table, after checking that they add up."""
    counts = {
        table: (result.rows_in, len(result.rows), result.rows_set_aside)
        for table, result in reading.results.items()
    }
    assert all(came == kept + aside for came, kept, aside in counts.values()), counts
    return counts


def cells_of(reading: Reading) -> list[CentreYear]:
    """Return the rows read as centre-years again, missing values left out."""
    found: dict[tuple[object, object], CentreYear] = {}
    for name, target in targets().items():
        for row in reading.results[target.table].rows:
            code = row.get("profession_code") or row.get("poste_code") or ""
            if code == target.code and row[target.column] is not None:
                key = (row["annee"], row["finess"])
                found.setdefault(key, dict(zip(KEYS, key, strict=True)))[name] = row[target.column]
    return list(found.values())
