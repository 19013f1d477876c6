"""What a cell of an e-CDS export may fill, by name, and what follows from its code.

The names are those of the project: the columns of `ecds_centres` and `ecds_activite`,
`<profession>_nb` and `<profession>_etp`, `<line>_eur`. Layouts map headers to them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pipeline.contracts.registry import LOADED_COLUMNS, contract, vocabularies
from pipeline.errors import ContractError

CENTRES, STAFF = "ecds_centres", "ecds_effectifs"
FINANCES, ACTIVITY = "ecds_finances", "ecds_activite"
TABLES = (ACTIVITY, CENTRES, STAFF, FINANCES)
KEYS = ("annee", "finess")
# Tables of several rows by centre and year: the column that tells them apart, its closed list, and
# the suffix each value column takes behind a code.
CODE_COLUMN = {STAFF: "profession_code", FINANCES: "poste_code"}
CODE_LIST = {STAFF: "profession_ecds", FINANCES: "poste_ecds"}
SUFFIXES = {
    STAFF: {"effectif_nb": "_nb", "effectif_etp": "_etp"},
    FINANCES: {"montant_eur": "_eur"},
}
# The family a line belongs to is that of its nearest ancestor, or of itself, in this list.
FAMILIES = {
    "charges_exploitation": "charges",
    "financements_total": "total_general",
    "recettes_exploitation": "recettes_exploitation",
    "ars": "autres_financements",
    "autres_sources": "autres_financements",
    "rfs_assurance_maladie": "memoire",
}


@dataclass(frozen=True)
class Target:
    """Where a cell goes: a column of a table, on the row of a code where there are several."""

    table: str
    column: str
    code: str = ""

    @property
    def name(self) -> str:
        """Its name in the layouts."""
        return f"{self.code}{SUFFIXES[self.table][self.column]}" if self.code else self.column


def single_columns(table: str) -> list[str]:
    """Return the columns an export fills in a table of one row by centre and year."""
    filled = (*KEYS, *LOADED_COLUMNS, "origin")
    return [name for name in contract(table).names if name not in filled]


@cache
def targets() -> dict[str, Target]:
    """Return every cell an export may fill, by name."""
    listed = [
        Target(table, name) for table in (CENTRES, ACTIVITY) for name in single_columns(table)
    ]
    listed += [
        Target(table, column, code)
        for table, suffixes in SUFFIXES.items()
        for code in vocabularies()[CODE_LIST[table]]
        for column in suffixes
    ]
    found = {target.name: target for target in listed}
    if len(found) != len(listed):
        raise ContractError("two cells of an e-CDS export bear the same name")
    return found


def parent(vocabulary: str, code: str) -> str | None:
    """Return the code that a code is a part of."""
    return vocabularies()[vocabulary][code].parent


def family(line: str) -> str:
    """Return the family of a line of costs or funding."""
    place: str | None = line
    while place is not None:
        if place in FAMILIES:
            return FAMILIES[place]
        place = parent("poste_ecds", place)
    raise ContractError(f"line {line} belongs to no family")


@cache
def derived(table: str, code: str) -> dict[str, object]:
    """Return the columns that follow from the code of a row; they are never read."""
    if table == STAFF:
        category = str(parent("profession_ecds", code))
        return {
            "profession_code": code,
            "categorie_code": category,
            "groupe_code": parent("categorie_effectif", category),
        }
    if table == FINANCES:
        has_parts = any(label.parent == code for label in vocabularies()["poste_ecds"].values())
        return {
            "poste_code": code,
            "poste_parent_code": parent("poste_ecds", code),
            "famille_code": family(code),
            "niveau_code": "total" if has_parts else "detail",
        }
    return {}
