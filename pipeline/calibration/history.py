"""Staff of 2016 to 2021: that of 2022 taken back to the printed totals and growth.

Only totals are printed for those years. The shares of the centres in each total are those of 2022,
with some noise: distributions before 2022 are not findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Floats, Ints
from pipeline.calibration.categories import Staff
from pipeline.calibration.choices import choices
from pipeline.calibration.past_totals import AUTHORITY, OTHERS, yearly_staff
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.transport import largest_remainders
from pipeline.calibration.years import LAST, YEARS

# Rounds in which what does not fit in full time is shared out again.
ROUNDS = 60
# Keep weights from being all zero.
TINY_FTE, TINY_PEOPLE = 1e-9, 1e-12
# A centre that has one of these in 2022 always had: what it declares of its patients depends on it.
KEPT = ("mg", "infirmier", "autre_paramedical")


@dataclass(frozen=True)
class Group:
    """Which centres are there in a year, and which of them are local authorities."""

    there: Flags
    authority: Flags

    def parts(self) -> tuple[Flags, Flags]:
        """Return the local authorities there, then the others there."""
        return self.there & self.authority, self.there & ~self.authority


def share_staff(
    weights: Floats, heads: Floats, people: int, cents: int, least: Ints
) -> tuple[Ints, Ints]:
    """Share people and FTE of one profession out between centres.

    Args:
        weights: FTE of the centres in 2022, zero where the profession is absent.
        heads: people of the centres in 2022.
        people: total to reach.
        cents: hundredths of FTE to reach.
        least: least number of people in each centre.

    Returns:
        People, then hundredths of FTE, of each centre.

    Raises:
        CalibrationError: so few people cannot hold so many FTE, or so many so few.
    """
    if weights.sum() <= 0:
        weights, heads = np.ones_like(weights), np.ones_like(heads)
    spare = people - int(least.sum())
    found = least + largest_remainders(np.maximum(heads, 0.0) + TINY_PEOPLE, max(spare, 0))
    own: Ints = choices()["centiemes_minimum"] * found
    for _ in range(ROUNDS):
        room = CENT * found - own
        left = cents - int(own.sum())
        if left <= 0 or not room.any():
            break
        wanted = largest_remainders(np.where(room > 0, weights + TINY_FTE, 0.0), left)
        own = own + np.minimum(wanted, room)
    if int(own.sum()) != cents or int(found.sum()) != people:
        raise CalibrationError(f"{people} people cannot hold {cents / CENT} FTE")
    return found, own


def staff_by_year(
    staff: Staff, groups: Mapping[int, Group], published: Published, rng: np.random.Generator
) -> dict[int, Staff]:
    """Return people and hundredths of FTE by year.

    Args:
        staff: that of 2022, closed centres included with the staff of a likeness.
        groups: which centres are there each year.
        published: printed values.
        rng: source of the noise.

    Raises:
        CalibrationError: the people of a profession cannot hold its FTE.
        InfeasibleError: the printed growth rates exclude each other.
    """
    authority, others = groups[LAST].parts()
    heads, cents = (
        pd.DataFrame({AUTHORITY: table[authority].sum(), OTHERS: table[others].sum()})
        for table in (staff.heads, staff.cents)
    )
    totals = yearly_staff(heads, cents, published)
    found = {LAST: staff}
    for year in YEARS[:-1]:
        found[year] = staff_of_year(staff, groups[year], *totals[year], rng)
    return found


def staff_of_year(
    staff: Staff, group: Group, people: pd.DataFrame, fte: pd.DataFrame, rng: np.random.Generator
) -> Staff:
    """Share the staff of one year out between the centres that are there.

    Args:
        staff: that of 2022.
        group: which centres are there.
        people: people by profession, of local authorities and of the others; not whole yet.
        fte: hundredths of FTE, likewise.
        rng: source of the noise.
    """
    heads = pd.DataFrame(0, index=staff.heads.index, columns=staff.heads.columns)
    cents, noise = heads.copy(), choices()["bruit_passe"]
    for name in map(str, staff.heads):
        parts = whole_parts(pair_of(people, name), pair_of(fte, name))
        for chosen, (total, cent) in zip(group.parts(), parts, strict=True):
            weights = staff.cents[name].to_numpy(float)[chosen]
            weights = weights * rng.lognormal(0.0, noise, len(weights))
            bodies = staff.heads[name].to_numpy(float)[chosen]
            needed: Ints = ((bodies > 0) & (name in KEPT)).astype(np.int64)
            own = share_staff(weights, bodies, total, cent, needed)
            heads.loc[chosen, name], cents.loc[chosen, name] = own
    return Staff(heads, cents)


def pair_of(totals: pd.DataFrame, name: str) -> tuple[float, float]:
    """Return the totals of one profession: local authorities, then the others."""
    return float(totals[AUTHORITY].loc[name]), float(totals[OTHERS].loc[name])


def whole_parts(
    people: tuple[float, float], fte: tuple[float, float]
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Round people and hundredths of FTE: those of local authorities, then those of the others.

    Enough people are on both sides to hold the FTE.
    """
    whole, whole_fte, own_fte = round(sum(people)), round(sum(fte)), round(fte[0])
    least, most = -(-own_fte // CENT), whole - -(-(whole_fte - own_fte) // CENT)
    own = int(np.clip(round(people[0]), least, max(most, least)))
    return (own, own_fte), (whole - own, whole_fte - own_fte)
