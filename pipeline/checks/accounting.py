"""Row accounting: rows in = kept + set aside, for every table read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import pyarrow as pa

from pipeline.checks.gx import to_frame, validate_frame
from pipeline.checks.results import ExpectationResult, Severity
from pipeline.contracts.expectations import Expected, both
from pipeline.contracts.model import Text


@dataclass(frozen=True)
class Account:
    """The rows of one table: read, kept, set aside, merged with another that says the same."""

    table: str
    rows_in: int
    kept: int
    set_aside: int
    merged: int = 0

    @property
    def gap(self) -> int:
        """Rows that went neither way; zero when the account balances."""
        return self.rows_in - self.kept - self.set_aside - self.merged

    @property
    def set_aside_pct(self) -> float:
        """Share of the rows set aside, in %."""
        return 100.0 * self.set_aside / max(self.rows_in, 1)


def accounts_frame(accounts: list[Account]) -> pa.Table:
    """Return the accounts as a table: one row each, with its gap and its share set aside."""
    rows = [
        {
            "source_file": account.table,
            "source_line": None,
            "gap": account.gap,
            "set_aside": account.set_aside,
            "set_aside_pct": account.set_aside_pct,
        }
        for account in accounts
    ]
    return pa.Table.from_pylist(rows)


def accounting(column: str, text: Text, high: float) -> Expected:
    """Return an expectation on the accounts: between zero and a limit."""
    return Expected("between", (column,), text, low=0, high=high)


def expected_accounts(
    max_share_pct: float, *, merging: bool = False
) -> list[tuple[Expected, Severity]]:
    """Return what every account must satisfy: two critical expectations and one warning.

    Args:
        max_share_pct: share of rows in quarantine above which a run stops, in %.
        merging: rows that say the same are merged, and counted apart.
    """
    limit = both(
        f"au plus {max_share_pct:g} % des lignes en quarantaine",
        f"at most {max_share_pct:g} % of the rows in quarantine",
    )
    fr, en = (" + réunies", " + merged") if merging else ("", "")
    balanced = both(f"lues = gardées + écartées{fr}", f"rows in = kept + set aside{en}")
    clean = both("aucune ligne en quarantaine", "no row in quarantine")
    return [
        (accounting("gap", balanced, 0), "critical"),
        (accounting("set_aside_pct", limit, max_share_pct), "critical"),
        (accounting("set_aside", clean, 0), "warning"),
    ]


def check_accounts(accounts: Iterable[Account], max_share_pct: float) -> list[ExpectationResult]:
    """Check every account: balanced, and not too many rows set aside.

    Args:
        accounts: one per table.
        max_share_pct: share of rows in quarantine above which a run stops, in %.

    Returns:
        Two critical results and one warning per table.
    """
    listed = list(accounts)
    wanted = expected_accounts(max_share_pct)
    frame = to_frame(accounts_frame(listed))
    results = validate_frame(frame, "accounts", wanted, {})
    return [
        ExpectationResult(
            table=account.table,
            family="comptabilite",
            kind="accounting",
            columns=(),
            severity=result.severity,
            text=result.text,
            evaluated=account.rows_in,
            unexpected=sum(1 for f in result.failures if f.source_file == account.table),
        )
        for account in listed
        for result in results
    ]
