"""Nurse patients of the centres in 2022, from the printed fees per patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.placement import place_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Row

MEAN, MEDIAN = "001-B0234", "001-B0235"
LEAST_PATIENTS = 8.0


def place_nurse_patients(
    field: Ints, fees: Floats, patients: Floats, published: Published, rng: np.random.Generator
) -> Ints:
    """Return the nurse patients of the centres of the field of fees per patient.

    Args:
        field: ranks of the centres that employ GPs and nurses, atypical ones left out.
        fees: fees without extra billing of all centres, in euros.
        patients: GP patients of all centres.
        published: printed values.
        rng: source of the priors.

    Returns:
        One count per centre of the field: fees over GP and nurse patients has the printed median
        and mean.
    """
    own, seen = fees[field], patients[field]
    roof = own / (seen + LEAST_PATIENTS)
    stats = {"mediane": published.figure(MEDIAN), "moyenne": published.figure(MEAN)}
    row = Row("fees per patient", np.arange(len(field)), stats)
    prior = np.minimum(roof * (1.0 - 0.35 * rng.beta(2.0, 2.0, len(field))), 620.0)
    low = np.minimum(roof, 12.0)
    problem = Problem(np.clip(prior, low, roof), [row], low, roof, rng, mean_margin=0.2)
    ratio, least, most = place_within(problem, row.name)
    # whole patients that keep the ratio on its side of the median
    fewest, largest = np.ceil(own / most - seen), np.floor(own / least - seen)
    found = np.clip(np.rint(own / ratio - seen), fewest, np.maximum(fewest, largest))
    return np.maximum(found, 1).astype(np.int64)


def other_nurse_patients(patients: Ints, nurses: pd.Series, rng: np.random.Generator) -> Ints:
    """Return plausible nurse patients elsewhere: none without a nurse."""
    drawn = np.rint(np.maximum(patients, 40) * rng.beta(2.0, 4.0, len(patients)))
    return np.where(nurses.to_numpy() > 0, drawn, 0).astype(np.int64)
