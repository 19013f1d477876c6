"""Headcounts and FTE of the centres in 2022: the six variables of table 1 and the working quota."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.placement import place_within
from pipeline.calibration.problem import Problem
from pipeline.calibration.published import Published
from pipeline.calibration.rounding import rounded_to_total
from pipeline.calibration.rows import EXTREMES, QUANTILES, Interval, Row
from pipeline.calibration.staff_totals import fte_sum

STATS = {
    "min": "min",
    "d1": "decile_1",
    "q1": "quartile_1",
    "mediane": "mediane",
    "q3": "quartile_3",
    "d9": "decile_9",
    "max": "max",
}
# Rows of tables 1 and 2 that say the same quantity: distribution, total.
DOCTORS, DOCTORS_FTE, MEDICAL, MEDICAL_FTE, STAFF, STAFF_FTE = range(1, 7)
TOTALS = {
    DOCTORS: (2, "effectifs_nb"),
    DOCTORS_FTE: (2, "annuels_etp"),
    MEDICAL: (1, "effectifs_nb"),
    MEDICAL_FTE: (1, "annuels_etp"),
    STAFF: (11, "effectifs_nb"),
    STAFF_FTE: (11, "annuels_etp"),
}
QUOTAS = {"d1": "001-A0448", "q1": "001-A0446", "mediane": "001-A0441", "q3": "001-A0443"}
QUOTA_Q3 = {
    "collectivite_territoriale": "001-A0450",
    "mutualiste": "001-A0451",
    "association": "001-A0452",
}
REGION_SHARES = {"11": "001-A0162", "84": "001-A0163", "93": "001-A0164"}
# How large a centre is next to the others of the panel, before any published margin: ours.
SCALE = {
    "mutualiste": 1.7,
    "securite_sociale": 0.6,
    "autre_public": 0.8,
    "autre_prive_non_lucratif": 1.6,
    "prive_commercial": 1.6,
    "etablissement_public_sante": 1.8,
}
REGION_SCALE = {"11": 2.6, "93": 1.0, "84": 0.9, "32": 0.7}
FULL = 100.0
# FTE are declared to the hundredth.
STEP = 0.01
# A centre this close to full time is at full time.
FULL_MARGIN = 0.002


def table_1(published: Published, rank: int, members: Ints) -> Row:
    """Return a row of table 1, its mean replaced by the total of table 2, which is more precise."""
    stats = {s: published.cell("igas_tableau_1", rank, c) for s, c in STATS.items()}
    row, column = TOTALS[rank]
    if column == "annuels_etp":
        total = fte_sum(published, row) * STEP
        exact = Interval(total - STEP, total + STEP)
    else:
        exact = published.cell("igas_tableau_2", row, column)
    stats["moyenne"] = exact.scaled(1.0 / len(members))
    return Row(f"table 1, row {rank}", members, stats)


def place_counts(published: Published, rank: int, problem: Problem) -> Ints:
    """Place headcounts under a row of table 1 and round them, each staying in its segment."""
    row = table_1(published, rank, np.arange(len(problem.prior)))
    problem.rows = [row]
    values, low, high = place_within(problem, row.name)
    low, high = np.ceil(low - 1e-6), np.floor(high + 1e-6)
    table, column = TOTALS[rank]
    return rounded_to_total(
        values, published.cell_count("igas_tableau_2", table, column), low, high
    )


def prior_sizes(frame: pd.DataFrame, rng: np.random.Generator) -> Floats:
    """Return the size of each centre next to the others, drawn around its manager and region."""
    scale = frame.gestionnaire.map(SCALE).fillna(1.0) * frame.region.map(REGION_SCALE).fillna(1.0)
    sizes: Floats = scale.to_numpy() * np.exp(rng.normal(0.0, 0.75, len(frame)))
    # small groups carry a quantile on nearly every centre: their counts over FTE must be fine enough
    few = frame.gestionnaire.isin(["etablissement_public_sante", "prive_commercial"]).to_numpy()
    sizes = np.where(few, np.maximum(sizes, 1.6), sizes)
    return sizes


def by_rank(values: Floats, row: Row) -> Floats:
    """Return a power-law curve through a row's quantiles, in the order of some values.

    Between two printed quantiles the logarithm of the value is linear in the logarithm of the share
    of centres above: the tail of a size distribution, not a straight line to its largest value.
    """
    number = len(values)
    ranks = np.argsort(np.argsort(values, kind="stable"), kind="stable") / max(number - 1, 1)
    known = {**QUANTILES, **EXTREMES}
    points = sorted((known[s], i.middle) for s, i in row.stats.items() if s in known)
    knots = [-np.log(1.0 - p + 0.5 / number) for p, _ in points]
    floor = points[0][1] - 1.0
    heights = [np.log(v - floor) for _, v in points]
    found: Floats = np.exp(np.interp(-np.log(1.0 - ranks + 0.5 / number), knots, heights)) + floor
    return found


def quota_rows(frame: pd.DataFrame, published: Published, doctors: Ints) -> list[Row]:
    """Return the rows on the mean working quota of doctors, for FTE as values."""
    stats = {s: published.figure(f) for s, f in QUOTAS.items()}
    full = Interval(FULL - 0.2, FULL + 0.2)
    groups = [("quota", np.ones(len(frame), dtype=bool), {**stats, "d9": full})]
    groups += [
        (f"quota of {name}", (frame.gestionnaire == name).to_numpy(), {"q3": published.figure(f)})
        for name, f in QUOTA_Q3.items()
    ]
    groups += [(f"full time {k}", own, {"mediane": full}) for k, own in full_time(frame).items()]
    return [
        Row(name, np.flatnonzero(own), kept, scale=FULL / doctors[own])
        for name, own, kept in groups
    ]


def full_time(frame: pd.DataFrame) -> dict[str, NDArray[np.bool_]]:
    """Return the groups where over half of the centres employ their doctors full time."""
    return {
        "social security": (frame.gestionnaire == "securite_sociale").to_numpy(),
        "Hauts-de-France": (frame.region == "32").to_numpy(),
        "Grand Est": (frame.region == "44").to_numpy(),
    }


def place_doctor_fte(
    frame: pd.DataFrame, published: Published, doctors: Ints, rng: np.random.Generator
) -> Ints:
    """Place the FTE of doctors, in hundredths, so that FTE and working quotas both hold."""
    number = len(frame)
    likely = np.array(list(full_time(frame).values())).any(axis=0)
    drawn = 36.0 + 85.0 * rng.beta(1.7, 2.4, number) - 11.0 * np.log(doctors)
    full = likely & (rng.random(number) < 0.62)
    prior = np.clip(np.where(full, FULL, drawn), 8.0, FULL) * doctors / FULL
    row = table_1(published, DOCTORS_FTE, np.arange(number))
    rows = [row, *quota_rows(frame, published, doctors)]
    low, high = np.full(number, 0.1), doctors.astype(float)
    # The largest headcount and the largest FTE are two centres: the medical staff of the first has
    # only ten people more than its doctors, too few for the gap between the two largest FTE.
    high[np.argmax(doctors)] = row.stats["max"].low * 0.85
    problem = Problem(prior, rows, low, high, rng, np.full(number, STEP))
    return place_hundredths(published, DOCTORS_FTE, problem)


def place_hundredths(published: Published, rank: int, problem: Problem) -> Ints:
    """Place FTE and round them to hundredths, each staying in its segment."""
    values, low, high = place_within(problem, f"table 1, row {rank}")
    low, high = np.ceil(low / STEP - 1e-6), np.floor(high / STEP + 1e-6)
    full = values >= problem.upper * (1.0 - FULL_MARGIN)
    values = np.where(full, problem.upper, values)
    low = np.where(full, problem.upper / STEP, low)
    total = fte_sum(published, TOTALS[rank][0])
    return rounded_to_total(values / STEP, total, low, np.maximum(high, low))


def place_sizes(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the six variables of table 1 for each centre, LIVI left out.

    Args:
        frame: centres of 2022 without LIVI, with their `taille` next to the others and whether
            they provide dental care (`soins_dentaires`).
        published: printed values.
        rng: source of the priors.

    Returns:
        Columns medecins_nb, medicaux_nb, personnel_nb, and in hundredths of FTE medecins_cent,
        medicaux_cent, personnel_cent.
    """
    size, number = frame.taille.to_numpy(), len(frame)
    members, one = np.arange(number), np.ones(number)
    row = table_1(published, DOCTORS, members)
    doctors = place_counts(published, DOCTORS, Problem(by_rank(size, row), [], one, one * 210, rng))
    fte = place_doctor_fte(frame, published, doctors, rng)
    alone = doctors_only(published, doctors, fte)
    medical_fte = place_medical_fte(frame, published, doctors, fte, alone, rng)
    gain = (medical_fte - fte) * STEP
    least = doctors + np.ceil(gain - 1e-9)
    most = doctors + np.minimum(np.ceil(gain / 0.06), 12.0 * size + 4.0)
    prior = doctors + np.where(gain > 0, np.maximum(gain / 0.56, 1.0), 0.0)
    problem = Problem(prior, [], least, np.where(gain > 0, np.maximum(most, least), doctors), rng)
    medical = place_counts(published, MEDICAL, problem)
    row = table_1(published, STAFF, members)
    weight = (medical_fte * STEP + 0.5 * medical) * rng.lognormal(0.0, 0.2, number)
    weight[np.argmax(medical_fte)] = weight.max() + 1.0
    prior = np.maximum(by_rank(weight, row), medical + 2.0)
    staff = place_counts(published, STAFF, Problem(prior, [], medical + 2.0, one * 521, rng))
    staff_fte = place_added(frame, published, STAFF_FTE, (medical_fte, staff - medical), 0.72, rng)
    return pd.DataFrame(
        {
            "medecins_nb": doctors,
            "medicaux_nb": medical,
            "personnel_nb": staff,
            "medecins_cent": fte,
            "medicaux_cent": medical_fte,
            "personnel_cent": staff_fte,
        },
        index=frame.index,
    )


def doctors_only(published: Published, doctors: Ints, fte: Ints) -> NDArray[np.bool_]:
    """Return the small centres kept without other medical staff.

    Table 1 prints the same first quartile for doctors and for medical staff, but a larger one for
    their FTE: the quarter of centres with the fewest people is one, that with the fewest FTE is
    another. Kept are the centres of few doctors whose FTE are past that quartile, then the others
    from the fewest FTE.
    """
    row = table_1(published, MEDICAL, np.arange(len(doctors)))
    fewest = round(row.stats["min"].middle)
    quartile = round(row.stats["q1"].middle)
    wanted = row.positions("q1")[1] + 4
    least = row.positions("d1")[0] - 1
    past = published.cell("igas_tableau_1", MEDICAL_FTE, STATS["q1"]).high / STEP
    order = np.lexsort((fte, np.where(fte > past, 0, 1), doctors > quartile))
    single = (doctors == fewest)[order]
    kept = order[~single | (np.cumsum(single) <= least)]
    found = np.zeros(len(doctors), dtype=bool)
    found[kept[:wanted]] = True
    return found


def place_medical_fte(
    frame: pd.DataFrame,
    published: Published,
    doctors: Ints,
    fte: Ints,
    alone: NDArray[np.bool_],
    rng: np.random.Generator,
) -> Ints:
    """Place the FTE of medical professionals, in hundredths: doctors, dentists and midwives.

    Args:
        frame: the centres.
        published: printed values.
        doctors: headcount of doctors.
        fte: hundredths of their FTE.
        alone: the centres kept without other medical staff.
        rng: source of the priors.
    """
    number, size = len(frame), frame.taille.to_numpy()
    dental = frame.soins_dentaires.to_numpy() & ~alone
    # a midwife may be nearly anywhere
    others = ~alone & (dental | (rng.random(number) < 0.9))
    added = np.where(dental, 0.4 + 1.5 * size * rng.gamma(2.0, 0.5, number), 0.0)
    added += np.where(others & (rng.random(number) < 0.4), 0.4, 0.0)
    start = fte * STEP
    # as few centres have a single medical professional as the first decile allows
    joined = dental | (~alone & (doctors == doctors.min()))
    largest = published.cell("igas_tableau_1", MEDICAL, STATS["max"]).low
    low = np.where(joined, start + 0.05, start)
    roof = np.minimum(doctors + 20.0 * size + 2.0, largest)
    crowd = table_1(published, MEDICAL, np.arange(number))
    many = number - crowd.positions("d9")[1] - 4
    small = np.argsort(-(doctors + added), kind="stable")[many:]
    roof[small] = np.maximum(np.minimum(roof, crowd.stats["d9"].low), doctors + 1.0)[small]
    high = start + np.where(others | joined, roof - doctors, 0.0)
    rows = [table_1(published, MEDICAL_FTE, np.arange(number)), *region_rows(frame, published)]
    high[np.argmax(start)] = start.max() + 20.0
    problem = Problem(start + added, rows, low, high, rng, np.full(number, STEP))
    return place_hundredths(published, MEDICAL_FTE, problem)


def place_added(
    frame: pd.DataFrame,
    published: Published,
    rank: int,
    base: tuple[Ints, Ints],
    quota: float,
    rng: np.random.Generator,
) -> Ints:
    """Place the FTE of a larger group: that of the smaller one, plus that of the people added.

    Args:
        frame: the centres.
        published: printed values.
        rank: row of table 1.
        base: hundredths of FTE of the smaller group, and the number of people added.
        quota: usual working quota of the people added.
        rng: source of the priors.
    """
    start, added = base[0] * STEP, base[1]
    drawn = np.clip(rng.normal(quota, 0.18, len(frame)), 0.1, 1.0)
    rows = [table_1(published, rank, np.arange(len(frame)))]
    low, high = start + STEP * added, start + added
    problem = Problem(start + drawn * added, rows, low, high, rng, np.full(len(frame), STEP))
    return place_hundredths(published, rank, problem)


def region_rows(frame: pd.DataFrame, published: Published) -> list[Row]:
    """Return the printed shares of three regions in medical FTE, as means of their centres."""
    total = published.cell("igas_tableau_2", 1, "annuels_etp").middle
    found = []
    for region, figure in REGION_SHARES.items():
        own = np.flatnonzero(frame.region == region)
        mean = published.figure(figure).scaled(total / 100.0 / len(own))
        found.append(Row(f"medical FTE, region {region}", own, {"moyenne": mean}))
    return found
