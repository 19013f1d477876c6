"""From the identity, staff and activity of the centres to their accounts of 2022."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.calibration.accounts_program import Accounts
from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.lines import COSTS, FEES, LINES, REVENUE
from pipeline.calibration.priors import ranks_within
from pipeline.calibration.published import Published
from pipeline.calibration.shares import Ratios, place_ratios
from pipeline.calibration.takers import draw_takers
from pipeline.calibration.usual_amounts import rare_amounts, usual_costs, usual_funding
from pipeline.calibration.years import LAST

# Rows of table 8 and the lines they are about; the row of fees is about all fees.
MEDIANS = {2: ("rfs",), 3: ("teulade",), 4: ("autres_forfaits",), 5: ("rosp",), 1: FEES}
AGGREGATE = "001-A0929"
# The aggregated result is kept this far inside its rounding interval, as a share of its width.
AGGREGATE_MARGIN = 0.1
# Solutions that only lean on the medians, before the one that is bound to them.
LEANING = 2
# The rank of a centre whose acts are not known: the middle one.
MIDDLE_RANK = 0.5


def place_accounts(
    frame: pd.DataFrame,
    sizes: pd.DataFrame,
    busy: Floats,
    totals: Mapping[tuple[str, int], float],
    published: Published,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the costs and funding of each centre in 2022, in k€; NaN where not declared.

    Args:
        frame: centres of 2022 without LIVI.
        sizes: their staff.
        busy: rank of acts per FTE among the centres of the manager, 0 to 1.
        totals: total of each line and year, k€.
        published: printed values.
        rng: source of the priors.

    Raises:
        CalibrationError: the subsidies drawn do not fit their field.
        InfeasibleError: ratios, totals and medians exclude each other.
    """
    takers = draw_takers(frame, published, rng)
    ratios = place_ratios(frame, sizes, busy, takers, published, rng)
    costs = usual_costs(frame, sizes, ratios.staff.value, totals["charges_personnel", LAST], rng)
    whole = costs.sum(axis=1).to_numpy(float)
    funding = usual_funding(frame, takers, whole, ratios, rng)
    fixed = rare_amounts(takers, whole, totals, rng)

    def program() -> Accounts:
        found = Accounts(frame, costs, funding, fixed, takers, rng)
        bind_margins(found, ratios, totals, published)
        return found

    members = np.flatnonzero(frame.fiabilise)
    medians = {
        lines: published.cell("igas_tableau_8", row, "montant_median_eur")
        for row, lines in MEDIANS.items()
    }
    # who is on which side of each median: from the priors, then from what the totals make of them
    amounts = funding
    for _ in range(LEANING):
        leaning = program()
        for lines, wide in medians.items():
            leaning.lean_on_median(lines, wide, by_amount(amounts, lines, members))
        amounts = leaning.solve()
    last = program()
    for lines, wide in medians.items():
        last.bind_median(lines, wide, by_amount(amounts, lines, members))
    return last.solve()


def by_amount(amounts: pd.DataFrame, lines: tuple[str, ...], members: Ints) -> Ints:
    """Return some centres, the smallest amount of some lines first."""
    found = amounts[list(lines)].sum(axis=1).to_numpy(float)[members]
    return members[np.argsort(found, kind="stable")]


def bind_margins(
    program: Accounts,
    ratios: Ratios,
    totals: Mapping[tuple[str, int], float],
    published: Published,
) -> None:
    """Bind the accounts to the ratios of the centres and to the printed totals."""
    program.bind_result(ratios.result, REVENUE)
    program.bind_result(ratios.net, LINES)
    program.bind_share(("charges_personnel",), COSTS, ratios.staff)
    program.bind_share(FEES, LINES, ratios.fees)
    program.bind_share(("rfs",), LINES, ratios.rfs)
    apart = (program.frame.gestionnaire != "collectivite_territoriale").to_numpy()
    for line in COSTS:
        program.bind_total(line, totals[line, LAST], apart)
    for line in LINES:
        program.bind_total(line, totals[line, LAST], np.ones(len(apart), dtype=bool))
    program.bind_aggregate(published.figure(AGGREGATE).shrunk(AGGREGATE_MARGIN), apart)


def busy_ranks(acts: Floats, fte: Floats, groups: pd.Series) -> Floats:
    """Return the rank of acts per FTE among the centres of each manager, 0 to 1.

    Args:
        acts: NaN where they are not known.
        fte: FTE of GPs.
        groups: manager of each centre.
    """
    ratio = acts / fte
    ranks = ranks_within(np.nan_to_num(ratio, nan=-np.inf), groups)
    return np.where(np.isnan(ratio), MIDDLE_RANK, ranks)
