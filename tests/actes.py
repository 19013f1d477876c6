"""Files of acts for the tests: a header and rows, said in a few words."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.paths import Layout
from pipeline.sources.add import accept

HEADER = (
    "centre", "departement", "patient", "effecteur", "profession", "date", "acte", "nature",
    "quantite", "montant", "c2s", "ame",
)  # fmt: skip
CENTRE = "440000123"
GP_ACT = {
    "centre": CENTRE, "departement": "44", "patient": "P1", "effecteur": "M1", "profession": "mg",
    "date": "2024-03-05", "acte": "G", "nature": "consultation_mg", "quantite": "1",
    "montant": "30,00", "c2s": "non", "ame": "non",
}  # fmt: skip


def act(**said: str) -> dict[str, str]:
    """Return one GP act, with what is said of it."""
    return {**GP_ACT, **said}


def write_acts(path: Path, rows: list[dict[str, str]]) -> Path:
    """Write a file of acts."""
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, HEADER, delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    return path


def add_acts(layout: Layout, folder: Path, rows: list[dict[str, str]]) -> None:
    """Put a user's own file of acts in the place of the synthetic one."""
    path = write_acts(folder / "mes_actes.csv", rows)
    accept(layout, path, "actes", {}, alone=False)
