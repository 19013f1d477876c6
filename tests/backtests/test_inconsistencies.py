"""The contradictions read in the documents are found again by the rules, or said to be read.

`READ` lists what a reading of the IGAS report (parts A, B and C) and of the 2018 report (D) found,
item by item; it was written before the rules and apart from them.
"""

from __future__ import annotations

import csv
import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline.checks.rules import evaluate_rules, rules
from pipeline.contracts.registry import contract
from pipeline.paths import Layout
from pipeline.reconciliation.inconsistencies import Inconsistency, inconsistencies
from pipeline.sources.load import core_tables
from pipeline.store.parquet import table_path
from tests.backtests.test_transcription import seed
from tests.outputs import rows

# Item of the reading -> entries of the record that hold it.
READ: dict[str, tuple[str, ...]] = {
    "A1 financements": ("igas-037",),
    "A2 dépassements": ("igas-038",),
    "A3 2023 pour 2022": ("igas-041",),
    "A4 aides des ARS": ("igas-040",),
    "A5 part des généralistes": ("igas-030",),
    "A7 dont": ("igas-003",),
    "A8 60 ou 59 %": ("igas-004",),
    "A9 tendance inversée": ("igas-002",),
    "A10 trois valeurs": ("igas-025",),
    "A11 période": ("igas-023",),
    "A12 densité": ("igas-084",),
    "A14 tableau": ("igas-027",),
    "A15 un septième": ("igas-033",),
    "A16 spécialités": ("igas-001",),
    "A17 antécédent": ("igas-085",),
    "A18 deux taux": ("igas-032",),
    "A20 signe": ("igas-005",),
    "A21 coquilles": ("igas-036", "igas-026", "igas-018"),
    "A22 mi-temps": ("igas-082",),
    "A24 taux national": ("igas-034",),
    "A25 rapprochements": ("igas-006", "igas-007", "igas-009", "igas-054"),
    "B1 Teulade": ("igas-006", "igas-054"),
    "B2 RFS": ("igas-056",),
    "B3 RFS sans": ("igas-055",),
    "B4 permanence": ("igas-051",),
    "B5 contrats": ("igas-042",),
    "B6 tableau 8": ("igas-039",),
    "B7 1 000 patients": ("igas-007", "igas-009"),
    "B8 exercice en groupe": ("igas-068",),
    "B9 MACSF": ("igas-069", "igas-070"),
    "B10 OCDE": ("igas-062", "igas-060", "igas-058"),
    "B11 PEPS": ("igas-065", "igas-066"),
    "B12 Ipso, rapport, article": ("igas-067", "igas-022", "igas-028"),
    "B13 rendez-vous": ("igas-052",),
    "B14 graphique 10": ("igas-048",),
    "B15 champ": ("igas-049",),
    "B16 notes, âges": ("igas-045", "igas-047", "igas-064"),
    "C1 recettes": ("igas-043",),
    "C2 effectifs": ("igas-029", "igas-031"),
    "C3 Teulade": ("igas-006",),
    "C4 contrats": ("igas-042",),
    "C5 centres rencontrés": ("igas-019",),
    "C6 borne basse": ("igas-052",),
    "C7 1 595": ("igas-007", "igas-008"),
    "C8 6,6 %": ("igas-086",),
    "C9 Allemagne": ("igas-076", "igas-078"),
    "C10 couronnes": ("igas-077",),
    "C11 863 patients": ("igas-079",),
    "C12 capitation": ("igas-063",),
    "C13 un sur dix": ("igas-073",),
    "C14 recommandations": (
        "igas-010",
        "igas-011",
        "igas-013",
        "igas-014",
        "igas-015",
        "igas-016",
        "igas-017",
    ),
    "C15 arrêt": ("igas-080",),
    "C16 oppositions": ("igas-081",),
    "C17 notes, syndicat": ("igas-075", "igas-045", "igas-020"),
    "C18 sigles": ("igas-072", "igas-021"),
    "C19 puces": ("igas-087",),
    "D1 auxiliaires": ("delegues-022",),
    "D2 plafond": ("delegues-021",),
    "D3 SISA": ("delegues-012",),
    "D4 SASPAS": ("delegues-007", "delegues-006"),
    "D5 8,6 %": ("delegues-026",),
    "D6 numerus clausus": ("delegues-003",),
    "D7 atlas": ("delegues-025",),
    "D8 Laventie": ("delegues-016", "delegues-015", "delegues-013"),
    "D9 onco-dermato": ("delegues-014",),
    "D10 renvois": ("delegues-009", "delegues-023"),
    "D11 propositions": ("delegues-018", "delegues-020", "delegues-019"),
    "D13 horizons": ("delegues-002",),
    "D14 futur": ("delegues-008",),
}
# Read, and no contradiction: rounding, figures that agree, figures that nothing compares.
AGREE = "A6 A13 A19 A23 B17 D12 D15 D16 D17"
# No rule can see them: the words clash, not the numbers.
BY_HAND = """igas-001 igas-032 igas-042 igas-075 igas-076 igas-079 igas-081 igas-084 igas-085
igas-086 igas-087 delegues-003 delegues-006 delegues-012 delegues-016 delegues-018 delegues-019
delegues-020 delegues-025 delegues-026"""
LEAST_FOUND = 113

Tables = dict[str, Any]


def recorded() -> dict[str, Inconsistency]:
    return {entry.id.removeprefix("inc-"): entry for entry in inconsistencies()}


@pytest.fixture(scope="module")
def failing(built: Layout) -> dict[str, set[str]]:
    tables = {name: pq.read_table(table_path(built, contract(name))) for name in core_tables()}
    return {o.rule.id: {case for case, _ in o.failing} for o in evaluate_rules(tables, {})}


def test_every_item_read_is_accounted_for() -> None:
    items = {item.split()[0] for item in READ} | set(AGREE.split())
    counts = {"A": 25, "B": 17, "C": 19, "D": 17}
    assert items == {f"{part}{n}" for part, last in counts.items() for n in range(1, last + 1)}


@pytest.mark.parametrize("item", READ)
def test_an_item_read_is_found_by_a_rule(failing: dict[str, set[str]], item: str) -> None:
    for name in READ[item]:
        entry = recorded()[name]
        if name in BY_HAND.split():
            assert entry.unseen, f"a rule finds {name} now: take it off the list"
            continue
        assert entry.found, f"{name} was found by a rule"
        for rule, cases in entry.found.items():
            assert set(cases) <= failing[rule]


def test_most_contradictions_are_found_by_rules() -> None:
    found = [entry for entry in inconsistencies() if entry.found]
    assert len(found) >= LEAST_FOUND
    assert all(set(entry.found) <= set(rules()) for entry in found)


def test_a_case_is_recorded_once() -> None:
    cases = Counter(
        (rule, case)
        for entry in inconsistencies()
        for rule, listed in entry.found.items()
        for case in listed
    )
    assert {case: n for case, n in cases.items() if n > 1} == {}


def test_the_figures_of_an_entry_stand_on_its_lines(built: Layout) -> None:
    registry = {row["figure_id"]: row for row in rows(built, contract("published_figures"))}
    wrong = []
    for entry in inconsistencies():
        for name in entry.figures:
            row = registry[name]
            last = row["document_line_end"] or row["document_line"]
            lines = set(range(row["document_line"], last + 1))
            if row["document_id"] != entry.document_id or not lines & set(entry.lines):
                wrong.append((entry.id, name, row["document_line"]))
    assert wrong == []


def flat(text: str) -> str:
    """Return a text without case, tags, and with one kind of space and apostrophe."""
    bare = html.unescape(text).replace("’", "'").replace("**", "")
    return re.sub(r"\s+", " ", bare).casefold()


def test_every_mention_is_printed_on_its_line(shared: Path) -> None:
    texts: dict[str, list[str]] = {}
    raw = Path(__file__).resolve().parents[2] / "data" / "raw" / "mentions" / "mentions.csv"
    wrong = []
    with raw.open(encoding="utf-8", newline="") as handle:
        for row in csv.DictReader(handle):
            document = row["document_id"]
            if document not in texts:
                texts[document] = seed(shared, document).read_text(encoding="utf-8").split("\n")
            first = int(row["document_line"])
            last = int(row["document_line_end"] or first)
            if row["origin"] != "published":
                continue
            if flat(row["imprime"]) not in flat(" ".join(texts[document][first - 1 : last])):
                wrong.append((row["objet_id"], row["rang"], first, row["imprime"]))
    assert wrong == []
