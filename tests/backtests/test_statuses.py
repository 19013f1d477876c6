"""Every printed figure has one status, and some statuses are checked by hand."""

from __future__ import annotations

import csv
from collections import Counter
from typing import Any

import pytest

from pipeline.contracts.registry import contract, vocabularies
from pipeline.indicators.card import card, cards
from pipeline.paths import Layout
from pipeline.reconciliation.inconsistencies import inconsistencies
from pipeline.reconciliation.reasons import reason_rules
from pipeline.reconciliation.table import TABLE
from tests.backtests.test_published_values import spans
from tests.outputs import rows

Row = dict[str, Any]
COMPUTED = {"reproduced", "differs"}
# Figures that nothing recomputes, derives or contradicts: fewer as indicators come.
MOST_NOT_COMPUTABLE = 1340
LEAST_CONTRADICTED = 237


@pytest.fixture(scope="module")
def registry(published: Layout) -> dict[str, Row]:
    return {row["figure_id"]: row for row in rows(published, contract("published_figures"))}


@pytest.fixture(scope="module")
def found(published: Layout) -> dict[str, Row]:
    return {row["figure_id"]: row for row in rows(published, contract(TABLE))}


def test_every_figure_has_one_status(registry: dict[str, Row], published: Layout) -> None:
    listed = [row["figure_id"] for row in rows(published, contract(TABLE))]
    assert listed == list(registry)
    codes = vocabularies()["statut_reconciliation"]
    assert {row["statut_code"] for row in rows(published, contract(TABLE))} <= set(codes)


def test_nothing_is_blank(found: dict[str, Row]) -> None:
    for row in found.values():
        status = row["statut_code"]
        # a gap the document explains has its reason too
        assert (row["motif_code"] is not None) == (status in {"not_computable", "differs"})
        assert (row["indicator_id"] is not None) >= (status in COMPUTED)
        if status in COMPUTED | {"derived"}:
            assert row["valeur_recalculee"] is not None
            assert row["ecart"] is not None
            assert row["origine_recalcul"] in vocabularies()["origine"]
            assert row["indicator_id"] or row["relation_ids"]
        if status == "inconsistent_in_source":
            assert row["incoherence_ids"]
        for entry in (row["incoherence_ids"] or "").split(" ; "):
            assert not entry or entry in {known.id for known in inconsistencies()}


def test_what_is_settled_stays_settled(found: dict[str, Row]) -> None:
    counts = Counter(row["statut_code"] for row in found.values())
    assert counts["not_computable"] <= MOST_NOT_COMPUTABLE
    contradicted = [row for row in found.values() if row["incoherence_ids"]]
    assert len(contradicted) >= LEAST_CONTRADICTED


def test_only_a_computation_on_observed_units_reproduces(found: dict[str, Row]) -> None:
    for row in found.values():
        if row["statut_code"] in COMPUTED:
            assert card(row["indicator_id"]).from_microdata
        elif row["statut_code"] == "inconsistent_in_source" and row["indicator_id"]:
            assert card(row["indicator_id"]).from_microdata
            assert row["ecart"]
        elif row["indicator_id"]:
            assert row["statut_code"] == "derived"


def test_a_reproduced_figure_does_not_come_from_its_own_line(
    found: dict[str, Row], published: Layout
) -> None:
    tables = {name: rows(published, known) for name, known in cards().items()}
    for row in found.values():
        if row["statut_code"] not in COMPUTED:
            continue
        where = dict(pair.split("=", 1) for pair in row["cle"].split(" "))
        (behind,) = (
            each
            for each in tables[row["indicator_id"]]
            if all(str(each[name]) == value for name, value in where.items())
        )
        last = row["document_line_end"] or row["document_line"]
        own = {(row["document_id"], n) for n in range(row["document_line"], last + 1)}
        assert not behind["reperes"] or spans(behind["reperes"]) - own, row["figure_id"]


# Read in the documents and settled by hand: figure, status, recomputed value, reason or entry.
STATUSES: list[tuple[str, str, float | None, str | None]] = [
    # Inter-URPS summary, l. 80: 16 CPTS in Loire-Atlantique, and 16 sheets
    ("002-0005", "reproduced", 16, None),
    # l. 83: 14 have signed the ACI; 14 sheets say so
    ("002-0035", "reproduced", 14, None),
    # l. 80: 6 CPTS in Sarthe, 5 sheets; l. 84: 4 schemes in Maine-et-Loire, 2 sheets
    ("002-0013", "inconsistent_in_source", 5, "inc-pdl-005"),
    ("002-0049", "inconsistent_in_source", 2, "inc-pdl-006"),
    # IGAS, l. 1407: 234 centres of 586 are "nearly 40 %", in the panel too
    ("001-A0182", "reproduced", 100 * 234 / 586, None),
    # l. 152: + 60 %, l. 2717: + 59 %
    ("001-A0050", "inconsistent_in_source", 59.0, "inc-igas-004"),
    # l. 86: 850 FTE of dentists, l. 2042: 843.2
    ("001-A0029", "differs", 843.2, "texte_arrondi"),
    # l. 5831: 1 144 members answered the survey, and l. 5833: 209 + 315 + 584 + 41 of them
    ("001-B0638", "inconsistent_in_source", None, "inc-igas-070"),
    # l. 6413: 37 139 connections of 844 doctors are 44 for each
    ("001-C0010", "derived", 37139 / 844, None),
    # l. 4136: a consultation costs 35 €, one centre told the mission
    ("001-B0372", "not_computable", None, "entretiens"),
    # delegates 2018, l. 1893: 15 September announced in October
    ("004-0190", "inconsistent_in_source", None, "inc-delegues-008"),
    # inter-URPS, l. 1259: six protocols, said by one CPTS
    ("002-1111", "not_computable", None, "declaration_unique"),
]


@pytest.mark.parametrize(("name", "status", "value", "said"), STATUSES)
def test_a_status_checked_by_hand(
    found: dict[str, Row], name: str, status: str, value: float | None, said: str | None
) -> None:
    row = found[name]
    assert row["statut_code"] == status
    assert row["valeur_recalculee"] == (None if value is None else pytest.approx(value, abs=0.01))
    told = row["motif_code"] or row["incoherence_ids"]
    assert told == said or (said is not None and said in told.split(" ; "))


def test_every_rule_of_reasons_serves(registry: dict[str, Row], found: dict[str, Row]) -> None:
    last = len(reason_rules()) - 1
    firsts = {
        name: next(n for n, rule in enumerate(reason_rules()) if rule.holds(row))
        for name, row in registry.items()
    }
    assert set(range(last)) - set(firsts.values()) == set()
    # the last rule is a net, not a reason
    assert [name for name, row in found.items() if row["motif_code"] and firsts[name] == last] == []


def test_the_csv_and_the_page_say_what_the_table_says(
    found: dict[str, Row], published: Layout
) -> None:
    with (published.reports / "reconciliation.csv").open(encoding="utf-8", newline="") as handle:
        written = {row["figure_id"]: row["statut_code"] for row in csv.DictReader(handle)}
    assert written == {name: row["statut_code"] for name, row in found.items()}
    page = (published.reports / "reconciliation.html").read_text(encoding="utf-8")
    assert all(f">{name}<" in page or f'"{name}"' in page for name in found)
    assert "reconciliation.html" in (published.reports / "index.html").read_text(encoding="utf-8")
