"""Known inconsistencies of the source documents, each with the lines that print it.

Recorded, never repaired. A rule of `pipeline/checks/rules` that finds one names the case; an entry
that no rule can see is recorded by hand and says so, with why (`detected_by: manuel`, `unseen:`).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator

from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import read_yaml, vocabularies
from pipeline.errors import ContractError

MANUAL = "manuel"
FILE = Path(__file__).resolve().parent / "inconsistencies.yml"
Kind = Literal[
    "somme",
    "part",
    "evolution",
    "meme_grandeur",
    "rapport",
    "perimetre",
    "unite",
    "periode",
    "denominateur",
    "libelle",
    "source",
    "report_stale",
    "autre",
]


# Why no rule sees an entry: the codes of the list `motif_lecture`.
Unseen = Literal["sens", "terme_absent", "ambigu", "forme", "confusion"]


class Inconsistency(Strict):
    """One contradiction inside a document, or between two."""

    id: str = Field(pattern=r"^inc-[a-z]+-[0-9]{3}$")
    document_id: str
    lines: tuple[int, ...] = Field(min_length=1)
    kind: Kind
    title: Text
    detail: Text
    values: tuple[str, ...]
    detected_by: str
    unseen: Unseen | None = None
    figures: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    also: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _says_who_saw_it(self) -> Inconsistency:
        by_hand = self.detected_by == MANUAL
        if by_hand != bool(self.unseen) or by_hand == bool(self.cases) or (by_hand and self.also):
            raise ValueError(f"{self.id}: a rule with its cases, or {MANUAL} with unseen")
        return self

    @property
    def contradicts(self) -> bool:
        """Is it a contradiction, and not only two figures that may be confused?"""
        return self.unseen != "confusion"

    @property
    def found(self) -> dict[str, tuple[str, ...]]:
        """The rules that find it, each with its cases; none when it was found by reading."""
        return {} if self.detected_by == MANUAL else {self.detected_by: self.cases, **self.also}


@cache
def inconsistencies() -> tuple[Inconsistency, ...]:
    """Return all recorded inconsistencies, sorted by document then first line."""
    try:
        found = [Inconsistency.model_validate(raw) for raw in read_yaml(FILE)]
    except ValidationError as error:
        raise ContractError(f"inconsistencies.yml: {error}") from error
    ids = [entry.id for entry in found]
    if len(set(ids)) != len(ids):
        raise ContractError("inconsistencies.yml: an id stands twice")
    if unknown := {e.document_id for e in found} - set(vocabularies()["document"]):
        raise ContractError(f"inconsistencies.yml: unknown document {sorted(unknown)}")
    return tuple(sorted(found, key=lambda e: (e.document_id, e.lines[0], e.id)))


def known_cases() -> dict[str, set[str]]:
    """Return the cases each rule may find without failing: rule id -> cases."""
    known: dict[str, set[str]] = {}
    for entry in inconsistencies():
        for rule, cases in entry.found.items():
            known.setdefault(rule, set()).update(cases)
    return known
