"""The figure of what becomes of slots: shares that add up, refused rates named, never a zero."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.model import Lang
from pipeline.errors import NothingToDrawError
from pipeline.publication.figures.build import DRAWINGS, figure_spec
from pipeline.publication.figures.style import finish, new_figure
from tests.creneaux import compute, slot, table

FIGURE = "devenir_creneaux"
Row = dict[str, Any]


def free(start: str) -> Row:
    return slot(start, "libre", cpts_id="44-pays-blanc")


def told(*statuses: str) -> list[Row]:
    return [slot(f"2025-03-03T{9 + n:02d}:00", status) for n, status in enumerate(statuses)]


def draw(rows: list[Row], lang: Lang = "fr") -> tuple[Any, list[str], pa.Table]:
    found = compute("remplissage_rendez_vous", {"creneaux": table("creneaux", rows)})
    figure, axes = new_figure(figure_spec(FIGURE))
    drawn = DRAWINGS[FIGURE](axes, pa.Table.from_pylist(found), lang)
    finish(figure, figure_spec(FIGURE), drawn, "synthetic", lang)
    return axes, [t.get_text() for t in axes.texts], drawn.data


def test_the_shares_of_a_bar_add_up_to_the_whole() -> None:
    axes, texts, data = draw(told("honore", "reserve", "absent", "annule", "rendu", "non_pris"))
    widths = [p.get_width() for p in axes.patches if p.get_width() > 0]
    assert sum(widths) == pytest.approx(100)
    assert any(text.startswith("33") for text in texts)
    assert data.column("offerts_nb").to_pylist() == [6]


@pytest.mark.parametrize(("lang", "said"), [("fr", "taux refusé"), ("en", "rate refused")])
def test_a_refused_rate_is_said_and_not_drawn_as_nought(lang: Lang, said: str) -> None:
    _, texts, data = draw([*told("honore", "rendu"), free("2025-03-03T09:00")], lang)
    assert [text for text in texts if text.startswith(said)]
    assert not [text for text in texts if text.startswith("0")]
    assert data.num_rows == 2


def test_without_any_rate_there_is_nothing_to_draw() -> None:
    with pytest.raises(NothingToDrawError):
        draw([free("2025-03-03T09:00")])
