"""Drawings on the CPTS: coverage, fill rates, entry channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.model import Drawn
from pipeline.publication.figures.style import BLUE, GREY, INK, RULE, SKY, SOFT
from pipeline.publication.format import code_label, number, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOT_AVAILABLE = "N/A"


def percent(value: float, decimals: int, lang: Lang) -> str:
    """Return a share as a reader expects it."""
    return with_unit(number(value, decimals, lang), "%", lang)


def bar_axes(axes: Axes, labels: list[str]) -> None:
    """Set up horizontal bars: labels at the left, no frame, a light vertical grid."""
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.tick_params(length=0)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_visible(False)


def by_department(table: pa.Table) -> dict[str, dict[int, dict[str, Any]]]:
    """Return the rows by department then year, best covered first in the last year."""
    found: dict[str, dict[int, dict[str, Any]]] = {}
    for row in table.to_pylist():
        found.setdefault(row["departement_code"], {})[row["annee"]] = row
    last = max(row["annee"] for row in table.to_pylist())

    def rank(item: tuple[str, dict[int, dict[str, Any]]]) -> tuple[float, str]:
        share = item[1][last]["part_cpts_pct"]
        return (-share if share is not None else 1.0, item[0])

    return dict(sorted(found.items(), key=rank))


def coverage_bar(axes: Axes, place: float, row: dict[str, Any], color: str, lang: Lang) -> None:
    """Draw one bar with its share and its terms, or N/A where the source has no value."""
    share, total = row["part_cpts_pct"], row["cpts_nb"]
    if share is None:
        axes.text(
            1.5, place, f"{row['annee']} : {NOT_AVAILABLE}", va="center", size=7.5, color=SOFT
        )
        return
    axes.barh(place, share, height=0.36, color=color)
    shown = f"{row['annee']} : {percent(share, 0, lang)} ({row['dispositif_snp_nb']}/{total})"
    inside = share > 45
    axes.text(
        share - 1.2 if inside else share + 1.2,
        place,
        shown,
        va="center",
        ha="right" if inside else "left",
        size=7.5,
        color="white" if inside and color == BLUE else INK,
    )


def couverture_cpts_departement(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw the share of CPTS with a scheme, one pair of bars per department."""
    departments = by_department(table)
    years = sorted({row["annee"] for row in table.to_pylist()})
    for rank, rows in enumerate(departments.values()):
        for shift, year, color in zip((-0.2, 0.2), years, (SKY, BLUE), strict=True):
            coverage_bar(axes, rank + shift, rows[year], color, lang)
    bar_axes(axes, [code_label("departement", code, lang) for code in departments])
    axes.set_ylim(len(departments) - 0.5, -0.5)
    axes.set_xlim(0, 100)
    axes.set_xticks(range(0, 101, 25), [percent(v, 0, lang) for v in range(0, 101, 25)])
    first = next(iter(departments))
    quoted = departments[first][years[-1]]
    marks = {
        "annee": str(years[-1]),
        "n": str(quoted["dispositif_snp_nb"]),
        "total": str(quoted["cpts_nb"]),
        "departement": code_label("departement", first, lang),
        "part": percent(quoted["part_cpts_pct"], 0, lang),
        "resume": "; ".join(
            f"{code_label('departement', code, lang)} "
            + (
                percent(rows[years[-1]]["part_cpts_pct"], 0, lang)
                if rows[years[-1]]["part_cpts_pct"] is not None
                else NOT_AVAILABLE
            )
            for code, rows in departments.items()
        ),
    }
    columns = ["departement_code", "annee", "dispositif_snp_nb", "cpts_nb", "part_cpts_pct"]
    return Drawn(marks, table.select(columns))


def rate_label(row: dict[str, Any], lang: Lang) -> str:
    """Return the label of a scheme: its CPTS, then its kind."""
    name = str(row["cpts_nom"]).removeprefix("CPTS ")
    return f"{name}\n{code_label('type_dispositif', row['type_code'], lang)}"


def taux_remplissage_publies(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw one dot per published rate: filled when its volume is published, hollow when not."""
    rows = sorted(table.to_pylist(), key=lambda row: -row["taux_pct"])
    for rank, row in enumerate(rows):
        known = row["offerts_nb"] is not None
        axes.plot([0, row["taux_pct"]], [rank, rank], color=RULE, linewidth=2, zorder=1)
        axes.scatter(
            row["taux_pct"], rank, s=80, zorder=3, color=BLUE if known else "white", edgecolor=BLUE
        )
        slots = {"fr": "créneaux", "en": "slots"}[lang]
        shown = f"{number(row['offerts_nb'], 0, lang)} {slots}" if known else "N ?"
        text = f"{percent(row['taux_pct'], 0, lang)} · {shown}"
        axes.text(row["taux_pct"] + 2.5, rank, text, va="center", size=8)
    bar_axes(axes, [rate_label(row, lang) for row in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlim(0, 125)
    axes.set_xticks(range(0, 101, 25), [percent(v, 0, lang) for v in range(0, 101, 25)])
    quoted = next(row for row in rows if row["offerts_nb"] is not None)
    marks = {
        "cpts": str(quoted["cpts_nom"]),
        "offerts": number(quoted["offerts_nb"], 0, lang),
        "taux": percent(quoted["taux_pct"], 0, lang),
        "periode": str(quoted["periode_imprimee"]),
        "resume": "; ".join(
            f"{row['cpts_nom']} {percent(row['taux_pct'], 0, lang)}" for row in rows
        ),
    }
    columns = ["creneaux_id", "cpts_nom", "type_code", "offerts_nb", "taux_pct", "periode_imprimee"]
    return Drawn(marks, table.select(columns))


def canaux_entree(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw the number of CPTS by entry channel, most frequent first."""
    rows = sorted(table.to_pylist(), key=lambda row: (-row["cpts_nb"], row["canal_code"]))
    for rank, row in enumerate(rows):
        stated = row["canal_code"] != "non_precise"
        axes.barh(rank, row["cpts_nb"], height=0.62, color=BLUE if stated else GREY)
        axes.text(row["cpts_nb"] + 0.2, rank, str(row["cpts_nb"]), va="center", size=8)
    bar_axes(axes, [code_label("canal", row["canal_code"], lang) for row in rows])
    axes.set_xticks([])
    axes.grid(visible=False)
    axes.set_xlim(0, max(row["cpts_nb"] for row in rows) * 1.1)
    quoted = rows[0]
    marks = {
        "canal": code_label("canal", quoted["canal_code"], lang),
        "n": str(quoted["cpts_nb"]),
        "total": str(quoted["n_cpts_nb"]),
        "resume": "; ".join(
            f"{code_label('canal', row['canal_code'], lang)} {row['cpts_nb']}" for row in rows
        ),
    }
    columns = ["canal_code", "dispositifs_nb", "cpts_nb", "n_cpts_nb", "part_pct"]
    return Drawn(marks, table.select(columns))
