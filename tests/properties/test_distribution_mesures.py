"""Properties of the distributions of ratios: numpy's linear quantiles, and two kinds of mean."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ecds_panel import centre, compute, the_row

COLUMNS = {"decile_1": 10, "quartile_1": 25, "mediane": 50, "quartile_3": 75, "decile_9": 90}
TERMS = st.tuples(st.integers(-50, 9000), st.integers(1, 900))


@settings(max_examples=40)
@given(terms=st.lists(TERMS, min_size=1, max_size=12))
def test_quantiles_and_means_are_those_of_numpy(terms: list[tuple[int, int]]) -> None:
    centres = [
        centre(
            rank,
            staff={"mg": (1, hundredths / 100), "infirmier": (1, 1)},
            activite={"actes_consultation_mg_nb": acts},
        )
        for rank, (acts, hundredths) in enumerate(terms, start=1)
    ]
    rows = compute("actes_par_etp", centres)
    row = the_row(rows, population_code="champ_actes", dimension_code="ensemble")
    acts, etp = (np.array(column) for column in zip(*terms, strict=True))
    ratios = acts / (etp / 100)
    for column, percent in COLUMNS.items():
        expected = np.percentile(ratios, percent, method="linear")
        assert row[column] == pytest.approx(expected, rel=1e-9, abs=1e-9), column
    assert row["cds_nb"] == len(terms)
    assert row["moyenne"] == pytest.approx(ratios.mean(), rel=1e-9, abs=1e-5)
    assert row["moyenne_agregee"] == pytest.approx(acts.sum() / (etp.sum() / 100), rel=1e-9)
    assert (row["minimum"], row["maximum"]) == pytest.approx((ratios.min(), ratios.max()))
    # the rows by manager hold the same centres: one manager here
    same = the_row(rows, population_code="champ_actes", dimension_code="gestionnaire")
    assert {name: same[name] for name in COLUMNS} == {name: row[name] for name in COLUMNS}
