"""Nurse patients of the centres in 2022, from the printed fees per patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import choices
from pipeline.calibration.placement import place_within
from pipeline.calibration.priors import share_of_law
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Row

MEAN, MEDIAN = "001-B0234", "001-B0235"
# The mean stays this far inside its interval, as a share of its width, for what rounding moves.
MEAN_MARGIN = 0.2


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
    told = choices()["patients_infirmiers"]
    own, seen = fees[field], patients[field]
    roof = own / (seen + told["minimum"])
    stats = {"mediane": published.figure(MEDIAN), "moyenne": published.figure(MEAN)}
    row = Row("fees per patient", np.arange(len(field)), stats)
    below = told["sous_plafond"] * share_of_law(rng, told["loi_beta"], len(field))
    prior = np.minimum(roof * (1.0 - below), told["euros_maximum"])
    low = np.minimum(roof, told["euros_minimum"])
    problem = Problem(np.clip(prior, low, roof), [row], low, roof, rng, mean_margin=MEAN_MARGIN)
    ratio, least, most = place_within(problem, row.name)
    # whole patients that keep the ratio on its side of the median
    fewest, largest = np.ceil(own / most - seen), np.floor(own / least - seen)
    found = np.clip(np.rint(own / ratio - seen), fewest, np.maximum(fewest, largest))
    whole: Ints = np.maximum(found, 1).astype(np.int64)
    return whole


def other_nurse_patients(patients: Ints, nurses: pd.Series, rng: np.random.Generator) -> Ints:
    """Return plausible nurse patients elsewhere: none without a nurse.

    Args:
        patients: GP patients, -1 where unknown.
        nurses: headcount of nurses.
        rng: source of the draws.
    """
    told = choices()["patients_infirmiers_ailleurs"]
    share = share_of_law(rng, told["loi_beta"], len(patients))
    drawn = np.rint(np.maximum(patients, told["patients_minimum"]) * share)
    found: Ints = np.where(nurses.to_numpy() > 0, drawn, 0).astype(np.int64)
    return found
