"""FTE of the centres in 2022, in hundredths: doctors, medical professionals, everyone."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Floats, Ints
from pipeline.calibration.choices import choices
from pipeline.calibration.placement import place_within
from pipeline.calibration.priors import around_one, share_of_law
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rounding import rounded_to_total
from pipeline.calibration.staff_rows import (
    DOCTORS_FTE,
    FULL,
    MEDICAL,
    MEDICAL_FTE,
    STATS,
    STEP,
    TABLE_1,
    TOTALS,
    full_time,
    quota_rows,
    region_rows,
    table_1,
)
from pipeline.calibration.staff_totals import fte_sum

# A centre this close to full time is at full time.
FULL_MARGIN = 0.002
# Hundredths this close to a whole number are that number.
NEAR = 1e-6
# Centres left out of the smallest nine tenths, so that the ninth decile keeps its neighbours.
AROUND_DECILE = 4


def place_doctor_fte(
    frame: pd.DataFrame, published: Published, doctors: Ints, rng: np.random.Generator
) -> Ints:
    """Place the FTE of doctors, in hundredths, so that FTE and working quotas both hold.

    Args:
        frame: the centres.
        published: printed values.
        doctors: headcount of doctors.
        rng: source of the priors.
    """
    told, number = choices()["etp_medecins"], len(frame)
    likely = np.array(list(full_time(frame).values())).any(axis=0)
    drawn = told["quotite_base"] + told["quotite_etendue"] * share_of_law(
        rng, told["loi_beta"], number
    )
    drawn -= told["baisse_par_log_effectif"] * np.log(doctors)
    full = likely & (rng.random(number) < told["chance_temps_plein"])
    quota = np.clip(np.where(full, FULL, drawn), told["quotite_minimale"], FULL)
    prior = quota * doctors / FULL
    row = table_1(published, DOCTORS_FTE, np.arange(number))
    rows = [row, *quota_rows(frame, published, doctors)]
    low, high = np.full(number, told["minimum"]), doctors.astype(float)
    high[np.argmax(doctors)] = row.stats["max"].low * told["part_du_plus_grand_effectif"]
    problem = Problem(prior, rows, low, high, rng, np.full(number, STEP))
    return place_hundredths(published, DOCTORS_FTE, problem)


def place_hundredths(published: Published, rank: int, problem: Problem) -> Ints:
    """Place FTE and round them to hundredths, each staying in its segment."""
    values, low, high = place_within(problem, f"table 1, row {rank}")
    low, high = np.ceil(low / STEP - NEAR), np.floor(high / STEP + NEAR)
    full = values >= problem.upper * (1.0 - FULL_MARGIN)
    values = np.where(full, problem.upper, values)
    low = np.where(full, problem.upper / STEP, low)
    total = fte_sum(published, TOTALS[rank][0])
    return rounded_to_total(values / STEP, total, low, np.maximum(high, low))


def place_medical_fte(
    frame: pd.DataFrame,
    published: Published,
    doctors: Ints,
    fte: Ints,
    alone: Flags,
    rng: np.random.Generator,
) -> Ints:
    """Place the FTE of medical professionals, in hundredths: doctors, dentists and midwives.

    Args:
        frame: the centres.
        published: printed values.
        doctors: headcount of doctors.
        fte: hundredths of their FTE.
        alone: the centres kept without other medical staff.
        rng: source of the priors.
    """
    told, number, size = choices()["etp_medicaux"], len(frame), frame.taille.to_numpy(float)
    dental = frame.soins_dentaires.to_numpy() & ~alone
    others = ~alone & (dental | (rng.random(number) < told["chance_autres"]))
    dentists = told["dentaire_par_taille"] * size * around_one(rng, told["dentaire_forme"], number)
    added = np.where(dental, told["dentaire_base"] + dentists, 0.0)
    midwives = rng.random(number) < told["chance_sage_femme"]
    added += np.where(others & midwives, told["etp_sage_femme"], 0.0)
    start: Floats = fte.astype(np.float64) * STEP
    # as few centres have a single medical professional as the first decile allows
    joined = dental | (~alone & (doctors == doctors.min()))
    low = np.where(joined, start + told["minimum"], start)
    roof = most_professionals(published, doctors, added, size)
    high = start + np.where(others | joined, roof - doctors, 0.0)
    rows = [table_1(published, MEDICAL_FTE, np.arange(number)), *region_rows(frame, published)]
    high[np.argmax(start)] = start.max() + told["plus_grand_en_plus"]
    problem = Problem(start + added, rows, low, high, rng, np.full(number, STEP))
    return place_hundredths(published, MEDICAL_FTE, problem)


def most_professionals(published: Published, doctors: Ints, added: Floats, size: Floats) -> Floats:
    """Return how many medical professionals a centre may have, so that table 1 stays within reach.

    Args:
        published: printed values.
        doctors: headcount of doctors.
        added: likely FTE of the others.
        size: size of the centres next to the others.
    """
    told, number = choices()["etp_medicaux"], len(doctors)
    largest = published.cell(TABLE_1, MEDICAL, STATS["max"]).low
    roof: Floats = doctors + told["plafond_par_taille"] * size + told["plafond_base"]
    roof = np.minimum(roof, largest)
    crowd = table_1(published, MEDICAL, np.arange(number))
    many = number - crowd.positions("d9")[1] - AROUND_DECILE
    small = np.argsort(-(doctors + added), kind="stable")[many:]
    roof[small] = np.maximum(np.minimum(roof, crowd.stats["d9"].low), doctors + 1.0)[small]
    return roof


def place_added_fte(
    published: Published, rank: int, base: Ints, people: Ints, rng: np.random.Generator
) -> Ints:
    """Place the FTE of a larger group: that of the smaller one, plus that of the people added.

    Args:
        published: printed values.
        rank: row of table 1.
        base: hundredths of FTE of the smaller group.
        people: number of people added.
        rng: source of the priors.
    """
    told, start = choices()["effectifs"], base.astype(np.float64) * STEP
    quota = rng.normal(told["quotite_autres"], told["ecart_quotite_autres"], len(base))
    drawn = np.clip(quota, told["quotite_minimale_autres"], 1.0)
    rows = [table_1(published, rank, np.arange(len(base)))]
    low, high = start + STEP * people, start + people
    problem = Problem(start + drawn * people, rows, low, high, rng, np.full(len(base), STEP))
    return place_hundredths(published, rank, problem)
