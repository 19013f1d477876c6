"""Files of acts for the tests: a header and rows, said in a few words."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

from pipeline.paths import Layout
from pipeline.sources.add import Provenance, entry_for, merged
from pipeline.sources.manifest import read_manifest, write_manifest

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


def list_acts(layout: Layout, path: Path) -> None:
    """List a user's own file in the place of the synthetic one."""
    target = layout.raw / "actes" / path.name
    shutil.copyfile(path, target)
    said = Provenance("real", "essai", "actes", "aucune", "essai", "2024", "2024-12-31")
    entry = entry_for(layout, target, "actes", said)
    write_manifest(layout, merged(read_manifest(layout).files, entry, alone=True))


def add_acts(layout: Layout, folder: Path, rows: list[dict[str, str]]) -> None:
    """Put rows of acts in the place of the synthetic ones."""
    list_acts(layout, write_acts(folder / "mes_actes.csv", rows))
