"""Accounts of 2016 to 2021: the printed totals shared out between the centres of each year."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import brentq

from pipeline.calibration.arrays import Floats
from pipeline.calibration.history import Group
from pipeline.calibration.lines import COSTS, LINES, OUTSIDE, REVENUE
from pipeline.calibration.published import Published
from pipeline.calibration.transport import largest_remainders
from pipeline.calibration.years import LAST, YEARS

EUR_PER_KEUR = 1000
FEW = 3
# Growth of operating revenue and of all funding, local authorities left out.
REVENUE_GROWTH = {2019: "001-A0922", 2016: "001-A0923"}
FUNDING_GROWTH = {2019: "001-A0920", 2016: "001-A0921"}
# Aggregated result over costs where the report describes it without a number: a slow decline to
# 2020, balance in 2021 (l. 2984-2996). Ours.
RESULT = {2017: 1.5, 2018: -0.5, 2020: -3.0, 2021: 0.0}
BLOCKS = {
    1: "rfs_acces_soins",
    2: "rfs_travail_equipe",
    3: "rfs_systeme_information",
    4: "rfs_complementaire",
}
ARS_YEARS = range(2018, 2022)
ARS_MEAN, ARS_LAST = "001-A0946", "001-A0943"
BLOCK_YEARS = range(2018, 2023)


def apart_targets(
    totals: Mapping[tuple[str, int], float], last: pd.Series, published: Published
) -> dict[int, tuple[float, float]]:
    """Return operating revenue and other funding by year in k€, local authorities left out.

    Args:
        totals: total of each line and year.
        last: total of each line in 2022, local authorities left out.
        published: printed values.
    """
    revenue, funding = float(last[list(REVENUE)].sum()), float(last[list(LINES)].sum())
    found = {LAST: (revenue, funding - revenue)}
    for year in YEARS[:-1]:
        costs = sum(totals[line, year] for line in COSTS)
        if year in REVENUE_GROWTH:
            own = revenue / (1.0 + published.figure(REVENUE_GROWTH[year]).middle / 100.0)
            whole = funding / (1.0 + published.figure(FUNDING_GROWTH[year]).middle / 100.0)
            found[year] = (own, whole - own)
        else:
            outside = sum(totals[line, year] for line in OUTSIDE) * (
                found[LAST][1] / (totals["ars", LAST] + totals["autres_sources", LAST])
            )
            found[year] = (costs * (1.0 + RESULT[year] / 100.0), outside)
    return found


def tilted(whole: Floats, shares: Floats, wanted: float) -> Floats:
    """Return the part of each line that goes to the others, shares moved together to a given sum."""

    def parts(tilt: float) -> Floats:
        odds = shares * np.exp(tilt)
        found: Floats = whole * odds / (odds + 1.0 - shares)
        return found

    low, high = -12.0, 12.0
    tilt = float(brentq(lambda t: float(parts(t).sum()) - wanted, low, high))
    return parts(tilt)


def euros_of_year(
    year: int,
    euros: pd.DataFrame,
    group: Group,
    totals: Mapping[tuple[str, int], float],
    targets: tuple[float, float],
    published: Published,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Share the totals of one year out between its centres, in whole euros.

    Args:
        year: the year.
        euros: amounts of 2022, closed centres included with those of a likeness.
        group: which centres are there.
        totals: total of each line and year, k€.
        targets: operating revenue and other funding of the others, k€.
        published: printed values.
        rng: source of the noise.
    """
    found = pd.DataFrame(np.nan, index=euros.index, columns=euros.columns)
    authority, others = group.parts()
    shares = {}
    for lines, wanted in ((REVENUE, targets[0]), (OUTSIDE, targets[1])):
        whole = np.array([totals[line, year] for line in lines])
        usual = np.array([share_of_others(euros[line], authority, others) for line in lines])
        shares |= dict(zip(lines, tilted(whole, usual, wanted).tolist(), strict=True))
    helped = ars_takers(year, group, published)
    for line in LINES:
        apart = round(shares[line] * EUR_PER_KEUR)
        whole_line = round(totals[line, year] * EUR_PER_KEUR)
        for chosen, amount in ((others, apart), (authority, whole_line - apart)):
            share_out(found, euros, line, chosen, amount, rng)
        if line == "ars" and helped:
            share = others.sum() / group.there.sum()
            own = round(helped * share)
            give_to(found, euros, line, others, (own, apart), rng)
            give_to(found, euros, line, authority, (helped - own, whole_line - apart), rng)
    ratio = sum(totals[c, year] for c in COSTS) / sum(totals[c, LAST] for c in COSTS)
    for line in COSTS:
        share_out(found, euros, line, others, round(totals[line, year] * EUR_PER_KEUR), rng)
        own = float(euros.loc[authority, line].sum()) * ratio
        share_out(found, euros, line, authority, round(own), rng)
    return found


def ars_takers(year: int, group: Group, published: Published) -> int:
    """Return how many centres got ARS money, so that the printed yearly mean holds; 0 if unknown."""
    if year not in ARS_YEARS:
        return 0
    mean, last = published.figure(ARS_MEAN).middle, published.figure(ARS_LAST).middle
    share = (mean * (len(ARS_YEARS) + 1) - last) / len(ARS_YEARS)
    return round(share * int(group.there.sum()) / 100.0)


def give_to(
    found: pd.DataFrame,
    euros: pd.DataFrame,
    line: str,
    chosen: NDArray[np.bool_],
    told: tuple[int, int],
    rng: np.random.Generator,
) -> None:
    """Give a line to a number of centres only, those that got it in 2022 first."""
    number, amount = told
    known = chosen & euros[line].notna().to_numpy()
    likely = euros.loc[known, line].to_numpy(float) + rng.random(int(known.sum()))
    kept = np.argsort(np.argsort(-likely, kind="stable")) < number
    weights = np.where(kept, 1.0 + rng.gamma(2.0, 0.5, len(likely)), 0.0)
    found.loc[known, line] = largest_remainders(weights, amount)


def share_of_others(
    amounts: pd.Series, authority: NDArray[np.bool_], others: NDArray[np.bool_]
) -> float:
    """Return the share of the others in a line of 2022, never all of it nor nothing."""
    apart, own = float(amounts[others].sum()), float(amounts[authority].sum())
    return float(np.clip(apart / (apart + own) if apart + own > 0 else 0.9, 0.02, 0.999))


def share_out(
    found: pd.DataFrame,
    euros: pd.DataFrame,
    line: str,
    chosen: NDArray[np.bool_],
    amount: int,
    rng: np.random.Generator,
) -> None:
    """Share one amount out between centres that declare the line, as in 2022 with some noise."""
    known = chosen & euros[line].notna().to_numpy()
    weights = euros.loc[known, line].to_numpy(float) * rng.lognormal(0.0, 0.1, int(known.sum()))
    if weights.sum() <= 0:
        # nobody gets the line any more in 2022: the largest centres had it
        fees = euros.loc[known, "honoraires_sans_depassement"].fillna(0.0).to_numpy(float)
        weights = np.where(np.argsort(np.argsort(-fees, kind="stable")) < FEW, fees + 1.0, 0.0)
    found.loc[known, line] = largest_remainders(weights, amount)


def whole_euros(
    amounts: pd.DataFrame, totals: Mapping[tuple[str, int], float], apart: NDArray[np.bool_]
) -> pd.DataFrame:
    """Round the accounts of 2022 to whole euros, each line to its total.

    The line with the fewest constraints of its own takes the difference: a few euros.
    """
    found = (amounts * EUR_PER_KEUR).round()
    for line in (*COSTS, *LINES):
        counted = found[line][apart] if line in COSTS else found[line]
        gap = round(totals[line, LAST] * EUR_PER_KEUR) - int(counted.sum())
        largest = counted.idxmax()
        found.loc[largest, line] += gap if counted.sum() > 0 else 0
    return found


def rfs_blocks(
    published: Published, groups: Mapping[int, Group], size: Floats, rng: np.random.Generator
) -> dict[int, pd.DataFrame]:
    """Return the RFS of each centre by block as health insurance says, in whole euros."""
    weight = np.sqrt(size) * rng.lognormal(0.0, 0.4, len(size))
    unpaid = rng.random(len(size)) < published.figure("001-B0444").middle / 100.0
    found = {}
    for year in BLOCK_YEARS:
        there = groups[year].there
        table = pd.DataFrame(np.nan, index=range(len(size)), columns=list(BLOCKS.values()))
        for row, name in BLOCKS.items():
            mean = published.cell("igas_tableau_9", row, f"a{year}_eur").middle
            own = np.where(unpaid & (name == "rfs_acces_soins"), 0.0, weight)[there]
            own = own * rng.lognormal(0.0, 0.15, len(own))
            table.loc[there, name] = largest_remainders(own, round(mean * int(there.sum())))
        found[year] = table
    return found
