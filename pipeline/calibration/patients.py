"""Patients of the centres in 2022: seen by GPs, registered, under solidarity insurance."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import choices, each
from pipeline.calibration.placement import place_within
from pipeline.calibration.priors import share_of_law
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rounding import counted
from pipeline.calibration.rows import Interval, Row

UNKNOWN = -1
PATIENT_STATS = {"q1": "001-B0158", "mediane": "001-B0155", "q3": "001-B0157"}
REGISTERED_STATS = {
    "q1": "001-B0177",
    "mediane": "001-B0174",
    "q3": "001-B0176",
    "moyenne": "001-B0175",
}
ADULT_STATS = {"q1": "001-B0192", "mediane": "001-B0187", "q3": "001-B0189", "moyenne": "001-B0188"}
POOR_STATS = {
    "d1": "001-A0504",
    "q1": "001-A0501",
    "mediane": "001-A0494",
    "q3": "001-A0496",
    "d9": "001-A0498",
    "moyenne": "001-A0507",
}
POOR_BY = {
    "association": {"mediane": "001-A0508"},
    "collectivite_territoriale": {"mediane": "001-A0510", "d1": "001-A0512"},
}
# The mean weighted by patients; the first decile without universities; the median in Paris.
POOR_SUM, POOR_KNOWN, POOR_PARIS = "001-A0492", "001-A0505", "001-A0513"
PARIS = "75"
# The national share of poor patients, and how far above it `surprécarité` begins, in points.
NATIONAL_POOR, POOR_GAP = "001-A0506", "001-C0028"
# Means stay this far inside their interval, as a share of its width, for what rounding moves.
MEAN_MARGIN, POOR_MEAN_MARGIN = 0.2, 0.42


def place_patients(
    frame: pd.DataFrame, published: Published, fte: Floats, acts: Floats, rng: np.random.Generator
) -> Ints:
    """Return GP patients; -1 where they are not known.

    Args:
        frame: centres of 2022 without LIVI.
        published: printed values.
        fte: FTE of GPs.
        acts: GP acts per FTE, NaN where they are not known.
        rng: source of the priors.
    """
    told = choices()["patients"]
    known = np.nan_to_num(acts) > told["actes_minimum"]
    field = np.flatnonzero(known & (frame.gestionnaire != "autre_public"))
    busy = np.maximum(np.nan_to_num(acts), 1.0)
    drawn = each(frame.gestionnaire, told["par_etp"])
    drawn = drawn * (busy / np.nanmedian(acts)) ** told["exposant_actes"]
    drawn = drawn * fte ** told["exposant_etp"]
    drawn = drawn * rng.lognormal(0.0, told["bruit"], len(frame))
    roof = np.maximum(busy * told["part_actes_maximum"], told["plafond_minimum"])
    prior = np.clip(drawn, told["minimum"], roof)
    row = Row("patients per FTE", np.arange(len(field)), published.figures(PATIENT_STATS))
    low = np.full(len(field), told["minimum"])
    problem = Problem(prior[field], [row], low, roof[field], rng, 1.0 / fte[field])
    found = np.full(len(frame), UNKNOWN, dtype=np.int64)
    found[known] = np.maximum(np.rint(prior[known] * fte[known]), 1)
    found[field] = np.maximum(counted(*place_within(problem, row.name), fte[field]), 1)
    return found


def place_registered(
    frame: pd.DataFrame, published: Published, fte: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return registered patients, all and adults; -1 where they are not known.

    The printed means are ratios of sums: weighted by FTE.

    Args:
        frame: centres of 2022 without LIVI.
        published: printed values.
        fte: FTE of GPs, particular practices included.
        rng: source of the priors.
    """
    told, adult = choices()["patientele"], choices()["patientele_adulte"]
    field = np.flatnonzero(frame.accord & (rng.random(len(frame)) < told["part_connue"]))
    size, number = fte[field], len(field)
    usual = each(frame.gestionnaire.iloc[field], told["par_etp"])
    prior = usual * rng.lognormal(0.0, told["bruit"], number)
    members, weights = np.arange(number), size / size.sum()

    def whole(name: str, stats: dict[str, str], prior: Floats, bounds: list[Floats]) -> Ints:
        row, (low, high) = Row(name, members, published.figures(stats), weights), bounds
        problem = Problem(prior, [row], low, high, rng, 1.0 / size, MEAN_MARGIN)
        return counted(*place_within(problem, name), size)

    bounds = [np.full(number, bound) for bound in told["bornes"]]
    people = np.maximum(whole("registered patients per FTE", REGISTERED_STATS, prior, bounds), 2)
    prior = people / size * rng.normal(adult["part"], adult["ecart"], number)
    bounds = [people / size * share for share in adult["bornes"]]
    adults = whole("adult registered patients per FTE", ADULT_STATS, prior, bounds)
    found = np.full((2, len(frame)), UNKNOWN, dtype=np.int64)
    found[0, field], found[1, field] = people, np.clip(adults, 1, people - 1)
    return found[0], found[1]


def poor_rows(part: pd.DataFrame, published: Published, size: Floats) -> list[Row]:
    """Return what the report says of the share of poor patients.

    Args:
        part: the centres it is known of.
        published: printed values.
        size: their GP patients.
    """
    told, everyone = choices()["patients_precaires"], np.arange(len(part))
    limit = published.figure(NATIONAL_POOR).middle + published.figure(POOR_GAP).middle
    over = Interval(*(limit + gap for gap in told["surprecarite"]))
    paris = {"mediane": published.figure(POOR_PARIS), "q1": Interval(*told["paris_quartile_1"])}
    groups = {
        "no university": (
            part.gestionnaire != "autre_public",
            published.figures({"d1": POOR_KNOWN}),
        ),
        **{m: (part.gestionnaire == m, published.figures(f)) for m, f in POOR_BY.items()},
        "Paris": (part.departement == PARIS, paris),
        "surprécarité": (part.accord & (part.groupe == 0), {"d6": over}),
    }
    mean = published.figures({"moyenne": POOR_SUM})
    return [
        Row("poor patients", everyone, published.figures(POOR_STATS)),
        Row("poor patients, sum", everyone, mean, size / size.sum()),
        *(Row(f"poor patients, {k}", np.flatnonzero(own), s) for k, (own, s) in groups.items()),
    ]


def place_poor(
    frame: pd.DataFrame, published: Published, patients: Ints, rng: np.random.Generator
) -> Ints:
    """Return GP patients under solidarity insurance or state medical aid; -1 where unknown.

    Args:
        frame: centres of 2022 without LIVI.
        published: printed values.
        patients: GP patients, -1 where unknown.
        rng: source of the priors.
    """
    told = choices()["patients_precaires"]
    field = np.flatnonzero(patients > 0)
    part, size = frame.iloc[field].reset_index(drop=True), patients[field].astype(float)
    drawn = told["usuel"] * rng.lognormal(0.0, told["bruit"], len(field))
    low, high = (np.full(len(field), bound) for bound in told["bornes"])
    rows, prior = poor_rows(part, published, size), np.clip(drawn, *told["bornes_depart"])
    problem = Problem(prior, rows, low, high, rng, 100.0 / size, POOR_MEAN_MARGIN)
    found = np.full(len(frame), UNKNOWN, dtype=np.int64)
    found[field] = counted(*place_within(problem, "poor patients"), size / 100.0)
    return found


def state_aid(poor: Ints, rng: np.random.Generator) -> Ints:
    """Return how many of the poor patients are under state medical aid."""
    told = choices()["aide_medicale_etat"]
    share = np.clip(share_of_law(rng, told["loi_beta"], len(poor)), 0.0, told["maximum"])
    found: Ints = np.rint(np.maximum(poor, 0) * share).astype(np.int64)
    return found
