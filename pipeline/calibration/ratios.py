"""R1 and R2 of the centres in 2022: operating result, and what other funding makes of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import OTHERS, choices, managers
from pipeline.calibration.placement import place_within
from pipeline.calibration.priors import around_one, ranks_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Interval, Row, quantile_curve
from pipeline.calibration.skeleton import ROWS_6
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.years import LAST

RESULT_STATS = {
    "min": "min_pct",
    "d1": "decile_1_pct",
    "q1": "quartile_1_pct",
    "mediane": "mediane_pct",
    "moyenne": "moyenne_pct",
    "q3": "quartile_3_pct",
    "d9": "decile_9_pct",
    "max": "max_pct",
    "part_positive": "part_ratio_positif_pct",
}
# Rows of table 6: one per manager, then four that pool them, which print close ninth deciles.
TABLE_6 = range(1, 13)
ALL, KNOWN, SETTLED, SETTLED_KNOWN = 9, 10, 11, 12
POOLED_STEPS: dict[str, tuple[float, ...]] = {"d9": (0.0, 2.5, 5.0)}
# R1 is this far inside the printed extremes, and may move this much once placed, in points.
INSIDE_EXTREMES, EXACT = 0.003, 0.0015
NET_STATS = {"mediane": "001-A0962", "part_positive": "001-A0969"}
# Printed as a deficit, without its sign.
NET_Q1, NET_Q3 = "001-A0966", "001-A0968"
NET_BY = {
    "association": "001-B0006",
    "securite_sociale": "001-B0008",
    "mutualiste": "001-B0009",
    "collectivite_territoriale": "001-B0010",
    "autre_public": "001-B0011",
}
NET_SETTLED, NET_SETTLED_KNOWN = "001-A0974", "001-B0132"


@dataclass(frozen=True)
class Bounded:
    """A ratio of each centre, in %, with the bounds it may move in; NaN outside its field."""

    value: Floats
    low: Floats
    high: Floats


def spread_out(number: int, field: Ints, placed: tuple[Floats, Floats, Floats]) -> Bounded:
    """Return a ratio placed in a field, over all the centres."""
    parts = []
    for part in placed:
        whole = np.full(number, np.nan)
        whole[field] = part
        parts.append(whole)
    return Bounded(*parts)


def result_score(
    frame: pd.DataFrame, sizes: pd.DataFrame, busy: Floats, rng: np.random.Generator
) -> Floats:
    """Return what the operating result of each centre leans on, as section 2.1.7 describes it.

    Args:
        frame: centres of 2022 without LIVI; `teulade` says which get that subsidy.
        sizes: their staff.
        busy: rank of acts per FTE among the centres of the manager, 0 to 1.
        rng: source of the noise.
    """
    told = choices()["resultat"]
    small, old = told["petite_equipe"], told["anciennete"]
    medical = sizes.medicaux_cent.to_numpy(float) / CENT
    quota = sizes.medicaux_cent.to_numpy() / sizes.medicaux_nb.to_numpy() / CENT
    hours = frame.heures.to_numpy(float) - told["heures_usuelles"]
    opened, shares = frame.ouverture.to_numpy(float), frame.part_dentaire_ophtalmo.to_numpy(float)
    score = told["activite"] * (busy - 0.5) + told["quotite"] * (quota - 0.5)
    score += told["heure"] * hours
    score += np.where(shares > told["part_elevee"], told["part_elevee_effet"], 0.0)
    score += told["part_point"] * shares
    score -= first_passed(medical, small["etp"], small["effets"])
    place = np.where(frame.quartier_vecu, told["quartier_vecu"], 0.0)
    score -= place + np.where(opened == LAST, told["nouveau"], 0.0)
    score -= first_passed(opened, old["avant"], old["effets"])
    score += np.where(frame.teulade, told["teulade"], 0.0)
    found: Floats = score + rng.normal(0.0, told["bruit"], len(frame))
    return found


def first_passed(values: Floats, limits: Sequence[float], effects: Sequence[float]) -> Floats:
    """Return the effect of the first limit each value is under, limits in growing order; or 0."""
    found = np.zeros(len(values))
    for limit, effect in reversed(list(zip(limits, effects, strict=True))):
        found = np.where(values < limit, effect, found)
    return found


def place_result(
    frame: pd.DataFrame, published: Published, score: Floats, rng: np.random.Generator
) -> Bounded:
    """Place R1, all twelve rows of table 6 together."""
    field = np.flatnonzero(frame.champ_r1)
    part = frame.iloc[field].reset_index(drop=True)
    stats = {
        row: {s: published.cell("igas_tableau_6", row, c) for s, c in RESULT_STATS.items()}
        for row in TABLE_6
    }
    rows = [
        Row(f"table 6, {m}", np.flatnonzero(part.gestionnaire == m), stats[ROWS_6[m]])
        for m in managers()
    ]
    ranks = ranks_within(score[field], part.gestionnaire)
    prior = np.zeros(len(part))
    for row in rows:
        prior[row.members] = quantile_curve(row, ranks[row.members])
    settled, known = part.ouverture < LAST, part.gestionnaire != "autre_public"
    pooled = {
        ALL: settled | True,
        KNOWN: known,
        SETTLED: settled,
        SETTLED_KNOWN: settled & known,
    }
    rows += [
        Row(f"table 6, row {k}", np.flatnonzero(own), stats[k], steps=POOLED_STEPS)
        for k, own in pooled.items()
    ]
    low = np.full(len(part), stats[ALL]["min"].low + INSIDE_EXTREMES)
    high = np.full(len(part), stats[ALL]["max"].high - INSIDE_EXTREMES)
    values, *_ = place_within(Problem(prior, rows, low, high, rng), "table 6")
    # the means of table 6 bind the values themselves, not their segments only
    return spread_out(len(frame), field, (values, values - EXACT, values + EXACT))


def net_rows(part: pd.DataFrame, published: Published) -> list[Row]:
    """Return what the report says of R2: everyone, older centres, managers."""
    q1 = published.figure(NET_Q1)
    everyone = {
        **published.figures(NET_STATS),
        "q1": Interval(-q1.high, -q1.low),
        "q3": published.figure(NET_Q3),
    }
    settled, known = part.ouverture < LAST, part.gestionnaire != "autre_public"
    medians = {
        "settled": (settled, NET_SETTLED),
        "settled, no university": (settled & known, NET_SETTLED_KNOWN),
        **{m: (part.gestionnaire == m, figure) for m, figure in NET_BY.items()},
    }
    return [
        Row("net funding", np.arange(len(part)), everyone),
        *(
            Row(f"net funding, {name}", np.flatnonzero(own), {"mediane": published.figure(figure)})
            for name, (own, figure) in medians.items()
        ),
    ]


def place_net(
    frame: pd.DataFrame, published: Published, result: Floats, rng: np.random.Generator
) -> Bounded:
    """Place R2, which adds other funding to R1 and so never falls below it.

    `frame` says in `ars` which centres get ARS money: their R2 is above their R1.
    """
    told = choices()["autres_financements"]
    field = np.flatnonzero(frame.champ_r1 & frame.valide_ars)
    part, base = frame.iloc[field].reset_index(drop=True), result[field]
    usual = [told["gestionnaires"].get(m, told["gestionnaires"][OTHERS]) for m in part.gestionnaire]
    given = part.ars | (rng.random(len(part)) < np.array([chance for _, chance in usual]))
    points = np.array([mean for mean, _ in usual]) * around_one(rng, told["forme"], len(part))
    least = base + np.where(part.ars, told["ars_minimum"], 0.0)
    prior = np.maximum(base + np.where(given, points, 0.0), least)
    rows = net_rows(part, published)
    problem = Problem(prior, rows, least, base + told["maximum"], rng)
    return spread_out(len(frame), field, place_within(problem, "net funding"))
