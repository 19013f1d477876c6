"""A grid of parameters: what is asked, what moves, what is said of it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.indicators.card import card, cards
from pipeline.indicators.grids import Axis, axes_of, parse_numbers, split_grid
from pipeline.indicators.sensitivity import COMPUTED_ROWS, measures, sensitivity
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.publication.figures.draw_sensibilite import names_of
from pipeline.publication.moves import moves, swapped_pairs
from pipeline.publication.sensitivity import publish

PARAMETERS = default_parameters()
SEUIL = card("surprecarite")


@given(st.integers(0, 40), st.integers(0, 40), st.integers(1, 9))
def test_a_stepped_grid_starts_and_stays_within_its_bounds(low: int, width: int, step: int) -> None:
    name, text = split_grid(f"seuil={low}:{low + width}:{step}")
    assert name == "seuil"
    assert parse_numbers(name, text) == tuple(range(low, low + width + 1, step))


def test_decimal_steps_do_not_drift() -> None:
    assert parse_numbers("seuil", "1.5:3.5:0.1")[-1] == 3.5
    assert len(parse_numbers("seuil", "1.5:3.5:0.1")) == 21


@pytest.mark.parametrize(
    "asked",
    ["seuil", "seuil=", "seuil=1:2", "seuil=a,b", "seuil=2:1:1", "seuil=1:2:0", "seuil=0:102:1",
     "seuil=-1,2", "seuil=nan", "seuil=1:inf:1"],
)  # fmt: skip
def test_a_grid_that_is_none_is_refused(asked: str) -> None:
    with pytest.raises(InputError, match="--param"):
        parse_numbers(*split_grid(asked))


def test_the_present_value_joins_the_grid() -> None:
    (found,) = axes_of(SEUIL, PARAMETERS, ("surprecarite_seuil_points=5,20",))
    assert found == Axis("surprecarite_seuil_points", (5, 11, 20), 11)


def test_an_indicator_without_threshold_says_so() -> None:
    with pytest.raises(InputError, match="depends on no threshold"):
        axes_of(card("parc_cds"), PARAMETERS, ())
    with pytest.raises(InputError, match="surprecarite_seuil_points"):
        axes_of(SEUIL, PARAMETERS, ("inconnu=1,2",))


def test_every_declared_grid_serves_an_indicator_and_holds_other_values() -> None:
    used = {name for found in cards().values() for name in found.moved_by}
    grids = {name: p for name, p in PARAMETERS.entries.items() if p.tried}
    assert set(grids) <= used
    assert all(set(p.tried) - {p.value} for p in grids.values())


@pytest.fixture(scope="module")
def table(built: Layout) -> pa.Table:
    axes = axes_of(SEUIL, PARAMETERS, ("surprecarite_seuil_points=0:22:11",))
    return sensitivity(built, SEUIL, PARAMETERS, axes, {"annee": "2022"})


def test_a_higher_threshold_leaves_fewer_units_above(table: pa.Table) -> None:
    rows = [row for row in table.to_pylist() if row["mesure"] == "au_dessus_nb"]
    assert [row["valeur_parametre"] for row in rows] == [0, 11, 22]
    assert rows[0]["valeur"] > rows[1]["valeur"] > rows[2]["valeur"]
    assert [row["reference"] for row in rows] == [False, True, False]
    assert [row["ecart"] for row in rows] == [
        row["valeur"] - row["valeur_reference"] for row in rows
    ]
    assert rows[1]["ecart"] == 0


def test_what_no_parameter_touches_does_not_move(table: pa.Table) -> None:
    spans = {move.measure: move.span for move in moves(table)}
    assert set(spans) == {*measures(SEUIL), COMPUTED_ROWS}
    assert spans[COMPUTED_ROWS] == 0
    assert spans["au_dessus_nb"] > 0
    assert spans["mediane_points"] == 0


def test_every_row_carries_the_origin_of_its_inputs(table: pa.Table) -> None:
    assert set(table["origin"].to_pylist()) == {"synthetic"}


def test_a_row_that_does_not_exist_is_refused(built: Layout) -> None:
    axes = axes_of(SEUIL, PARAMETERS, ())
    with pytest.raises(InputError, match="annee=1900"):
        sensitivity(built, SEUIL, PARAMETERS, axes, {"annee": "1900"})
    with pytest.raises(InputError, match="expected one of annee"):
        sensitivity(built, SEUIL, PARAMETERS, axes, {"an": "2022"})


def moving(key: str, values: tuple[float, ...], base: float) -> list[dict[str, object]]:
    return [
        {"cle": key, "rang_parametre": at, "valeur": value, "valeur_reference": base}
        for at, value in enumerate(values)
    ]


def test_pairs_whose_order_changes_are_counted() -> None:
    rows = [*moving("a", (1, 3), 1), *moving("b", (2, 2), 2), *moving("c", (9, 9), 9)]
    assert swapped_pairs(rows) == (1, 3)
    assert swapped_pairs(moving("a", (1, 3), 1)) == (0, 0)


def test_rows_are_called_by_what_tells_them_apart() -> None:
    keys = [f"annee=2022 ; scenario_code={code}" for code in ("teulade_tous", "absences_basses")]
    names = names_of(card("scenarios_cds"), keys, "fr")
    assert names[keys[0]] == "Subvention Teulade perçue par tous"


def test_it_writes_its_table_and_a_figure_and_says_what_turns(
    built: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    scenarios = card("scenarios_cds")
    axes = axes_of(scenarios, PARAMETERS, ("absences_reference_pct=8,18",))
    where = {"annee": "2022", "dimension_code": "ensemble"}
    found = sensitivity(built, scenarios, PARAMETERS, axes, where)
    publish(scenarios, PARAMETERS, found, tmp_path, None, "fr")
    said = capsys.readouterr().out
    assert "change de signe" in said
    assert "Synthétique" in said
    names = {path.name for path in tmp_path.iterdir()}
    drawn = "sensibilite_scenarios_cds_absences_reference_pct"
    assert names == {"sensibilite_scenarios_cds.csv", *(f"{drawn}.{kind}" for kind in
                                                       ("svg", "png", "csv"))}  # fmt: skip
    first = (tmp_path / f"{drawn}.svg").read_bytes()
    publish(scenarios, PARAMETERS, found, tmp_path, None, "fr")
    assert (tmp_path / f"{drawn}.svg").read_bytes() == first
    with pytest.raises(InputError, match="expected one of"):
        publish(scenarios, PARAMETERS, found, tmp_path, "absente", "fr")
