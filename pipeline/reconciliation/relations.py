"""Declared relations that hold: figures that follow from other printed figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa

from pipeline.indicators.card import Card

INDICATOR = "controle_arithmetique"
# Kinds that give the value of their target from other figures; the others only bound it.
DERIVING = ("somme", "part", "evolution", "rapport")


@dataclass(frozen=True)
class Relation:
    """A declared relation that holds, seen from its target."""

    relation_id: str
    value: float


def cell_figures(known: Mapping[str, Card]) -> dict[tuple[str, int, str], str]:
    """Return the figure each cell of a printed table is, from the cards that transcribe them.

    The key is (table, rank of the row, column).
    """
    return {
        (name, int(quoted.where["ligne_rang"]), quoted.column): quoted.figure_id
        for name, card in known.items()
        if card.nature == "transcription"
        for quoted in card.published
        if set(quoted.where) == {"ligne_rang"}
    }


def derived(
    known: Mapping[str, Card], indicators: Mapping[str, pa.Table]
) -> dict[str, list[Relation]]:
    """Return, for each figure, the relations it is the target of and that hold.

    Args:
        known: the cards by id.
        indicators: the computed tables by id.
    """
    figures = cell_figures(known)
    found: dict[str, list[Relation]] = {}
    for row in indicators[INDICATOR].to_pylist():
        if row["relation_code"] not in DERIVING or row["verdict"] != "coherent":
            continue
        cell = (row["tableau_id"], row["ligne_rang"], row["colonne"])
        figure = row.get("figure_id") or figures.get(cell)
        if figure:
            found.setdefault(figure, []).append(Relation(row["relation_id"], row["recalcul"]))
    return found
