"""Why a figure cannot be recomputed: explicit rules, in order, on what the registry says of it."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml, vocabularies
from pipeline.errors import ContractError

FILE = Path(__file__).resolve().parent / "reasons.yml"
LISTS = ("document_id", "topic", "statistic", "unit", "qualifier")
PATTERNS = ("quantity", "population", "source_named")
NUMBERS = ("value", "value_min", "value_max")
REFUSED = "calcul_refuse"


class ReasonRule(Strict):
    """One rule: a reason, and the conditions that must all hold."""

    motif: str
    sans_nombre: bool = False
    document_id: tuple[str, ...] = ()
    topic: tuple[str, ...] = ()
    statistic: tuple[str, ...] = ()
    unit: tuple[str, ...] = ()
    qualifier: tuple[str, ...] = ()
    quantity: str = ""
    population: str = ""
    source_named: str = ""

    def holds(self, figure: dict[str, Any]) -> bool:
        """Do all conditions hold for a row of the registry?"""
        if self.sans_nombre and any(figure[name] is not None for name in NUMBERS):
            return False
        for name in LISTS:
            wanted = getattr(self, name)
            if wanted and figure[name] not in wanted:
                return False
        return all(
            re.search(pattern, figure[name] or "", re.IGNORECASE)
            for name in PATTERNS
            if (pattern := getattr(self, name))
        )


@cache
def reason_rules() -> tuple[ReasonRule, ...]:
    """Return the rules in order; the last has no condition, so that no figure is left out."""
    try:
        found = tuple(ReasonRule.model_validate(raw) for raw in read_yaml(FILE))
    except ValidationError as error:
        raise ContractError(f"reasons.yml: {error}") from error
    known = set(vocabularies()["motif_non_calculable"])
    if unknown := {rule.motif for rule in found} - known:
        raise ContractError(f"reasons.yml: no reason is named {sorted(unknown)}")
    if found[-1] != ReasonRule(motif=found[-1].motif):
        raise ContractError("reasons.yml: the last rule must hold for every figure")
    return found


def reason(figure: dict[str, Any]) -> str:
    """Return the reason why a figure cannot be recomputed."""
    return next(rule.motif for rule in reason_rules() if rule.holds(figure))
