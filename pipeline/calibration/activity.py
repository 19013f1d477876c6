"""GP acts of the centres in 2022, and what they make of patients: the fields of table 7."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import choices, managers
from pipeline.calibration.patients import (
    UNKNOWN,
    place_patients,
    place_poor,
    place_registered,
    state_aid,
)
from pipeline.calibration.placement import place
from pipeline.calibration.priors import around_one, ranks_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rounding import exchange
from pipeline.calibration.rows import Row, quantile_curve
from pipeline.calibration.skeleton import ROWS_7
from pipeline.calibration.staff_totals import CENT

ACT_STATS = {
    "min": "min",
    "d1": "decile_1",
    "q1": "quartile_1",
    "mediane": "mediane",
    "moyenne": "moyenne",
    "q3": "quartile_3",
    "d9": "decile_9",
    "max": "max",
}
# Rows of table 7: one per manager, all of them, all but universities (the headline).
TABLE_7 = range(1, 11)
ALL, HEADLINE = 9, 10
# Values stay this far inside the printed extremes; means this far inside their interval, as a share
# of its width, because rounding to whole acts moves them.
INSIDE_EXTREMES, MEAN_MARGIN = 0.05, 0.12


def act_rows(part: pd.DataFrame, published: Published) -> list[Row]:
    """Return the rows of table 7: the managers first, then the pooled ones."""
    stats = {
        row: {s: published.cell("igas_tableau_7", row, c) for s, c in ACT_STATS.items()}
        for row in TABLE_7
    }
    known = np.flatnonzero(part.gestionnaire != "autre_public")
    return [
        *(
            Row(f"table 7, {m}", np.flatnonzero(part.gestionnaire == m), stats[ROWS_7[m]])
            for m in managers()
        ),
        Row("table 7, all", np.arange(len(part)), stats[ALL]),
        Row("table 7, headline", known, stats[HEADLINE]),
    ]


def place_acts(
    frame: pd.DataFrame, published: Published, fte: Floats, rng: np.random.Generator
) -> Floats:
    """Return GP acts per FTE of the centres of table 7, NaN elsewhere.

    Args:
        frame: centres of 2022 without LIVI, with `entrain`, how busy each is next to the others.
        published: printed values.
        fte: FTE of GPs.
        rng: source of the priors.
    """
    told = choices()["actes"]
    field = np.flatnonzero(frame.accord & (frame.groupe == 0) & frame.actes_connus)
    part, steps = frame.iloc[field].reset_index(drop=True), 1.0 / fte[field]
    rows = act_rows(part, published)
    by_manager, everyone = rows[: len(managers())], rows[len(managers())]
    drive = part.entrain.to_numpy(float) - told["effet_log_etp"] * np.log(fte[field])
    drive += rng.normal(0.0, told["bruit"], len(part))
    ranks = ranks_within(drive, part.gestionnaire)
    prior = np.zeros(len(part))
    for row in by_manager:
        prior[row.members] = quantile_curve(row, ranks[row.members])
    least, most = everyone.stats["min"], everyone.stats["max"]
    low = np.full(len(part), least.low + INSIDE_EXTREMES)
    high = np.full(len(part), most.high - INSIDE_EXTREMES)
    problem = Problem(prior, rows, low, high, rng, mean_margin=MEAN_MARGIN, tight_step=steps)
    values = place(problem, "table 7")
    for row in by_manager:
        if not row.is_tight():
            exchange(values, rows, row.members, steps)
    found = np.full(len(frame), np.nan)
    found[field] = values
    return found


def by_kind(acts: Ints, doctors_visit: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Split the acts of each centre by kind; a negative total is a reversal of one kind.

    Args:
        acts: GP acts of each centre, negative where more were reversed than done.
        doctors_visit: whether its doctors visit patients; it has no visits otherwise.
        rng: source of the noise.

    Returns:
        One column per kind, adding up to the acts.
    """
    told = choices()["actes"]
    kinds = list(told["genres"])
    usual = np.array(list(told["genres"].values()))
    weights = usual[None, :] * around_one(rng, told["forme_genres"], (len(acts), len(kinds)))
    visits = np.array([k.startswith("visite") for k in kinds])
    weights[np.ix_(~doctors_visit.to_numpy(), visits)] = 0.0
    shares = weights / weights.sum(axis=1, keepdims=True)
    table = np.floor(np.maximum(acts, 0)[:, None] * shares).astype(np.int64)
    table[:, 0] += acts - table.sum(axis=1)
    return pd.DataFrame(table, columns=kinds)


def place_activity(
    frame: pd.DataFrame, cents: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return GP patients, registered and poor patients, and acts; -1 where patients are not known.

    Args:
        frame: centres of 2022 without LIVI.
        cents: hundredths of FTE by profession.
        published: printed values.
        rng: source of the priors.

    Returns:
        Columns patients, poor, registered, adults, state_aid, acts (0 where not known), acts_known.
    """
    frame = frame.assign(entrain=rng.normal(0.0, 1.0, len(frame)))
    fte = cents.mg.to_numpy(float) / CENT
    ratio = place_acts(frame, published, fte, rng)
    patients = place_patients(frame, published, fte, ratio, rng)
    both = (cents.mg + cents.mep).to_numpy(float) / CENT
    registered, adults = place_registered(frame, published, both, rng)
    poor = place_poor(frame, published, patients, rng)
    known = ~np.isnan(ratio)
    return pd.DataFrame(
        {
            "patients": patients,
            "poor": poor,
            "registered": registered,
            "adults": adults,
            "state_aid": np.where(poor >= 0, state_aid(poor, rng), UNKNOWN),
            "acts": np.where(known, np.rint(np.nan_to_num(ratio) * fte), 0).astype(np.int64),
            "acts_known": known,
        }
    )
