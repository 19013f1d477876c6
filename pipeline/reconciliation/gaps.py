"""Why a recomputed figure differs from the printed one, where the document itself says it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml, vocabularies
from pipeline.errors import ContractError

FILE = Path(__file__).resolve().parent / "gaps.yml"


class Gap(Strict):
    """One reason: it holds for a recomputed value between what the other lines allow."""

    figure_id: str = Field(pattern=r"^00[0-4]-[A-Z]?[0-9]{4}$")
    motif: str
    low: float
    high: float
    lines: tuple[int, ...] = Field(min_length=1)

    def explains(self, value: float) -> bool:
        """Does the reason hold for a recomputed value?"""
        return self.low <= value <= self.high


@cache
def gaps() -> dict[str, Gap]:
    """Return the reasons by figure.

    Raises:
        ContractError: a figure has two reasons, or a reason is not in the closed list.
    """
    try:
        found = [Gap.model_validate(raw) for raw in read_yaml(FILE)]
    except ValidationError as error:
        raise ContractError(f"gaps.yml: {error}") from error
    if unknown := {gap.motif for gap in found} - set(vocabularies()["motif_non_calculable"]):
        raise ContractError(f"gaps.yml: no reason is named {sorted(unknown)}")
    named = {gap.figure_id: gap for gap in found}
    if len(named) < len(found):
        raise ContractError("gaps.yml: a figure has two reasons")
    return named


def explanation(figure_id: str, value: float) -> Gap | None:
    """Return why a recomputed value differs from a printed figure; None when nobody has read it."""
    gap = gaps().get(figure_id)
    return gap if gap and gap.explains(value) else None
