"""Ratios of the centres in 2022: R1, R2, then shares of staff costs, of fees and of the RFS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Floats
from pipeline.calibration.choices import choices
from pipeline.calibration.placement import place_within
from pipeline.calibration.priors import around_one, share_of_law
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.ratios import (
    Bounded,
    place_net,
    place_result,
    result_score,
    spread_out,
)
from pipeline.calibration.rows import Interval, Row

STAFF_STATS = {"q1": "001-A0667", "mediane": "001-A0663", "q3": "001-A0665"}
FEE_STATS = {"q1": "001-A0702", "mediane": "001-A0698", "q3": "001-A0700"}
RFS_STATS = {"q1": "001-A0707", "mediane": "001-A0703", "q3": "001-A0705"}


@dataclass(frozen=True)
class Ratios:
    """The placed ratios of the centres, in %: R1, R2, shares of costs (staff) and of funding."""

    result: Bounded
    net: Bounded
    staff: Bounded
    fees: Bounded
    rfs: Bounded


def place_share(
    field: Flags,
    told: tuple[str, dict[str, Interval]],
    prior: Floats,
    bounds: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Bounded:
    """Place one share of the centres of a field, in %.

    Args:
        field: the centres it is known of.
        told: its name, and what is printed of it.
        prior: where it starts, for all centres.
        bounds: its least and largest value, for all centres.
        rng: source of the draws.
    """
    name, stats = told
    own = np.flatnonzero(field)
    row = Row(name, np.arange(len(own)), stats)
    low, high = bounds[0][own], bounds[1][own]
    problem = Problem(np.clip(prior[own], low, high), [row], low, high, rng)
    return spread_out(len(field), own, place_within(problem, name))


def place_ratios(
    frame: pd.DataFrame,
    sizes: pd.DataFrame,
    busy: Floats,
    takers: pd.DataFrame,
    published: Published,
    rng: np.random.Generator,
) -> Ratios:
    """Place R1, R2 and the three shares, each inside what the ratios before it leave.

    Args:
        frame: centres of 2022 without LIVI.
        sizes: their staff.
        busy: rank of acts per FTE among the centres of the manager, 0 to 1.
        takers: which centres get each line.
        published: printed values.
        rng: source of the priors.
    """
    number, shares = len(frame), choices()["parts"]
    told = frame.assign(teulade=takers.teulade, ars=takers.ars)
    result = place_result(told, published, result_score(told, sizes, busy, rng), rng)
    net = place_net(told, published, result.value, rng)
    own = shares["personnel"]
    staff = place_share(
        frame.champ_r1.to_numpy(),
        ("staff costs", published.figures(STAFF_STATS)),
        100.0 * share_of_law(rng, own["loi_beta"], number),
        (np.full(number, own["minimum"]), np.full(number, shares["plafond"])),
        rng,
    )
    fees, rfs = place_fees(frame, takers, roof_of_fees(result, net), published, rng)
    return Ratios(result, net, staff, fees, rfs)


def roof_of_fees(result: Bounded, net: Bounded) -> Floats:
    """Return the most fees and RFS may be of all funding, in %, given R1 and R2."""
    told = choices()["parts"]
    known = ~np.isnan(result.value)
    total = np.where(np.isnan(net.value), result.value, net.value)
    revenue = 100.0 * (100.0 + result.value) / (100.0 + total)
    roof = np.full(len(known), told["plafond"])
    roof[known] = np.minimum(roof, revenue - told["autres_recettes"])[known]
    return roof


def place_fees(
    frame: pd.DataFrame,
    takers: pd.DataFrame,
    roof: Floats,
    published: Published,
    rng: np.random.Generator,
) -> tuple[Bounded, Bounded]:
    """Place the shares of fees and of the RFS in funding, together under a roof in %."""
    number, told = len(frame), choices()["parts"]
    fee, rfs = told["honoraires"], told["rfs"]
    declared = (frame.accord & frame.honoraires_connus).to_numpy()
    drawn = rfs["usuelle"] * around_one(rng, rfs["forme"], number)
    likely = np.where(takers.rfs, np.minimum(drawn, rfs["part_du_plafond"] * roof), 0.0)
    most = np.maximum(roof - likely, fee["plafond_minimum"])
    drawn = 100.0 * share_of_law(rng, fee["loi_beta"], number)
    fees = place_share(
        declared,
        ("fees", published.figures(FEE_STATS)),
        np.minimum(drawn, most * fee["sous_plafond"]),
        (np.full(number, fee["minimum"]), most),
        rng,
    )
    left = np.maximum(roof - np.nan_to_num(fees.value), rfs["plafond_minimum"])
    bounds = (np.where(takers.rfs, rfs["minimum"], 0.0), np.where(takers.rfs, left, 0.0))
    told_rfs = ("RFS", published.figures(RFS_STATS))
    return fees, place_share(declared, told_rfs, likely, bounds, rng)
