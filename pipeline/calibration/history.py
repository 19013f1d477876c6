"""Staff and accounts of 2016 to 2021: those of 2022 taken back to the printed totals and growth.

Only totals are printed for those years. The shares of the centres in each total are those of 2022,
with some noise: distributions before 2022 are not findings.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.calibration.professions import LEAST_FTE, Staff
from pipeline.calibration.program import LinearProgram
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError, Floats, Interval, Ints
from pipeline.calibration.skeleton import LAST, YEARS
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.transport import largest_remainders, raked

FIRST = YEARS[0]
# Growth from 2016 to 2022 of a group of professions: people, FTE.
GROUPS: dict[str, tuple[tuple[str, ...], str | None, str | None]] = {
    "mg": (("mg", "mep"), "001-A0418", "001-A0419"),
    "specialites": (("ophtalmologue", "autre_specialite"), "001-A0420", "001-A0421"),
    "ophtalmologue": (("ophtalmologue",), None, "001-A0422"),
    "medecins": (("mg", "mep", "ophtalmologue", "autre_specialite"), "001-A0416", "001-A0417"),
    "dentistes": (("chirurgien_dentiste",), "001-A0423", "001-A0424"),
    "sages_femmes": (("sage_femme_autre",), "001-A0425", "001-A0426"),
    "paramedicaux": (
        (
            "infirmier",
            "ipa",
            "assistant_dentaire",
            "orthoptiste",
            "kinesitherapeute",
            "aide_soignant",
            "autre_paramedical",
        ),
        "001-A0427",
        "001-A0428",
    ),
    "soignants": (("psychologue", "assistant_social", "autre_soignant"), "001-A0429", "001-A0430"),
    "direction": (("direction",), None, "001-A0431"),
    "coordination": (("coordination",), None, "001-A0432"),
    "cadres": (("cadre_administratif",), None, "001-A0433"),
    "agents": (("agent_administratif",), None, "001-A0434"),
}
ALL_HEADS, ALL_FTE, LAST_YEAR_FTE = "001-A0414", "001-A0415", "001-A0919"
YEARLY_FTE = "001-A0709"
APART_FTE, APART_LAST_YEAR_FTE = "001-A0575", "001-A0662"
USUAL_GROWTH = 45.0


@dataclass(frozen=True)
class Group:
    """Which centres are there in a year, and which of them are local authorities."""

    there: NDArray[np.bool_]
    authority: NDArray[np.bool_]

    def parts(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return the local authorities there, then the others there."""
        return self.there & self.authority, self.there & ~self.authority


def base_of(now: float, growth: Interval) -> tuple[float, float]:
    """Return the bounds of what grew to `now` by a printed growth, in %.

    Where no whole number lies between them, as for the 254 midwives and their +221 %, the nearest one
    is both.
    """
    inside = growth.shrunk(0.05)
    low, high = now / (1.0 + inside.high / 100.0), now / (1.0 + inside.low / 100.0)
    if np.ceil(low) > np.floor(high):
        low = high = round((low + high) / 2.0)
    return low, high


def totals_2016(now: Mapping[str, float], published: Published, fte: bool) -> dict[str, float]:
    """Return the 2016 total of each profession, so that every printed growth holds.

    Args:
        now: total of each profession in 2022.
        published: printed values.
        fte: FTE when true, people when false; both are whole numbers.
    """
    program = LinearProgram()
    cells = {name: program.integer(0, round(total) * 2) for name, total in now.items()}
    for name, cell in cells.items():
        program.stay_near(cell, now[name] / (1.0 + USUAL_GROWTH / 100.0), 1.0 / (now[name] + 1.0))
    if fte:
        years, mean = LAST - FIRST, published.figure(YEARLY_FTE).shrunk(0.1)
        total = sum(now.values())
        low, high = (total / (1.0 + g / 100.0) ** years for g in (mean.high, mean.low))
        program.between(dict.fromkeys(cells.values(), 1.0), low, high)
    named = [(names, fte_figure if fte else heads) for names, heads, fte_figure in GROUPS.values()]
    for names, figure in [*named, (tuple(now), ALL_FTE if fte else ALL_HEADS)]:
        if figure:
            low, high = base_of(sum(now[n] for n in names), published.figure(figure))
            program.between({cells[n]: 1.0 for n in names}, low, high)
    solution = program.solve("staff of 2016")
    return {name: float(solution[cell]) for name, cell in cells.items()}


def path(
    first: Mapping[str, float], last: Mapping[str, float], before_last: float
) -> dict[int, dict[str, float]]:
    """Return totals by year: geometric to the year before the last, whose sum is given."""
    start, end = sum(first.values()), sum(last.values())
    found = {}
    for year in YEARS:
        step = (year - FIRST) / (LAST - 1 - FIRST)
        total = end if year == LAST else start * (before_last / start) ** step
        weight = np.log(total / start) / np.log(end / start)
        drawn = {
            n: first[n] ** (1.0 - weight) * last[n] ** weight if first[n] > 0 else 0.0 for n in last
        }
        scale = total / sum(drawn.values())
        found[year] = {n: v * scale for n, v in drawn.items()}
    return found


def split_groups(totals: Mapping[str, float], shares: pd.Series, apart: float) -> pd.DataFrame:
    """Return the totals of local authorities and of the others, by profession.

    Args:
        totals: total of each profession.
        shares: share of local authorities in each profession in 2022.
        apart: total of the others.
    """
    names = list(totals)
    whole = np.array([totals[n] for n in names])
    weights = np.column_stack([whole * shares[names], whole * (1.0 - shares[names])])
    columns = np.array([whole.sum() - apart, apart])
    return pd.DataFrame(
        raked(weights, whole, columns), index=names, columns=["authority", "others"]
    )


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
    """
    if weights.sum() <= 0:
        weights, heads = np.ones_like(weights), np.ones_like(heads)
    spare = people - int(least.sum())
    found = least + largest_remainders(np.maximum(heads, 0.0) + 1e-12, max(spare, 0))
    own = np.minimum(LEAST_FTE * found, CENT * found)
    for _ in range(60):
        room = CENT * found - own
        left = cents - int(own.sum())
        if left <= 0 or not room.any():
            break
        wanted = largest_remainders(np.where(room > 0, weights + 1e-9, 0.0), left)
        own = own + np.minimum(wanted, room)
    if int(own.sum()) != cents or int(found.sum()) != people:
        raise CalibrationError(f"{people} people cannot hold {cents / CENT} FTE")
    return found, own


def staff_by_year(
    staff: Staff,
    frame: pd.DataFrame,
    groups: Mapping[int, Group],
    published: Published,
    rng: np.random.Generator,
) -> dict[int, Staff]:
    """Return people and hundredths of FTE by year.

    Args:
        staff: that of 2022, closed centres included with the staff of a likeness.
        frame: the centres, closed ones included, LIVI left out.
        groups: which centres are there each year.
        published: printed values.
        rng: source of the noise.
    """
    there = groups[LAST].there
    heads = {n: float(staff.heads.loc[there, n].sum()) for n in staff.heads}
    cents = {n: float(staff.cents.loc[there, n].sum()) for n in staff.cents}
    authority, _ = groups[LAST].parts()
    head_share = staff.heads[authority].sum() / staff.heads[there].sum()
    cent_share = staff.cents[authority].sum() / staff.cents[there].sum()
    end = sum(cents.values())
    before = end / (1.0 + published.figure(LAST_YEAR_FTE).middle / 100.0)
    fte_path = path(totals_2016(cents, published, True), cents, before)
    head_first = totals_2016(heads, published, False)
    head_path = path(head_first, heads, sum(head_first.values()) * 1.33)
    others = end - float(staff.cents[authority].to_numpy().sum())
    apart = {
        FIRST: others / (1.0 + published.figure(APART_FTE).middle / 100.0),
        LAST - 1: others / (1.0 + published.figure(APART_LAST_YEAR_FTE).middle / 100.0),
    }
    for year in YEARS[1:-2]:
        step = (year - FIRST) / (LAST - 1 - FIRST)
        apart[year] = apart[FIRST] * (apart[LAST - 1] / apart[FIRST]) ** step
    found = {LAST: staff}
    bodies = sum(heads.values())
    others_heads = bodies - float(staff.heads[authority].to_numpy().sum())
    for year in YEARS[:-1]:
        fte = split_groups(fte_path[year], cent_share, apart[year])
        # people follow FTE: the others' share in both moves alike
        moved = (apart[year] / sum(fte_path[year].values())) / (others / end)
        people = split_groups(
            head_path[year],
            head_share,
            sum(head_path[year].values()) * others_heads / bodies * moved,
        )
        found[year] = staff_of_year(staff, groups[year], people, fte, rng)
    return found


def staff_of_year(
    staff: Staff, group: Group, people: pd.DataFrame, fte: pd.DataFrame, rng: np.random.Generator
) -> Staff:
    """Share the staff of one year out between the centres that are there."""
    heads = pd.DataFrame(0, index=staff.heads.index, columns=staff.heads.columns)
    cents = heads.copy()
    for name in staff.heads:
        whole = (round(people.loc[name].sum()), round(fte.loc[name].sum()))
        own_fte = round(fte.at[name, "authority"])
        # enough people on both sides to hold the FTE
        least, most = -(-own_fte // CENT), whole[0] - -(-(whole[1] - own_fte) // CENT)
        own_people = int(np.clip(round(people.at[name, "authority"]), least, max(most, least)))
        parts = ((own_people, own_fte), (whole[0] - own_people, whole[1] - own_fte))
        for chosen, (total, cent) in zip(group.parts(), parts, strict=True):
            size = int(chosen.sum())
            weights = staff.cents.loc[chosen, name].to_numpy(float) * rng.lognormal(0.0, 0.08, size)
            bodies = staff.heads.loc[chosen, name].to_numpy(float)
            needed = (bodies > 0) & (name in ("mg", "infirmier", "autre_paramedical"))
            own = share_staff(weights, bodies, total, cent, needed.astype(np.int64))
            heads.loc[chosen, name], cents.loc[chosen, name] = own
    return Staff(heads, cents)
