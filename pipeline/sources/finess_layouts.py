"""The layouts of FINESS files, one equivalence table by edition, read from `layouts/finess`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import pyarrow as pa
from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml
from pipeline.errors import ContractError

HERE = Path(__file__).resolve().parent / "layouts" / "finess"
POSITIONS_FILE = "positions"
Form = Literal["etiquettes", "entete", "xml", "json"]
Table = Literal["etablissements", "entites_juridiques", "positions"]


class FinessLayout(Strict):
    """How one edition writes one table.

    `fields` are the fields of a file in their order or its known headers; `columns` say which field
    gives a column of the contract, or one of the pieces it is made from (`commune_finess`,
    `position_x`...); `always` the cells that hold for every row of the edition.
    """

    layout: str
    form: Form
    table: Table
    tag: str = ""
    fields: tuple[str, ...] = ()
    aliases: dict[str, str] = Field(default_factory=dict)
    needed: tuple[str, ...] = ()
    columns: dict[str, str]
    always: dict[str, str] = Field(default_factory=dict)
    address: str = ""


class System(Strict):
    """A system of coordinates: its projection, and the ranges of X and Y of its territory, in m."""

    projection: Literal["lambert_93", "utm"]
    zone: int = 0
    north: bool = True
    x: tuple[float, float]
    y: tuple[float, float]


class Positions(Strict):
    """The systems of coordinates of the register, and what names them."""

    systems: dict[str, System]
    names: dict[str, str]
    departements: dict[str, str]


@dataclass(frozen=True)
class Part:
    """The cells of one table in one file, by field, each with its line and its name there."""

    layout: FinessLayout
    lines: pa.Array
    cells: dict[str, pa.Array]
    names: list[str] = field(default_factory=list)


@cache
def layouts() -> dict[str, FinessLayout]:
    """Return every layout by name."""
    found = {}
    for path in sorted(HERE.glob("*.yml")):
        if path.stem != POSITIONS_FILE:
            try:
                found[path.stem] = FinessLayout.model_validate(read_yaml(path))
            except ValidationError as error:
                raise ContractError(f"layouts/finess/{path.name}: {error}") from error
    return found


def layouts_of(form: Form) -> dict[str, FinessLayout]:
    """Return the layouts of one form, by tag."""
    return {layout.tag: layout for layout in layouts().values() if layout.form == form}


@cache
def positions() -> Positions:
    """Return the systems of coordinates."""
    return Positions.model_validate(read_yaml(HERE / f"{POSITIONS_FILE}.yml"))
