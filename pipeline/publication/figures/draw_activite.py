"""Drawings on the activity of the centres: acts by manager, centres against self-employed GPs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.draw_centres import quantile_row
from pipeline.publication.figures.draw_cpts import percent
from pipeline.publication.figures.model import Drawn, needed
from pipeline.publication.figures.style import BLUE, GREEN, INK, ORANGE, RULE, SKY, SOFT, wrapped
from pipeline.publication.format import code_label, number, unbreakable

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row = dict[str, Any]
FIELD, QUOTED_FIELD = "champ_actes", "champ_actes_hors_autres_publics"
# What is set against self-employed GPs, in the order drawn: measure and statistic.
COMPARED = (
    ("actes_par_etp", "mediane"),
    ("patients_mt_par_etp", "mediane"),
    ("patients_mt_adultes_par_etp", "moyenne"),
    ("file_active_par_etp", "mediane"),
)
SELF_EMPLOYED = 100
GAPS = ("ecart_base_cds_pct", "ecart_base_liberaux_pct")
HEADS = {
    "ecart_base_cds_pct": {"fr": "libéraux /\ncentres − 1", "en": "self-empl. /\ncentres − 1"},
    "ecart_base_liberaux_pct": {"fr": "1 − centres /\nlibéraux", "en": "1 − centres /\nself-empl."},
}


def shown_year(rows: list[Row], comparator: str) -> list[Row]:
    """Return the rows of the year whose comparison value is known, else of the last year."""
    years = {row["annee"] for row in rows if row[comparator] is not None}
    year = max(years or {row["annee"] for row in rows})
    return [row for row in rows if row["annee"] == year]


def row_labels(axes: Axes, labels: list[str], width: int) -> None:
    """Write labels at the left, wrapped, without ticks."""
    lines = ["\n".join(wrapped(unbreakable(label), width)) for label in labels]
    axes.set_yticks(range(len(labels)), lines, size=8)
    axes.tick_params(axis="y", length=0)
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.set_axisbelow(True)


def acts_rows(table: pa.Table) -> tuple[list[Row], Row]:
    """Return the managers by median, highest first, and the pooled row the report quotes."""
    rows = shown_year(table.to_pylist(), "mediane_liberaux")
    managers = [
        row
        for row in rows
        if row["population_code"] == FIELD and row["dimension_code"] == "gestionnaire"
    ]
    needed(managers).sort(key=lambda row: (-row["mediane"], row["modalite_code"]))
    pooled = [
        row
        for row in rows
        if row["population_code"] == QUOTED_FIELD and row["dimension_code"] == "ensemble"
    ]
    return managers, needed(pooled)[0]


def acts_labels(managers: list[Row], pooled: Row, lang: Lang) -> list[str]:
    """Return the label of each row, with its N."""
    named = [code_label("gestionnaire", row["modalite_code"], lang) for row in managers]
    named.append(code_label("population_cds", QUOTED_FIELD, lang))
    return [
        f"{label} (N = {row['cds_nb']})"
        for label, row in zip(named, [*managers, pooled], strict=True)
    ]


def self_employed_line(axes: Axes, value: float | None, lang: Lang) -> str:
    """Draw the median of self-employed GPs and return the sentence the note adds, if known."""
    if value is None:
        return ""
    shown = number(value, 0, lang)
    axes.axvline(value, color=GREEN, linewidth=1.4, linestyle=(0, (4, 3)), zorder=6)
    said = {"fr": f"libéraux : {shown}", "en": f"self-employed: {shown}"}[lang]
    axes.text(value + 70, -0.78, said, size=7.5, color=GREEN, va="center")
    return {
        "fr": f" Trait vert : médiane des généralistes libéraux, {shown} actes par médecin.",
        "en": f" Green line: median of self-employed GPs, {shown} acts per doctor.",
    }[lang]


def actes_par_etp_gestionnaire(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw the acts per GP FTE as quantiles, managers by median, the pooled row apart."""
    managers, pooled = acts_rows(table)
    ordered = [*managers, pooled]
    widest = max(max(row["decile_9"] for row in ordered), pooled["mediane_liberaux"] or 0)
    median_at = widest * 1.13
    for rank, row in enumerate(ordered):
        quantile_row(axes, rank, row, ORANGE if row is pooled else BLUE, suffix="")
        shown = number(row["mediane"], 0, lang)
        axes.text(median_at, rank, shown, ha="right", va="center", size=8)
    heading = {"fr": "médiane", "en": "median"}[lang]
    axes.text(median_at, -0.78, heading, ha="right", va="center", size=7.5, color=SOFT)
    line = self_employed_line(axes, pooled["mediane_liberaux"], lang)
    axes.axhline(len(managers) - 0.5, color=RULE, linewidth=0.9)
    row_labels(axes, acts_labels(managers, pooled, lang), 34)
    axes.invert_yaxis()
    axes.grid(axis="x", color=RULE, linewidth=0.7)
    axes.set_xlim(min(0, *(row["decile_1"] for row in ordered)), median_at * 1.01)
    ticks = range(0, int(widest) + 1, 2000)
    axes.set_xticks(ticks, [number(tick, 0, lang) for tick in ticks], size=8)
    labels = [code_label("modalite_cds", row["modalite_code"], lang) for row in ordered]
    marks = {
        "annee": str(pooled["annee"]),
        "n": str(pooled["cds_nb"]),
        "mediane": number(pooled["mediane"], 0, lang),
        "d1": number(pooled["decile_1"], 0, lang),
        "liberaux": line,
        "resume": "; ".join(
            f"{label} {number(row['mediane'], 0, lang)}"
            for label, row in zip(labels, ordered, strict=True)
        ),
    }
    columns = [
        "annee", "population_code", "modalite_code", "cds_nb", "decile_1", "quartile_1",
        "mediane", "moyenne", "quartile_3", "decile_9", "mediane_liberaux",
    ]  # fmt: skip
    schema = pa.schema([table.schema.field(name) for name in columns])
    drawn = [{name: row[name] for name in columns} for row in ordered]
    return Drawn(marks, pa.Table.from_pylist(drawn, schema=schema))


def compared_rows(table: pa.Table) -> list[Row]:
    """Return the rows drawn, in order; a measure without a value on both sides is left out."""
    rows = shown_year(table.to_pylist(), "valeur_liberaux")
    by_key = {(row["mesure_code"], row["statistique_code"]): row for row in rows}
    found = [by_key[key] for key in COMPARED if key in by_key]
    return needed([row for row in found if row["statut_calcul"] == "calcule"])


def on_scale(row: Row) -> float:
    """Return where the centres stand on the scale of self-employed GPs."""
    return float(SELF_EMPLOYED * row["valeur_cds"] / row["valeur_liberaux"])


def comparison_row(axes: Axes, place: int, row: Row, lang: Lang) -> None:
    """Draw one measure: the centres on the scale of self-employed GPs, with both values."""
    at = on_scale(row)
    axes.plot([at, SELF_EMPLOYED], [place, place], color=RULE, linewidth=3.2, zorder=1)
    axes.scatter(at, place, s=70, color=BLUE, zorder=3)
    axes.scatter(
        SELF_EMPLOYED, place, s=70, color="white", edgecolor=GREEN, linewidth=1.8, zorder=2
    )
    left, right = ("right", -2.2), ("left", 2.2)
    sides = (left, right) if at <= SELF_EMPLOYED else (right, left)
    values = ((at, "valeur_cds", BLUE), (SELF_EMPLOYED, "valeur_liberaux", GREEN))
    for (side, shift), (spot, name, color) in zip(sides, values, strict=True):
        shown = number(row[name], 0, lang)
        axes.text(spot + shift, place, shown, ha=side, va="center", size=8, color=color)


def gap_columns(axes: Axes, rows: list[Row], lang: Lang) -> None:
    """Write the gap on each base in two columns right of the dots, and set the limits."""
    spots = [on_scale(row) for row in rows]
    low, high = min(45, min(spots) - 14), max(115, max(spots) + 14)
    width = (high - low) / 3
    for rank, name in enumerate(GAPS, start=1):
        at = high + rank * width
        axes.text(at, -0.68, HEADS[name][lang], ha="right", va="center", size=7, color=SOFT)
        for place, row in enumerate(rows):
            shown = percent(row[name], 0, lang)
            axes.text(at, place, shown, ha="right", va="center", size=9, weight="bold", color=INK)
    axes.set_xlim(low, high + len(GAPS) * width + 1)
    ticks = [tick for tick in range(0, 301, 25) if low <= tick <= high]
    axes.set_xticks(ticks, [number(tick, 0, lang) for tick in ticks], size=8)


def comparaison_liberaux(axes: Axes, table: pa.Table, lang: Lang) -> Drawn:
    """Draw the centres against self-employed GPs at 100, with the gap on each base."""
    rows = compared_rows(table)
    for place, row in enumerate(rows):
        comparison_row(axes, place, row, lang)
    names = [
        f"{code_label('mesure_cds', row['mesure_code'], lang)}, "
        f"{code_label('statistique_comparee', row['statistique_code'], lang).lower()} "
        f"(N = {row['cds_nb']})"
        for row in rows
    ]
    row_labels(axes, names, 36)
    gap_columns(axes, rows, lang)
    axes.set_ylim(len(rows) - 0.5, -0.95)
    axes.axvline(SELF_EMPLOYED, color=SKY, linewidth=0.9, linestyle=(0, (3, 3)), zorder=0)
    return Drawn(comparison_marks(rows, lang), comparison_data(table, rows))


def comparison_marks(rows: list[Row], lang: Lang) -> dict[str, str]:
    """Return the numbers quoted by the notes: those of the first measure drawn."""
    first = rows[0]
    return {
        "annee": str(first["annee"]),
        "mesure": code_label("mesure_cds", first["mesure_code"], lang),
        "cds": number(first["valeur_cds"], 0, lang),
        "liberaux": number(first["valeur_liberaux"], 0, lang),
        "haut": percent(first["ecart_base_cds_pct"], 0, lang),
        "bas": percent(first["ecart_base_liberaux_pct"], 0, lang),
        "resume": "; ".join(
            f"{code_label('mesure_cds', row['mesure_code'], lang)} "
            f"{number(row['valeur_cds'], 0, lang)} / {number(row['valeur_liberaux'], 0, lang)}"
            for row in rows
        ),
    }


def comparison_data(table: pa.Table, rows: list[Row]) -> pa.Table:
    """Return the rows drawn, in the columns of the indicator."""
    columns = [
        "annee", "mesure_code", "statistique_code", "population_code", "cds_nb", "valeur_cds",
        "valeur_liberaux", "ecart_base_cds_pct", "ecart_base_liberaux_pct",
    ]  # fmt: skip
    schema = pa.schema([table.schema.field(name) for name in columns])
    drawn = [{name: row[name] for name in columns} for row in rows]
    return pa.Table.from_pylist(drawn, schema=schema)
