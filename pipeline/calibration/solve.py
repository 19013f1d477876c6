"""Solve the panel stage by stage: identity, staff, activity, accounts of 2022, then the past."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pipeline.calibration.accounts import busy_ranks, place_accounts
from pipeline.calibration.activity import by_kind, place_activity
from pipeline.calibration.arrays import Flags, Ints
from pipeline.calibration.attempts import first_that_fits
from pipeline.calibration.categories import Staff
from pipeline.calibration.history import Group, staff_by_year
from pipeline.calibration.lines import EUR_PER_KEUR
from pipeline.calibration.nurses import other_nurse_patients, place_nurse_patients
from pipeline.calibration.openings import draw_openings
from pipeline.calibration.past_accounts import euros_of_year, known_by_year, whole_euros
from pipeline.calibration.presence import draw_details, draw_presence
from pipeline.calibration.professions import place_professions
from pipeline.calibration.published import Published
from pipeline.calibration.rfs_blocks import rfs_blocks
from pipeline.calibration.sizes import place_sizes, prior_sizes
from pipeline.calibration.skeleton import draw_skeleton
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.totals import yearly_totals
from pipeline.calibration.traits import GROWTH, draw_specialties, draw_traits
from pipeline.calibration.years import FIRST, LAST, YEARS

# One seed per stage; that of the past takes one draw only. Any would do; another one draws another
# panel.
IDENTITY, STAFF, ACTIVITY, ACCOUNTS, NURSES = range(1, 6)
PAST = [2, 6]
# Known of all centres of 2022: rows of closed ones, which lack them, made these columns untyped.
FLAGS = (
    "accord",
    "champ_r1",
    "honoraires_connus",
    "charges_connues",
    "fiabilise",
    "valide_ars",
    "actes_connus",
)


@dataclass(frozen=True)
class Year2022:
    """The centres of 2022 without LIVI: identity, staff, patients, acts by kind, whole euros."""

    centres: pd.DataFrame
    staff: Staff
    activity: pd.DataFrame
    acts: pd.DataFrame
    euros: pd.DataFrame


@dataclass(frozen=True)
class Solved:
    """The panel: one row per centre, closed ones last, LIVI apart.

    Staff and amounts (whole euros) are by year; `activity` and `acts` are those of 2022, `blocks`
    those of the RFS. `growth` is that of centres with some traits since 2016, in %.
    """

    centres: pd.DataFrame
    livi: pd.DataFrame
    staff: dict[int, Staff]
    activity: pd.DataFrame
    acts: pd.DataFrame
    euros: dict[int, pd.DataFrame]
    blocks: dict[int, pd.DataFrame]
    growth: dict[str, float]


def draw_identity(
    published: Published, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the centres of 2022 with their traits, and the closed ones."""
    everyone = draw_presence(draw_skeleton(published, rng), published, rng)
    draw_details(everyone, rng)
    draw_openings(everyone, published, rng)
    current = everyone[everyone.fin == LAST].reset_index(drop=True)
    current = current.astype({**dict.fromkeys(FLAGS, bool), "groupe": int})
    current["taille"] = prior_sizes(current, rng)
    draw_specialties(current, published, rng)
    draw_traits(current, published, rng)
    return current, everyone[everyone.fin < LAST].reset_index(drop=True)


def solve(published: Published) -> Solved:
    """Solve the whole panel.

    Raises:
        CalibrationError: a stage finds no draw that meets its margins.
        InfeasibleError: the printed margins of a stage exclude each other.
    """
    current, closed = first_that_fits(IDENTITY, lambda r: draw_identity(published, r), "identity")
    livi = current[current.livi].copy()
    centres = current[~current.livi].reset_index(drop=True)
    totals = yearly_totals(published)
    return with_past(solve_2022(centres, totals, published), closed, livi, totals, published)


def solve_2022(
    centres: pd.DataFrame, totals: Mapping[tuple[str, int], float], published: Published
) -> Year2022:
    """Solve the staff, activity and accounts of the centres of 2022.

    Args:
        centres: the centres, LIVI left out.
        totals: total of each line and year, k€.
        published: printed values.
    """

    def staff_of(rng: np.random.Generator) -> tuple[pd.DataFrame, Staff]:
        sizes = place_sizes(centres, published, rng)
        return sizes, place_professions(centres, sizes, published, rng)

    def activity_of(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        found = place_activity(centres, staff.cents, published, rng)
        return found, by_kind(found.acts.to_numpy(), centres.visites_medecin, rng)

    sizes, staff = first_that_fits(STAFF, staff_of, "staff")
    activity, acts = first_that_fits(ACTIVITY, activity_of, "activity")
    known = np.where(activity.acts_known, activity.acts, np.nan)
    busy = busy_ranks(known, staff.cents.mg.to_numpy(float) / CENT, centres.gestionnaire)
    accounts = first_that_fits(
        ACCOUNTS, lambda r: place_accounts(centres, sizes, busy, totals, published, r), "accounts"
    )
    found = Year2022(
        centres, staff, activity, acts, whole_euros(accounts, totals, ~authorities(centres))
    )
    seen = first_that_fits(NURSES, lambda r: nurse_patients(found, published, r), "nurses")
    return replace(found, activity=activity.assign(nurse_patients=seen))


def nurse_patients(now: Year2022, published: Published, rng: np.random.Generator) -> Ints:
    """Return nurse patients: printed fees per patient in their field, plausible ones elsewhere."""
    fees, heads = now.euros.honoraires_sans_depassement, now.staff.heads
    field = (heads.mg > 0) & (heads.infirmier > 0) & (now.activity.patients > 0)
    field &= (fees > 0) & ~atypical(now.centres)
    patients = now.activity.patients.to_numpy()
    found = other_nurse_patients(patients, heads.infirmier, rng)
    own = np.flatnonzero(field)
    found[own] = place_nurse_patients(
        own, fees.fillna(0.0).to_numpy(float), patients.astype(float), published, rng
    )
    return found


def with_past(
    now: Year2022,
    closed: pd.DataFrame,
    livi: pd.DataFrame,
    totals: Mapping[tuple[str, int], float],
    published: Published,
) -> Solved:
    """Return the panel: the years before 2022 solved, closed centres added.

    Args:
        now: the centres of 2022.
        closed: those that closed, with identity only.
        livi: the teleconsultation platform.
        totals: total of each line and year, k€.
        published: printed values.
    """
    rng = np.random.default_rng(PAST)
    likeness = with_likeness(now.centres, closed, rng)
    whole = pd.concat([now.centres, closed], ignore_index=True)
    groups = {year: group_of(whole, year) for year in YEARS}
    longer = Staff(stretched(now.staff.heads, likeness), stretched(now.staff.cents, likeness))
    staff = staff_by_year(longer, groups, published, rng)
    euros = {LAST: stretched(now.euros, likeness)}
    last = now.euros[~authorities(now.centres)].sum() / EUR_PER_KEUR
    for year, known in known_by_year(totals, last, published).items():
        euros[year] = euros_of_year(year, euros[LAST], groups[year], totals, known, rng)
    return Solved(
        centres=whole,
        livi=livi,
        staff=staff,
        activity=stretched(now.activity, likeness),
        acts=stretched(now.acts, likeness),
        euros=euros,
        blocks=rfs_blocks(published, groups, longer.cents.sum(axis=1).to_numpy(float), rng),
        growth={name: sign * published.figure(f).middle for name, (f, sign) in GROWTH.items()},
    )


def with_likeness(current: pd.DataFrame, closed: pd.DataFrame, rng: np.random.Generator) -> Ints:
    """Return, for each closed centre, the centre of 2022 whose size it is given."""
    old = current[current.debut == FIRST]
    return np.array([rng.choice(old.index[old.gestionnaire == m]) for m in closed.gestionnaire])


def stretched(frame: pd.DataFrame, likeness: Ints) -> pd.DataFrame:
    """Return the rows of the centres of 2022 then those of the likenesses of the closed ones."""
    return pd.concat([frame, frame.iloc[likeness]], ignore_index=True)


def group_of(centres: pd.DataFrame, year: int) -> Group:
    """Return which centres are there in a year."""
    there = (centres.debut <= year) & (centres.fin >= year)
    return Group(there.to_numpy(), authorities(centres))


def authorities(centres: pd.DataFrame) -> Flags:
    """Return which centres are run by local authorities."""
    return (centres.gestionnaire == "collectivite_territoriale").to_numpy()


def atypical(centres: pd.DataFrame) -> pd.Series:
    """Return which centres are atypical: those of universities."""
    return centres.detail == "universite"
