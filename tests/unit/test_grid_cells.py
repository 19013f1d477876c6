"""Cells of published grids: equal ones read once, alike ones never taken for each other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from pipeline.contracts.registry import contract
from pipeline.sources import grid_cells
from pipeline.sources.grid_cells import CellReader


def reader(table: str, column: str, *, dotted: bool = False) -> CellReader:
    return CellReader(table, contract(table).column(column), dotted)


def test_cells_that_are_equal_but_not_the_same_are_told_apart() -> None:
    cells = reader("apl", "population_totale_nb")
    assert cells.read(1.0) == (1, "")
    assert cells.read(1) == (1, "")
    value, expected = cells.read(True)
    assert (value, bool(expected)) == (None, True)
    assert cells.read("1") == (1, "")


def test_a_fault_is_told_each_time() -> None:
    cells = reader("apl", "valeur")
    assert cells.read("deux") == cells.read("deux")
    assert cells.read("deux")[1]


def test_what_misses_is_a_fault_only_where_it_is_required() -> None:
    for raw in (None, "", "NC", "#DIV/0!"):
        assert reader("apl", "valeur").read(raw) == (None, "")
        assert reader("apl", "territoire_code").read(raw) == (None, "a value")
    assert reader("apl", "motif_vide_code").read("nd") == ("nd", "")


def test_no_more_cells_are_remembered_than_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grid_cells, "REMEMBERED", 2)
    cells = reader("apl", "valeur")
    assert [cells.read(float(n))[0] for n in range(5)] == [Decimal(n) for n in range(5)]
    assert [cells.read(float(n))[0] for n in range(5)] == [Decimal(n) for n in range(5)]
    assert len(cells._known) == 2


@pytest.mark.parametrize(
    ("raw", "value"),
    [(520.000000004, 520), (520.4, None), ("1 234", 1234), (1e300, None), (float("nan"), None)],
)
def test_a_whole_number_keeps_no_binary_tail(raw: float | str, value: int | None) -> None:
    assert reader("apl", "population_totale_nb").read(raw)[0] == value


@pytest.mark.parametrize(
    ("raw", "dotted", "value"),
    [
        (2.30000000000000004, False, "2.3"),
        (0.1 + 0.2, False, "0.3"),
        ("2,5", False, "2.5"),
        ("2.5", True, "2.5"),
        ("2,5", True, None),
        (1e9, False, None),
        (-0.0, False, "0"),
    ],
)
def test_a_decimal_is_that_of_the_file(raw: float | str, dotted: bool, value: str | None) -> None:
    found, expected = reader("apl", "valeur", dotted=dotted).read(raw)
    assert found == (None if value is None else Decimal(value))
    assert bool(expected) == (value is None)
