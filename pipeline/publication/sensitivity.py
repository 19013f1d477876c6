"""What `snp sensitivity` gives: how far each row moves, in words, as CSV and as a figure."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from pipeline.contracts.model import Lang, Text
from pipeline.contracts.origins import weakest_of
from pipeline.errors import InputError, NothingToDrawError
from pipeline.indicators.card import Card
from pipeline.parameters import Parameters
from pipeline.publication.exports import write_csv
from pipeline.publication.figures.draw_sensibilite import LINES, draw_moves
from pipeline.publication.figures.model import FigureSpec
from pipeline.publication.figures.style import finish, new_figure, save
from pipeline.publication.format import code_label, number
from pipeline.publication.terminal import print_rows
from pipeline.publication.texts import text

Row = dict[str, Any]
# Of more rows, the order is not compared: the pairs would be too many to mean something.
ORDERED_ROWS = 200


@dataclass(frozen=True)
class Move:
    """How far one measure of one row goes over the grid of one parameter."""

    parameter: str
    key: str
    measure: str
    reference: float | None
    low: float
    high: float

    @property
    def span(self) -> float:
        """Its highest value minus its lowest."""
        return self.high - self.low

    @property
    def turns(self) -> bool:
        """Does it change its sign: a surplus here, a deficit there?"""
        return self.low < 0 < self.high


def moves(table: pa.Table) -> list[Move]:
    """Return how far each measure of each row goes, the widest first within each measure."""
    grouped: dict[tuple[str, str, str], list[Row]] = defaultdict(list)
    for row in table.to_pylist():
        grouped[row["parametre"], row["mesure"], row["cle"]].append(row)
    found = []
    for (parameter, measure, key), rows in grouped.items():
        values = [row["valeur"] for row in rows if row["valeur"] is not None]
        if values:
            base = rows[0]["valeur_reference"]
            found.append(Move(parameter, key, measure, base, min(values), max(values)))
    return sorted(found, key=lambda m: (m.parameter, m.measure, -m.span, m.key))


def swapped_pairs(rows: list[Row]) -> tuple[int, int] | None:
    """Count the pairs of rows whose order is not always that of the present parameters.

    Args:
        rows: one measure over the grid of one parameter.

    Returns:
        Pairs swapped at one point at least, and all pairs; None for too many rows.
    """
    at: dict[float, dict[str, float]] = defaultdict(dict)
    base: dict[str, float] = {}
    for row in rows:
        if row["valeur"] is not None and row["valeur_reference"] is not None:
            at[row["valeur_parametre"]][row["cle"]] = row["valeur"]
            base[row["cle"]] = row["valeur_reference"]
    if len(base) > ORDERED_ROWS:
        return None
    pairs = list(combinations(sorted(base), 2))
    swapped = sum(
        any(
            (base[a] - base[b]) * (seen[a] - seen[b]) < 0
            for seen in at.values()
            if {a, b} <= seen.keys()
        )
        for a, b in pairs
    )
    return swapped, len(pairs)


def chosen_measure(card: Card, found: list[Move], asked: str | None) -> str:
    """Return the measure to draw: the one asked, that of the first page, or the first that moves.

    Raises:
        InputError: the indicator has no such measure.
    """
    known = list(dict.fromkeys(move.measure for move in found))
    if asked is not None:
        if asked not in known:
            raise InputError(
                file=card.table, column=asked, expected=f"one of {', '.join(known)}", found=asked
            )
        return asked
    moving = [move.measure for move in found if move.span > 0]
    leading = [headline.column for headline in card.headlines if headline.column in moving]
    return [*leading, *moving, *known][0]


def spec_of(card: Card, parameters: Parameters, parameter: str, measure: str) -> FigureSpec:
    """Return the texts of the figure of one parameter."""
    moving, column = parameters.entries[parameter], card.column(measure)
    unit = "" if column.unit == "none" else f", {column.unit}"
    return FigureSpec(
        id=f"sensibilite_{card.table}_{parameter}",
        indicator=card.table,
        title=card.title,
        subtitle=Text(
            fr=f"{column.label.fr}{unit}, selon {parameter}",
            en=f"{column.label.en}{unit}, by {parameter}",
        ),
        lecture=Text(
            fr="{ligne} : {bas} à {haut}. Tireté : valeur en vigueur, {reference}.",
            en="{ligne}: {bas} to {haut}. Dashed: present value, {reference}.",
        ),
        champ=Text(
            fr=f"{moving.description.fr} Au plus {LINES} lignes, celles qui bougent le plus.",
            en=f"{moving.description.en} At most {LINES} rows, those that move most.",
        ),
        source=Text(
            fr=f"{card.source} ; calculs de l'observatoire.",
            en=f"{card.source}; observatory computations.",
        ),
        alt=Text(fr="Courbes selon le paramètre. {resume}", en="Lines by parameter. {resume}"),
        left=0.1,
    )


def rows_of(table: pa.Table, parameter: str, measure: str) -> list[Row]:
    """Return the rows of one parameter and one measure."""
    return [
        row
        for row in table.to_pylist()
        if row["parametre"] == parameter and row["mesure"] == measure
    ]


def draw(
    card: Card, parameters: Parameters, rows: list[Row], folder: Path, lang: Lang
) -> list[Path]:
    """Draw the measure of the rows of one parameter: SVG, PNG and the CSV of what is drawn."""
    parameter, measure = rows[0]["parametre"], rows[0]["mesure"]
    spec = spec_of(card, parameters, parameter, measure)
    canvas, axes = new_figure(spec)
    drawn = draw_moves(axes, card, rows, parameters.entries[parameter], lang)
    finish(canvas, spec, drawn, weakest_of(drawn.data), lang)
    files = save(canvas, folder, spec.id)
    data = folder / f"{spec.id}.csv"
    write_csv(drawn.data, data)
    return [*files.values(), data]


def order_text(rows: list[Row], lang: Lang) -> str:
    """Say how many pairs of rows change their order; nothing for a single row."""
    found = swapped_pairs(rows)
    if found == (0, 0):
        return ""
    if found is None:
        return text("sensibilite.ordre_non_compare", lang)
    return text("sensibilite.ordre", lang).format(inversees=found[0], paires=found[1])


def print_moves(found: list[Move], lang: Lang) -> None:
    """Print the rows that move most, with the sign they may lose."""
    names = [text(f"sensibilite.{name}", lang) for name in ("ligne", "reference", "bas", "haut")]
    rows = [
        [
            move.key,
            "–" if move.reference is None else number(move.reference, 2, lang),
            number(move.low, 2, lang),
            number(move.high, 2, lang),
            text("sensibilite.change_signe", lang) if move.turns else "",
        ]
        for move in found
    ]
    print_rows([*names, ""], rows, {1, 2, 3})


def publish(
    card: Card,
    parameters: Parameters,
    table: pa.Table,
    folder: Path,
    asked: str | None,
    lang: Lang,
) -> None:
    """Print how far an indicator moves, and write its table and a figure by parameter.

    Args:
        card: the indicator.
        parameters: the present ones.
        table: what `sensitivity` returned, or some rows of it.
        folder: where the files go.
        asked: the measure to look at; chosen when None.
        lang: language of the texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = moves(table)
    if not found:
        raise NothingToDrawError(f"{card.table} has no value at any point of the grid")
    measure = chosen_measure(card, found, asked)
    written = [folder / f"sensibilite_{card.table}.csv"]
    write_csv(table, written[0])
    click.secho(card.title[lang], bold=True)
    click.echo(f"{text('sensibilite.mesure', lang)} : {card.column(measure).label[lang]}")
    for parameter in dict.fromkeys(move.parameter for move in found):
        own = [m for m in found if (m.parameter, m.measure) == (parameter, measure)]
        rows = rows_of(table, parameter, measure)
        values = sorted({row["valeur_parametre"] for row in rows})
        grid = ", ".join(number(value, None, lang) for value in values)
        click.secho(f"\n{parameter} : {grid}", bold=True)
        if not any(move.span for move in own):
            click.echo(text("sensibilite.ne_bouge_pas", lang))
            continue
        print_moves(own[:LINES], lang)
        if order := order_text(rows, lang):
            click.echo(order)
        written += draw(card, parameters, rows, folder, lang)
    click.echo(f"\n{text('origine', lang)} : {code_label('origine', weakest_of(table), lang)}")
    for path in written:
        click.echo(str(path))
