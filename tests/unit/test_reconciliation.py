"""One status per figure: what makes it reproduced, derived, contradicted, or not computable."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.registry import contracts, holds_microdata, vocabularies
from pipeline.errors import ContractError
from pipeline.indicators.card import Card, card
from pipeline.parameters import default_parameters
from pipeline.reconciliation.inconsistencies import inconsistencies
from pipeline.reconciliation.reasons import reason, reason_rules
from pipeline.reconciliation.recomputed import recomputed
from pipeline.reconciliation.table import reconcile
from tests.registry import figure, registry

Row = dict[str, Any]
NAME = "001-A9000"  # no inconsistency and no card quote it
CONTRADICTED = next(entry for entry in inconsistencies() if entry.figures and entry.contradicts)
EMPTY_CONTROL = pa.table(
    {name: pa.array([], pa.string()) for name in ("relation_code", "verdict", "tableau_id")}
)


def indicator(table: str, inputs: tuple[str, ...], **quoted: object) -> Card:
    """Return a computing card that quotes one figure, shaped like an existing one."""
    published = [{"figure_id": NAME, "column": "mediane", "where": {"annee": 2022}, **quoted}]
    base = card("effecteurs").model_dump()
    column = next(c for c in base["columns"] if c["name"] == "part_pct")
    columns = [{**column, "name": name} for name in ("annee", "mediane", "origin")]
    columns.append({**column, "name": "n_cds_nb", "label": {"fr": "N centres", "en": "N"}})
    return Card.model_validate(
        {
            **base,
            "table": table,
            "key": ["annee"],
            "inputs": inputs,
            "columns": columns,
            "published": published,
            "headlines": [],
        }
    )


def cells(value: float | None, origin: str = "synthetic", n: int | None = 406) -> pa.Table:
    """Return the rows of such a card."""
    rows = [{"annee": 2022, "mediane": value, "n_cds_nb": n, "origin": origin}]
    return pa.Table.from_pylist([*rows, {**rows[0], "annee": 2021, "mediane": 99.0}])


def status(row: Row, *made: tuple[Card, pa.Table], control: pa.Table = EMPTY_CONTROL) -> Row:
    """Reconcile one figure with some indicators, and return its row."""
    known = {found.table: found for found, _ in made}
    tables = {found.table: table for found, table in made}
    rows = reconcile(
        registry(row),
        {**tables, "controle_arithmetique": control},
        default_parameters(),
        {**known, "controle_arithmetique": card("controle_arithmetique")},
    )
    (found,) = rows.to_pylist()
    return found  # type: ignore[no-any-return]


PANEL = indicator("panel", ("cpts",))
PRINTED = indicator("imprime", ("published_tables",))
MEDIAN = figure(NAME, "-9.8", decimals=1, statistic="median", unit="%")


@pytest.mark.parametrize(
    ("value", "expected"),
    [(-9.8, "reproduced"), (-9.8499, "reproduced"), (-9.75, "reproduced"), (-9.86, "differs")],
)
def test_a_figure_computed_from_observed_units(value: float, expected: str) -> None:
    found = status(MEDIAN, (PANEL, cells(value)))
    assert found["statut_code"] == expected
    assert found["ecart"] == pytest.approx(value + 9.8)
    assert (found["indicator_id"], found["cle"], found["n_nb"]) == ("panel", "annee=2022", 406)
    assert found["valeur_recalculee"] == value
    assert found["motif_code"] is None


@pytest.mark.parametrize("origin", ["synthetic", "real", "derived"])
def test_the_origin_of_a_computation_is_said(origin: str) -> None:
    found = status(MEDIAN, (PANEL, cells(-9.8, origin)))
    assert (found["statut_code"], found["origine_recalcul"]) == ("reproduced", origin)


def test_a_computation_on_printed_tables_only_derives() -> None:
    found = status(MEDIAN, (PRINTED, cells(-9.8, "derived")))
    assert (found["statut_code"], found["indicator_id"]) == ("derived", "imprime")


def test_a_computation_on_printed_tables_that_misses_is_no_derivation() -> None:
    found = status(MEDIAN, (PRINTED, cells(-9.2, "derived")))
    assert found["statut_code"] == "not_computable"
    assert found["valeur_recalculee"] is None


def test_a_transcription_proves_nothing() -> None:
    copied = PANEL.model_copy(update={"nature": "transcription"})
    assert status(MEDIAN, (copied, cells(-9.8)))["statut_code"] == "not_computable"
    restated = indicator("panel", ("cpts",), nature="transcription")
    assert status(MEDIAN, (restated, cells(-9.8)))["statut_code"] == "not_computable"


def test_observed_units_go_first_whatever_they_give() -> None:
    found = status(MEDIAN, (PRINTED, cells(-9.8, "derived")), (PANEL, cells(-9.2)))
    assert (found["statut_code"], found["indicator_id"]) == ("differs", "panel")
    assert found["ecart"] == pytest.approx(0.6)


def test_the_cell_that_states_its_n_goes_first() -> None:
    bare = indicator("a_sans_n", ("cpts",))
    found = status(MEDIAN, (bare, cells(-9.8, n=None)), (PANEL, cells(-9.2)))
    assert found["indicator_id"] == "panel"


def test_the_n_of_a_quotation_is_the_column_that_says_so_or_the_one_it_names() -> None:
    other = indicator("panel", ("cpts",), n_column="annee")
    assert status(MEDIAN, (PANEL, cells(-9.8)))["n_nb"] == 406
    assert status(MEDIAN, (other, cells(-9.8)))["n_nb"] == 2022
    quoted = indicator("panel", ("cpts",), column="n_cds_nb")
    assert status(figure(NAME, 406), (quoted, cells(-9.8)))["n_nb"] is None


def test_a_refused_computation_says_so() -> None:
    found = status(MEDIAN, (PANEL, cells(None)))
    assert (found["statut_code"], found["motif_code"]) == ("not_computable", "calcul_refuse")


def test_a_quotation_that_names_several_rows_is_refused() -> None:
    quoted = indicator("panel", ("cpts",), where={})
    with pytest.raises(ContractError, match=f"{NAME} names 2 rows"):
        recomputed({"panel": quoted}, {"panel": cells(1.0)})


def test_a_quotation_whose_row_the_data_lack_is_not_computable() -> None:
    quoted = indicator("panel", ("cpts",), where={"annee": 2019})
    found = status(MEDIAN, (quoted, cells(1.0)))
    assert (found["statut_code"], found["motif_code"]) == ("not_computable", "calcul_refuse")
    assert found["valeur_recalculee"] is None


@pytest.mark.parametrize(
    ("qualifier", "value", "expected"),
    [
        ("plus_de", 60.1, "reproduced"),
        ("plus_de", 59.9, "differs"),
        ("environ", 62.9, "reproduced"),
        ("environ", 63.1, "differs"),
        ("presque", 54.1, "reproduced"),
        ("presque", 53.9, "differs"),
        ("exact", 60.6, "differs"),
    ],
)
def test_qualifiers_are_taken_into_account(qualifier: str, value: float, expected: str) -> None:
    row = figure(NAME, 60, qualifier=qualifier, statistic="growth", unit="%")
    assert status(row, (PANEL, cells(value)))["statut_code"] == expected


@pytest.mark.parametrize(
    ("value", "expected", "gap"),
    [(9.4, "reproduced", 0), (10.3, "reproduced", 0.3), (8.0, "differs", -1), (12.0, "differs", 2)],
)
def test_a_range_is_compared_with_its_bounds(value: float, expected: str, gap: float) -> None:
    row = figure(NAME, value_min=9, value_max=10, statistic="mean")
    found = status(row, (PANEL, cells(value)))
    assert (found["statut_code"], found["ecart"]) == (expected, pytest.approx(gap))


def contradicted(**cells: object) -> Row:
    return figure(CONTRADICTED.figures[0], "-9.8", decimals=1, **cells)


def test_a_contradicted_figure_names_the_other_lines() -> None:
    found = status(contradicted(document_line=CONTRADICTED.lines[0]))
    assert found["statut_code"] == "inconsistent_in_source"
    assert CONTRADICTED.id in found["incoherence_ids"]
    others = {int(line) for line in found["autres_lignes"].split(", ")}
    assert set(CONTRADICTED.lines[1:]) <= others
    assert CONTRADICTED.lines[0] not in others


def test_a_reproduced_figure_stays_so_beside_its_contradiction() -> None:
    quoted = indicator("panel", ("cpts",), figure_id=CONTRADICTED.figures[0])
    found = status(contradicted(), (quoted, cells(-9.8)))
    assert found["statut_code"] == "reproduced"
    assert CONTRADICTED.id in found["incoherence_ids"]
    assert found["autres_lignes"]


def test_a_computed_figure_that_is_contradicted_keeps_its_gap() -> None:
    quoted = indicator("panel", ("cpts",), figure_id=CONTRADICTED.figures[0])
    found = status(contradicted(), (quoted, cells(-9.2)))
    assert (found["statut_code"], found["motif_code"]) == ("inconsistent_in_source", None)
    assert (found["valeur_recalculee"], found["ecart"]) == (-9.2, pytest.approx(0.6))


@pytest.mark.parametrize(("value", "explained"), [(843.2, True), (842.0, False)])
def test_a_gap_is_explained_only_by_the_value_that_was_read(value: float, explained: bool) -> None:
    quoted = indicator("panel", ("cpts",), figure_id="001-A0029")
    found = status(figure("001-A0029", 850), (quoted, cells(value)))
    assert found["statut_code"] == "differs"
    assert (found["motif_code"] == "texte_arrondi") is explained
    assert ("2042" in (found["autres_lignes"] or "")) is explained


def test_two_figures_that_may_be_confused_are_not_contradicted() -> None:
    quoted = {name for e in inconsistencies() if e.contradicts for name in e.figures}
    (entry, *_) = (e for e in inconsistencies() if not e.contradicts and set(e.figures) - quoted)
    found = status(figure(entry.figures[-1], 1))
    assert found["statut_code"] != "inconsistent_in_source"
    assert entry.id in found["incoherence_ids"]


def control(**cells: object) -> pa.Table:
    held = {
        "relation_id": "essai",
        "relation_code": "part",
        "figure_id": NAME,
        "tableau_id": None,
        "ligne_rang": None,
        "colonne": None,
        "recalcul": 39.9,
        "verdict": "coherent",
    }
    return pa.Table.from_pylist([{**held, **cells}])


def test_a_relation_that_holds_derives_its_target() -> None:
    found = status(figure(NAME, 40, unit="%"), control=control())
    assert (found["statut_code"], found["relation_ids"]) == ("derived", "essai")
    assert found["ecart"] == pytest.approx(-0.1)
    assert found["origine_recalcul"] == "derived"


@pytest.mark.parametrize(
    "cells",
    [
        {"verdict": "incoherent"},
        {"verdict": "non_controlable"},
        {"relation_code": "inclusion"},  # bounds its target, does not give it
        {"relation_code": "meme_grandeur"},  # repeats it
        {"figure_id": "001-A9001"},  # another target
    ],
)
def test_a_relation_that_does_not_give_the_figure_derives_nothing(cells: Row) -> None:
    assert status(figure(NAME, 40), control=control(**cells))["statut_code"] == "not_computable"


def test_every_status_and_reason_is_in_its_list() -> None:
    assert {rule.motif for rule in reason_rules()} < set(vocabularies()["motif_non_calculable"])
    found = status(MEDIAN)
    assert found["statut_code"] in vocabularies()["statut_reconciliation"]
    assert found["motif_code"] in vocabularies()["motif_non_calculable"]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"value_text": "2018-10", "statistic": "date"}, "date_ou_texte"),
        ({"value": 70, "statistic": "age"}, "definition_ou_seuil"),
        ({"value": 4000, "qualifier": "cible", "statistic": "count"}, "cible_ou_projection"),
        ({"value": 51, "population": "médecins, Allemagne"}, "donnees_etrangeres"),
        ({"value": 5, "source_named": "enquête DREES"}, "enquete_non_disponible"),
        ({"value": 5, "source_named": "Graphique 12"}, "graphique_image"),
        ({"value": 5, "source_named": "e-CDS, calculs mission"}, "ecds_non_ouvert"),
        ({"value": 5, "source_named": "CNAM"}, "assurance_maladie"),
        ({"value": 5, "topic": "densite"}, "demographie_medicale"),
        ({"value": 5, "document_id": "inter_urps_pdl_2025"}, "declaration_unique"),
        ({"value": 5, "topic": "essai"}, "sans_source_connue"),
    ],
)
def test_a_reason_follows_from_what_the_registry_says(cells: Row, expected: str) -> None:
    (row,) = registry(figure(NAME, **cells)).to_pylist()
    assert reason(row) == expected


def test_tables_of_printed_numbers_hold_no_microdata() -> None:
    printed = {name for name in contracts() if not holds_microdata(name)}
    assert {"published_figures", "published_tables", "chiffres_relations", "mentions"} <= printed
    assert holds_microdata("cpts")
    assert holds_microdata("dispositifs")
    assert PANEL.from_microdata
    assert not PRINTED.from_microdata
    assert not PANEL.model_copy(update={"nature": "transcription"}).from_microdata
