"""What a check found, in a shape every consumer shares."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pipeline.contracts.model import Text
from pipeline.errors import CheckError, InputError

Severity = Literal["critical", "warning"]


@dataclass(frozen=True)
class Failure:
    """One offending row or cell."""

    source_file: str
    source_line: int | None
    column: str
    expected: str
    found: str


@dataclass(frozen=True)
class ExpectationResult:
    """One expectation evaluated on one table."""

    table: str
    family: str
    kind: str
    columns: tuple[str, ...]
    severity: Severity
    text: Text
    evaluated: int
    unexpected: int
    failures: tuple[Failure, ...] = ()
    known: int = 0

    @property
    def passed(self) -> bool:
        """True when no row is unexpected, known discrepancies of the source apart."""
        return self.unexpected <= self.known


@dataclass
class TableChecks:
    """All results of one table."""

    table: str
    results: list[ExpectationResult] = field(default_factory=list)


def critical_failures(checks: list[TableChecks]) -> list[ExpectationResult]:
    """Return the failed expectations that must stop a run.

    Broken references come last: they often follow from a fault in the table referred to.
    """
    failed = [
        result
        for check in checks
        for result in check.results
        if not result.passed and result.severity == "critical"
    ]
    return sorted(failed, key=lambda result: result.kind == "reference")


def raise_on_critical(checks: list[TableChecks], set_aside: str = "") -> None:
    """Raise one clear error for the first critical failure, and count the others.

    Args:
        checks: the results of every table.
        set_aside: the first row put in quarantine, in words; it may explain the failure.

    Raises:
        InputError: the failure names a row of a file.
        CheckError: the failure concerns a table as a whole.
    """
    failed = critical_failures(checks)
    if not failed:
        return
    first = failed[0]
    total = sum(result.unexpected for result in failed)
    more = f"{total - 1} more to mend after it." if total > 1 else ""
    more = f"{more} {set_aside}".strip()
    if not first.failures:
        raise CheckError(f"{first.table}: expected {first.text.en}. {more}".strip())
    failure = first.failures[0]
    raise InputError(
        file=failure.source_file,
        line=failure.source_line,
        column=failure.column,
        expected=failure.expected,
        found=failure.found,
        hint=more,
    )
