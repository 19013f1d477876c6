"""The reconciliation as readers see it: its counts by document, status, origin and reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import vocabularies

STATUS = "statut_reconciliation"
REASON = "motif_non_calculable"
COMPUTED = ("reproduced", "differs")


@dataclass(frozen=True)
class Reconciled:
    """The table, and what its page and the first page count."""

    table: pa.Table

    @property
    def rows(self) -> list[dict[str, Any]]:
        """Every figure with its status."""
        found: list[dict[str, Any]] = self.table.to_pylist()
        return found

    @property
    def columns(self) -> list[tuple[str, str]]:
        """Status and origin of each column of the summary.

        A figure recomputed from synthetic data never shares a column with one that is not: the
        statuses an indicator gives are split by origin. The others have no origin here.
        """
        seen = {(row["statut_code"], self.origin(row)) for row in self.rows}
        order = list(vocabularies()[STATUS])
        for status in order:
            if status not in {code for code, _ in seen}:
                seen.add((status, ""))
        return sorted(seen, key=lambda pair: (order.index(pair[0]), pair[1]))

    @staticmethod
    def origin(row: dict[str, Any]) -> str:
        """Return the origin that splits the status of a row; empty when none does."""
        return str(row["origine_recalcul"]) if row["statut_code"] in COMPUTED else ""

    @property
    def counts(self) -> dict[str, Counter[tuple[str, str]]]:
        """Figures by document, then by status and origin."""
        found: dict[str, Counter[tuple[str, str]]] = {}
        for row in self.rows:
            counter = found.setdefault(row["document_id"], Counter())
            counter[row["statut_code"], self.origin(row)] += 1
        return {name: found[name] for name in vocabularies()["document"] if name in found}

    @property
    def totals(self) -> Counter[tuple[str, str]]:
        """Figures of all documents by status and origin."""
        return Counter((row["statut_code"], self.origin(row)) for row in self.rows)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Reasons why figures cannot be recomputed, the most frequent first."""
        refused = [row for row in self.rows if row["statut_code"] == "not_computable"]
        found = Counter(row["motif_code"] for row in refused)
        return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
