"""Golden test: every value a document prints for an indicator is the value the indicator gives."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from pipeline.contracts.registry import contract
from pipeline.indicators.card import Card, PublishedValue, card, cards
from pipeline.paths import Layout
from pipeline.reconciliation.inconsistencies import inconsistencies
from tests.outputs import rows

LEAST_COMPARISONS = 600
Row = dict[str, Any]


@pytest.fixture(scope="module")
def registry(built: Layout) -> dict[str, Row]:
    return {row["figure_id"]: row for row in rows(built, contract("published_figures"))}


@pytest.fixture(scope="module")
def tables(built: Layout) -> dict[str, list[Row]]:
    return {name: rows(built, found) for name, found in cards().items()}


def named_row(table: list[Row], where: dict[str, Any]) -> Row:
    found = [row for row in table if all(row[name] == value for name, value in where.items())]
    assert len(found) == 1, f"{where} names {len(found)} rows"
    return found[0]


def half_unit(found: Card, column: str, figure: Row) -> Decimal:
    """Half a unit of the last printed decimal for a computed number; nothing for the others.

    A transcription restates the printed number and a count is whole: both must be equal.
    """
    (described,) = (c for c in found.columns if c.name == column)
    if found.nature == "transcription" or described.type.startswith("int"):
        return Decimal(0)
    return Decimal(5).scaleb(-int(figure["decimals"]) - 1)


def agrees(value: Any, figure: Row, tolerance: Decimal) -> bool:
    """Does a value restate a printed one: within its rounding, or inside its printed range?"""
    exact = Decimal(str(value))
    if figure["value"] is not None:
        return abs(exact - Decimal(str(figure["value"]))) <= tolerance
    low, high = figure["value_min"], figure["value_max"]
    assert low is not None or high is not None, f"{figure['figure_id']} prints no number"
    above = low is None or exact >= Decimal(str(low))
    return above and (high is None or exact <= Decimal(str(high)))


def test_a_gap_is_explained_by_a_recorded_inconsistency_that_quotes_the_figure() -> None:
    recorded = {entry.id: entry for entry in inconsistencies()}
    explained = [p for _, p in compared() if p.inconsistency]
    assert explained
    for published in explained:
        assert published.figure_id in recorded[published.inconsistency].figures


def compared() -> Iterator[tuple[Card, PublishedValue]]:
    for found in cards().values():
        for published in found.published:
            yield found, published


def test_every_published_value_is_found_again(
    registry: dict[str, Row], tables: dict[str, list[Row]]
) -> None:
    made, wrong = 0, []
    for found, published in compared():
        row = named_row(tables[found.table], published.where)
        if found.from_microdata and published.nature != "transcription":
            continue  # recomputed, not restated: the reconciliation says how near
        figure = registry[published.figure_id]
        value = row[published.column]
        tolerance = half_unit(found, published.column, figure)
        made += 1
        agree = value is not None and agrees(value, figure, tolerance)
        # a gap that a recorded inconsistency explains must still be there
        if agree == (published.inconsistency is not None):
            wrong.append((found.table, published.figure_id, figure["printed"], value))
    assert wrong == []
    assert made >= LEAST_COMPARISONS


def spans(locators: str) -> set[tuple[str, int]]:
    """Read `doc:3, 5-7 ; other:2` as every document and line it covers."""
    found = set()
    for place in locators.split(" ; "):
        document, _, lines = place.partition(":")
        for line in lines.split(", "):
            first, _, last = line.partition("-")
            found |= {(document, n) for n in range(int(first), int(last or first) + 1)}
    return found


def test_the_locators_of_a_row_hold_the_line_of_its_printed_value(
    registry: dict[str, Row], tables: dict[str, list[Row]]
) -> None:
    wrong = []
    for found, published in compared():
        if "transcription" not in (found.nature, published.nature):
            continue  # computed from rows of other lines
        figure = registry[published.figure_id]
        row = named_row(tables[found.table], published.where)
        last = figure["document_line_end"] or figure["document_line"]
        lines = range(figure["document_line"], last + 1)
        printed = {(figure["document_id"], line) for line in lines}
        if not printed & spans(row["reperes"]):
            wrong.append((found.table, published.figure_id, sorted(printed), row["reperes"]))
    assert wrong == []


def test_no_figure_is_compared_twice_with_one_cell() -> None:
    cells = [
        (f.table, p.column, p.figure_id, tuple(sorted(p.where.items()))) for f, p in compared()
    ]
    assert len(cells) == len(set(cells))


@pytest.mark.parametrize(
    ("value", "printed", "good"),
    [
        (37.04, {"value": 37.0, "decimals": 1}, True),
        (37.06, {"value": 37.0, "decimals": 1}, False),
        (134.4, {"value": 134.0, "decimals": 0}, True),
        (134.6, {"value": 134.0, "decimals": 0}, False),
        (50, {"value": None, "value_min": 40.0, "value_max": 60.0}, True),
        (61, {"value": None, "value_min": 40.0, "value_max": 60.0}, False),
        (61, {"value": None, "value_min": 62.0, "value_max": None}, False),
    ],
)
def test_the_comparison_itself_can_fail(value: float, printed: Row, good: bool) -> None:
    tolerance = Decimal(5).scaleb(-int(printed.get("decimals", 0)) - 1)
    assert agrees(value, {"figure_id": "", **printed}, tolerance) is good


# Typed by hand from the documents, apart from every file of data/raw. `digits` rounds a computed
# value; None asks for equality.
ANCHORS = [
    # IGAS 2023-034R, Tableau 6, "Ensemble des CDS" (l. 3320)
    ("igas_tableau_6", {"ligne": "Ensemble des CDS"}, "cds_nb", 406, None),
    ("igas_tableau_6", {"ligne": "Ensemble des CDS"}, "mediane_pct", -9.8, None),
    ("igas_tableau_6", {"ligne": "Ensemble des CDS"}, "part_ratio_positif_pct", 33.3, None),
    # IGAS, Tableau 3, operating costs in 2022 and their growth since 2016 (l. 2745)
    ("igas_charges_financements", {"annee": 2022}, "charges_meur", 842.6, None),
    # 842,6 / 463,78: the table prints a growth of 81,7 % (l. 2745)
    ("igas_charges_financements", {"annee": 2022}, "charges_indice", 181.7, 1),
    # IGAS, Tableau 4, funding in 2022 (l. 2958); 910,1 / 629,5: growth of 44,6 % printed
    ("igas_charges_financements", {"annee": 2022}, "financements_meur", 910.1, None),
    ("igas_charges_financements", {"annee": 2022}, "financements_indice", 144.6, 1),
    # Inter-URPS, CPTS Erdre & Cens: "562 créneaux", "28% ont été pourvus" (l. 338)
    ("taux_remplissage_publies", {"cpts_id": "44-erdre-et-cens"}, "offerts_nb", 562, None),
    ("taux_remplissage_publies", {"cpts_id": "44-erdre-et-cens"}, "taux_pct", 28, None),
    # Inter-URPS: "3076 créneaux", "91%" in 2022 (l. 940); "74%" (l. 612)
    ("taux_remplissage_publies", {"taux_pct": 91}, "offerts_nb", 3076, None),
    ("taux_remplissage_publies", {"cpts_id": "44-nord-estuaire"}, "taux_pct", 74, None),
    # Inter-URPS: "20 MG effecteurs sur les 54 MG" (l. 329); "21 ... sur les 69" (l. 602)
    ("effecteurs", {"effectif_nb": 20, "effectif_total_nb": 54}, "part_pct", 37.04, 2),
    ("effecteurs", {"effectif_nb": 21, "effectif_total_nb": 69}, "part_pct", 30.43, 2),
    # Inter-URPS, summary table, Loire-Atlantique 2025: 16 CPTS (l. 80), 14 ACI (l. 83), 14 SNP
    # (l. 84)
    ("couverture_snp_departement", {"departement_code": "44", "annee": 2025}, "cpts_nb", 16, None),
    (
        "couverture_snp_departement",
        {"departement_code": "44", "annee": 2025},
        "aci_signe_nb",
        14,
        None,
    ),
    (
        "couverture_snp_departement",
        {"departement_code": "44", "annee": 2025},
        "part_cpts_pct",
        87.5,
        1,
    ),
    # the same table, Mayenne: "N/A" (l. 84) is not zero
    (
        "couverture_snp_departement",
        {"departement_code": "53", "annee": 2025},
        "part_cpts_pct",
        None,
        None,
    ),
]


@pytest.mark.parametrize(("indicator", "where", "column", "printed", "digits"), ANCHORS)
def test_anchor(
    tables: dict[str, list[Row]],
    indicator: str,
    where: dict[str, Any],
    column: str,
    printed: float | None,
    digits: int | None,
) -> None:
    value = named_row(tables[indicator], where)[column]
    assert (value if digits is None else round(value, digits)) == printed
    assert column in card(indicator).names


def test_the_registry_names_an_indicator_that_quotes_the_figure(registry: dict[str, Row]) -> None:
    quoted: dict[str, set[str]] = {}
    for found, published in compared():
        quoted.setdefault(published.figure_id, set()).add(found.table)
    named = {name: row["indicator_id"] for name, row in registry.items() if row["indicator_id"]}
    assert set(named) == set(quoted)
    assert {name: table for name, table in named.items() if table not in quoted[name]} == {}
