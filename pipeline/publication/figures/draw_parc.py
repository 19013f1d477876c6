"""Drawing on the number of centres: two years by manager, and the growth between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.draw_cpts import bar_axes, percent
from pipeline.publication.figures.model import Drawn, needed
from pipeline.publication.figures.style import BLUE, INK, RULE, SKY, SOFT, wrapped
from pipeline.publication.format import code_label, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row = dict[str, Any]
COLUMNS = [
    "annee_debut", "annee_fin", "dimension_code", "modalite_code", "cds_debut_nb", "cds_nb",
    "croissance_pct",
]  # fmt: skip


def longest_period(table: pa.Table) -> list[Row]:
    """Return the managers over the longest period whose years are both known, else the longest."""
    rows = [row for row in table.to_pylist() if row["dimension_code"] == "gestionnaire"]
    known = [row for row in rows if row["cds_debut_nb"] is not None and row["cds_nb"] is not None]
    chosen = needed(known or rows)
    span = max((row["annee_fin"] - row["annee_debut"], row["annee_debut"]) for row in chosen)
    return sorted(
        (r for r in chosen if (r["annee_fin"] - r["annee_debut"], r["annee_debut"]) == span),
        key=lambda row: (-(row["cds_nb"] or 0), row["modalite_code"]),
    )


def growth_label(row: Row, lang: Lang) -> str:
    """Return the growth with its sign; that it cannot be computed when it is refused."""
    if row["croissance_pct"] is None:
        return {"fr": "non calculée", "en": "not computed"}[lang]
    sign = "+" if row["croissance_pct"] > 0 else ""
    return f"{sign}{percent(row['croissance_pct'], 0, lang)}"


def two_counts(row: Row, lang: Lang) -> str:
    """Return `79 → 234`; an unknown year is a question mark."""
    counts = (row["cds_debut_nb"], row["cds_nb"])
    return " → ".join("?" if n is None else number(n, 0, lang) for n in counts)


def two_years(axes: Axes, place: int, row: Row, lang: Lang) -> None:
    """Draw one manager: hollow at the first year, full at the last; an unknown year is absent."""
    start, end = row["cds_debut_nb"], row["cds_nb"]
    if start is not None and end is not None:
        axes.plot([start, end], [place, place], color=RULE, linewidth=3, zorder=1)
    if start is not None:
        axes.scatter(start, place, s=52, color="white", edgecolor=SKY, linewidth=1.8, zorder=2)
    if end is not None:
        axes.scatter(end, place, s=60, color=BLUE, zorder=3)
    right = max(start or 0, end or 0)
    axes.text(right + 5, place, two_counts(row, lang), va="center", size=8, color=INK)


def parc_gestionnaire(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw the centres of each manager in two years, the growth in a column at the right."""
    rows = longest_period(table)
    labels = [code_label("gestionnaire", row["modalite_code"], lang) for row in rows]
    bar_axes(axes, ["\n".join(wrapped(label, 28)) for label in labels])
    most = max(max(row["cds_debut_nb"] or 0, row["cds_nb"] or 0) for row in rows)
    growth_at = most * 1.42 + 20
    for place, row in enumerate(rows):
        two_years(axes, place, row, lang)
        axes.text(growth_at, place, growth_label(row, lang), ha="right", va="center", size=8.5)
    heading = {"fr": "croissance", "en": "growth"}[lang]
    axes.text(growth_at, -0.75, heading, ha="right", va="center", size=7.5, color=SOFT)
    axes.set_ylim(len(rows) - 0.5, -1)
    axes.set_xlim(-3, growth_at)
    step = 50 if most > 60 else 10
    axes.set_xticks(range(0, most + 1, step))
    first = rows[0]
    marks = {
        "debut": str(first["annee_debut"]),
        "fin": str(first["annee_fin"]),
        "gestionnaire": labels[0].lower(),
        "avant": "?" if first["cds_debut_nb"] is None else number(first["cds_debut_nb"], 0, lang),
        "apres": "?" if first["cds_nb"] is None else number(first["cds_nb"], 0, lang),
        "resume": "; ".join(
            f"{label} {two_counts(row, lang)} ({growth_label(row, lang)})"
            for label, row in zip(labels, rows, strict=True)
        ),
    }
    schema = pa.schema([table.schema.field(name) for name in COLUMNS])
    drawn = [{name: row[name] for name in COLUMNS} for row in rows]
    return Drawn(marks, pa.Table.from_pylist(drawn, schema=schema))
