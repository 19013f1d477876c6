"""What `snp` prints: tables, indicators, traces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.errors import InputError
from pipeline.indicators.card import card, cards
from pipeline.indicators.runner import open_core
from pipeline.indicators.trace import core_rows, event_files, pick_row, span
from pipeline.paths import Layout
from pipeline.publication.context import IndicatorView
from pipeline.publication.exports import csv_text, plain
from pipeline.publication.format import code_label, number, with_unit
from pipeline.publication.texts import text
from pipeline.store.engine import DuckDBEngine
from pipeline.store.parquet import read_built


def console() -> Any:
    """Return a console; wide when the output is not a terminal, so that nothing is cut."""
    from rich.console import Console

    found = Console()
    return found if found.is_terminal else Console(width=160)


def print_rows(names: list[str], rows: list[list[str]], right: set[int]) -> None:
    """Print rows as a table."""
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    for position, name in enumerate(names):
        table.add_column(name, justify="right" if position in right else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def print_table(table: pa.Table) -> None:
    """Print the rows of a query."""
    numeric = {
        position
        for position, field in enumerate(table.schema)
        if pa.types.is_integer(field.type)
        or pa.types.is_floating(field.type)
        or pa.types.is_decimal(field.type)
    }
    rows = [[plain(row[name]) for name in table.column_names] for row in table.to_pylist()]
    print_rows(table.column_names, rows, numeric)
    click.echo(f"{table.num_rows} rows")


def print_indicators(lang: Lang) -> None:
    """List the indicators by theme."""
    for name, found in cards().items():
        click.echo(f"{name:32} {text(f'themes.{found.theme}', lang)} : {found.title[lang]}")


def print_indicator(layout: Layout, indicator_id: str, lang: Lang, as_csv: bool) -> None:
    """Print one indicator with its definition, caveats and rows."""
    found = card(indicator_id)
    table = read_built(layout, found)
    if as_csv:
        click.echo(csv_text(IndicatorView(found, table, lang).released), nl=False)
        return
    click.secho(found.title[lang], bold=True)
    click.echo(f"{text('definition', lang)} : {found.definition[lang]}")
    for caveat in found.caveats:
        click.echo(f"{text('reserves', lang)} : {caveat[lang]}")
    view = IndicatorView(found, table, lang)
    names = [f"{label} [{unit}]" if unit else label for label, unit, _ in view.head]
    right = {rank for rank, (_, _, side) in enumerate(view.head) if side == "num"}
    print_rows(names, view.body, right)
    click.echo(f"{text('origine', lang)} : {code_label('origine', view.origin, lang)}")


def print_figures(lang: Lang) -> None:
    """List the figures."""
    from pipeline.publication.figures.model import specs

    for name, spec in specs().items():
        click.echo(f"{name:32} {spec.title[lang]}")


def write_figure(layout: Layout, figure_id: str, folder: Path, lang: Lang) -> None:
    """Draw one figure and print where its files are, its caption and its alt text."""
    from pipeline.publication.figures.build import draw_figure

    folder.mkdir(parents=True, exist_ok=True)
    figure = draw_figure(layout, figure_id, folder, lang)
    click.secho(figure.spec.title[lang], bold=True)
    for label, value in (
        ("lecture", figure.lecture),
        ("champ", figure.spec.champ[lang]),
        ("source", figure.spec.source[lang]),
        ("origine", code_label("origine", figure.origin, lang)),
    ):
        click.echo(f"{text(label, lang)} : {value}")
    for path in figure.files.values():
        click.echo(str(path))


def parse_pairs(where: tuple[str, ...]) -> dict[str, str]:
    """Parse `column=value` arguments."""
    pairs = {}
    for item in where:
        name, found, value = item.partition("=")
        if not found:
            raise InputError(file="WHERE", expected="column=value", found=repr(item))
        pairs[name] = value
    return pairs


def print_trace(layout: Layout, indicator_id: str, where: tuple[str, ...], lang: Lang) -> None:
    """Print one row of an indicator, then the core rows, files and lines behind it."""
    found = card(indicator_id)
    picked = pick_row(found, read_built(layout, found), parse_pairs(where))
    view = IndicatorView(found, picked, lang)
    click.secho(found.title[lang], bold=True)
    for (label, unit, _), value in zip(view.head, view.body[0], strict=True):
        click.echo(f"  {label} : {with_unit(value, unit, lang)}")
    click.echo(f"  {text('origine', lang)} : {code_label('origine', view.origin, lang)}")
    with DuckDBEngine() as engine:
        open_core(layout, engine, sorted({trace.table for trace in found.trace}))
        sources = core_rows(engine, found, picked)
        files = event_files(engine, found, picked)
    click.echo()
    for file in files:
        lines = span(file["premiere_nb"], file["derniere_nb"])
        count = f"{text('lignes', lang)} : {number(file['lignes_nb'], lang=lang)}"
        click.echo(
            f"  {file['table']} ({count})  <-  {file['source_file']}:{lines}"
            f"  [{code_label('origine', str(file['origin']), lang)}]"
        )
    for source in sources:
        key = ", ".join(f"{name}={value}" for name, value in source["key"].items())
        first, last = source.get("document_line"), source.get("document_line_end")
        document = code_label("document", str(source.get("document_id", "")), lang)
        place = f"{document}, l. {span(first, last or first)}" if first else document
        click.echo(
            f"  {source['table']}({key})  <-  {source['source_file']}:{source['source_line']}"
            f"  <-  {place}  [{code_label('origine', str(source['origin']), lang)}]"
        )
    total = len(sources) + sum(file["lignes_nb"] for file in files)
    click.echo(f"{text('lignes', lang)} : {number(total, lang=lang)}")
