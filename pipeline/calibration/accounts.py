"""From the identity, staff and activity of the centres to their accounts of 2022."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.money import (
    AGGREGATE,
    COSTS,
    FEES,
    LINES,
    MEDIANS,
    REVENUE,
    Accounts,
    Ratios,
    draw_takers,
    prior_costs,
    prior_funding,
    rare_amounts,
)
from pipeline.calibration.priors import ranks_within
from pipeline.calibration.published import Published
from pipeline.calibration.ratios import (
    FEE_STATS,
    RFS_STATS,
    STAFF_STATS,
    place_net,
    place_result,
    place_share,
    result_score,
)
from pipeline.calibration.rows import Interval
from pipeline.calibration.years import LAST

OTHER_REVENUE = 1.5
SOFT_ROUNDS = 2


def place_ratios(
    frame: pd.DataFrame,
    sizes: pd.DataFrame,
    busy: Floats,
    takers: pd.DataFrame,
    published: Published,
    rng: np.random.Generator,
) -> Ratios:
    """Place R1, R2 and the three shares, each inside what the ratios before it leave."""
    number = len(frame)
    told = frame.assign(teulade=takers.teulade, ars=takers.ars)
    result = place_result(told, published, result_score(told, sizes, busy, rng), rng)
    net = place_net(told, published, result.value, rng)
    staff = place_share(
        frame,
        frame.champ_r1.to_numpy(),
        ("staff costs", published.figures(STAFF_STATS)),
        100.0 * rng.beta(9.0, 3.0, number),
        (np.full(number, 20.0), np.full(number, 97.0)),
        rng,
    )
    declared = (frame.accord & frame.honoraires_connus).to_numpy()
    roof = np.full(number, 97.0)
    known = ~np.isnan(result.value)
    total = np.where(np.isnan(net.value), result.value, net.value)
    roof[known] = np.minimum(
        roof, 100.0 * (100.0 + result.value) / (100.0 + total) - OTHER_REVENUE
    )[known]
    likely = np.where(
        takers.rfs, np.minimum(8.0 * rng.gamma(2.2, 1 / 2.2, number), 0.4 * roof), 0.0
    )
    most = np.maximum(roof - likely, 1.5)
    prior = np.minimum(100.0 * rng.beta(7.0, 2.2, number), most * 0.97)
    told_fees = ("fees", published.figures(FEE_STATS))
    fees = place_share(frame, declared, told_fees, prior, (np.full(number, 1.0), most), rng)
    left = np.maximum(roof - np.nan_to_num(fees.value), 0.2)
    bounds = (np.where(takers.rfs, 0.05, 0.0), np.where(takers.rfs, left, 0.0))
    told_rfs = ("RFS", published.figures(RFS_STATS))
    rfs = place_share(frame, declared, told_rfs, likely, bounds, rng)
    return Ratios(result, net, staff, fees, rfs)


def place_accounts(
    frame: pd.DataFrame,
    sizes: pd.DataFrame,
    busy: Floats,
    totals: dict[tuple[str, int], float],
    published: Published,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the costs and funding of each centre in 2022, in k€; NaN where not declared.

    Args:
        frame: centres of 2022 without LIVI.
        sizes: their staff.
        busy: rank of acts per FTE among the centres of the manager.
        totals: total of each line and year, k€.
        published: printed values.
        rng: source of the priors.
    """
    takers = draw_takers(frame, published, rng)
    ratios = place_ratios(frame, sizes, busy, takers, published, rng)
    costs = prior_costs(frame, sizes, ratios.staff.value, totals["charges_personnel", LAST], rng)
    whole = costs.sum(axis=1).to_numpy()
    funding = prior_funding(frame, takers, whole, ratios, rng)
    fixed = rare_amounts(takers, whole, totals, rng)

    def program() -> Accounts:
        found = Accounts(frame, costs, funding, fixed, takers, rng)
        bind_margins(found, frame, ratios, totals, published)
        return found

    members = np.flatnonzero(frame.fiabilise)
    medians = {
        lines: published.cell("igas_tableau_8", row, "montant_median_eur")
        for row, lines in MEDIANS.items()
    }

    def order(amounts: pd.DataFrame, lines: tuple[str, ...]) -> Ints:
        found = amounts[list(lines)].sum(axis=1).to_numpy()[members]
        return members[np.argsort(found, kind="stable")]

    # who is on which side of each median: from the priors, then from what the totals make of them
    amounts = funding
    for _ in range(SOFT_ROUNDS):
        leaning = program()
        for lines, wide in medians.items():
            leaning.lean_on_median(lines, wide, order(amounts, lines))
        amounts = leaning.solve()
    last = program()
    for lines, wide in medians.items():
        last.bind_median(lines, wide, order(amounts, lines))
    return last.solve()


def bind_margins(
    program: Accounts,
    frame: pd.DataFrame,
    ratios: Ratios,
    totals: dict[tuple[str, int], float],
    published: Published,
) -> None:
    """Bind the accounts to the ratios of the centres and to the printed totals."""
    program.bind_result(ratios.result, REVENUE)
    program.bind_result(ratios.net, LINES)
    program.bind_share(("charges_personnel",), COSTS, ratios.staff)
    program.bind_share(FEES, LINES, ratios.fees)
    program.bind_share(("rfs",), LINES, ratios.rfs)
    apart = (frame.gestionnaire != "collectivite_territoriale").to_numpy()
    for line in COSTS:
        program.bind_total(line, totals[line, LAST], apart)
    for line in LINES:
        program.bind_total(line, totals[line, LAST], np.ones(len(frame), dtype=bool))
    middle = published.figure(AGGREGATE).middle
    program.bind_aggregate(Interval(middle - 0.4, middle + 0.4))


def busy_ranks(acts: Floats, fte: Floats, managers: pd.Series) -> Floats:
    """Return the rank of acts per FTE among the centres of each manager, unknown ones in between."""
    ratio = acts / fte
    return np.where(np.isnan(ratio), 0.5, ranks_within(np.nan_to_num(ratio, nan=-1e9), managers))
