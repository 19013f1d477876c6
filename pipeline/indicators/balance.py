"""What goes into the tables of territories comes out of them: nobody lost, nobody counted twice.

The account says what becomes of each municipality; its row `ensemble` is read without any join. The
joined table must hold the inhabitants the account places in a department, and in a region.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.errors import CheckError

CHECK = "entrees_egales_sorties"
ACCOUNT = "bilan_territoires"
JOINED = "tableau_territorial"
BALANCED = (ACCOUNT, JOINED)
WHOLE = "ensemble"
PLACED = "placee"
JOINED_LEVELS = ("departement", "region")
SUMMED = ("communes_nb", "sans_population_nb", "population_nb")
Row = dict[str, Any]


@dataclass(frozen=True)
class Balance:
    """One sum that must hold: what goes in, what comes out."""

    table: str
    subject: str
    expected: int
    found: int

    @property
    def holds(self) -> bool:
        """Is what comes out what went in?"""
        return self.expected == self.found

    def __str__(self) -> str:
        return f"{self.subject}: expected {self.expected}; found {self.found}"


def account_balances(account: pa.Table) -> list[Balance]:
    """Return, by edition and division, municipalities and inhabitants in, placed or set aside."""
    rows: list[Row] = account.to_pylist()
    divisions = sorted({(row["annee"], row["territoire_niveau"]) for row in rows})
    found = []
    for division in divisions:
        own = [row for row in rows if (row["annee"], row["territoire_niveau"]) == division]
        for column in SUMMED:
            whole = sum(row[column] or 0 for row in own if row["sort_code"] == WHOLE)
            parts = sum(row[column] or 0 for row in own if row["sort_code"] != WHOLE)
            subject = f"{division[1]} {division[0]}, {column}"
            found.append(Balance(ACCOUNT, subject, whole, parts))
    return found


def joined_balances(account: pa.Table, joined: pa.Table) -> list[Balance]:
    """Return, by level, the inhabitants placed in the last edition and those the table shows.

    With those set aside (overseas collectivities, populations not wholly known) they make the
    national total, which `account_balances` holds.
    """
    rows: list[Row] = account.to_pylist()
    last = max((row["annee"] for row in rows), default=None)
    cells = [row for row in joined.to_pylist() if row["mesure_code"] == "population_nb"]
    found = []
    for level in JOINED_LEVELS:
        placed = sum(
            row["population_nb"] or 0
            for row in rows
            if (row["annee"], row["territoire_niveau"], row["sort_code"]) == (last, level, PLACED)
        )
        shown = sum(round(r["valeur"] or 0) for r in cells if r["territoire_niveau"] == level)
        found.append(Balance(JOINED, f"{level} {last}, population_nb", placed, shown))
    return found


def balances(tables: Mapping[str, pa.Table]) -> list[Balance]:
    """Return the sums that concern some indicators, among those computed together."""
    found = []
    if ACCOUNT in tables:
        found += account_balances(tables[ACCOUNT])
    if set(BALANCED) <= set(tables):
        found += joined_balances(tables[ACCOUNT], tables[JOINED])
    return found


class BalanceError(CheckError):
    """Inhabitants or municipalities were lost or counted twice; nothing was written."""

    def __init__(self, wrong: list[Balance]) -> None:
        self.wrong = wrong
        more = f" {len(wrong) - 1} more sums do not hold." if len(wrong) > 1 else ""
        super().__init__(f"{wrong[0].table}: {wrong[0]}.{more}")


def verify_balances(tables: Mapping[str, pa.Table]) -> list[Balance]:
    """Return the sums that hold.

    Raises:
        BalanceError: one does not.
    """
    found = balances(tables)
    if wrong := [balance for balance in found if not balance.holds]:
        raise BalanceError(wrong)
    return found
