"""Rules that need no declared relation: one kept and one broken example of each."""

from __future__ import annotations

from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from tests.registry import core_table, failing, figure, outcome, registry

FIRST, SECOND, THIRD = "001-A0002", "001-A0003", "001-A0004"
COUNT = {"statistic": "count", "unit": "centres"}
Row = dict[str, Any]


# Rules that need no declaration: figures, cases found wrong.
FIGURES: list[tuple[str, list[Row], set[str]]] = [
    ("grandeur_repetee", [figure(FIRST, 2251, **COUNT), figure(SECOND, 2251, **COUNT)], set()),
    ("grandeur_repetee", [figure(FIRST, 2251, **COUNT), figure(SECOND, 2252, **COUNT)], {FIRST}),
    # another population is another quantity
    ("grandeur_repetee", [figure(FIRST, 1), figure(SECOND, 2, population="autre")], set()),
    ("grandeur_repetee", [figure(FIRST, 1), figure(SECOND, 2, period="2016")], set()),
    (
        "quantiles_registre",
        [figure(FIRST, 3, statistic="q1"), figure(SECOND, 3, statistic="median")],
        set(),
    ),
    (
        "quantiles_registre",
        [figure(FIRST, 5, statistic="q1"), figure(SECOND, 3, statistic="median")],
        {SECOND},
    ),
    ("domaine_registre", [figure(FIRST, 100, unit="%"), figure(SECOND, 0, unit="%")], set()),
    ("domaine_registre", [figure(FIRST, 101, unit="%")], {FIRST}),
    ("domaine_registre", [figure(FIRST, -1, **COUNT)], {FIRST}),
    ("domaine_registre", [figure(FIRST, -4, statistic="growth", unit="%")], set()),
    ("moyenne_fourchette", [figure(FIRST, value_min=11, value_max=20, statistic="mean")], set()),
    ("moyenne_fourchette", [figure(FIRST, value_min=10, value_max=40, statistic="mean")], {FIRST}),
    (
        "source_repetee",
        [
            figure(FIRST, 1, source_named="e-CDS 2022"),
            figure(SECOND, 1, source_named="e-CDS, calculs"),
        ],
        set(),
    ),
    (
        "source_repetee",
        [figure(FIRST, 1, source_named="INSEE"), figure(SECOND, 1, source_named="SNDS")],
        {FIRST},
    ),
    (
        "classes_ages",
        [
            figure(FIRST, 1, quantity="Forfait, moins de 4 ans", statistic="amount"),
            figure(SECOND, 1, quantity="Forfait, 4 à 18 ans", statistic="amount"),
            figure(THIRD, 1, quantity="Forfait, plus de 18 ans", statistic="amount"),
        ],
        set(),
    ),
    (
        "classes_ages",
        [
            figure(FIRST, 1, quantity="Forfait, moins de 4 ans", statistic="amount"),
            figure(SECOND, 1, quantity="Forfait, 5 à 18 ans", statistic="amount"),
            figure(THIRD, 1, quantity="Forfait, plus de 18 ans", statistic="amount"),
        ],
        {SECOND},
    ),
]


@pytest.mark.parametrize(("rule_id", "rows", "wrong"), FIGURES)
def test_a_rule_on_the_registry(rule_id: str, rows: list[Row], wrong: set[str]) -> None:
    assert outcome(rule_id, published_figures=registry(*rows)).result.evaluated <= len(rows)
    assert failing(rule_id, published_figures=registry(*rows)) == wrong


@pytest.mark.parametrize(
    ("announced", "published", "kept"),
    [
        ("2018-12", "2018-10", True),
        ("2018-10", "2018-10", True),
        ("2018-09", "2018-10", False),
        ("2025", "2025-12", True),
        ("2024", "2025-12", False),
    ],
)
def test_what_is_announced_comes_after_the_document(
    announced: str, published: str, kept: bool
) -> None:
    row = figure(FIRST, value_text=announced, statistic="date", qualifier="projection")
    dated = core_table(
        "documents", [{"document_id": row["document_id"], "date_publication": published}]
    )
    found = failing("annonce_depassee", published_figures=registry(row), documents=dated)
    assert found == (set() if kept else {FIRST})


def mentions(*rows: tuple[str, str]) -> pa.Table:
    """Return mentions of one object: `(kind, print)`; a cross-reference aims at line 50."""
    return core_table(
        "mentions",
        [
            {
                "objet_id": "essai",
                "rang": rank,
                "objet": "Essai",
                "genre_code": kind,
                "document_id": "igas_2023_034r",
                "document_line": 40,
                "imprime": shown,
                "ligne_visee": 50 if kind == "renvoi" else None,
                "origin": "published",
                "source_file": "data/raw/essai.csv",
                "source_line": rank + 1,
            }
            for rank, (kind, shown) in enumerate(rows, 1)
        ],
    )


@pytest.mark.parametrize(
    ("rule_id", "rows", "kept"),
    [
        ("mentions_divergentes", [("sigle", "L.6323-1"), ("sigle", "L. 6323-1")], True),
        ("mentions_divergentes", [("sigle", "CSP"), ("sigle", "CSS")], False),
        ("renvois_sens", [("renvoi", "infra")], True),
        ("renvois_sens", [("renvoi", "supra")], False),
        ("listes_mentions", [("element", "Italie"), ("element", "Espagne")], True),
        ("listes_mentions", [("element", "Italie"), ("element", "l’Italie")], False),
        ("listes_mentions", [("element", "Italie"), ("nombre_annonce", "2")], False),
        ("listes_mentions", [("element", "Italie"), ("membre", "Italie")], True),
        ("listes_mentions", [("element", "Italie"), ("membre", "Espagne")], False),
        ("listes_mentions", [("element", "Italie"), ("exclu", "Italie")], False),
        ("listes_mentions", [("element", "a"), ("element", "b"), ("valeur_element", "3")], False),
    ],
)
def test_mentions_of_one_thing(rule_id: str, rows: list[tuple[str, str]], kept: bool) -> None:
    assert failing(rule_id, mentions=mentions(*rows)) == (set() if kept else {"essai"})


@pytest.mark.parametrize(
    ("rule_id", "tokens", "reason", "wrong"),
    [
        ("notes_repetees", ["12", "12"], "note_bas_de_page", set()),
        ("notes_repetees", ["12", "12", "12"], "note_bas_de_page", {"igas_2023_034r/12"}),
        ("references_tronquees", ["L.6323-1-3", "L.6323-1-4"], "reference_legale", set()),
        (
            "references_tronquees",
            ["L.6323-1-3", "L.323-1-3"],
            "reference_legale",
            {"igas_2023_034r/1/2"},
        ),
    ],
)
def test_numbers_set_aside(rule_id: str, tokens: list[str], reason: str, wrong: set[str]) -> None:
    rows = [
        {
            "document_id": "igas_2023_034r",
            "document_line": 1,
            "rang": rank,
            "token": token,
            "motif_code": reason,
            "origin": "published",
            "source_file": "data/raw/essai.csv",
            "source_line": rank + 1,
        }
        for rank, token in enumerate(tokens, 1)
    ]
    assert failing(rule_id, nombres_ecartes=core_table("nombres_ecartes", rows)) == wrong


@pytest.mark.parametrize(
    ("rule_id", "scheme", "kept"),
    [
        ("na_contredit", {"date_debut": date(2025, 3, 1)}, False),
        ("na_contredit", {"date_debut": date(2026, 3, 1)}, True),
        ("na_contredit", {"date_debut": date(2025, 3, 1), "compte_snp": False}, True),
        ("pluripro_anterieur", {"date_debut": date(2025, 3, 1)}, False),
        ("pluripro_anterieur", {"date_debut": date(2026, 3, 1)}, True),
        ("pluripro_anterieur", {"date_debut": date(2025, 3, 1), "statut_code": "projet"}, True),
    ],
)
def test_a_summary_and_its_sheets(rule_id: str, scheme: Row, kept: bool) -> None:
    place = {"departement_code": "53", "source_file": "data/raw/essai.csv", "source_line": 2}
    summary = {"annee": 2025, "dispositif_snp_statut": "na", "dispositif_pluripro_nb": 0, **place}
    described = {
        "dispositif_id": "53-essai",
        "perimetre_code": "inventaire_pdl_2025",
        "compte_snp": True,
        "profession_code": "infirmier",
        "statut_code": "en_cours",
        **place,
        **scheme,
    }
    tables = {
        "cpts_departements": core_table("cpts_departements", [summary]),
        "dispositifs": core_table("dispositifs", [described]),
    }
    assert failing(rule_id, **tables) == (set() if kept else {"53/2025"})
