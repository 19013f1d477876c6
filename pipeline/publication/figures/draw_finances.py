"""Drawings on the finances of the centres, recomputed: result, scissors effect, scenarios."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.draw_cpts import percent
from pipeline.publication.figures.model import Drawn, needed
from pipeline.publication.figures.printed import SUFFIX
from pipeline.publication.figures.style import BLUE, GREY, INK, ORANGE, RULE, SOFT, wrapped
from pipeline.publication.format import EMPTY, code_label, number, unbreakable, with_unit

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row = dict[str, Any]
# A column, where its bars stand in a year, their colour and their name.
Series = tuple[str, float, str, str]
# Columns before and after, where the line stands, its colour and its name.
Move = tuple[str, str, float, str, str]
QUANTILES = ("decile_1_pct", "quartile_1_pct", "mediane_pct", "quartile_3_pct", "decile_9_pct")
PRINTED = tuple(f"{name}{SUFFIX}" for name in QUANTILES)
LEFT = -100
# Where the two columns of medians stand, right of the distributions, in %.
RECOMPUTED_AT, PRINTED_AT = 67, 90


def of_last_year(table: pa.Table, keep: Callable[[Row], bool]) -> tuple[int, list[Row], pa.Table]:
    """Return the last year of a table, its rows that are kept, and the same as a table."""
    rows = table.to_pylist()
    year = max(row["annee"] for row in rows)
    mask = [row["annee"] == year and keep(row) for row in rows]
    kept = [row for row, chosen in zip(rows, mask, strict=True) if chosen]
    return year, needed(kept), table.filter(pa.array(mask))


def above_axes(axes: Axes) -> None:
    """Put the legend over the axes, where no mark can hide it."""
    axes.legend(
        frameon=False,
        loc="lower left",
        bbox_to_anchor=(0, 0.98),
        ncols=2,
        fontsize=8.5,
        borderpad=0,
    )


def exact_percent(value: float, lang: Lang) -> str:
    """Return a share with the decimals it holds, no more."""
    return with_unit(number(value, None, lang), "%", lang)


def share(value: float | None, lang: Lang) -> str:
    """Return a share with one decimal, or the mark of an empty cell."""
    return EMPTY if value is None else percent(value, 1, lang)


def distribution(axes: Axes, place: float, values: list[float], color: str) -> None:
    """Draw one distribution: a line from D1 to D9, a box from Q1 to Q3, the median."""
    d1, q1, median, q3, d9 = values
    axes.plot([d1, d9], [place, place], color=color, linewidth=1.3, zorder=2)
    axes.barh(place, q3 - q1, left=q1, height=0.26, color=color, alpha=0.5, zorder=3)
    axes.plot([median, median], [place - 0.17, place + 0.17], color=INK, linewidth=2, zorder=4)


def managers_axes(axes: Axes, rows: list[Row], lang: Lang) -> None:
    """Set up one line per manager, the whole field apart, with a scale in % of costs."""
    labels = [
        "\n".join(
            wrapped(
                unbreakable(
                    f"{code_label('modalite_cds', row['modalite_code'], lang)} "
                    f"(N = {row['cds_nb']})"
                ),
                34,
            )
        )
        for row in rows
    ]
    axes.axvline(0, color=SOFT, linewidth=0.9, zorder=1)
    axes.axhline(len(rows) - 1.5, color=RULE, linewidth=0.9)
    axes.set_yticks(range(len(rows)), labels, size=8)
    axes.set_ylim(len(rows) - 0.5, -0.9)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlim(LEFT, PRINTED_AT + 1)
    ticks = range(LEFT, 41, 20)
    axes.set_xticks(ticks, [percent(v, 0, lang) for v in ticks], size=8)


def median_columns(axes: Axes, rows: list[Row], printed: list[float | None], lang: Lang) -> None:
    """Write the recomputed and the printed medians right of the distributions."""
    heads = {"fr": ("recalculée", "imprimée"), "en": ("recomputed", "printed")}[lang]
    for place, head, color in zip((RECOMPUTED_AT, PRINTED_AT), heads, (INK, SOFT), strict=True):
        axes.text(place, -0.65, head, ha="right", va="center", size=7.5, color=color)
    for rank, (row, value) in enumerate(zip(rows, printed, strict=True)):
        axes.text(
            RECOMPUTED_AT, rank, share(row["mediane_pct"], lang), ha="right", va="center", size=8
        )
        axes.text(PRINTED_AT, rank, share(value, lang), ha="right", va="center", size=8, color=SOFT)


def resultat_exploitation_recalcule(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw R1 by manager, recomputed centre by centre, the printed quantiles under it in grey."""
    year, found, data = of_last_year(
        table,
        lambda row: (
            row["population_code"] == "champ_r1"
            and row["dimension_code"] in ("gestionnaire", "ensemble")
        ),
    )
    rows = sorted(found, key=lambda row: (row["dimension_code"] == "ensemble", -row["mediane_pct"]))
    for rank, row in enumerate(rows):
        color = ORANGE if row["dimension_code"] == "ensemble" else BLUE
        distribution(axes, rank - 0.16, [row[name] for name in QUANTILES], color)
        printed = [row[name] for name in PRINTED if row.get(name) is not None]
        if len(printed) == len(PRINTED):
            distribution(axes, rank + 0.19, printed, GREY)
    managers_axes(axes, rows, lang)
    medians = [row.get(f"mediane_pct{SUFFIX}") for row in rows]
    median_columns(axes, rows, medians, lang)
    whole = rows[-1]
    marks = {
        "annee": str(year),
        "n": number(whole["cds_nb"], 0, lang),
        "mediane": percent(whole["mediane_pct"], 1, lang),
        "imprimee": share(medians[-1], lang),
        "resume": "; ".join(
            f"{code_label('modalite_cds', row['modalite_code'], lang)} "
            f"{percent(row['mediane_pct'], 1, lang)}"
            for row in rows
        ),
    }
    names = [n for n in data.column_names if n in QUANTILES or n.removesuffix(SUFFIX) in QUANTILES]
    return Drawn(marks, data.select(["annee", "modalite_code", "cds_nb", *names]))


def growth_bars(axes: Axes, yearly: list[Row], series: Series, lang: Lang) -> None:
    """Draw one bar per year for a series, with its value; a year without growth has none."""
    column, shift, color, name = series
    bars = [
        (rank + shift, row[column]) for rank, row in enumerate(yearly) if row[column] is not None
    ]
    axes.bar(
        [place for place, _ in bars],
        [value for _, value in bars],
        width=0.36,
        color=color,
        label=name,
    )
    for place, value in bars:
        axes.annotate(
            percent(value, 1, lang),
            (place, value),
            xytext=(0, 3 if value >= 0 else -3),
            textcoords="offset points",
            ha="center",
            va="bottom" if value >= 0 else "top",
            size=7.5,
            color=color,
        )


def effet_ciseau(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw the yearly growth of costs and of operating revenue, the aggregated result under."""
    rows = table.to_pylist()
    needed([row for row in rows if row["periode_code"] == "niveau"])
    growths = {row["annee"]: row for row in rows if row["periode_code"] == "un_an"}
    levels = sorted(
        (row for row in rows if row["periode_code"] == "niveau"), key=lambda row: row["annee"]
    )
    columns = ("croissance_charges_pct", "croissance_recettes_pct")
    yearly = [{name: growths.get(row["annee"], {}).get(name) for name in columns} for row in levels]
    names = {"fr": ("charges", "recettes d'exploitation"), "en": ("costs", "operating revenue")}
    for series in zip(columns, (-0.2, 0.2), (ORANGE, BLUE), names[lang], strict=True):
        growth_bars(axes, yearly, series, lang)
    results = [share(row["resultat_agrege_pct"], lang) for row in levels]
    word = {"fr": "résultat", "en": "result"}[lang]
    ticks = [f"{row['annee']}\n{word} {r}" for row, r in zip(levels, results, strict=True)]
    axes.set_xticks(range(len(levels)), ticks, size=7.5)
    axes.set_xlim(-0.55, len(levels) - 0.45)
    axes.axhline(0, color=SOFT, linewidth=0.9)
    axes.margins(y=0.15)
    axes.set_yticks([])
    axes.tick_params(length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    above_axes(axes)
    shown = [tuple(share(row[name], lang) for name in columns) for row in yearly]
    marks = {
        "annee": str(levels[-1]["annee"]),
        "charges": shown[-1][0],
        "recettes": shown[-1][1],
        "resultat": results[-1],
        "n": number(levels[-1]["cds_nb"], 0, lang),
        "resume": "; ".join(
            f"{row['annee']} {costs} / {revenue}"
            for row, (costs, revenue) in zip(levels, shown, strict=True)
        ),
    }
    kept = table.filter(pa.array([row["periode_code"] in ("niveau", "un_an") for row in rows]))
    names_kept = ["annee", "periode_code", "cds_nb", "resultat_agrege_pct", *columns]
    return Drawn(marks, kept.select(names_kept))


def scenario_label(row: Row, lang: Lang) -> str:
    """Return the name of a scenario with the value of its assumption."""
    value = number(row["hypothese"], None, lang)
    if row["scenario_code"] != "actes_liberaux":
        value = exact_percent(row["hypothese"], lang)
    name = code_label("scenario_cds", row["scenario_code"], lang)
    return "\n".join(wrapped(unbreakable(f"{name} ({value})"), 36))


def before_after(axes: Axes, rows: list[Row], move: Move, lang: Lang) -> None:
    """Draw one line per scenario, hollow before and filled after, with the value after."""
    before, after, shift, color, word = move
    for rank, row in enumerate(rows):
        place, ends = rank + shift, [row[before], row[after]]
        axes.plot(ends, [place, place], color=color, linewidth=2, alpha=0.5, zorder=2)
        axes.scatter(ends[0], place, s=26, color="white", edgecolor=color, zorder=3)
        label = None if rank else word
        axes.scatter(ends[1], place, s=30, color=color, zorder=4, label=label)
        axes.annotate(
            percent(row[after], 1, lang),
            (max(ends), place),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            size=7.5,
            color=color,
        )


def scenarios_cds(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw, for each scenario, R1 before and after: the median, then the aggregate."""
    year, rows, data = of_last_year(table, lambda row: row["dimension_code"] == "ensemble")
    rows.sort(key=lambda row: -row["mediane_ecart_points"])
    words = {"fr": ("médiane des centres", "agrégé"), "en": ("median of the centres", "aggregate")}
    median, aggregate = words[lang]
    moves: tuple[Move, Move] = (
        ("mediane_observee_pct", "mediane_scenario_pct", -0.16, BLUE, median),
        ("agrege_observe_pct", "agrege_scenario_pct", 0.16, ORANGE, aggregate),
    )
    for move in moves:
        before_after(axes, rows, move, lang)
    axes.set_yticks(range(len(rows)), [scenario_label(row, lang) for row in rows], size=8)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.tick_params(length=0)
    axes.margins(x=0.12)
    axes.xaxis.set_major_formatter(lambda value, _: exact_percent(value, lang))
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.spines[["left", "bottom"]].set_visible(False)
    above_axes(axes)
    names = [code_label("scenario_cds", row["scenario_code"], lang) for row in rows]
    afters = [percent(row["mediane_scenario_pct"], 1, lang) for row in rows]
    marks = {
        "annee": str(year),
        "n": number(rows[0]["cds_nb"], 0, lang),
        "scenario": names[0],
        "avant": percent(rows[0]["mediane_observee_pct"], 1, lang),
        "apres": afters[0],
        "resume": "; ".join(f"{n} {after}" for n, after in zip(names, afters, strict=True)),
    }
    columns = [name for move in moves for name in move[:2]]
    kept = ["annee", "scenario_code", "hypothese", "cds_nb", "concernes_nb", *columns]
    return Drawn(marks, data.select(kept))
