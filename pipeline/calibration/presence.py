"""In which years each centre is in the panel; centres that closed since 2016."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import choices, managers
from pipeline.calibration.places import DEPARTMENT_GROWTH, places_2016, places_of
from pipeline.calibration.priors import take
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError
from pipeline.calibration.skeleton import manager_counts
from pipeline.calibration.transport import fill, largest_remainders
from pipeline.calibration.years import FIRST, LAST, YEARS

# Rows of table 3: centres without those of local authorities, their share of all centres.
FIELD_ROW, SHARE_ROW = 9, 10
COUNTED_2016 = {
    "prive_commercial": "001-A0201",
    "etablissement_public_sante": "001-A0204",
    "autre_prive_non_lucratif": "001-A0206",
}
# Managers whose yearly number is given: by us, by table 3.
GIVEN = ("association", "collectivite_territoriale")


def yearly_targets(published: Published) -> dict[int, dict[str, int]]:
    """Return the number of centres of each manager in each year, LIVI apart."""
    told = choices()
    start = {
        "association": told["associations"][FIRST],
        **told["gestionnaires_2016"],
        **{name: published.count(figure) for name, figure in COUNTED_2016.items()},
    }
    targets: dict[int, dict[str, int]] = {}
    names = [n for n in managers() if n not in GIVEN]
    end = manager_counts(published)
    for year in YEARS:
        field = published.cell_count("igas_tableau_3", FIELD_ROW, f"a{year}")
        share = published.cell("igas_tableau_3", SHARE_ROW, f"a{year}")
        total = round(field / (share.middle / 100.0))
        associations = told["associations"][year]
        rise = field - associations - sum(start[n] for n in names)
        gaps = np.array([end[n] - start[n] for n in names], dtype=float)
        added = largest_remainders(gaps, rise).tolist() if rise else [0] * len(names)
        targets[year] = {n: start[n] + a for n, a in zip(names, added, strict=True)}
        targets[year] |= {"association": associations, "collectivite_territoriale": total - field}
    return targets


def closed_centres() -> pd.DataFrame:
    """Return the centres of 2016 that closed, with manager, region, department, last year."""
    told = choices()
    rows = []
    for name, years in told["fermes"].items():
        for year, region in zip(years, told["fermes_regions"][name], strict=True):
            department = next(iter(told["departements"][region]))
            rows.append(
                {"gestionnaire": name, "region": region, "departement": department, "fin": year - 1}
            )
    return pd.DataFrame(rows)


def survivors_2016(
    frame: pd.DataFrame, closed: pd.DataFrame, published: Published, targets: dict[str, int]
) -> tuple[list[str], Ints]:
    """Return how many centres of each manager and place were there in 2016 and still are.

    Args:
        frame: the centres of 2022.
        closed: those that closed.
        published: printed values.
        targets: number of centres of each manager in 2016.

    Returns:
        The places, then the table: one row per manager, one column per place.
    """
    units, wanted = places_of(frame), places_2016(frame, published)
    places = sorted(wanted)
    gone = closed.region.value_counts()
    columns = np.array([wanted[p] - int(gone.get(p, 0)) for p in places])
    left = closed.gestionnaire.value_counts()
    rows = np.array([targets[m] - int(left.get(m, 0)) for m in managers()])
    upper = np.array(
        [
            [int(((frame.gestionnaire == m) & ~frame.livi & (units == p)).sum()) for p in places]
            for m in managers()
        ]
    )
    return places, fill(rows, columns, upper.astype(float), upper=upper)


def draw_presence(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the centres of 2022 then the closed ones, with `debut` and `fin` years.

    Raises:
        CalibrationError: a year has no candidate left to enter the panel.
        InfeasibleError: managers and places of 2016 exclude each other.
    """
    targets, closed = yearly_targets(published), closed_centres()
    places, table = survivors_2016(frame, closed, published, targets[FIRST])
    frame["debut"], frame["fin"] = 0, LAST
    units = places_of(frame)
    for i, name in enumerate(managers()):
        for j, place in enumerate(places):
            pool = (frame.gestionnaire == name) & (units == place) & ~frame.livi
            frame.loc[take(frame, pool, int(table[i, j]), rng), "debut"] = FIRST
    frame.loc[frame.livi, "debut"] = min(choices()["livi"]["avant"])
    closed["debut"], closed["livi"] = FIRST, False
    everyone = pd.concat([frame, closed], ignore_index=True)
    # the departments whose growth is printed are those that grew first
    early = places_of(everyone).isin(list(DEPARTMENT_GROWTH))
    order = np.where(early, 0.0, 1.0) + rng.random(len(everyone))
    for year in YEARS[1:]:
        for name in managers():
            enter(everyone, year, (name, targets[year][name]), order)
    return everyone


def enter(everyone: pd.DataFrame, year: int, target: tuple[str, int], order: Floats) -> None:
    """Let centres of a manager enter the panel in a year, the first of an order, to its number.

    Raises:
        CalibrationError: too few are left, or too many are there already.
    """
    name, wanted = target
    own = (everyone.gestionnaire == name) & ~everyone.livi
    there = own & (everyone.debut > 0) & (everyone.debut <= year) & (everyone.fin >= year)
    number = wanted - int(there.sum())
    pool = everyone.index[own & (everyone.debut == 0)]
    if number < 0 or number > len(pool):
        raise CalibrationError(f"{year}: {number} {name} should enter, {len(pool)} can")
    chosen = pool[np.argsort(order[pool], kind="stable")[:number]]
    everyone.loc[chosen, "debut"] = year


def draw_details(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Set detailed statuses again, so that as many of the centres of 2016 have one as is known."""
    for name, (detail, number, closed) in choices()["details_2016"].items():
        own = (frame.gestionnaire == name) & (frame.fin == LAST)
        other = frame.detail[own & (frame.detail != detail)].iloc[0]
        total = int((own & (frame.detail == detail)).sum())
        frame.loc[own, "detail"] = other
        old = own & (frame.debut == FIRST)
        frame.loc[take(frame, old, number - closed, rng), "detail"] = detail
        young = own & (frame.debut > FIRST) & ~frame.livi.astype(bool)
        frame.loc[take(frame, young, total - number + closed, rng), "detail"] = detail
        gone = (frame.gestionnaire == name) & (frame.fin < LAST)
        frame.loc[gone, "detail"] = other
        frame.loc[take(frame, gone, closed, rng), "detail"] = detail
