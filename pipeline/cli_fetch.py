"""The command that downloads public files from their publishers."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import click

from pipeline.paths import layout

PERCENT = 100
# Away from a terminal, one line every so many percent.
STEP = 25
MEGABYTE = 1_000_000


def progress_line(item: str) -> Callable[[int, int | None], None]:
    """Return what shows how far a download is: one moving line, or a line by quarter."""
    shown = -1

    def show(received: int, total: int | None) -> None:
        nonlocal shown
        percent = PERCENT * received // total if total else -1
        size = f"{received / MEGABYTE:.1f} MB"
        text = f"{item}: {percent} % of {total / MEGABYTE:.1f} MB" if total else f"{item}: {size}"
        if sys.stderr.isatty():
            click.echo(f"\r{text}", err=True, nl=percent == PERCENT)
        elif percent // STEP > shown // STEP:
            click.echo(text, err=True)
            shown = percent

    return show


@click.command()
@click.argument("source")
@click.option("--vintage", default=None, help="Year to fetch; the latest by default.")
@click.option("--item", default=None, help="One file of the source, such as infirmiers.")
@click.option("--accept", is_flag=True, help="Accept bytes that differ from those listed.")
@click.option("--base", default=None, help="Server in the place of the publisher's (a mirror).")
@click.option("--timeout", default=60.0, help="Seconds without an answer before giving up.")
def fetch(source: str, **said: Any) -> None:
    r"""Download the public files of SOURCE from their publisher and list them.

    A file is found by its title, resumed if cut, checked, read, then listed in the manifest with
    where it comes from.

    \b
    snp fetch apl
    snp fetch apl --item medecins_generalistes --vintage 2024
    """
    from pipeline.download import Network
    from pipeline.fetch import BASE_VARIABLE, Wanted, published_by
    from pipeline.fetch import fetch as fetch_one

    if said["base"]:
        os.environ[BASE_VARIABLE] = said["base"]
    network = Network(timeout=said["timeout"])
    for publisher in published_by(source, said["item"]):
        if publisher.warning:
            click.echo(publisher.warning, err=True)
        wanted = Wanted(source, publisher, said["vintage"], accept=said["accept"])
        found = fetch_one(layout(), wanted, network, progress_line(publisher.item))
        state = "listed" if found.new else "unchanged"
        click.echo(f"data/raw/{found.entry.path} {state} ({found.entry.vintage}).")
    click.echo("Run `snp run` to use it.")
