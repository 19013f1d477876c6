"""What a figure says: title, reading note, field, source, alt text. What it draws: its data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import pyarrow as pa
from pydantic import Field, ValidationError

from pipeline.contracts.model import Lang, Strict, Text
from pipeline.contracts.registry import read_yaml
from pipeline.errors import ContractError, NothingToDrawError

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Item = TypeVar("Item")
FILE = Path(__file__).resolve().parent / "figures.yml"


class FigureSpec(Strict):
    """The texts of a figure. `lecture` and `alt` hold `{marks}` that the drawing fills.

    `nature` is `transcription` when only printed values are drawn, even if the indicator also
    computes others: its badge then says published, not derived. `beside` names a transcription
    whose printed values stand beside the recomputed ones. A map draws one `mesure` of the joined
    table of territories over a `carte`, the core table that says where each department lies.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    indicator: str
    beside: str | None = None
    nature: Literal["transcription", "calcul"] = "calcul"
    title: Text
    subtitle: Text
    lecture: Text
    champ: Text
    source: Text
    alt: Text
    height: float = 4.6
    left: float = 0.26
    mesure: str | None = None
    carte: Literal["contours", "departements"] | None = None


@dataclass
class Drawn:
    """What a drawing returns: the numbers its notes quote, and the rows it drew."""

    marks: dict[str, str]
    data: pa.Table


def needed(rows: list[Item]) -> list[Item]:
    """Return rows a drawing cannot do without.

    Raises:
        NothingToDrawError: there is none.
    """
    if not rows:
        raise NothingToDrawError("the data hold none of the rows it draws")
    return rows


Draw = Callable[["Axes", pa.Table, Lang], Drawn]
# The same for a map, with the core table that says where each department lies.
DrawMap = Callable[["Axes", pa.Table, pa.Table, Lang], Drawn]


@dataclass
class Figure:
    """A figure ready to publish."""

    spec: FigureSpec
    origin: str
    lecture: str
    alt: str
    data: pa.Table
    files: dict[str, Path] = field(default_factory=dict)


@cache
def specs() -> dict[str, FigureSpec]:
    """Return the figures by id, in the order of the file."""
    try:
        found = [FigureSpec.model_validate(raw) for raw in read_yaml(FILE)]
    except ValidationError as error:
        raise ContractError(f"figures.yml: {error}") from error
    return {spec.id: spec for spec in found}
