"""Ratios of the centres in 2022: R1, R2, shares of staff costs, of fees and of the RFS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.calibration.arrays import Floats
from pipeline.calibration.choices import managers
from pipeline.calibration.placement import place_within
from pipeline.calibration.priors import ranks_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Interval, Row, quantile_curve
from pipeline.calibration.skeleton import ROWS_6
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
# The four pooled rows print close ninth deciles.
POOLED_STEPS = {"d9": (0.0, 2.5, 5.0)}
NET_STATS = {"mediane": "001-A0962", "part_positive": "001-A0969"}
# How far R1 may move once placed, in points.
EXACT = 0.0015
# Printed as deficits, without their sign.
NET_Q1, NET_Q3 = "001-A0966", "001-A0968"
NET_BY = {
    "association": "001-B0006",
    "securite_sociale": "001-B0008",
    "mutualiste": "001-B0009",
    "collectivite_territoriale": "001-B0010",
    "autre_public": "001-B0011",
}
NET_NEW, NET_BOTH = "001-A0974", "001-B0132"
STAFF_STATS = {"q1": "001-A0667", "mediane": "001-A0663", "q3": "001-A0665"}
FEE_STATS = {"q1": "001-A0702", "mediane": "001-A0698", "q3": "001-A0700"}
RFS_STATS = {"q1": "001-A0707", "mediane": "001-A0703", "q3": "001-A0705"}
# Other funding over costs, in points, by manager, and how many centres get any; ours.
OTHER_FUNDING = {
    "association": (9.0, 0.55),
    "securite_sociale": (1.0, 0.12),
    "mutualiste": (3.0, 0.3),
    "collectivite_territoriale": (20.0, 0.85),
    "autre_public": (12.0, 0.9),
}


@dataclass(frozen=True)
class Bounded:
    """A ratio of each centre, in %, with the bounds it may move in; NaN outside its field."""

    value: Floats
    low: Floats
    high: Floats


def spread_out(
    number: int, field: NDArray[np.int64], placed: tuple[Floats, Floats, Floats]
) -> Bounded:
    """Return a placed ratio over all centres."""
    parts = []
    for part in placed:
        whole = np.full(number, np.nan)
        whole[field] = part
        parts.append(whole)
    return Bounded(*parts)


def result_score(
    frame: pd.DataFrame, sizes: pd.DataFrame, busy: Floats, rng: np.random.Generator
) -> Floats:
    """Return what the operating result of each centre leans on, as section 2.1.7 describes it."""
    medical = sizes.medicaux_cent.to_numpy() / 100.0
    quota = sizes.medicaux_cent.to_numpy() / sizes.medicaux_nb.to_numpy() / 100.0
    opened = frame.ouverture.to_numpy()
    score = 0.75 * (busy - 0.5) + 0.7 * (quota - 0.5) + 0.03 * (frame.heures.to_numpy() - 56.0)
    score += np.where(frame.part_dentaire_ophtalmo > 60.0, 0.8, 0.0)
    score += 0.002 * frame.part_dentaire_ophtalmo.to_numpy()
    score -= np.where(medical < 1.0, 1.3, np.where(medical < 2.0, 0.8, 0.0))
    score -= np.where(frame.quartier_vecu, 0.45, 0.0) + np.where(opened == LAST, 1.2, 0.0)
    score -= np.where(opened < 1980, 0.6, np.where(opened < 2010, 0.45, 0.0))
    score += np.where(frame.teulade, 0.5, 0.0)
    found: Floats = score + rng.normal(0.0, 0.9, len(frame))
    return found


def place_result(
    frame: pd.DataFrame, published: Published, score: Floats, rng: np.random.Generator
) -> Bounded:
    """Place R1, all twelve rows of table 6 together."""
    field = np.flatnonzero(frame.champ_r1)
    part = frame.iloc[field].reset_index(drop=True)
    stats = {
        row: {s: published.cell("igas_tableau_6", row, c) for s, c in RESULT_STATS.items()}
        for row in range(1, 13)
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
    pooled = {9: settled | True, 10: known, 11: settled, 12: settled & known}
    rows += [
        Row(f"table 6, row {k}", np.flatnonzero(own), stats[k], steps=POOLED_STEPS)
        for k, own in pooled.items()
    ]
    low = np.full(len(part), stats[9]["min"].low + 0.003)
    high = np.full(len(part), stats[9]["max"].high - 0.003)
    values, *_ = place_within(Problem(prior, rows, low, high, rng), "table 6")
    # the means of table 6 bind the values themselves, not their segments only
    return spread_out(len(frame), field, (values, values - EXACT, values + EXACT))


def place_net(
    frame: pd.DataFrame, published: Published, result: Floats, rng: np.random.Generator
) -> Bounded:
    """Place R2, which adds other funding to R1 and so never falls below it.

    `frame` says in `ars` which centres get ARS money: their R2 is above their R1.
    """
    field = np.flatnonzero(frame.champ_r1 & frame.valide_ars)
    part, base = frame.iloc[field].reset_index(drop=True), result[field]
    q1 = published.figure(NET_Q1)
    everyone = {
        **published.figures(NET_STATS),
        "q1": Interval(-q1.high, -q1.low),
        "q3": published.figure(NET_Q3),
    }
    settled = part.ouverture < LAST
    rows = [
        Row("net funding", np.arange(len(part)), everyone),
        Row(
            "net funding, settled", np.flatnonzero(settled), {"mediane": published.figure(NET_NEW)}
        ),
        Row(
            "net funding, settled, no university",
            np.flatnonzero(settled & (part.gestionnaire != "autre_public")),
            {"mediane": published.figure(NET_BOTH)},
        ),
    ]
    rows += [
        Row(
            f"net funding, {m}",
            np.flatnonzero(part.gestionnaire == m),
            {"mediane": published.figure(f)},
        )
        for m, f in NET_BY.items()
    ]
    usual = [OTHER_FUNDING.get(m, (5.0, 0.4)) for m in part.gestionnaire]
    given = part.ars | (rng.random(len(part)) < np.array([chance for _, chance in usual]))
    gap = np.where(
        given, np.array([mean for mean, _ in usual]) * rng.gamma(1.5, 1 / 1.5, len(part)), 0.0
    )
    least = base + np.where(part.ars, 0.4, 0.0)
    problem = Problem(np.maximum(base + gap, least), rows, least, base + 90.0, rng)
    return spread_out(len(frame), field, place_within(problem, "net funding"))


def place_share(
    frame: pd.DataFrame,
    field: NDArray[np.bool_],
    told: tuple[str, dict[str, Interval]],
    prior: Floats,
    bounds: tuple[Floats, Floats],
    rng: np.random.Generator,
) -> Bounded:
    """Place one share of the centres of a field, in %."""
    name, stats = told
    own = np.flatnonzero(field)
    row = Row(name, np.arange(len(own)), stats)
    low, high = bounds[0][own], bounds[1][own]
    problem = Problem(np.clip(prior[own], low, high), [row], low, high, rng)
    return spread_out(len(frame), own, place_within(problem, name))
