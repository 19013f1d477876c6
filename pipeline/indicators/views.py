"""Named views the indicators share: populations and measures, one SQL file each, defined once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, cached_property
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import contracts, read_yaml
from pipeline.contracts.sql import read_sql
from pipeline.errors import ContractError
from pipeline.parameters import Parameters, bind, default_parameters, names_in
from pipeline.store.engine import Engine
from pipeline.store.lots import Lots

HERE = Path(__file__).resolve().parent / "views"
FRAGMENTS = HERE.parent / "fragments"


class PublishedCount(Strict):
    """The N a document prints for a population, in one year."""

    figure_id: str = Field(pattern=r"^00[0-4]-[A-Z]?[0-9]{4}$")
    annee: int


class View(Strict):
    """A population (rows `annee, finess`) or a table of measures, over core tables and views."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["population", "mesure"]
    inputs: tuple[str, ...] = Field(min_length=1)
    title: Text
    definition: Text
    source: str = Field(min_length=1)
    published: tuple[PublishedCount, ...] = ()
    lots: Lots | None = None

    @property
    def sql(self) -> str:
        """Its SQL text, with the parts it includes written out."""
        return read_sql(HERE / f"{self.id}.sql", FRAGMENTS)

    @cached_property
    def parameters(self) -> tuple[str, ...]:
        """The parameters its SQL uses, `{{name}}`, in alphabetical order."""
        return tuple(sorted(names_in(self.sql)))


@cache
def views() -> dict[str, View]:
    """Return the views by id, each after those it reads."""
    try:
        found = [View.model_validate(raw) for raw in read_yaml(HERE / "views.yml")]
    except ValidationError as error:
        raise ContractError(f"views.yml: {error}") from error
    known = set(contracts())
    for view in found:
        if missing := set(view.inputs) - known:
            raise ContractError(f"view {view.id} reads {sorted(missing)}, defined nowhere before")
        if view.lots and view.inputs != (view.lots.table,):
            raise ContractError(f"view {view.id} goes by lots of a table: it may read no other")
        if not (HERE / f"{view.id}.sql").is_file():
            raise ContractError(f"view {view.id} has no SQL file")
        known.add(view.id)
    return {view.id: view for view in found}


def needed_views(names: Iterable[str]) -> list[View]:
    """Return the views among some names and those they read, each after those it reads."""
    wanted = {name for name in names if name in views()}
    for view in reversed(views().values()):
        if view.id in wanted:
            wanted |= {name for name in view.inputs if name in views()}
    return [view for view in views().values() if view.id in wanted]


def core_inputs(names: Iterable[str]) -> tuple[str, ...]:
    """Return the core tables behind some tables and views, in alphabetical order."""
    listed = list(names)
    read = {name for view in needed_views(listed) for name in view.inputs}
    return tuple(sorted((read | set(listed)) - set(views())))


def view_parameters(names: Iterable[str]) -> set[str]:
    """Return the parameters used by the views some names need."""
    return {parameter for view in needed_views(names) for parameter in view.parameters}


def open_views(engine: Engine, names: Iterable[str], parameters: Parameters | None = None) -> None:
    """Compute the views some names need and register them; their core tables must be there.

    Args:
        engine: where they are registered, over what it held under those names.
        names: tables and views; those that are no views are left alone.
        parameters: thresholds of their SQL; those of `parameters.yml` when None.
    """
    known = parameters or default_parameters()
    for view in needed_views(names):
        engine.register_query(view.id, bind(view.sql, known), view.lots)


def moved_views(names: Iterable[str], parameter: str) -> list[View]:
    """Return the views some names need that a parameter moves, each after those it reads."""
    found: list[View] = []
    for view in needed_views(names):
        if parameter in view.parameters or {v.id for v in found} & set(view.inputs):
            found.append(view)
    return found


def open_moved_views(
    engine: Engine, names: Iterable[str], parameter: str, parameters: Parameters
) -> None:
    """Compute again the views a parameter moves, the others being registered already."""
    for view in moved_views(names, parameter):
        engine.register_query(view.id, bind(view.sql, parameters), view.lots)
