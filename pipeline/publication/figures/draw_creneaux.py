"""Figures of slots: what became of those offered, where the feed says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.draw_cpts import bar_axes, percent
from pipeline.publication.figures.model import Drawn, needed
from pipeline.publication.figures.style import BLUE, GREY, INK, ORANGE, RULE, SKY
from pipeline.publication.format import code_label, number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Columns stacked, with their colour; the labels are those of the closed list of outcomes.
PARTS = (
    ("pourvus_nb", BLUE, {"fr": "pris ou honorés", "en": "booked or honoured"}),
    ("absents_nb", ORANGE, {"fr": "patient absent", "en": "no-show"}),
    ("annules_nb", INK, {"fr": "annulés", "en": "cancelled"}),
    ("rendus_nb", SKY, {"fr": "rendus au médecin", "en": "given back to the doctor"}),
    ("non_pris_nb", GREY, {"fr": "jamais pris", "en": "never taken"}),
)
COLUMNS = ["territoire_code", "offerts_nb", *(p[0] for p in PARTS), "taux_pct", "motif_refus"]


def outcome_bar(axes: Axes, place: int, row: dict[str, Any], lang: Lang) -> None:
    """Draw what became of the slots of one CPTS; an empty bar and the reason when refused."""
    if row["taux_pct"] is None:
        reason = (
            code_label("motif_refus_creneaux", row["motif_refus"], lang).partition(":")[0].strip()
        )
        axes.barh(place, 100, height=0.6, color="white", edgecolor=RULE, linestyle="--")
        shown = {"fr": "taux refusé", "en": "rate refused"}[lang]
        axes.text(2, place, f"{shown} · {reason}", va="center", size=7.5)
        return
    start = 0.0
    for name, color, _ in PARTS:
        share = 100 * row[name] / row["offerts_nb"]
        axes.barh(place, share, left=start, height=0.6, color=color)
        start += share
    inside = row["taux_pct"] > 12
    axes.text(
        row["taux_pct"] - 1.2 if inside else 1,
        place,
        percent(row["taux_pct"], 0, lang),
        va="center",
        ha="right" if inside else "left",
        size=8,
        color="white",
    )


def legend(axes: Axes, rows: list[dict[str, Any]], lang: Lang) -> None:
    """Name the colours drawn, under the bars."""
    used = [(c, t) for n, c, t in PARTS if any(r[n] and r["taux_pct"] is not None for r in rows)]
    handles = [axes.barh(0, 0, color=color, label=told[lang]) for color, told in used]
    axes.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(-0.01, -0.08),
        ncols=max(1, len(handles)),
        frameon=False,
        fontsize=7.5,
    )


def devenir_creneaux(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw one bar by CPTS: the share of slots taken, missed, given back, never taken."""
    every = table.to_pylist()
    kept = [(r["niveau_code"], r["dimension_code"]) == ("cpts", "ensemble") for r in every]
    rows = [row for row, chosen in zip(every, kept, strict=True) if chosen]
    told = needed([row for row in rows if row["taux_pct"] is not None])
    rows.sort(key=lambda r: (r["taux_pct"] is None, -(r["taux_pct"] or 0), r["territoire_code"]))
    for place, row in enumerate(rows):
        outcome_bar(axes, place, row, lang)
        axes.text(101.5, place, f"N = {number(row['offerts_nb'], 0, lang)}", va="center", size=7.5)
    legend(axes, rows, lang)
    bar_axes(axes, [row["territoire_code"] for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 116)
    axes.set_xticks(range(0, 101, 25), [percent(v, 0, lang) for v in range(0, 101, 25)])
    quoted = max(told, key=lambda row: (row["offerts_nb"], row["territoire_code"]))
    marks = {
        "cpts": quoted["territoire_code"],
        "pourvus": number(quoted["pourvus_nb"], 0, lang),
        "offerts": number(quoted["offerts_nb"], 0, lang),
        "taux": percent(quoted["taux_pct"], 0, lang),
        "resume": "; ".join(
            f"{row['territoire_code']} {percent(row['taux_pct'], 0, lang)}"
            for row in sorted(told, key=lambda row: -row["taux_pct"])
        ),
    }
    return Drawn(marks, table.filter(pa.array(kept)).select(COLUMNS))
