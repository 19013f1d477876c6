"""Every number of the five documents is in the registry or set aside, once."""

from __future__ import annotations

import csv
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from tests.transcription import balance, read_rows

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"
Claims = list[tuple[int, int, str]]


def documents() -> dict[str, dict[str, str]]:
    with (RAW / "documents" / "documents.csv").open(encoding="utf-8", newline="") as handle:
        return {row["document_id"]: row for row in csv.DictReader(handle)}


def seed(shared: Path, document_id: str) -> Path:
    return shared / "seeds" / documents()[document_id]["texte_fichier"]


def claims(document_id: str) -> Claims:
    """Rows of the registry and numbers set aside, of one document, whatever file holds them."""
    found: Claims = []
    for table, column in (("published_figures", "printed"), ("nombres_ecartes", "token")):
        files = sorted((RAW / table).glob("*.csv"))
        found += read_rows([path for path in files if path.stem == document_id], column)
    return found


def audit(lines: list[str], given: Claims) -> tuple[int, list[str]]:
    rest, wrong = balance(lines, given)
    return sum((sum(c.values()) for c in rest.values()), 0), wrong


def test_the_five_documents_are_described() -> None:
    stems = {path.stem for path in (RAW / "published_figures").glob("*.csv")}
    assert len(documents()) == 5
    assert stems == set(documents())


@pytest.mark.parametrize("table", ["published_figures", "nombres_ecartes"])
def test_a_file_holds_the_rows_of_its_document_only(table: str) -> None:
    for path in sorted((RAW / table).glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as handle:
            assert {row["document_id"] for row in csv.DictReader(handle)} == {path.stem}


@pytest.mark.parametrize("document_id", sorted(documents()))
def test_the_text_is_the_one_transcribed(shared: Path, document_id: str) -> None:
    content = seed(shared, document_id).read_bytes()
    described = documents()[document_id]
    assert sha256(content).hexdigest() == described["texte_sha256"]
    assert len(content.decode("utf-8").split("\n")) == int(described["lignes_nb"])


@pytest.mark.parametrize("document_id", sorted(documents()))
def test_every_number_is_claimed_once(shared: Path, document_id: str) -> None:
    lines = seed(shared, document_id).read_text(encoding="utf-8").split("\n")
    rest, wrong = balance(lines, claims(document_id))
    assert rest == {}
    assert wrong == []


@pytest.mark.parametrize("document_id", sorted(documents()))
def test_the_audit_sees_a_missing_row(shared: Path, document_id: str) -> None:
    lines = seed(shared, document_id).read_text(encoding="utf-8").split("\n")
    given = claims(document_id)
    lost = next(rank for rank, (_, _, text) in enumerate(given) if any(c.isdigit() for c in text))
    unclaimed, wrong = audit(lines, given[:lost] + given[lost + 1 :])
    assert unclaimed >= 1
    assert wrong == []


@pytest.mark.parametrize("document_id", sorted(documents()))
def test_the_audit_sees_a_number_claimed_twice(shared: Path, document_id: str) -> None:
    lines = seed(shared, document_id).read_text(encoding="utf-8").split("\n")
    given = claims(document_id)
    again = next(claim for claim in given if any(c.isdigit() for c in claim[2]))
    unclaimed, wrong = audit(lines, [*given, again])
    assert unclaimed == 0
    assert len(wrong) >= 1


def test_the_audit_counts_number_words_and_digit_runs() -> None:
    lines = ["562 créneaux, une vingtaine de médecins", "de 9h à 19h"]
    assert audit(lines, [(1, 1, "562"), (1, 1, "une vingtaine"), (2, 2, "9h à 19h")]) == (0, [])
    rest, wrong = balance(lines, [(1, 1, "652"), (2, 2, "9h à 19h")])
    assert rest == {1: Counter({"562": 1, "vingtaine": 1})}
    assert len(wrong) == 1
