"""Patients and acts of the centres in 2022: table 7 and the printed quantiles of patients per FTE."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import managers
from pipeline.calibration.placement import place, place_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rounding import counted, exchange
from pipeline.calibration.rows import Interval, Row, quantile_curve
from pipeline.calibration.skeleton import ROWS_7

# GP acts by kind: shares of an ordinary centre, ours; the report prints the total only.
KINDS = {
    "consultation_mg": 0.52,
    "consultation_specialiste_mg": 0.29,
    "consultation_obligatoire_enfant": 0.035,
    "consultation_prevention": 0.004,
    "consultation_sante_sexuelle": 0.003,
    "consultation_protocole": 0.002,
    "consultation_complexe": 0.006,
    "consultation_tres_complexe_enfant": 0.002,
    "teleconsultation": 0.06,
    "teleconsultation_toutes_specialites": 0.018,
    "visite_mg": 0.04,
    "visite_longue_complexe": 0.008,
    "visite_specialiste_mg": 0.012,
}
ACT_STATS = {
    "min": "min",
    "d1": "decile_1",
    "q1": "quartile_1",
    "mediane": "mediane",
    "moyenne": "moyenne",
    "q3": "quartile_3",
    "d9": "decile_9",
    "max": "max",
}
# Usual patients per FTE by manager, in the order the report describes; ours.
PATIENTS = {
    "mutualiste": 2400,
    "association": 1850,
    "collectivite_territoriale": 1250,
    "securite_sociale": 1250,
    "autre_public": 500,
}
REGISTERED = {"mutualiste": 950, "securite_sociale": 850, "association": 560, "autre_public": 250}
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
}
POOR_BY = {
    "association": {"mediane": "001-A0508"},
    "collectivite_territoriale": {"mediane": "001-A0510", "d1": "001-A0512"},
}
NATIONAL_POOR, POOR_GAP = "001-A0506", "001-C0028"


def ranks_within(values: Floats, groups: pd.Series) -> Floats:
    """Return the rank of each value in its group, between 0 and 1, ends excluded."""
    frame = pd.DataFrame({"v": values, "g": groups.to_numpy()})
    place = frame.groupby("g").v.rank(method="first")
    size = frame.groupby("g").v.transform("size")
    return ((place - 0.5) / size).to_numpy(dtype=float)


def figures(published: Published, told: dict[str, str]) -> dict[str, Interval]:
    """Return the intervals of some printed statistics."""
    return {stat: published.figure(figure) for stat, figure in told.items()}


def place_acts(
    frame: pd.DataFrame, published: Published, fte: Floats, rng: np.random.Generator
) -> Floats:
    """Return GP acts per FTE of the centres of table 7, NaN elsewhere."""
    field = np.flatnonzero(frame.accord & (frame.groupe == 0) & frame.actes_connus)
    part = frame.iloc[field].reset_index(drop=True)
    stats = {
        row: {s: published.cell("igas_tableau_7", row, c) for s, c in ACT_STATS.items()}
        for row in range(1, 11)
    }
    rows = [
        Row(f"table 7, {m}", np.flatnonzero(part.gestionnaire == m), stats[ROWS_7[m]])
        for m in managers()
    ]
    prior = np.zeros(len(part))
    # the largest numbers per FTE are those of very small FTE
    drive = part.entrain.to_numpy() - 0.5 * np.log(fte[field]) + rng.normal(0.0, 0.6, len(part))
    ranks = ranks_within(drive, part.gestionnaire)
    for row in rows:
        prior[row.members] = quantile_curve(row, ranks[row.members])
    everyone = np.arange(len(part))
    rows.append(Row("table 7, all", everyone, stats[9]))
    rows.append(
        Row("table 7, headline", np.flatnonzero(part.gestionnaire != "autre_public"), stats[10])
    )
    least, most = stats[9]["min"], stats[9]["max"]
    low, high = np.full(len(part), least.low + 0.05), np.full(len(part), most.high - 0.05)
    values = place(
        Problem(prior, rows, low, high, rng, mean_margin=0.12, tight_step=1.0 / fte[field]),
        "table 7",
    )
    for row in rows[: len(managers())]:
        if not row.is_tight():
            exchange(values, rows, row.members, 1.0 / fte[field])
    found = np.full(len(frame), np.nan)
    found[field] = values
    return found


def place_patients(
    frame: pd.DataFrame, published: Published, fte: Floats, acts: Floats, rng: np.random.Generator
) -> Ints:
    """Return GP patients; -1 where they are not known."""
    known = (~np.isnan(acts) & (acts > 20)).astype(bool)
    field = np.flatnonzero(known & (frame.gestionnaire != "autre_public"))
    usual = frame.gestionnaire.map(PATIENTS).fillna(1600).to_numpy(dtype=float)
    busy = np.maximum(np.nan_to_num(acts), 1.0)
    drawn = usual * (busy / np.nanmedian(acts)) ** 0.6 * fte**-0.12
    drawn = drawn * rng.lognormal(0.0, 0.3, len(frame))
    roof = np.maximum(busy * 0.97, 12.0)
    prior = np.clip(drawn, 8.0, roof)
    row = Row("patients per FTE", np.arange(len(field)), figures(published, PATIENT_STATS))
    problem = Problem(
        prior[field], [row], np.full(len(field), 8.0), roof[field], rng, 1.0 / fte[field]
    )
    found = np.full(len(frame), -1, dtype=np.int64)
    found[known] = np.maximum(np.rint(prior[known] * fte[known]), 1)
    found[field] = np.maximum(counted(*place_within(problem, row.name), fte[field]), 1)
    return found


def place_registered(
    frame: pd.DataFrame, published: Published, fte: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """Return registered patients, all and adults; -1 where they are not known.

    The printed means are ratios of sums: weighted by FTE.
    """
    field = np.flatnonzero(frame.accord & (rng.random(len(frame)) < 0.975))
    usual = frame.gestionnaire.iloc[field].map(REGISTERED).fillna(700).to_numpy(dtype=float)
    size = fte[field]
    prior = usual * rng.lognormal(0.0, 0.45, len(field))
    members, weights = np.arange(len(field)), size / size.sum()
    row = Row("registered patients per FTE", members, figures(published, REGISTERED_STATS), weights)
    low, high = np.full(len(field), 10.0), np.full(len(field), 3200.0)
    problem = Problem(prior, [row], low, high, rng, 1.0 / size, 0.2)
    people = np.maximum(counted(*place_within(problem, row.name), size), 2)
    row = Row(
        "adult registered patients per FTE", members, figures(published, ADULT_STATS), weights
    )
    prior = people / size * rng.normal(0.872, 0.03, len(field))
    low, high = people / size * 0.6, people / size * 0.985
    problem = Problem(prior, [row], low, high, rng, 1.0 / size, 0.2)
    adults = np.clip(counted(*place_within(problem, row.name), size), 1, people - 1)
    found = np.full((2, len(frame)), -1, dtype=np.int64)
    found[0, field], found[1, field] = people, adults
    return found[0], found[1]


def place_poor(
    frame: pd.DataFrame, published: Published, patients: Ints, rng: np.random.Generator
) -> Ints:
    """Return GP patients under solidarity insurance or state medical aid; -1 where unknown."""
    field = np.flatnonzero(patients > 0)
    part, size = frame.iloc[field].reset_index(drop=True), patients[field].astype(float)
    members = np.arange(len(field))
    stats = figures(published, POOR_STATS)
    rows = [
        Row("poor patients", members, {**stats, "moyenne": published.figure("001-A0507")}),
        Row(
            "poor patients, sum",
            members,
            {"moyenne": published.figure("001-A0492")},
            size / size.sum(),
        ),
        Row(
            "poor patients, no university",
            np.flatnonzero(part.gestionnaire != "autre_public"),
            {"d1": published.figure("001-A0505")},
        ),
    ]
    for manager, told in POOR_BY.items():
        rows.append(
            Row(
                f"poor patients, {manager}",
                np.flatnonzero(part.gestionnaire == manager),
                figures(published, told),
            )
        )
    paris = np.flatnonzero(part.departement == "75")
    rows.append(
        Row(
            "poor patients, Paris",
            paris,
            {"mediane": published.figure("001-A0513"), "q1": Interval(10.3, 12.0)},
        )
    )
    limit = published.figure(NATIONAL_POOR).middle + published.figure(POOR_GAP).middle
    units = np.flatnonzero(part.accord & (part.groupe == 0))
    rows.append(Row("surprécarité", units, {"d6": Interval(limit + 0.004, limit + 0.12)}))
    prior = np.clip(17.0 * rng.lognormal(0.0, 0.55, len(field)), 0.4, 70.0)
    low, high = np.full(len(field), 0.2), np.full(len(field), 92.0)
    problem = Problem(prior, rows, low, high, rng, 100.0 / size, 0.42)
    found = np.full(len(frame), -1, dtype=np.int64)
    found[field] = counted(*place_within(problem, "poor patients"), size / 100.0)
    return found


def by_kind(acts: Ints, doctors_visit: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    """Split the acts of each centre by kind; a negative total is a reversal of one kind."""
    weights = np.array(list(KINDS.values()))[None, :] * rng.gamma(
        8.0, 1 / 8.0, (len(acts), len(KINDS))
    )
    visits = np.array([k.startswith("visite") for k in KINDS])
    weights[np.ix_(~doctors_visit.to_numpy(), visits)] = 0.0
    shares = weights / weights.sum(axis=1, keepdims=True)
    table = np.floor(np.maximum(acts, 0)[:, None] * shares).astype(np.int64)
    table[:, 0] += acts - table.sum(axis=1)
    return pd.DataFrame(table, columns=list(KINDS))


def place_activity(
    frame: pd.DataFrame, cents: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return patients, registered patients, poor patients and acts; -1 where not known.

    Args:
        frame: centres of 2022 without LIVI, with `entrain`, how busy each is next to the others.
        cents: hundredths of FTE by profession.
        published: printed values.
        rng: source of the priors.
    """
    fte = cents.mg.to_numpy() / 100.0
    ratio = place_acts(frame, published, fte, rng)
    patients = place_patients(frame, published, fte, ratio, rng)
    both = (cents.mg + cents.mep).to_numpy() / 100.0
    registered, adults = place_registered(frame, published, both, rng)
    poor = place_poor(frame, published, patients, rng)
    found = pd.DataFrame(
        {"patients": patients, "poor": poor, "registered": registered, "adults": adults}
    )
    found["state_aid"] = np.where(
        poor >= 0,
        np.rint(np.maximum(poor, 0) * np.clip(rng.beta(2.0, 30.0, len(frame)), 0, 0.5)),
        -1,
    )
    found["state_aid"] = found.state_aid.astype(np.int64)
    known = ~np.isnan(ratio)
    found["acts"] = np.where(known, np.rint(np.nan_to_num(ratio) * fte), 0).astype(np.int64)
    found["acts_known"] = known
    return found
