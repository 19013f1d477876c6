"""An empty file of the register, in the layout that names its columns, and a guide to them."""

from __future__ import annotations

import csv
from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.sources.finess_layouts import FinessLayout, layouts_of

# What a piece of a position or of a place says, for it is no column of the contract by itself.
PIECES = {
    "commune_cog": "Code officiel géographique de la commune, sur cinq caractères.",
    "departement_finess": "Département de FINESS : 9A à 9J outre-mer.",
    "position_x": "Abscisse, en mètres.",
    "position_y": "Ordonnée, en mètres.",
}
UNREAD = "Colonne reconnue, non lue."


def guide_rows(layout: FinessLayout) -> list[list[str]]:
    """Return what there is to know of each header."""
    read = {header: column for column, header in layout.columns.items()}
    about = contract(layout.table)
    rows = []
    for header in layout.fields:
        column = read.get(header, "")
        said = PIECES.get(column, UNREAD)
        if column in about.names:
            said = about.column(column).description.fr
        rows.append([header, column, "oui" if header in layout.needed else "non", said])
    return rows


def write_finess_template(target: Path) -> list[Path]:
    """Write an empty year of the history and its guide.

    Args:
        target: the CSV to write; name it after its date (finess_20251231.csv).

    Returns:
        The files written.

    Raises:
        InputError: the guide exists.
    """
    (layout,) = layouts_of("entete").values()
    guide = target.with_name(f"{target.stem}_guide.csv")
    if guide.exists():
        raise InputError(file=str(guide), expected="a new file", found="an existing one")
    target.write_text(";".join(layout.fields) + "\n", encoding="utf-8", newline="\n")
    with guide.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["en_tete", "colonne", "obligatoire", "description"])
        writer.writerows(guide_rows(layout))
    return [target, guide]
