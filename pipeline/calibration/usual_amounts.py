"""Plausible costs and funding of each centre in 2022, in k€, before any total is met."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats
from pipeline.calibration.choices import choices
from pipeline.calibration.lines import LINES
from pipeline.calibration.priors import around_one, share_of_law
from pipeline.calibration.shares import Ratios
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.takers import RARE
from pipeline.calibration.years import LAST


def known_or(values: Floats, usual: float) -> Floats:
    """Return some ratios, a usual one where they are not known."""
    return np.where(np.isnan(values), usual, values)


def usual_costs(
    frame: pd.DataFrame, sizes: pd.DataFrame, staff: Floats, total: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Return plausible costs: staff costs follow FTE, the other lines follow staff costs.

    Args:
        frame: centres of 2022 without LIVI.
        sizes: their staff.
        staff: staff costs over costs in %, NaN where unknown.
        total: staff costs of the centres that count, local authorities left out, k€.
        rng: source of the noise.
    """
    told = choices()["charges"]
    fte = sizes.personnel_cent.to_numpy(float) / CENT
    drawn = fte * rng.lognormal(0.0, told["bruit"], len(frame))
    counted = frame.charges_connues & (frame.gestionnaire != "collectivite_territoriale")
    people = drawn * total / drawn[counted.to_numpy()].sum()
    rest = people * (100.0 / known_or(staff, told["part_personnel"]) - 1.0)
    law = told["amortissements"]
    part = np.clip(share_of_law(rng, law["loi_beta"], len(frame)), *law["bornes"])
    return pd.DataFrame(
        {
            "charges_personnel": people,
            "amortissements": rest * part,
            "autres_charges": rest * (1.0 - part),
        }
    )


def usual_funding(
    frame: pd.DataFrame,
    takers: pd.DataFrame,
    costs: Floats,
    ratios: Ratios,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return plausible amounts of each line, consistent with the ratios of the centre.

    Args:
        frame: centres of 2022 without LIVI.
        takers: which of them get each line.
        costs: their costs, k€.
        ratios: their ratios, NaN where unknown.
        rng: source of the noise.
    """
    told, number = choices()["financements"], len(frame)
    revenue = costs * (1.0 + known_or(ratios.result.value, told["resultat"]) / 100.0)
    gap = ratios.net.value - np.nan_to_num(ratios.result.value)
    gap = known_or(gap, told["autres_financements"])
    total = revenue + costs * gap / 100.0
    fees = total * known_or(ratios.fees.value, told["honoraires"]) / 100.0
    rfs = total * known_or(ratios.rfs.value, told["rfs"]) / 100.0
    beyond = share_of_law(rng, told["depassement"], number)
    extra = np.where(takers.honoraires_avec_depassement, beyond, 0.0)
    found = pd.DataFrame(0.0, index=frame.index, columns=list(LINES))
    found["honoraires_sans_depassement"] = fees * (1.0 - extra)
    found["honoraires_avec_depassement"] = fees * extra
    found["rfs"] = rfs * takers.rfs
    rest = np.maximum(revenue - fees - rfs, 0.0)
    for line, share in told["parts_du_reste"].items():
        found[line] = rest * share * takers[line] * around_one(rng, told["forme"], number)
    most = told["part_ars_maximum"] * costs * gap / 100.0
    helped = np.minimum(np.where(takers.ars, told["ars_keur"], 0.0), most)
    found["ars"], found["autres_sources"] = helped, costs * gap / 100.0 - helped
    return found


def rare_amounts(
    takers: pd.DataFrame,
    size: Floats,
    totals: Mapping[tuple[str, int], float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the lines few centres get: their printed total, shared out by the size of costs.

    Args:
        takers: which centres get each line.
        size: costs of the centres, k€.
        totals: total of each line and year, k€.
        rng: source of the noise.
    """
    shape = choices()["financements"]["forme_rares"]
    found = pd.DataFrame(0.0, index=takers.index, columns=list(LINES))
    for line in RARE:
        weight = size * around_one(rng, shape, len(takers)) * takers[line]
        found[line] = totals[line, LAST] * weight / weight.sum()
    return found
