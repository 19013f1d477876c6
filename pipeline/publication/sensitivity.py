"""What `snp sensitivity` gives: how far each row moves, in words, as CSV and as a figure."""

from __future__ import annotations

from pathlib import Path

import click
import pyarrow as pa

from pipeline.contracts.model import Lang, Text
from pipeline.contracts.origins import weakest_of
from pipeline.errors import InputError, NothingToDrawError
from pipeline.indicators.card import Card
from pipeline.indicators.sensitivity import COMPUTED_ROWS, measures
from pipeline.parameters import Parameter, Parameters
from pipeline.publication.exports import write_csv
from pipeline.publication.figures.draw_sensibilite import LINES, draw_moves, value_text
from pipeline.publication.figures.model import FigureSpec
from pipeline.publication.figures.style import finish, new_figure, save
from pipeline.publication.format import code_label, number
from pipeline.publication.moves import Move, Row, moves, swapped_pairs
from pipeline.publication.terminal import print_rows
from pipeline.publication.texts import text


def check_measure(card: Card, found: list[Move], asked: str | None) -> None:
    """Refuse a measure the indicator has not; InputError names those it has."""
    known = list(dict.fromkeys(move.measure for move in found))
    if asked is not None and asked not in known:
        raise InputError(
            file=card.table, column=asked, expected=f"one of {', '.join(known)}", found=asked
        )


def moving_measures(card: Card, own: list[Move]) -> list[str]:
    """Return the measures one parameter moves, that worth looking at first.

    Of those whose value changes, that of the first page leads, then what is no count, in the order
    of the card; then how many rows are computed; then what is only there or not.
    """
    changing = {move.measure for move in own if move.span > 0}
    moved = {move.measure for move in own if move.moving}
    leading = [headline.column for headline in card.headlines]
    listed = sorted(measures(card), key=lambda name: name.endswith(("_nb", "_annee", "_annees")))
    ordered = list(dict.fromkeys([*leading, *listed, COMPUTED_ROWS]))
    return [n for n in ordered if n in changing] + [n for n in ordered if n in moved - changing]


def measure_label(card: Card, measure: str) -> Text:
    """Return how a measure is called."""
    if measure == COMPUTED_ROWS:
        said = f"sensibilite.{COMPUTED_ROWS}"
        return Text(fr=text(said, "fr"), en=text(said, "en"))
    return card.column(measure).label


def measure_unit(card: Card, measure: str) -> str:
    """Return the unit of a measure; none of a code."""
    return "" if measure == COMPUTED_ROWS else card.column(measure).unit.removesuffix("none")


def spec_of(card: Card, parameters: Parameters, parameter: str, measure: str) -> FigureSpec:
    """Return the texts of the figure of one parameter."""
    moving, label = parameters.entries[parameter], measure_label(card, measure)
    unit = f", {said}" if (said := measure_unit(card, measure)) else ""
    return FigureSpec(
        id=f"sensibilite_{card.table}_{parameter}",
        indicator=card.table,
        title=card.title,
        subtitle=Text(
            fr=f"{label.fr}{unit}, selon {parameter}",
            en=f"{label.en}{unit}, by {parameter}",
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


def note_of(move: Move, lang: Lang) -> str:
    """Say what the range of a row does not: a sign that changes, points without a value."""
    said = [text("sensibilite.change_signe", lang)] if move.turns else []
    if move.empty:
        empty = text("sensibilite.vide", lang)
        said.append(empty.format(vides=move.empty, points=move.points))
    return ", ".join(said)


def print_moves(found: list[Move], lang: Lang) -> None:
    """Print the rows that move most, with the sign they may lose."""
    names = [text(f"sensibilite.{name}", lang) for name in ("ligne", "reference", "bas", "haut")]
    whole = all(value == int(value) for move in found for value in (move.low, move.high))
    digits = 0 if whole else 2
    rows = [
        [
            move.key or text("sensibilite.toutes", lang),
            "–" if move.reference is None else number(move.reference, digits, lang),
            number(move.low, digits, lang),
            number(move.high, digits, lang),
            note_of(move, lang),
        ]
        for move in found
    ]
    print_rows([*names, ""], rows, {1, 2, 3})


def grid_text(rows: list[Row], moving: Parameter, lang: Lang) -> str:
    """Return the values of a grid, in order."""
    points = sorted({row["rang_parametre"]: row for row in rows}.items())
    return ", ".join(value_text(row, moving, lang) for _, row in points)


def still_text(card: Card, own: list[Move], asked: str | None, lang: Lang) -> str:
    """Say that a parameter moves nothing, or not the measure asked, and what there is."""
    if asked and (others := moving_measures(card, own)):
        label = measure_label(card, asked)[lang]
        return text("sensibilite.ne_bouge_pas", lang).format(mesure=label, autres=", ".join(others))
    if all(move.high == 0 for move in own if move.measure == COMPUTED_ROWS) and (
        COMPUTED_ROWS in {move.measure for move in own}
    ):
        return text("sensibilite.rien_calcule", lang).format(indicateur=card.table)
    known = ", ".join(dict.fromkeys(move.measure for move in own))
    return text("sensibilite.rien_ne_bouge", lang).format(mesures=known)


def publish_axis(
    card: Card, moving: Parameter, own: list[Move], table: pa.Table, asked: str | None, lang: Lang
) -> list[Row]:
    """Print how far an indicator moves with one parameter.

    Returns:
        The rows to draw, of the measure asked or else of the first that moves; none if still.
    """
    parameter = own[0].parameter
    every = [row for row in table.to_pylist() if row["parametre"] == parameter]
    click.secho(f"\n{parameter} : {grid_text(every, moving, lang)}", bold=True)
    moved = moving_measures(card, own)
    if not moved or (asked and asked not in moved):
        click.echo(still_text(card, own, asked, lang))
        return []
    measure = asked or moved[0]
    label, others = measure_label(card, measure)[lang], [n for n in moved if n != measure]
    beside = f" ({', '.join(others)})" if others else ""
    click.echo(f"{text('sensibilite.mesure', lang)} : {label} [{measure}]{beside}")
    rows = [row for row in every if row["mesure"] == measure]
    print_moves([m for m in own if m.measure == measure and m.moving][:LINES], lang)
    if measure != COMPUTED_ROWS and (order := order_text(rows, lang)):
        click.echo(order)
    return rows


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
        asked: the measure to look at; when None, the first each parameter moves.
        lang: language of the texts.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = moves(table)
    if not found:
        raise NothingToDrawError(f"{card.table} has no value at any point of the grid")
    check_measure(card, found, asked)
    written = [folder / f"sensibilite_{card.table}.csv"]
    write_csv(table, written[0])
    click.secho(card.title[lang], bold=True)
    for parameter in dict.fromkeys(move.parameter for move in found):
        own = [move for move in found if move.parameter == parameter]
        rows = publish_axis(card, parameters.entries[parameter], own, table, asked, lang)
        if rows:
            written += draw(card, parameters, rows, folder, lang)
    click.echo(f"\n{text('origine', lang)} : {code_label('origine', weakest_of(table), lang)}")
    for path in written:
        click.echo(str(path))
