"""Totals of staff by profession from 2016 to 2021, from those of 2022 and the printed growth."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.calibration.choices import choices
from pipeline.calibration.program import LinearProgram
from pipeline.calibration.published import Published
from pipeline.calibration.rows import Interval
from pipeline.calibration.transport import raked
from pipeline.calibration.years import FIRST, LAST, YEARS

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
# Growth of FTE without local authorities: since 2016, in the last year.
APART_FTE, APART_LAST_YEAR_FTE = "001-A0575", "001-A0662"
# How far inside their rounding interval growth rates are kept, as a share of its width.
GROWTH_MARGIN, YEARLY_MARGIN = 0.05, 0.1
# No profession was more than this many times as numerous in 2016 as in 2022.
MOST_FALL = 2
AUTHORITY, OTHERS = "authority", "others"


def base_of(now: float, growth: Interval) -> tuple[float, float]:
    """Return the bounds of what grew to `now` by a printed growth, in %.

    Where no whole number lies between them, as for the 254 midwives and their +221 %, the nearest
    one is both.
    """
    inside = growth.shrunk(GROWTH_MARGIN)
    low, high = now / (1.0 + inside.high / 100.0), now / (1.0 + inside.low / 100.0)
    if np.ceil(low) > np.floor(high):
        low = high = round((low + high) / 2.0)
    return low, high


def totals_2016(now: Mapping[str, float], published: Published, fte: bool) -> dict[str, float]:
    """Return the 2016 total of each profession, so that every printed growth holds.

    Args:
        now: total of each profession in 2022.
        published: printed values.
        fte: hundredths of FTE when true, people when false; both are whole numbers.

    Raises:
        InfeasibleError: the printed growth rates exclude each other.
    """
    program, usual = LinearProgram(), 1.0 + choices()["croissance_usuelle"] / 100.0
    cells = {name: program.integer(0, round(total) * MOST_FALL) for name, total in now.items()}
    for name, cell in cells.items():
        program.stay_near(cell, now[name] / usual, 1.0 / (now[name] + 1.0))
    if fte:
        years, mean = LAST - FIRST, published.figure(YEARLY_FTE).shrunk(YEARLY_MARGIN)
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
    """Return totals by year: geometric to the year before the last, whose sum is given.

    Args:
        first: total of each profession in 2016.
        last: the same in 2022.
        before_last: sum of all of them in 2021.
    """
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


def others_by_year(now: float, published: Published) -> dict[int, float]:
    """Return the FTE of all but local authorities by year before 2022, from those of 2022."""
    first = now / (1.0 + published.figure(APART_FTE).middle / 100.0)
    before_last = now / (1.0 + published.figure(APART_LAST_YEAR_FTE).middle / 100.0)
    found = {FIRST: first, LAST - 1: before_last}
    for year in YEARS[1:-2]:
        step = (year - FIRST) / (LAST - 1 - FIRST)
        found[year] = first * (before_last / first) ** step
    return found


def split_groups(totals: Mapping[str, float], now: pd.DataFrame, apart: float) -> pd.DataFrame:
    """Return the totals of local authorities and of the others, by profession.

    Args:
        totals: total of each profession.
        now: the same in 2022, one column for local authorities and one for the others.
        apart: total of the others.
    """
    names = list(totals)
    shares = (now[AUTHORITY] / now.sum(axis=1))[names].to_numpy(float)
    whole = np.array([totals[n] for n in names])
    weights = np.column_stack([whole * shares, whole * (1.0 - shares)])
    columns = np.array([whole.sum() - apart, apart])
    return pd.DataFrame(raked(weights, whole, columns), index=names, columns=[AUTHORITY, OTHERS])


def sums_of(now: pd.DataFrame) -> dict[str, float]:
    """Return the total of each profession over both groups."""
    return {str(name): float(total) for name, total in now.sum(axis=1).items()}


def yearly_staff(
    heads: pd.DataFrame, cents: pd.DataFrame, published: Published
) -> dict[int, tuple[pd.DataFrame, pd.DataFrame]]:
    """Return people, then hundredths of FTE, by year before 2022: professions by groups.

    Args:
        heads: people in 2022, one row per profession, one column for local authorities and one for
            the others.
        cents: hundredths of FTE in 2022, likewise.
        published: printed values.

    Raises:
        InfeasibleError: the printed growth rates exclude each other.
    """
    whole, bodies = sums_of(cents), sums_of(heads)
    end, crowd = sum(whole.values()), sum(bodies.values())
    before = end / (1.0 + published.figure(LAST_YEAR_FTE).middle / 100.0)
    fte_path = path(totals_2016(whole, published, True), whole, before)
    first = totals_2016(bodies, published, False)
    growth = choices()["croissance_effectifs_2021"]
    head_path = path(first, bodies, sum(first.values()) * growth)
    others, others_heads = float(cents[OTHERS].sum()), float(heads[OTHERS].sum())
    apart = others_by_year(others, published)
    found = {}
    for year in YEARS[:-1]:
        # people follow FTE: the others' share in both moves alike
        moved = (apart[year] / sum(fte_path[year].values())) / (others / end)
        people_apart = sum(head_path[year].values()) * others_heads / crowd * moved
        found[year] = (
            split_groups(head_path[year], heads, people_apart),
            split_groups(fte_path[year], cents, apart[year]),
        )
    return found
