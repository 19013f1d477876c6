"""Drawing of a sensitivity: a line by row, the parameter along, its present value dashed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import Card
from pipeline.indicators.sensitivity import PAIRS
from pipeline.parameters import Parameter
from pipeline.publication.figures.model import Drawn, needed
from pipeline.publication.figures.style import BLUE, GREEN, GREY, INK, ORANGE, RULE, SKY, SOFT
from pipeline.publication.format import code_label, number
from pipeline.publication.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Colours and marks both tell the lines apart.
LOOKS = ((BLUE, "o"), (ORANGE, "s"), (GREEN, "^"), (SKY, "D"), (INK, "v"), (GREY, "P"))
LINES = len(LOOKS)
Row = dict[str, Any]


def spans(rows: list[Row]) -> dict[str, float]:
    """Return how far each row goes, by key; a row without a value is left out."""
    values: dict[str, list[float]] = {}
    for row in rows:
        if row["valeur"] is not None:
            values.setdefault(row["cle"], []).append(row["valeur"])
    return {key: max(found) - min(found) for key, found in values.items()}


def names_of(card: Card, keys: list[str], lang: Lang) -> dict[str, str]:
    """Return how to call each row: what its key has that others do not, codes as their labels."""
    pairs = {key: key.split(PAIRS) for key in keys}
    common = set.intersection(*(set(found) for found in pairs.values())) if len(keys) > 1 else set()

    def shown(pair: str) -> str:
        if not pair:
            return text("sensibilite.toutes", lang)
        name, _, value = pair.partition("=")
        vocabulary = card.column(name).constraints.vocabulary
        return code_label(vocabulary, value, lang) if vocabulary else value

    return {
        key: ", ".join(shown(pair) for pair in found if pair not in common)
        for key, found in pairs.items()
    }


def value_text(row: Row, moving: Parameter, lang: Lang) -> str:
    """Return the value a parameter takes in a row, a code as its label."""
    if moving.vocabulary:
        return code_label(moving.vocabulary, row["texte_parametre"], lang)
    return number(row["valeur_parametre"], None, lang)


def place(row: Row) -> float:
    """Return where a value lies along the axis: itself, or the rank of a text."""
    found = row["valeur_parametre"]
    return float(row["rang_parametre"] if found is None else found)


def label_values(axes: Axes, rows: list[Row], moving: Parameter, lang: Lang) -> None:
    """Write the values along the axis; texts have no distance between them."""
    if not moving.is_text:
        axes.set_xlabel(moving.unit)
        axes.xaxis.set_major_formatter(lambda value, _: number(round(value, 6), None, lang))
        return
    names = {place(row): value_text(row, moving, lang) for row in rows}
    axes.set_xticks(list(names), list(names.values()))
    axes.margins(x=0.2)


def draw_moves(axes: Axes, card: Card, rows: list[Row], moving: Parameter, lang: Lang) -> Drawn:
    """Draw the rows that move most.

    Args:
        axes: where it is drawn.
        card: the indicator.
        rows: rows of `sensibilite`, of one parameter and one measure.
        moving: the parameter.
        lang: language of the texts.
    """
    spread = spans(rows)
    # What stays where it is is not worth a line, unless nothing moves.
    spread = {key: span for key, span in spread.items() if span} or spread
    keys = needed(sorted(spread, key=lambda key: (-spread[key], key))[:LINES])
    names = names_of(card, keys, lang)
    reference = next(row for row in rows if row["reference"])
    for key, (color, mark) in zip(keys, LOOKS, strict=False):
        own = [row for row in rows if row["cle"] == key and row["valeur"] is not None]
        axes.plot(
            [place(row) for row in own],
            [row["valeur"] for row in own],
            color=color, marker=mark, markersize=4, linewidth=1.5, label=names[key],
            # Between two texts there is nothing: a dotted line only follows the row.
            linestyle=":" if moving.is_text else "-",
        )  # fmt: skip
    axes.axvline(place(reference), color=SOFT, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    label_values(axes, rows, moving, lang)
    axes.yaxis.set_major_formatter(lambda value, _: number(round(value, 6), None, lang))
    axes.legend(frameon=False, fontsize=7.5, loc="best")
    first = [row["valeur"] for row in rows if row["cle"] == keys[0] and row["valeur"] is not None]
    digits = 0 if all(value == int(value) for value in first) else 1
    low, high = number(min(first), digits, lang), number(max(first), digits, lang)
    kept = [row for row in rows if row["cle"] in keys]
    marks = {
        "ligne": names[keys[0]],
        "bas": low,
        "haut": high,
        "reference": value_text(reference, moving, lang),
        "resume": f"{names[keys[0]]} : {low} – {high}",
    }
    return Drawn(marks, pa.Table.from_pylist(kept, schema=arrow_schema(contract("sensibilite"))))
