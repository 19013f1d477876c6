"""How well the synthetic panel gives back what is printed: the generated part of its page."""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract
from pipeline.paths import Layout
from pipeline.publication.format import code_label, number
from pipeline.reconciliation.table import TABLE
from pipeline.store.parquet import read_built

PAGE = "calibration.md"
PRINTED = "published_tables"
DOCUMENT = "igas_2023_034r"
CALIBRATED = tuple(f"igas_tableau_{rank}" for rank in (1, 2, 3, 4, 6, 7, 8, 9))
BLOCK = re.compile(r"(<!-- score -->\n).*?(<!-- /score -->\n)", re.DOTALL)
Row = dict[str, Any]


def from_panel(reconciliation: pa.Table) -> list[Row]:
    """Return the printed figures that an indicator recomputes from the panel.

    The slot feeds are synthetic too, and made from another document.
    """
    return [
        row
        for row in reconciliation.to_pylist()
        if (row["origine_recalcul"], row["document_id"]) == ("synthetic", DOCUMENT)
    ]


def table_lines(printed: pa.Table) -> dict[tuple[str, int], str]:
    """Return which calibrated table stands at each line of its document."""
    return {
        (row["document_id"], row["document_line"]): row["tableau_id"]
        for row in printed.to_pylist()
        if row["tableau_id"] in CALIBRATED
    }


def counts(rows: list[Row], printed: pa.Table) -> dict[str, Counter[bool]]:
    """Return, by calibrated table then for all other figures, how many come back or do not."""
    lines = table_lines(printed)
    found: dict[str, Counter[bool]] = {name: Counter() for name in (*CALIBRATED, "")}
    for row in rows:
        name = lines.get((row["document_id"], row["document_line"]), "")
        found[name][row["statut_code"] == "reproduced"] += 1
    return found


def count_lines(found: dict[str, Counter[bool]]) -> list[str]:
    """Return the table of counts, in Markdown."""
    lines = ["| Printed in | Recomputed | Come back | Share |", "| --- | ---: | ---: | ---: |"]
    for name, counter in found.items():
        said = f"Tableau {name.rpartition('_')[2]}" if name else "the text and the charts"
        total = counter.total()
        share = number(100 * counter[True] / total, 1, "en") if total else "–"
        lines.append(f"| {said} | {total} | {counter[True]} | {share} % |")
    whole = sum(found.values(), Counter[bool]())
    share = number(100 * whole[True] / whole.total(), 1, "en")
    return [*lines, f"| all | {whole.total()} | {whole[True]} | {share} % |"]


def miss_line(row: Row) -> str:
    """Return the line of a figure that does not come back, with its gap and why."""
    why = code_label("motif_non_calculable", row["motif_code"], "en") if row["motif_code"] else ""
    beside = f"other lines: {row['autres_lignes']}" if row["autres_lignes"] else ""
    known = (row["incoherence_ids"] or "").replace(" ; ", ", ")
    cells = (
        f"`{row['figure_id']}`",
        str(row["document_line"]),
        row["quantity"],
        row["printed"] or number(row["value"], None, "en"),
        number(Decimal(repr(row["valeur_recalculee"])), 2, "en"),
        number(Decimal(repr(row["ecart"])), 2, "en"),
        "; ".join(part for part in (why, known, beside) if part),
    )
    return "| " + " | ".join(cells) + " |"


def score(reconciliation: pa.Table, printed: pa.Table) -> str:
    """Return the generated part of the page, in Markdown.

    Args:
        reconciliation: the table of that name.
        printed: the table `published_tables`.
    """
    rows = from_panel(reconciliation)
    missed = [row for row in rows if row["statut_code"] != "reproduced"]
    heads = ("Figure", "Line", "Quantity", "Printed", "On the panel", "Gap", "Why")
    lines = [*count_lines(counts(rows, printed)), "", f"{len(missed)} do not come back:", ""]
    lines += ["| " + " | ".join(heads) + " |", "| --- | ---: | --- | ---: | ---: | ---: | --- |"]
    lines += [miss_line(row) for row in missed]
    return "\n".join(lines) + "\n"


def with_score(layout: Layout) -> str | None:
    """Return the page with its generated part up to date; None when nothing was run on the panel.

    Raises:
        MissingOutputError: nothing has been run.
    """
    reconciliation = read_built(layout, contract(TABLE))
    if not from_panel(reconciliation):
        return None
    found = score(reconciliation, read_built(layout, contract(PRINTED)))
    page = (layout.root / "docs" / PAGE).read_text(encoding="utf-8")
    return BLOCK.sub(lambda match: f"{match[1]}{found}{match[2]}", page)
