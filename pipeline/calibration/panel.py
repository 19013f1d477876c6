"""The panel as an export: one row per centre and year, in the project's own wide layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags, Ints
from pipeline.calibration.attempts import SEED
from pipeline.calibration.choices import choices
from pipeline.calibration.columns import (
    activity_columns,
    identity_columns,
    money_columns,
    share_column,
    staff_columns,
)
from pipeline.calibration.solve import Solved
from pipeline.calibration.years import FIRST, LAST, YEARS
from pipeline.contracts.registry import contract, vocabularies

# The seed of dates and past traits. Any would do; another one draws another panel.
EXPORT = 4
# What closed centres lack, taken from a centre of the same manager.
LIKENESS = ("detail", "categorie", "accord", "milieu", "zonage", "valide_ars", "zrr")
# Columns the reader of exports adds.
ADDED = ("origin", "source_file", "source_line")
KEYS = ("annee", "finess")


def identifiers(centres: pd.DataFrame) -> pd.Series:
    """Return made-up identifiers, which no real register holds."""
    order = centres.sort_values(
        ["region", "departement", "gestionnaire", "ouverture"], kind="stable"
    )
    ranks = pd.Series(np.arange(1, len(order) + 1), index=order.index).reindex(centres.index)
    return ranks.map(lambda rank: f"SYN{rank:06d}")


def completed(solved: Solved, rng: np.random.Generator) -> pd.DataFrame:
    """Return the centres, LIVI last, with what closed ones lack, identifiers and dates."""
    centres = pd.concat([solved.centres, solved.livi], ignore_index=True)
    closed, livi = centres.fin < LAST, centres.livi.astype(bool)
    for column in LIKENESS:
        pool = centres.loc[~closed & ~livi]
        for i in centres.index[closed & centres[column].isna()]:
            same = pool[pool.gestionnaire == centres.gestionnaire[i]]
            centres.loc[i, column] = same[column].iloc[int(rng.integers(len(same)))]
    centres["finess"] = identifiers(centres)
    day = rng.integers(0, choices()["jours_ouverture"], len(centres))
    centres["date_ouverture"] = shifted(centres.ouverture, "-01-01", day)
    closing = shifted(centres.fin, "-06-30", day // 2)
    leaving = rng.choice(
        centres.index[~closed & ~livi & (centres.debut < LAST)],
        choices()["fermes_2022"],
        replace=False,
    )
    centres["date_fermeture"] = closing.where(closed | centres.index.isin(leaving), "")
    return centres


def shifted(years: pd.Series, start: str, days: Ints) -> pd.Series:
    """Return dates some days after a month and day of each year, as YYYY-MM-DD."""
    first = pd.to_datetime(years.astype(int).astype(str) + start)
    return (first + pd.to_timedelta(days, unit="D")).dt.strftime("%Y-%m-%d")


def past_flags(
    centres: pd.DataFrame,
    year: int,
    there: Flags,
    growth: dict[str, float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the services and districts of a year: as many as the printed growth implies.

    Args:
        centres: every centre.
        year: the year.
        there: which centres are in the panel that year.
        growth: growth of each trait since 2016, in %.
        rng: source of the draws.
    """
    found = pd.DataFrame(index=centres.index)
    for name, rate in growth.items():
        now = centres[name].fillna(False).astype(bool).to_numpy()
        if year == LAST:
            found[name] = now
            continue
        last = int(now.sum())
        first = round(last / (1.0 + rate / 100.0))
        step = (year - FIRST) / (LAST - FIRST)
        count = round(first + (last - first) * step)
        weight = np.where(now, 1.0, 0.0) + rng.random(len(centres))
        weight[~there] = -1.0
        own = np.zeros(len(centres), dtype=bool)
        own[np.argsort(-weight, kind="stable")[:count]] = True
        found[name] = own
    return found


def header() -> list[str]:
    """Return the columns of the export, in the order of the contracts."""
    lines = vocabularies()["poste_ecds"]
    parents = {code.parent for code in lines.values()}
    names = [c.name for c in contract("ecds_centres").columns if c.name not in ADDED]
    for profession in vocabularies()["profession_ecds"]:
        names += [f"{profession}_nb", f"{profession}_etp"]
    names += [f"{line}_eur" for line in lines if line not in parents]
    activity = [c.name for c in contract("ecds_activite").columns]
    return [*names, *(n for n in activity if n not in (*ADDED, *KEYS))]


def cell(value: Any) -> str:
    """Return a value as the layout writes it: nothing, true or false, or its text."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return str(value)


def panel_rows(solved: Solved) -> list[list[str]]:
    """Return the header, then one row per centre and year, sorted by year and centre."""
    rng = np.random.default_rng([SEED, EXPORT])
    centres = completed(solved, rng)
    names = header()
    rows: list[list[str]] = []
    for year in YEARS:
        there = ((centres.debut <= year) & (centres.fin >= year)).to_numpy()
        flags = past_flags(centres, year, there, solved.growth, rng)
        columns = {
            **identity_columns(centres, year, flags),
            **staff_columns(solved, year),
            **money_columns(solved, year),
            **activity_columns(solved, year),
            "part_dentaire_ophtalmo_pct": share_column(centres, year),
        }
        table = pd.DataFrame({n: columns.get(n, "") for n in names}, index=centres.index)[there]
        rows += [
            [cell(v) for v in row] for row in table.sort_values("finess").itertuples(index=False)
        ]
    return [names, *rows]
