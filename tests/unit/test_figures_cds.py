"""Figures on the centres, drawn from hand-made panels: order, notes, what is unknown, watermark."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pytest

from pipeline.contracts.model import Lang
from pipeline.contracts.schema import arrow_schema
from pipeline.errors import NothingToDrawError
from pipeline.indicators.card import card
from pipeline.publication.figures.build import DRAWINGS, figure_spec
from pipeline.publication.figures.model import Drawn
from pipeline.publication.figures.style import finish, load_matplotlib, new_figure
from tests.ecds_panel import Centre, centre, compute

NBSP = "\u00a0"


def drawn(
    figure_id: str, centres: Iterable[Centre], lang: Lang = "fr", origin: str = "synthetic"
) -> tuple[Drawn, list[str], str]:
    """Draw a figure; return what it drew, every text on it, and its reading note."""
    spec = figure_spec(figure_id)
    schema = arrow_schema(card(spec.indicator))
    table = pa.Table.from_pylist(compute(spec.indicator, centres), schema=schema)
    figure, axes = new_figure(spec)
    found = DRAWINGS[figure_id](axes, table, lang)
    finish(figure, spec, found, origin, lang)
    texts = [text.get_text() for text in (*figure.texts, *axes.texts)]
    texts += [label.get_text() for label in axes.get_yticklabels()]
    return found, texts, spec.lecture[lang].format(**found.marks)


def active(rank: int, acts: int, annee: int = 2022, **told: object) -> Centre:
    return centre(
        rank,
        annee,
        activite={"actes_consultation_mg_nb": acts, "file_active_mg_nb": 778},
        **told,
    )


ACTS = [
    active(1, 1000),
    active(2, 5000, gestionnaire_code="mutualiste"),
    active(3, 100, gestionnaire_code="autre_public"),
]


def test_managers_by_median_then_the_field_the_report_quotes() -> None:
    found, texts, note = drawn("actes_par_etp_gestionnaire", ACTS)
    rows = found.data.to_pylist()
    assert [row["modalite_code"] for row in rows] == [
        "mutualiste", "association", "autre_public", "ensemble",
    ]  # fmt: skip
    assert rows[-1]["population_code"] == "champ_actes_hors_autres_publics"
    assert "en 2022, la moitié des 2 centres du champ cité font moins de 3\u202f000 actes" in note
    assert "4\u202f614 actes par médecin" in note
    assert "libéraux : 4\u202f614" in texts
    assert "Organismes mutualistes (N = 1)".replace(" = ", f"{NBSP}={NBSP}") in texts


def test_a_year_without_comparison_value_has_no_line() -> None:
    _, texts, note = drawn("actes_par_etp_gestionnaire", [active(1, 1000, annee=2024)], "en")
    assert "self-employed" not in note
    assert not [text for text in texts if text.startswith("self-employed")]


def test_one_gap_on_two_bases() -> None:
    found, texts, note = drawn("comparaison_liberaux", [active(1, 2307)])
    assert [row["mesure_code"] for row in found.data.to_pylist()] == [
        "actes_par_etp", "file_active_par_etp",
    ]  # fmt: skip
    # 4614 is twice 2307: 100 % of the centres, 50 % of the self-employed
    assert f"vaut 100{NBSP}% des centres ou 50{NBSP}% des libéraux" in note
    assert {f"100{NBSP}%", f"50{NBSP}%", "2\u202f307", "4\u202f614"} <= set(texts)


def test_nothing_to_compare_draws_nothing() -> None:
    with pytest.raises(NothingToDrawError):
        drawn("comparaison_liberaux", [active(1, 2307, annee=2021)])


def test_two_years_by_manager() -> None:
    centres = [centre(rank, 2016) for rank in range(2)]
    centres += [centre(rank, 2022) for rank in range(5)]
    centres.append(centre(9, 2022, gestionnaire_code="prive_commercial"))
    found, texts, note = drawn("parc_gestionnaire", centres)
    rows = found.data.to_pylist()
    assert [(r["modalite_code"], r["cds_debut_nb"], r["cds_nb"]) for r in rows] == [
        ("association", 2, 5),
        ("prive_commercial", 0, 1),
    ]
    assert note == "associations : 2 centres en 2016, 5 en 2022."
    assert {f"+150{NBSP}%", "non calculée", "2 → 5", "0 → 1"} <= set(texts)


def test_a_missing_first_year_is_not_zero() -> None:
    _, texts, note = drawn("parc_gestionnaire", [centre(1, 2022), centre(2, 2022)])
    assert note == "associations : ? centres en 2016, 2 en 2022."
    assert {"? → 2", "non calculée"} <= set(texts)


@pytest.mark.parametrize(("origin", "marked"), [("synthetic", True), ("real", False)])
def test_only_synthetic_figures_bear_the_watermark(origin: str, marked: bool) -> None:
    for figure_id in ("parc_gestionnaire", "actes_par_etp_gestionnaire", "comparaison_liberaux"):
        _, texts, _ = drawn(figure_id, ACTS, origin=origin)
        assert ("DONNÉES SYNTHÉTIQUES" in texts) is marked, figure_id


def test_the_watermark_stays_inside_the_figure() -> None:
    spec = figure_spec("comparaison_liberaux")
    figure, _ = new_figure(spec)
    finish(figure, spec, drawn(spec.id, ACTS)[0], "synthetic", "fr")
    (mark,) = [text for text in figure.texts if text.get_text() == "DONNÉES SYNTHÉTIQUES"]
    _, backend_agg, _ = load_matplotlib()
    canvas = backend_agg.FigureCanvasAgg(figure)
    box = mark.get_window_extent(canvas.get_renderer())
    width, height = canvas.get_width_height()
    assert min(box.x0, box.y0) >= 0
    assert box.x1 <= width
    assert box.y1 <= height
