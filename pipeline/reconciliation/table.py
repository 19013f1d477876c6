"""The reconciliation: every figure of the registry with exactly one status.

In order: `reproduced` when an indicator computes it from observed units and finds it (it stays so
even if the document contradicts it elsewhere); else `inconsistent_in_source` when a recorded
inconsistency quotes it, with the gap where it is computed; else `differs` when it is computed; else
`derived` when it follows from other printed figures; else `not_computable`, with a reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import Card, cards
from pipeline.parameters import Parameters
from pipeline.reconciliation.gaps import explanation, gaps
from pipeline.reconciliation.inconsistencies import Inconsistency, inconsistencies
from pipeline.reconciliation.intervals import Interval, intervals
from pipeline.reconciliation.reasons import REFUSED, reason
from pipeline.reconciliation.recomputed import Recomputed, recomputed
from pipeline.reconciliation.relations import Relation, derived

TABLE = "reconciliation"
REGISTRY = "published_figures"
COPIED = (
    "figure_id",
    "document_id",
    "document_line",
    "document_line_end",
    "printed",
    "quantity",
    "statistic",
    "population",
    "period",
    "value",
    "unit",
    "qualifier",
)
Row = dict[str, Any]


@dataclass(frozen=True)
class Evidence:
    """What the project holds about one figure."""

    interval: Interval | None
    cells: tuple[Recomputed, ...] = ()
    relations: tuple[Relation, ...] = ()
    inconsistencies: tuple[Inconsistency, ...] = ()

    @property
    def contradicted(self) -> bool:
        """Does the document contradict the figure?"""
        return any(entry.contradicts for entry in self.inconsistencies)

    @property
    def cell(self) -> Recomputed | None:
        """The best cell that gives a number to compare with."""
        if self.interval is None:
            return None
        return next((cell for cell in self.cells if cell.value is not None), None)


def gap(figure: Row, value: float) -> float:
    """Return recomputed minus printed; for a range, the distance to the nearest bound."""
    exact = Decimal(repr(value))
    if figure["value"] is not None:
        return float(exact - figure["value"])
    low, high = figure["value_min"], figure["value_max"]
    if low is not None and exact < low:
        return float(exact - low)
    return float(exact - high) if high is not None and exact > high else 0.0


def from_cell(figure: Row, cell: Recomputed, value: float) -> Row:
    """Return what a recomputed cell says of a figure."""
    return {
        "indicator_id": cell.card.table,
        "colonne": cell.quoted.column,
        "cle": cell.key or None,
        "valeur_recalculee": value,
        "ecart": gap(figure, value),
        "n_nb": cell.n,
        "origine_recalcul": cell.origin,
    }


def derivation(figure: Row, evidence: Evidence) -> Row | None:
    """Return how a figure follows from other printed ones; None when it does not."""
    cell, interval = evidence.cell, evidence.interval
    if cell and cell.value is not None and interval and interval.holds(cell.value):
        return from_cell(figure, cell, cell.value)
    if not evidence.relations:
        return None
    first = evidence.relations[0]
    return {
        "relation_ids": " ; ".join(relation.relation_id for relation in evidence.relations),
        "valeur_recalculee": first.value,
        "ecart": gap(figure, first.value),
        "origine_recalcul": "derived",
    }


def compared(figure: Row, evidence: Evidence, cell: Recomputed, value: float) -> Row:
    """Return the status of a figure an indicator computes from observed units."""
    found = from_cell(figure, cell, value)
    if evidence.interval and evidence.interval.holds(value):
        return {"statut_code": "reproduced", **found}
    if evidence.contradicted:
        return {"statut_code": "inconsistent_in_source", **found}
    known = explanation(figure["figure_id"], value)
    return {"statut_code": "differs", "motif_code": known.motif if known else None, **found}


def verdict(figure: Row, evidence: Evidence) -> Row:
    """Return the status of a figure, with what supports it."""
    cell = evidence.cell
    if cell and cell.value is not None and cell.card.from_microdata:
        return compared(figure, evidence, cell, cell.value)
    if evidence.contradicted:
        return {"statut_code": "inconsistent_in_source"}
    if found := derivation(figure, evidence):
        return {"statut_code": "derived", **found}
    refused = any(cell.card.from_microdata and cell.value is None for cell in evidence.cells)
    return {"statut_code": "not_computable", "motif_code": REFUSED if refused else reason(figure)}


def beside(figure: Row, entries: tuple[Inconsistency, ...], told: Row) -> Row:
    """Return the inconsistencies that quote a figure, and the other lines that explain it."""
    own = range(
        figure["document_line"], (figure["document_line_end"] or figure["document_line"]) + 1
    )
    explained = told["statut_code"] == "differs" and told["motif_code"]
    read = gaps()[figure["figure_id"]].lines if explained else ()
    lines = sorted({*read, *(line for entry in entries for line in entry.lines)} - set(own))
    return {
        "autres_lignes": ", ".join(str(line) for line in lines) or None,
        "incoherence_ids": " ; ".join(entry.id for entry in entries) or None,
    }


def by_figure() -> dict[str, tuple[Inconsistency, ...]]:
    """Return the recorded inconsistencies that quote each figure."""
    found: dict[str, tuple[Inconsistency, ...]] = {}
    for entry in inconsistencies():
        for figure in entry.figures:
            found[figure] = (*found.get(figure, ()), entry)
    return found


def reconcile(
    registry: pa.Table,
    indicators: Mapping[str, pa.Table],
    parameters: Parameters,
    known: Mapping[str, Card] | None = None,
) -> pa.Table:
    """Return the reconciliation, one row per figure of the registry.

    Args:
        registry: the table `published_figures`.
        indicators: the computed indicators by id.
        parameters: how wide the qualifiers are.
        known: the cards by id; all when None.

    Raises:
        ContractError: a card quotes a row that does not exist.
    """
    known = cards() if known is None else known
    ranges = intervals(registry, parameters)
    computed, related = recomputed(known, indicators), derived(known, indicators)
    contradicted = by_figure()
    schema = arrow_schema(contract(TABLE))
    rows = []
    for figure in registry.to_pylist():
        name = figure["figure_id"]
        evidence = Evidence(
            interval=ranges.get(name),
            cells=tuple(computed.get(name, ())),
            relations=tuple(related.get(name, ())),
            inconsistencies=contradicted.get(name, ()),
        )
        told = verdict(figure, evidence)
        rows.append(
            dict.fromkeys(schema.names)
            | {column: figure[column] for column in COPIED}
            | told
            | beside(figure, evidence.inconsistencies, told)
        )
    return pa.Table.from_pylist(rows, schema=schema)
