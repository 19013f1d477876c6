"""The short table of headline indicators a run prints."""

from __future__ import annotations

from pipeline.contracts.model import Lang
from pipeline.parameters import Parameters
from pipeline.paths import Layout
from pipeline.publication.context import gather


def print_summary(layout: Layout, parameters: Parameters, lang: Lang) -> None:
    """Print the headline numbers with N and origin, then where the report is."""
    from rich.table import Table

    from pipeline.publication.format import code_label
    from pipeline.publication.terminal import console

    context = gather(layout, parameters, lang)
    table = Table(show_edge=False, pad_edge=False)
    heads = ("Indicateur", "Valeur", "N", "Origine")
    for head in heads if lang == "fr" else ("Indicator", "Value", "N", "Origin"):
        table.add_column(head, justify="right" if head in ("Valeur", "Value", "N") else "left")
    for item in context.headlines:
        table.add_row(
            item.label,
            f"{item.value} {item.unit}".strip(),
            item.n or "–",
            code_label("origine", item.origin, lang),
        )
    out = console()
    out.print()
    out.print(table)
    where = "Rapport" if lang == "fr" else "Report"
    out.print(f"\n{where} : {layout.relative(layout.reports / 'index.html')}")
