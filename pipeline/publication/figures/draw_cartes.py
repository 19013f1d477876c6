"""Maps of the departments: outlines, or tiles of one size where areas would mislead.

Classes have stated bounds, the lower one in and the upper one out. A department without a value is
hatched and belongs to no class. Colours are told apart by colour-blind readers and in grey.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pipeline.contracts.model import Lang
from pipeline.publication.figures.model import Drawn, needed
from pipeline.publication.figures.style import GREY, INK, SOFT
from pipeline.publication.format import code_label, number, with_unit
from pipeline.publication.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Row = dict[str, Any]
Place = tuple[float, float]
Shape = list[Place]
# ColorBrewer's YlGnBu and PuOr.
SEQUENTIAL = ("#ffffcc", "#a1dab4", "#41b6c4", "#2c7fb8", "#253494")
DIVERGING = ("#b35806", "#f1a340", "#fee0b6", "#d8daeb", "#998ec3", "#542788")
HATCH = "/////"
SQUEEZE = math.cos(math.radians(46.5))
# Insets, in the units of the map: lower left corner and side. Scales differ from that of the
# mainland; Paris and its neighbours are shown there a second time.
OVERSEAS: dict[str, tuple[float, float, float]] = {
    "971": (-6.6, 49.2, 1.5),
    "972": (-6.6, 47.4, 1.5),
    "973": (-6.6, 45.5, 1.6),
    "974": (-6.6, 43.6, 1.5),
    "976": (-6.6, 41.8, 1.5),
}
PARIS = ("75", "92", "93", "94")
PARIS_BOX = (7.3, 48.9, 2.0)
DARK_CLASSES = (3, 4)
SIDE = 0.92


@dataclass(frozen=True)
class Classes:
    """Bounds between classes, a colour for each class, the decimals and unit of the bounds."""

    bounds: tuple[float, ...]
    colors: tuple[str, ...]
    decimals: int
    unit: str

    def rank(self, value: float) -> int:
        """Return the class of a value: a bound belongs to the class above it."""
        return sum(value >= bound for bound in self.bounds)

    def label(self, rank: int, lang: Lang) -> str:
        """Return the bounds of a class in words."""
        shown = [with_unit(number(b, self.decimals, lang), self.unit, lang) for b in self.bounds]
        if rank == 0:
            return text("carte_moins", lang).format(haut=shown[0])
        if rank == len(self.bounds):
            return text("carte_plus", lang).format(bas=shown[-1])
        return text("carte_entre", lang).format(bas=shown[rank - 1], haut=shown[rank])

    def span(self, rank: int) -> str:
        """Return the bounds of a class as data, in no language."""
        if rank == 0:
            return f"<{self.bounds[0]}"
        low = f">={self.bounds[rank - 1]}"
        return low if rank == len(self.bounds) else f"{low} <{self.bounds[rank]}"


def class_of(row: Row, classes: Classes) -> int | None:
    """Return the class of a department; None without a value.

    A printed "less than" goes with what is under its bound.
    """
    if row["valeur"] is None:
        return None
    rank = classes.rank(row["valeur"])
    return rank - 1 if row["qualificatif_code"] == "moins_de" and rank else rank


def shapes_of(outlines: pa.Table) -> dict[str, list[Shape]]:
    """Return the rings of each department, largest first, width and height to one scale."""
    found: dict[str, dict[int, Shape]] = {}
    for point in outlines.to_pylist():
        rings = found.setdefault(point["departement_code"], {})
        place = (float(point["longitude_deg"]) * SQUEEZE, float(point["latitude_deg"]))
        rings.setdefault(point["anneau_rang"], []).append(place)
    return {code: list(rings.values()) for code, rings in found.items()}


def boxed(
    groups: dict[str, list[Shape]], box: tuple[float, float, float]
) -> dict[str, list[Shape]]:
    """Return shapes moved and resized together so that they fill a square."""
    every = [place for shapes in groups.values() for shape in shapes for place in shape]
    left, low = min(x for x, _ in every), min(y for _, y in every)
    span = max(max(x for x, _ in every) - left, max(y for _, y in every) - low)
    scale = box[2] / span
    return {
        code: [
            [(box[0] + (x - left) * scale, box[1] + (y - low) * scale) for x, y in shape]
            for shape in shapes
        ]
        for code, shapes in groups.items()
    }


def paint(axes: Axes, shape: Sequence[Place], color: str | None) -> None:
    """Fill a shape with the colour of its class, or hatch it."""
    from matplotlib.patches import Polygon

    axes.add_patch(
        Polygon(
            list(shape),
            closed=True,
            facecolor=color or "white",
            edgecolor=INK if color else GREY,
            hatch=None if color else HATCH,
            linewidth=0.35,
        )
    )


def legend(
    axes: Axes, ranks: dict[str, int | None], classes: Classes, lang: Lang, at: Place
) -> None:
    """Add the classes with their bounds and how many departments each holds."""
    from matplotlib.patches import Patch

    held = list(ranks.values())
    handles = [
        Patch(
            facecolor=color,
            edgecolor=INK,
            linewidth=0.35,
            label=f"{classes.label(rank, lang)} ({held.count(rank)})",
        )
        for rank, color in enumerate(classes.colors)
    ]
    handles.append(
        Patch(
            facecolor="white",
            edgecolor=GREY,
            hatch=HATCH,
            linewidth=0.35,
            label=f"{text('carte_sans_donnee', lang)} ({held.count(None)})",
        )
    )
    axes.legend(
        handles=handles,
        title=text("carte_legende", lang),
        title_fontsize=7.5,
        fontsize=7.5,
        loc="upper left",
        bbox_to_anchor=at,
        frameon=False,
        alignment="left",
    )


def outline_map(axes: Axes, rows: list[Row], outlines: pa.Table, classes: Classes) -> None:
    """Draw the outlines, overseas departments and Paris with its neighbours in insets."""
    shapes = shapes_of(outlines)
    colors = {row["territoire_code"]: class_of(row, classes) for row in rows}
    mainland = {code: found for code, found in shapes.items() if code not in OVERSEAS}
    drawn = [mainland, boxed({code: shapes[code] for code in PARIS}, PARIS_BOX)]
    drawn += [boxed({code: shapes[code]}, box) for code, box in OVERSEAS.items() if code in shapes]
    for group in drawn:
        for code, found in group.items():
            rank = colors.get(code)
            for shape in found:
                paint(axes, shape, None if rank is None else classes.colors[rank])
    for code, (x, y, side) in OVERSEAS.items():
        axes.text(x - 0.15, y + side / 2, code, size=6.5, color=SOFT, ha="right", va="center")
    x, y, side = PARIS_BOX
    axes.text(x + side / 2, y + side + 0.1, ", ".join(PARIS), size=6.5, color=SOFT, ha="center")
    axes.set_xlim(-7.4, 14.2)
    axes.set_ylim(41.2, 51.4)


def tile_map(axes: Axes, rows: list[Row], places: pa.Table, classes: Classes) -> None:
    """Draw a square of one size for each department, with its code."""
    at = {p["departement_code"]: p for p in places.to_pylist() if p["tuile_rang"] is not None}
    for row in rows:
        place = at[row["territoire_code"]]
        x, y = place["tuile_colonne"], -place["tuile_rang"]
        rank = class_of(row, classes)
        corners = [(x, y), (x + SIDE, y), (x + SIDE, y + SIDE), (x, y + SIDE)]
        paint(axes, corners, None if rank is None else classes.colors[rank])
        axes.text(
            x + SIDE / 2,
            y + SIDE / 2,
            row["territoire_code"],
            size=6.5,
            color="white" if rank in DARK_CLASSES else INK,
            ha="center",
            va="center",
            bbox=None
            if rank is not None
            else {"boxstyle": "square,pad=0.1", "facecolor": "white", "edgecolor": "none"},
        )
    axes.set_xlim(0.5, 20)
    axes.set_ylim(-max(p["tuile_rang"] for p in at.values()) - 0.3, 0.3)


def bare(axes: Axes) -> None:
    """Leave the map alone: one scale both ways, no frame, no ticks."""
    axes.set_aspect("equal")
    axes.set_axis_off()


def marks_of(rows: list[Row], classes: Classes, lang: Lang) -> dict[str, str]:
    """Return what the notes quote: the highest value, the counts, every value in words."""
    known = needed([row for row in rows if row["valeur"] is not None])
    top = max(known, key=lambda row: (row["valeur"], row["territoire_code"]))

    def shown(row: Row) -> str:
        value = with_unit(number(row["valeur"], classes.decimals, lang), classes.unit, lang)
        if row["qualificatif_code"] == "exact":
            return value
        return f"{code_label('qualificatif', row['qualificatif_code'], lang).lower()} {value}"

    return {
        "departement": top["territoire_nom"],
        "valeur": shown(top),
        "n": str(len(known)),
        "sans": str(len(rows) - len(known)),
        "resume": "; ".join(f"{row['territoire_nom']} {shown(row)}" for row in known),
    }


def mapped_data(table: pa.Table, classes: Classes) -> pa.Table:
    """Return the rows drawn, with the class each one is in; empty where it is in none."""
    ranks = [class_of(row, classes) for row in table.to_pylist()]
    labels = [None if rank is None else classes.span(rank) for rank in ranks]
    return table.append_column("classe", pa.array(labels, pa.string()))


def carte_part_actes_mg_cds(axes: Axes, table: pa.Table, places: pa.Table, lang: Lang) -> Drawn:
    """Draw the printed share of GP acts made in centres, on tiles."""
    classes = Classes((1.0, 5.0, 10.0, 20.0), SEQUENTIAL, 1, "%")
    rows = table.to_pylist()
    marks = marks_of(rows, classes, lang)
    tile_map(axes, rows, places, classes)
    ranks = {row["territoire_code"]: class_of(row, classes) for row in rows}
    legend(axes, ranks, classes, lang, (0.69, 0.95))
    bare(axes)
    return Drawn(marks, mapped_data(table, classes))


def carte_evolution_population(
    axes: Axes, table: pa.Table, outlines: pa.Table, lang: Lang
) -> Drawn:
    """Draw the growth of the population, on outlines."""
    classes = Classes((-2.0, -1.0, 0.0, 1.5, 3.0), DIVERGING, 1, "%")
    rows = table.to_pylist()
    marks = marks_of(rows, classes, lang)
    outline_map(axes, rows, outlines, classes)
    ranks = {row["territoire_code"]: class_of(row, classes) for row in rows}
    legend(axes, ranks, classes, lang, (0.68, 0.72))
    bare(axes)
    periods = sorted({row["millesime"] for row in rows if row["millesime"]})
    return Drawn(marks | {"periode": ", ".join(periods)}, mapped_data(table, classes))
