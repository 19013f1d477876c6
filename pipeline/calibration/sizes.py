"""Headcounts and FTE of the centres in 2022: the six variables of table 1."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Floats, Ints
from pipeline.calibration.choices import choices, each
from pipeline.calibration.fte import place_added_fte, place_doctor_fte, place_medical_fte
from pipeline.calibration.placement import place_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rounding import rounded_to_total
from pipeline.calibration.rows import Row
from pipeline.calibration.staff_rows import (
    DOCTORS,
    MEDICAL,
    MEDICAL_FTE,
    STAFF,
    STAFF_FTE,
    STATS,
    STEP,
    TABLE_1,
    TOTALS,
    table_1,
)
from pipeline.calibration.staff_totals import TABLE

# Bounds this close to a whole number are that number.
NEAR, NEAR_FTE = 1e-6, 1e-9
# Centres kept past the first quartile, and short of the first decile, so that both stay in reach.
PAST_QUARTILE, SHORT_OF_DECILE = 4, 1


def prior_sizes(frame: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Return the size of each centre next to the others, drawn around its manager and region."""
    told = choices()["taille"]
    scale = each(frame.gestionnaire, told["gestionnaires"]) * each(frame.region, told["regions"])
    sizes = scale * np.exp(rng.normal(0.0, told["bruit"], len(frame)))
    return np.maximum(sizes, each(frame.gestionnaire, told["minimum"]))


def by_rank(values: Floats, row: Row) -> Floats:
    """Return a power-law curve through a row's quantiles, in the order of some values.

    Between two printed quantiles the logarithm of the value is linear in the logarithm of the share
    of centres above: the tail of a size distribution, not a straight line to its largest value.
    """
    number = len(values)
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(number - 1, 1)
    points = row.knots()
    knots = [-np.log(1.0 - p + 0.5 / number) for p, _ in points]
    floor = points[0][1] - 1.0
    heights = [np.log(v - floor) for _, v in points]
    found: Floats = np.exp(np.interp(-np.log(1.0 - ranks + 0.5 / number), knots, heights)) + floor
    return found


def place_heads(published: Published, rank: int, problem: Problem) -> Ints:
    """Place headcounts under a row of table 1 and round them, each staying in its segment."""
    row = table_1(published, rank, np.arange(len(problem.prior)))
    problem.rows = [row]
    values, low, high = place_within(problem, row.name)
    low, high = np.ceil(low - NEAR), np.floor(high + NEAR)
    total = published.cell_count(TABLE, *TOTALS[rank])
    return rounded_to_total(values, total, low, high)


def place_doctors(published: Published, size: Floats, rng: np.random.Generator) -> Ints:
    """Place the headcount of doctors, in the order of the sizes of the centres."""
    row, one = table_1(published, DOCTORS, np.arange(len(size))), np.ones(len(size))
    high = one * row.stats["max"].middle
    return place_heads(published, DOCTORS, Problem(by_rank(size, row), [], one, high, rng))


def doctors_only(published: Published, doctors: Ints, fte: Ints) -> Flags:
    """Return the small centres kept without other medical staff.

    Table 1 prints the same first quartile for doctors and for medical staff, but a larger one for
    their FTE: the quarter of centres with the fewest people is one, that with the fewest FTE is
    another. Kept are the centres of few doctors whose FTE are past that quartile, then the others
    from the fewest FTE.
    """
    row = table_1(published, MEDICAL, np.arange(len(doctors)))
    fewest = round(row.stats["min"].middle)
    quartile = round(row.stats["q1"].middle)
    wanted = row.positions("q1")[1] + PAST_QUARTILE
    least = row.positions("d1")[0] - SHORT_OF_DECILE
    past = published.cell(TABLE_1, MEDICAL_FTE, STATS["q1"]).high / STEP
    order = np.lexsort((fte, np.where(fte > past, 0, 1), doctors > quartile))
    single = (doctors == fewest)[order]
    kept = order[~single | (np.cumsum(single) <= least)]
    found = np.zeros(len(doctors), dtype=bool)
    found[kept[:wanted]] = True
    return found


def place_medical(
    published: Published, doctors: Ints, gain: Floats, size: Floats, rng: np.random.Generator
) -> Ints:
    """Place the headcount of medical professionals.

    Args:
        published: printed values.
        doctors: headcount of doctors.
        gain: FTE of the others.
        size: size of the centres next to the others.
        rng: source of the rounding.
    """
    told, base = choices()["effectifs"], doctors.astype(np.float64)
    least = base + np.ceil(gain - NEAR_FTE)
    roof = told["medicaux_par_taille"] * size + told["medicaux_base"]
    most = base + np.minimum(np.ceil(gain / told["quotite_minimale_medicaux"]), roof)
    people = np.maximum(gain / told["quotite_medicaux"], 1.0)
    prior = base + np.where(gain > 0, people, 0.0)
    high = np.where(gain > 0, np.maximum(most, least), base)
    return place_heads(published, MEDICAL, Problem(prior, [], least, high, rng))


def place_staff(
    published: Published, medical: Ints, medical_fte: Ints, rng: np.random.Generator
) -> Ints:
    """Place the headcount of everyone: it follows that of medical professionals and their FTE.

    Args:
        published: printed values.
        medical: headcount of medical professionals.
        medical_fte: hundredths of their FTE.
        rng: source of the noise.
    """
    told, number = choices()["effectifs"], len(medical)
    row = table_1(published, STAFF, np.arange(number))
    weight = medical_fte * STEP + told["poids_effectif"] * medical
    weight *= rng.lognormal(0.0, told["bruit"], number)
    # the largest FTE and the largest headcount are those of one centre
    weight[np.argmax(medical_fte)] = weight.max() + 1.0
    low = medical.astype(np.float64) + told["autres_minimum"]
    prior, high = np.maximum(by_rank(weight, row), low), np.full(number, row.stats["max"].middle)
    return place_heads(published, STAFF, Problem(prior, [], low, high, rng))


def place_sizes(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the six variables of table 1 for each centre, LIVI left out.

    Args:
        frame: centres of 2022 without LIVI, with their `taille` next to the others and whether
            they provide dental care (`soins_dentaires`).
        published: printed values.
        rng: source of the priors.

    Returns:
        Columns medecins_nb, medicaux_nb, personnel_nb, and in hundredths of FTE medecins_cent,
        medicaux_cent, personnel_cent.

    Raises:
        CalibrationError: a rounding cannot reach its total.
        InfeasibleError: a row of table 1 cannot be met.
    """
    size = frame.taille.to_numpy(float)
    doctors = place_doctors(published, size, rng)
    fte = place_doctor_fte(frame, published, doctors, rng)
    alone = doctors_only(published, doctors, fte)
    medical_fte = place_medical_fte(frame, published, doctors, fte, alone, rng)
    gain: Floats = (medical_fte - fte).astype(np.float64) * STEP
    medical = place_medical(published, doctors, gain, size, rng)
    staff = place_staff(published, medical, medical_fte, rng)
    staff_fte = place_added_fte(published, STAFF_FTE, medical_fte, staff - medical, rng)
    return pd.DataFrame(
        {
            "medecins_nb": doctors,
            "medicaux_nb": medical,
            "personnel_nb": staff,
            "medecins_cent": fte,
            "medicaux_cent": medical_fte,
            "personnel_cent": staff_fte,
        },
        index=frame.index,
    )
