"""Properties of the correlations of R1: numpy's coefficients and pandas' ranks."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.ecds_panel import centre, compute, the_row

PAIRS = st.lists(st.tuples(st.integers(10, 30), st.integers(0, 60)), min_size=5, max_size=14)


@settings(max_examples=30)
@given(pairs=PAIRS)
def test_coefficients_are_those_of_numpy(pairs: list[tuple[int, int]]) -> None:
    frame = pd.DataFrame(pairs, columns=["hours", "ratio"])
    assume(frame["hours"].nunique() > 1)
    assume(frame["ratio"].nunique() > 1)
    rows = compute(
        "correlations_r1",
        [
            centre(
                rank,
                heures_ouverture_hebdo_nb=hours,
                finances={
                    "charges_personnel": 900,
                    "autres_charges": 100,
                    "honoraires_sans_depassement": 1000 + 10 * ratio,
                },
            )
            for rank, (hours, ratio) in enumerate(pairs, start=1)
        ],
    )
    for method, seen in (("pearson", frame), ("spearman", frame.rank())):
        row = the_row(rows, facteur_code="heures_ouverture", methode_code=method)
        expected = np.corrcoef(seen["hours"], seen["ratio"])[0, 1]
        if abs(expected) > 1 - 1e-9:
            assert row["motif_refus"] == "sans_variation"
            continue
        assert float(row["coefficient"]) == pytest.approx(expected, abs=1e-7)
        assert row["ic_bas"] < row["coefficient"] < row["ic_haut"]
        assert row["cds_nb"] == len(pairs)
