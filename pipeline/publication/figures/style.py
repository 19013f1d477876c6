"""One look for every figure, and files with the same bytes every time."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.contracts.model import Lang
from pipeline.publication.figures.model import Drawn, FigureSpec
from pipeline.publication.format import code_label, unbreakable
from pipeline.publication.texts import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure as MplFigure

# Okabe and Ito's palette: told apart by colour-blind readers and in grey.
BLUE, ORANGE, GREEN = "#0072B2", "#D55E00", "#009E73"
SKY, GREY = "#56B4E9", "#8A8F98"
INK, SOFT, RULE = "#1C2733", "#5B6673", "#D5DAE0"
BADGES = {"published": BLUE, "derived": GREEN, "synthetic": ORANGE, "real": INK}
WIDTH = 8.0
WRAP = 150
LINE = 0.165
SETTINGS: dict[str, Any] = {
    "svg.hashsalt": "snp-observatoire",
    "svg.fonttype": "path",
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.color": INK,
    "axes.edgecolor": RULE,
    "axes.labelcolor": SOFT,
    "xtick.color": SOFT,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlelocation": "left",
    "figure.facecolor": "white",
}
METADATA: dict[str, dict[str, Any]] = {
    "svg": {"Date": None, "Creator": None},
    "png": {"Software": None},
}


def wrapped(value: str, width: int) -> list[str]:
    """Wrap on ordinary spaces only: a no-break space keeps a number with its unit."""
    lines = [""]
    for word in value.split(" "):
        longer = f"{lines[-1]} {word}".strip(" ")
        if len(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def footer_lines(spec: FigureSpec, lecture: str, lang: Lang) -> list[str]:
    """Return the lines under a figure: how to read it, its field, its source."""
    colon = " :" if lang == "fr" else ":"
    notes = {"lecture": lecture, "champ": spec.champ[lang], "source": spec.source[lang]}
    parts = [f"{text(key, lang)}{colon} {note}" for key, note in notes.items()]
    return [line for part in parts for line in wrapped(unbreakable(part), WRAP)]


@cache
def load_matplotlib() -> Any:
    """Import the library once, set the look, and return its figure class and SVG and PNG canvases.

    It takes a second: a run does it while the checks run in their process.
    """
    import matplotlib as mpl
    from matplotlib.backends import backend_agg, backend_svg
    from matplotlib.figure import Figure

    mpl.use("Agg")
    settings: Any = mpl.rcParams
    settings.update(SETTINGS)
    return Figure, backend_agg, backend_svg


def new_figure(spec: FigureSpec) -> tuple[MplFigure, Axes]:
    """Return a figure with room for its title; the foot is sized once the notes are known."""
    figure_class, *_ = load_matplotlib()
    figure = figure_class(figsize=(WIDTH, spec.height))
    return figure, figure.add_subplot()


def finish(figure: MplFigure, spec: FigureSpec, drawn: Drawn, origin: str, lang: Lang) -> None:
    """Add title, subtitle, badge and foot, and lay out the axes between them."""
    lecture = spec.lecture[lang].format(**drawn.marks)
    lines = footer_lines(spec, lecture, lang)
    foot = (len(lines) * LINE + 0.12) / spec.height
    head = 0.78 / spec.height
    axes = figure.axes[0]
    label_room = 0.42 / spec.height
    axes.set_position(
        (spec.left, foot + label_room, 0.96 - spec.left, 1 - foot - head - label_room)
    )
    title, subtitle = unbreakable(spec.title[lang]), unbreakable(spec.subtitle[lang])
    figure.text(0.02, 1 - 0.22 / spec.height, title, size=11.5, weight="bold", va="center")
    figure.text(0.02, 1 - 0.47 / spec.height, subtitle, size=8.5, color=SOFT, va="center")
    figure.text(
        0.98,
        1 - 0.47 / spec.height,
        code_label("origine", origin, lang).upper(),
        size=7.5,
        weight="bold",
        color="white",
        ha="right",
        va="center",
        bbox={"boxstyle": "round,pad=0.35", "facecolor": BADGES[origin], "edgecolor": "none"},
    )
    for rank, line in enumerate(reversed(lines)):
        figure.text(0.02, (0.08 + rank * LINE) / spec.height, line, size=7, color=SOFT)
    if origin == "synthetic":
        mark = text("synthetique_filigrane", lang)
        figure.text(
            0.5, 0.5, mark, size=34, color=ORANGE, alpha=0.16, rotation=22, ha="center", va="center"
        )


def save(figure: MplFigure, folder: Path, name: str) -> dict[str, Path]:
    """Write the SVG and the PNG, without date, creator or software."""
    files = {}
    for kind, metadata in METADATA.items():
        path = folder / f"{name}.{kind}"
        figure.savefig(path, format=kind, dpi=160, metadata=metadata)
        files[kind] = path
    return files
