"""Options that commands of `snp` share, or that would crowd the one that has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import click

ORIGIN = click.Choice(["real", "published", "synthetic"])
LANGUAGE = click.option(
    "--lang", type=click.Choice(["fr", "en"]), default="fr", help="Language of the texts."
)

ENGINE = (
    click.option(
        "--engine",
        type=click.Choice(["duckdb", "spark"]),
        default="duckdb",
        show_default=True,
        help="What computes the indicators; the SQL is the same.",
    ),
    click.option(
        "--remote",
        default="",
        metavar="sc://HOST:PORT",
        help="Spark Connect server; without it, one starts in this process.",
    ),
    click.option(
        "--workers",
        type=click.IntRange(min=0),
        default=0,
        help="Workers of the server started here: its cluster mode.",
    ),
    click.option(
        "--data-root",
        default="",
        metavar="URI",
        help="Where the server finds data/processed, such as s3://bucket/processed.",
    ),
)


def engine_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that choose an engine."""
    for option in reversed(ENGINE):
        command = option(command)
    return command


def engine_arguments(given: Mapping[str, str | int]) -> list[str]:
    """Return the chosen options as the arguments of another command; what is empty is left out."""
    return [
        part
        for name, value in given.items()
        if value
        for part in (f"--{name.replace('_', '-')}", str(value))
    ]
