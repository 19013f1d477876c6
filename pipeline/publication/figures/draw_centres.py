"""Drawings on the health centres: operating ratio by manager, costs against funding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.draw_cpts import percent
from pipeline.publication.figures.model import Drawn
from pipeline.publication.figures.style import (
    BLUE,
    INK,
    ORANGE,
    RULE,
    SKY,
    SOFT,
    wrapped,
)
from pipeline.publication.format import number, unbreakable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POOLED = "Ensemble"
# Where the column of medians stands, right of the longest distribution, in %.
MEDIAN_AT = 58
QUANTILES = ("decile_1_pct", "quartile_1_pct", "mediane_pct", "quartile_3_pct", "decile_9_pct")


def quantile_row(
    axes: Axes, place: float, row: dict[str, Any], color: str, suffix: str = "_pct"
) -> None:
    """Draw one distribution: a line from D1 to D9, a box from Q1 to Q3, the median, the mean.

    Args:
        axes: where it is drawn.
        place: height of the row.
        row: a row of an indicator, with its quantiles and its mean.
        color: color of the line and the box.
        suffix: unit suffix of its columns.
    """
    d1, q1, median, q3, d9 = (row[name.removesuffix("_pct") + suffix] for name in QUANTILES)
    axes.plot([d1, d9], [place, place], color=color, linewidth=1.4, zorder=2)
    axes.barh(place, q3 - q1, left=q1, height=0.5, color=color, alpha=0.45, zorder=3)
    axes.plot([median, median], [place - 0.3, place + 0.3], color=INK, linewidth=2.2, zorder=4)
    axes.scatter(
        row[f"moyenne{suffix}"], place, marker="D", s=16, color="white", edgecolor=INK, zorder=5
    )


def resultat_exploitation_statut(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw Tableau 6 as quantiles, managers by median, pooled rows apart; extremes left out."""
    rows = table.to_pylist()
    groups = sorted(
        (r for r in rows if not r["ligne"].startswith(POOLED)), key=lambda r: -r["mediane_pct"]
    )
    pooled = next(r for r in rows if r["ligne"].startswith(POOLED))
    ordered = [*groups, pooled]
    for rank, row in enumerate(ordered):
        quantile_row(axes, rank, row, BLUE if row is not pooled else ORANGE)
        shown = percent(row["mediane_pct"], 1, lang)
        axes.text(MEDIAN_AT, rank, shown, ha="right", va="center", size=8)
    heading = {"fr": "médiane", "en": "median"}[lang]
    axes.text(MEDIAN_AT, -0.75, heading, ha="right", va="center", size=7.5, color=SOFT)
    axes.axvline(0, color=SOFT, linewidth=0.9, zorder=1)
    axes.axhline(len(groups) - 0.5, color=RULE, linewidth=0.9)
    labels = [
        "\n".join(wrapped(unbreakable(f"{row['ligne']} (N = {row['cds_nb']})"), 34))
        for row in ordered
    ]
    axes.set_yticks(range(len(ordered)), labels, size=8)
    axes.invert_yaxis()
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlim(-100, MEDIAN_AT + 1)
    ticks = range(-100, 41, 20)
    axes.set_xticks(ticks, [percent(v, 0, lang) for v in ticks], size=8)
    quoted = next(r for r in groups if r["cds_nb"] == max(g["cds_nb"] for g in groups))
    marks = {
        "n": str(quoted["cds_nb"]),
        "statut": quoted["ligne"].lower(),
        "mediane": percent(quoted["mediane_pct"], 1, lang),
        "d1": percent(quoted["decile_1_pct"], 1, lang),
        "resume": "; ".join(f"{r['ligne']} {percent(r['mediane_pct'], 1, lang)}" for r in ordered),
    }
    kept = [r["ligne_rang"] for r in ordered]
    mask = pa.array([rank in kept for rank in table.column("ligne_rang").to_pylist()])
    columns = ["ligne_rang", "ligne", "cds_nb", *QUANTILES, "moyenne_pct"]
    return Drawn(marks, table.filter(mask).select(columns))


def charges_financements(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw costs and funding as indices, 100 in the first year, labelled at their end."""
    rows = sorted(table.to_pylist(), key=lambda row: row["annee"])
    years = [row["annee"] for row in rows]
    names = {
        "charges": {"fr": "Charges", "en": "Costs"},
        "financements": {"fr": "Financements", "en": "Funding"},
    }
    for name, color in (("charges", ORANGE), ("financements", BLUE)):
        values = [row[f"{name}_indice"] for row in rows]
        axes.plot(years, values, color=color, linewidth=2.2, marker="o", markersize=4.5)
        last = f"{names[name][lang]} {number(values[-1], 1, lang)}"
        shown = f"{last}\n({number(rows[-1][f'{name}_meur'], 1, lang)} M€)"
        axes.text(years[-1] + 0.12, values[-1], shown, color=color, va="center", size=8.5)
    axes.axhline(100, color=SKY, linewidth=0.9, linestyle=(0, (3, 3)), zorder=1)
    axes.set_xticks(years)
    axes.set_xlim(years[0] - 0.2, years[-1] + 1.35)
    axes.grid(axis="y", color=RULE, linewidth=0.7)
    axes.tick_params(length=0)
    axes.spines["left"].set_visible(False)
    marks = {
        "annee": str(years[-1]),
        "charges": number(rows[-1]["charges_indice"], 1, lang),
        "financements": number(rows[-1]["financements_indice"], 1, lang),
        "resume": "; ".join(
            f"{row['annee']} : {number(row['charges_indice'], 1, lang)} / "
            f"{number(row['financements_indice'], 1, lang)}"
            for row in rows
        ),
    }
    columns = [
        "annee",
        "charges_meur",
        "financements_meur",
        "charges_indice",
        "financements_indice",
    ]
    return Drawn(marks, table.select(columns))
