"""Properties of the distributions across centres: numpy's linear quantiles, whatever the values."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ecds_panel import centre, compute, the_row

COSTS = 1000
COLUMNS = {
    "decile_1_pct": 10,
    "quartile_1_pct": 25,
    "mediane_pct": 50,
    "quartile_3_pct": 75,
    "decile_9_pct": 90,
}


@settings(max_examples=40)
@given(revenues=st.lists(st.integers(1, 5000), min_size=1, max_size=12))
def test_quantiles_are_those_of_numpy(revenues: list[int]) -> None:
    charges = {"charges_personnel": COSTS - 100, "autres_charges": 100}
    centres = [
        centre(rank, finances={**charges, "honoraires_sans_depassement": euros})
        for rank, euros in enumerate(revenues, start=1)
    ]
    rows = compute("financements_nets", centres)
    row = the_row(rows, population_code="champ_r2", dimension_code="ensemble")
    ratios = 100 * (np.array(revenues) - COSTS) / COSTS
    for column, percent in COLUMNS.items():
        expected = np.percentile(ratios, percent, method="linear")
        assert row[column] == pytest.approx(expected, abs=1e-9), column
    assert row["moyenne_pct"] == pytest.approx(ratios.mean(), abs=1e-5)
    assert row["part_positive_pct"] == pytest.approx(100 * (ratios >= 0).mean())
    assert (row["min_pct"], row["max_pct"]) == pytest.approx((ratios.min(), ratios.max()))
