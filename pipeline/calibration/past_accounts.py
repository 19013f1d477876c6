"""Accounts of 2016 to 2021: the printed totals shared out between the centres of each year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import brentq

from pipeline.calibration.arrays import Flags, Floats
from pipeline.calibration.choices import choices
from pipeline.calibration.history import Group
from pipeline.calibration.lines import COSTS, EUR_PER_KEUR, LINES, OUTSIDE, REVENUE
from pipeline.calibration.priors import around_one
from pipeline.calibration.published import Published
from pipeline.calibration.transport import largest_remainders
from pipeline.calibration.years import FIRST, LAST, YEARS

# Growth of operating revenue and of all funding, local authorities left out, since each year.
REVENUE_GROWTH = {2019: "001-A0922", FIRST: "001-A0923"}
FUNDING_GROWTH = {2019: "001-A0920", FIRST: "001-A0921"}
# Share of the centres that get ARS money: yearly mean, and that of 2022.
ARS_YEARS = range(2018, LAST)
ARS_MEAN, ARS_LAST = "001-A0946", "001-A0943"
# How far, in log-odds, shares are tilted at most to reach a sum.
MOST_TILT = 12.0


@dataclass(frozen=True)
class Known:
    """What is known of one year besides its totals, local authorities left out.

    Operating revenue and other funding are in k€; `helped` is the share of all the centres that got
    ARS money, in %, 0 when it is unknown.
    """

    revenue: float
    other: float
    helped: float


def known_by_year(
    totals: Mapping[tuple[str, int], float], last: pd.Series, published: Published
) -> dict[int, Known]:
    """Return what is known of each year before 2022.

    Args:
        totals: total of each line and year, k€.
        last: total of each line in 2022, local authorities left out, k€.
        published: printed values.
    """
    revenue, funding = float(last[list(REVENUE)].sum()), float(last[list(LINES)].sum())
    found = {}
    for year in YEARS[:-1]:
        if year in REVENUE_GROWTH:
            own = revenue / (1.0 + published.figure(REVENUE_GROWTH[year]).middle / 100.0)
            whole = funding / (1.0 + published.figure(FUNDING_GROWTH[year]).middle / 100.0)
            other = whole - own
        else:
            costs = sum(totals[line, year] for line in COSTS)
            own = costs * (1.0 + choices()["resultat_avant"][year] / 100.0)
            share = (funding - revenue) / (totals["ars", LAST] + totals["autres_sources", LAST])
            other = sum(totals[line, year] for line in OUTSIDE) * share
        found[year] = Known(own, other, helped_share(year, published))
    return found


def helped_share(year: int, published: Published) -> float:
    """Return the share of centres that got ARS money, in %, so that the printed mean holds."""
    if year not in ARS_YEARS:
        return 0.0
    mean, last = published.figure(ARS_MEAN).middle, published.figure(ARS_LAST).middle
    return (mean * (len(ARS_YEARS) + 1) - last) / len(ARS_YEARS)


def tilted(whole: Floats, shares: Floats, wanted: float) -> Floats:
    """Return the part of each line that goes to the others, shares moved together to a given sum.

    Args:
        whole: total of each line.
        shares: usual share of the others in each, strictly between 0 and 1.
        wanted: what their parts add up to.
    """

    def parts(tilt: float) -> Floats:
        odds = shares * np.exp(tilt)
        found: Floats = whole * odds / (odds + 1.0 - shares)
        return found

    def gap(tilt: float) -> float:
        return float(parts(tilt).sum()) - wanted

    return parts(float(brentq(gap, -MOST_TILT, MOST_TILT)))


def euros_of_year(
    year: int,
    euros: pd.DataFrame,
    group: Group,
    totals: Mapping[tuple[str, int], float],
    known: Known,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Share the totals of one year out between its centres, in whole euros.

    Args:
        year: the year.
        euros: amounts of 2022, closed centres included with those of a likeness.
        group: which centres are there.
        totals: total of each line and year, k€.
        known: what is known of the year besides.
        rng: source of the noise.

    Returns:
        One column per line; NaN where a centre is not there or does not declare the line.
    """
    found = pd.DataFrame(np.nan, index=euros.index, columns=euros.columns)
    authority, others = group.parts()
    shares = parts_of_others(year, euros, group, totals, known)
    present = int(group.there.sum())
    helped = round(known.helped * present / 100.0)
    for line in LINES:
        apart = round(shares[line] * EUR_PER_KEUR)
        rest = round(totals[line, year] * EUR_PER_KEUR) - apart
        for chosen, amount in ((others, apart), (authority, rest)):
            share_out(found, euros, line, chosen, amount, rng)
        if line == "ars" and helped:
            own = round(helped * (others.sum() / present))
            give_to(found, euros[line], others, (own, apart), rng)
            give_to(found, euros[line], authority, (helped - own, rest), rng)
    ratio = sum(totals[c, year] for c in COSTS) / sum(totals[c, LAST] for c in COSTS)
    for line in COSTS:
        share_out(found, euros, line, others, round(totals[line, year] * EUR_PER_KEUR), rng)
        own = round(float(euros.loc[authority, line].sum()) * ratio)
        share_out(found, euros, line, authority, own, rng)
    return found


def parts_of_others(
    year: int,
    euros: pd.DataFrame,
    group: Group,
    totals: Mapping[tuple[str, int], float],
    known: Known,
) -> dict[str, float]:
    """Return the part of each line of funding that goes to all but local authorities, in k€."""
    authority, others = group.parts()
    found: dict[str, float] = {}
    for lines, wanted in ((REVENUE, known.revenue), (OUTSIDE, known.other)):
        whole = np.array([totals[line, year] for line in lines])
        usual = np.array([share_of_others(euros[line], authority, others) for line in lines])
        found |= dict(zip(lines, tilted(whole, usual, wanted).tolist(), strict=True))
    return found


def share_of_others(amounts: pd.Series, authority: Flags, others: Flags) -> float:
    """Return the share of the others in a line of 2022, never all of it nor nothing."""
    told = choices()["part_des_autres"]
    apart, own = float(amounts[others].sum()), float(amounts[authority].sum())
    share = apart / (apart + own) if apart + own > 0 else told["usuelle"]
    return float(np.clip(share, *told["bornes"]))


def give_to(
    found: pd.DataFrame,
    line: pd.Series,
    chosen: Flags,
    told: tuple[int, int],
    rng: np.random.Generator,
) -> None:
    """Give a line to a number of centres only, those that got it in 2022 first.

    Args:
        found: amounts of the year, changed in place.
        line: the line in 2022, in euros.
        chosen: the centres it is shared out between.
        told: how many of them get it, and the amount they share, in euros.
        rng: source of the noise.
    """
    number, amount = told
    known = chosen & line.notna().to_numpy()
    likely = line.to_numpy(float)[known] + rng.random(int(known.sum()))
    kept = np.argsort(np.argsort(-likely, kind="stable")) < number
    noise = around_one(rng, choices()["forme_ars"], len(likely))
    weights = np.where(kept, 1.0 + noise, 0.0)
    found.loc[known, str(line.name)] = largest_remainders(weights, amount)


def share_out(
    found: pd.DataFrame,
    euros: pd.DataFrame,
    line: str,
    chosen: Flags,
    amount: int,
    rng: np.random.Generator,
) -> None:
    """Share one amount out between centres that declare the line, as in 2022 with some noise.

    Args:
        found: amounts of the year, changed in place.
        euros: amounts of 2022.
        line: the line.
        chosen: the centres it is shared out between.
        amount: what they share, in euros.
        rng: source of the noise.
    """
    told = choices()["montants_passes"]
    known = chosen & euros[line].notna().to_numpy()
    noise = rng.lognormal(0.0, told["bruit"], int(known.sum()))
    weights = euros[line].to_numpy(float)[known] * noise
    if weights.sum() <= 0:
        # nobody gets the line any more in 2022: the largest centres had it
        fees = euros.honoraires_sans_depassement.fillna(0.0).to_numpy(float)[known]
        largest = np.argsort(np.argsort(-fees, kind="stable")) < told["centres_ligne_disparue"]
        weights = np.where(largest, fees + 1.0, 0.0)
    found.loc[known, line] = largest_remainders(weights, amount)


def whole_euros(
    amounts: pd.DataFrame, totals: Mapping[tuple[str, int], float], apart: Flags
) -> pd.DataFrame:
    """Round the accounts of 2022 to whole euros, each line to its total.

    The largest amount of a line takes the difference: a few euros.

    Args:
        amounts: costs and funding, k€.
        totals: total of each line and year, k€.
        apart: all centres but local authorities, whose costs are not in the totals.
    """
    found = (amounts * EUR_PER_KEUR).round()
    for line in (*COSTS, *LINES):
        euros = found[line].to_numpy(np.float64).copy()
        counted = np.nan_to_num(np.where(apart, euros, 0.0) if line in COSTS else euros)
        if counted.sum() > 0:
            gap = round(totals[line, LAST] * EUR_PER_KEUR) - int(counted.sum())
            euros[np.argmax(counted)] += gap
            found[line] = euros
    return found
