"""The printed rows on the staff of 2022: table 1, working quotas of doctors, shares of regions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Ints
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Interval, Row
from pipeline.calibration.staff_totals import TABLE, fte_sum

TABLE_1 = "igas_tableau_1"
STATS = {
    "min": "min",
    "d1": "decile_1",
    "q1": "quartile_1",
    "mediane": "mediane",
    "q3": "quartile_3",
    "d9": "decile_9",
    "max": "max",
}
# Rows of tables 1 and 2 that say the same quantity: distribution, total.
DOCTORS, DOCTORS_FTE, MEDICAL, MEDICAL_FTE, STAFF, STAFF_FTE = range(1, 7)
HEADS, FTE = "effectifs_nb", "annuels_etp"
TOTALS = {
    DOCTORS: (2, HEADS),
    DOCTORS_FTE: (2, FTE),
    MEDICAL: (1, HEADS),
    MEDICAL_FTE: (1, FTE),
    STAFF: (11, HEADS),
    STAFF_FTE: (11, FTE),
}
QUOTAS = {"d1": "001-A0448", "q1": "001-A0446", "mediane": "001-A0441", "q3": "001-A0443"}
QUOTA_Q3 = {
    "collectivite_territoriale": "001-A0450",
    "mutualiste": "001-A0451",
    "association": "001-A0452",
}
REGION_SHARES = {"11": "001-A0162", "84": "001-A0163", "93": "001-A0164"}
# A working quota of 100 % is full time; FTE are declared to the hundredth.
FULL, STEP = 100.0, 0.01
# How far from full time a quota said to be full may lie, in points: rounding of a small headcount.
FULL_ROUNDING = 0.2


def table_1(published: Published, rank: int, members: Ints) -> Row:
    """Return a row of table 1, its mean replaced by the total of table 2, which is more precise."""
    stats = {s: published.cell(TABLE_1, rank, c) for s, c in STATS.items()}
    row, column = TOTALS[rank]
    if column == FTE:
        total = fte_sum(published, row) * STEP
        exact = Interval(total - STEP, total + STEP)
    else:
        exact = published.cell(TABLE, row, column)
    stats["moyenne"] = exact.scaled(1.0 / len(members))
    return Row(f"table 1, row {rank}", members, stats)


def full_time(frame: pd.DataFrame) -> dict[str, Flags]:
    """Return the groups where over half of the centres employ their doctors full time."""
    return {
        "social security": (frame.gestionnaire == "securite_sociale").to_numpy(),
        "Hauts-de-France": (frame.region == "32").to_numpy(),
        "Grand Est": (frame.region == "44").to_numpy(),
    }


def quota_rows(frame: pd.DataFrame, published: Published, doctors: Ints) -> list[Row]:
    """Return the rows on the mean working quota of doctors, for FTE as values.

    Args:
        frame: the centres.
        published: printed values.
        doctors: headcount of doctors, shape (n,).
    """
    full = Interval(FULL - FULL_ROUNDING, FULL + FULL_ROUNDING)
    groups = [("quota", np.ones(len(frame), dtype=bool), {**published.figures(QUOTAS), "d9": full})]
    groups += [
        (f"quota of {name}", (frame.gestionnaire == name).to_numpy(), {"q3": published.figure(f)})
        for name, f in QUOTA_Q3.items()
    ]
    groups += [(f"full time {k}", own, {"mediane": full}) for k, own in full_time(frame).items()]
    return [
        Row(name, np.flatnonzero(own), kept, scale=FULL / doctors[own])
        for name, own, kept in groups
    ]


def region_rows(frame: pd.DataFrame, published: Published) -> list[Row]:
    """Return the printed shares of three regions in medical FTE, as means of their centres."""
    total = published.cell(TABLE, *TOTALS[MEDICAL_FTE]).middle
    found = []
    for region, figure in REGION_SHARES.items():
        own = np.flatnonzero(frame.region == region)
        mean = published.figure(figure).scaled(total / 100.0 / len(own))
        found.append(Row(f"medical FTE, region {region}", own, {"moyenne": mean}))
    return found
