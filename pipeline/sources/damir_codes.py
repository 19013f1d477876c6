"""The columns of Open DAMIR and what its codes mean here: one YAML, with its sources."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml
from pipeline.contracts.schema import sql_literal
from pipeline.errors import ContractError
from pipeline.sources.flat_layout import FlatLayout

FILE = Path(__file__).resolve().parent / "layouts" / "open_damir" / "codes.yml"


class DamirCodes(Strict):
    """Columns read and ignored; codes of place, specialty, service, complement and region."""

    layout: FlatLayout
    places: dict[str, str]
    other_place: str
    specialties: dict[str, str]
    other_specialty: str
    services: dict[str, str]
    other_service: str
    no_complement: tuple[str, ...]
    regions: dict[str, str]
    unknown_region: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column of a file, read or not."""
        read = [head for heads in self.layout.headers.values() for head in heads]
        return (*read, *self.layout.ignored)


@cache
def damir_codes() -> DamirCodes:
    """Return the columns and codes of Open DAMIR."""
    try:
        return DamirCodes.model_validate(read_yaml(FILE))
    except ValidationError as error:
        raise ContractError(f"{FILE.name}: {error}") from error


def translated(raw: str, codes: Mapping[str, str], otherwise: str) -> str:
    """Return the SQL of a code read by a closed list, any other whole number by `otherwise`.

    A cell that is no whole number gives nothing.
    """
    cases = " ".join(f"WHEN {sql_literal(k)} THEN {sql_literal(v)}" for k, v in codes.items())
    other = f"ELSE {sql_literal(otherwise)} " if otherwise else ""
    listed = f"CASE {raw} {cases} {other}END"
    return f"CASE WHEN regexp_full_match({raw}, '[0-9]{{1,5}}') THEN {listed} END"
