"""Solve the panel stage by stage: identity, staff, activity, accounts of 2022, then the past."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.calibration.accounts import busy_ranks, place_accounts
from pipeline.calibration.activity import by_kind, place_activity
from pipeline.calibration.attempts import first_that_fits
from pipeline.calibration.history import Group, staff_by_year
from pipeline.calibration.nurses import other_nurse_patients, place_nurse_patients
from pipeline.calibration.past_accounts import (
    apart_targets,
    euros_of_year,
    rfs_blocks,
    whole_euros,
)
from pipeline.calibration.presence import draw_details, draw_openings, draw_presence
from pipeline.calibration.professions import Staff, place_professions
from pipeline.calibration.published import Published
from pipeline.calibration.sizes import place_sizes, prior_sizes
from pipeline.calibration.skeleton import LAST, YEARS, draw_skeleton
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.totals import yearly_totals
from pipeline.calibration.traits import draw_specialties, draw_traits

IDENTITY, STAFF, ACTIVITY, ACCOUNTS, NURSES, PAST = range(1, 7)


@dataclass
class Solved:
    """The panel: one row per centre, closed ones last, LIVI left out; amounts by year."""

    centres: pd.DataFrame
    livi: pd.DataFrame
    groups: dict[int, Group]
    staff: dict[int, Staff]
    activity: pd.DataFrame
    acts: pd.DataFrame
    euros: dict[int, pd.DataFrame]
    blocks: dict[int, pd.DataFrame]


def draw_identity(
    published: Published, rng: np.random.Generator
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the centres of 2022 with their traits, and the closed ones."""
    everyone = draw_presence(draw_skeleton(published, rng), published, rng)
    draw_details(everyone, rng)
    draw_openings(everyone, published, rng)
    current = everyone[everyone.fin == LAST].reset_index(drop=True)
    current = current.astype({"accord": bool, "champ_r1": bool, "honoraires_connus": bool})
    current = current.astype({"charges_connues": bool, "fiabilise": bool, "valide_ars": bool})
    current = current.astype({"actes_connus": bool, "groupe": int})
    current["taille"] = prior_sizes(current, rng)
    draw_specialties(current, published, rng)
    draw_traits(current, published, rng)
    return current, everyone[everyone.fin < LAST].reset_index(drop=True)


def with_likeness(
    current: pd.DataFrame, closed: pd.DataFrame, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return, for each closed centre, the centre of 2022 whose size it is given."""
    old = current[current.debut == YEARS[0]]
    return np.array([rng.choice(old.index[old.gestionnaire == m]) for m in closed.gestionnaire])


def stretched(frame: pd.DataFrame, likeness: NDArray[np.int64]) -> pd.DataFrame:
    """Return the rows of the centres of 2022 then those of the likenesses of the closed ones."""
    return pd.concat([frame, frame.iloc[likeness]], ignore_index=True)


def solve(published: Published) -> Solved:
    """Solve the whole panel.

    Raises:
        CalibrationError: a stage finds no draw that meets its margins.
        InfeasibleError: the printed margins of a stage exclude each other.
    """
    current, closed = first_that_fits(IDENTITY, lambda r: draw_identity(published, r), "identity")
    livi = current[current.livi].copy()
    centres = current[~current.livi].reset_index(drop=True)

    def staff_of(rng: np.random.Generator) -> tuple[pd.DataFrame, Staff]:
        sizes = place_sizes(centres, published, rng)
        return sizes, place_professions(centres, sizes, published, rng)

    sizes, staff = first_that_fits(STAFF, staff_of, "staff")

    def activity_of(rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
        told = centres.assign(entrain=rng.normal(0.0, 1.0, len(centres)))
        found = place_activity(told, staff.cents, published, rng)
        return found, by_kind(found.acts.to_numpy(), centres.visites_medecin, rng)

    activity, acts = first_that_fits(ACTIVITY, activity_of, "activity")
    totals = yearly_totals(published)
    known = np.where(activity.acts_known, activity.acts, np.nan)
    busy = busy_ranks(known, staff.cents.mg.to_numpy() / CENT, centres.gestionnaire)
    accounts = first_that_fits(
        ACCOUNTS, lambda r: place_accounts(centres, sizes, busy, totals, published, r), "accounts"
    )
    apart = (centres.gestionnaire != "collectivite_territoriale").to_numpy()
    euros = whole_euros(accounts, totals, apart)
    activity["nurse_patients"] = first_that_fits(
        NURSES, lambda r: nurse_patients(centres, staff, activity, euros, published, r), "nurses"
    )
    rng = np.random.default_rng([STAFF, PAST])
    likeness = with_likeness(centres, closed, rng)
    whole = pd.concat([centres, closed], ignore_index=True)
    groups = {
        year: Group(
            ((whole.debut <= year) & (whole.fin >= year)).to_numpy(),
            (whole.gestionnaire == "collectivite_territoriale").to_numpy(),
        )
        for year in YEARS
    }
    longer = Staff(stretched(staff.heads, likeness), stretched(staff.cents, likeness))
    staffs = staff_by_year(longer, whole, groups, published, rng)
    past = stretched(euros, likeness)
    last = euros[apart].sum() / 1000.0
    targets = apart_targets(totals, last, published)
    by_year = {
        y: euros_of_year(y, past, groups[y], totals, targets[y], published, rng) for y in YEARS[:-1]
    } | {LAST: past}
    size = longer.cents.sum(axis=1).to_numpy(float)
    blocks = rfs_blocks(published, groups, size, rng)
    return Solved(
        whole,
        livi,
        groups,
        staffs,
        stretched(activity, likeness),
        stretched(acts, likeness),
        by_year,
        blocks,
    )


def nurse_patients(
    centres: pd.DataFrame,
    staff: Staff,
    activity: pd.DataFrame,
    euros: pd.DataFrame,
    published: Published,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return nurse patients: the printed fees per patient in their field, plausible ones elsewhere."""
    fees = euros.honoraires_sans_depassement
    field = (staff.heads.mg > 0) & (staff.heads.infirmier > 0) & (activity.patients > 0)
    field &= (fees > 0) & ~atypical(centres)
    patients = activity.patients.to_numpy()
    found = other_nurse_patients(patients, staff.heads.infirmier, rng)
    own = np.flatnonzero(field)
    found[own] = place_nurse_patients(
        own, fees.fillna(0.0).to_numpy(), patients.astype(float), published, rng
    )
    return found


def atypical(centres: pd.DataFrame) -> pd.Series:
    """Return which centres are atypical: those of universities."""
    return centres.detail == "universite"
