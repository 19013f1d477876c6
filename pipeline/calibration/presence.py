"""When each centre opened and in which years it is in the panel; centres that closed since 2016."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Ints
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError
from pipeline.calibration.skeleton import (
    COUNTED_2016,
    DEPARTMENT_GROWTH,
    LAST,
    REGION_GROWTH,
    YEARS,
    choices,
    manager_counts,
    managers,
    take,
)
from pipeline.calibration.transport import fill, largest_remainders

FIELD_ROW, SHARE_ROW = 9, 10
OLD, MIDDLE = 1980, 2010


def grown_from(now: int, low: float, high: float) -> int:
    """Return the whole number that grew to `now` by a printed growth in %; the middle one."""
    found = [n for n in range(1, now + 1) if low <= 100.0 * (now / n - 1.0) <= high]
    if not found:
        raise CalibrationError(f"no whole number grows to {now} by {low} to {high} %")
    return found[len(found) // 2]


def yearly_targets(published: Published) -> dict[int, dict[str, int]]:
    """Return the number of centres of each manager in each year, LIVI apart."""
    told = choices()
    start = {
        "association": told["associations"][YEARS[0]],
        **told["gestionnaires_2016"],
        **{name: published.count(figure) for name, figure in COUNTED_2016.items()},
    }
    targets: dict[int, dict[str, int]] = {}
    names = [n for n in managers() if n not in ("association", "collectivite_territoriale")]
    end = manager_counts(published)
    for year in YEARS:
        field = published.cell_count("igas_tableau_3", FIELD_ROW, f"a{year}")
        share = published.cell("igas_tableau_3", SHARE_ROW, f"a{year}")
        total = round(field / (share.middle / 100.0))
        associations = told["associations"][year]
        rise = field - associations - sum(start[n] for n in names)
        gaps = np.array([end[n] - start[n] for n in names], dtype=float)
        added = largest_remainders(gaps, rise) if rise else np.zeros(len(names), dtype=int)
        targets[year] = {n: start[n] + int(a) for n, a in zip(names, added, strict=True)}
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


def place_of(region: str, department: str) -> str:
    """Return the unit whose growth is printed: a department of Hauts-de-France, else a region."""
    return department if region == "32" and department in DEPARTMENT_GROWTH else region


def places_2016(frame: pd.DataFrame, published: Published) -> dict[str, int]:
    """Return the number of centres of each place in 2016."""
    units = [place_of(r, d) for r, d in zip(frame.region, frame.departement, strict=True)]
    now = pd.Series(units)[~frame.livi.to_numpy()].value_counts()
    found = {str(r): int(n) for r, n in choices()["regions_2016"].items()}
    for region, figure in REGION_GROWTH.items():
        total = int((frame.region == region).sum())
        wide = published.figure(figure)
        found[region] = grown_from(total, wide.low, wide.high)
    for department, figure in DEPARTMENT_GROWTH.items():
        wide = published.figure(figure)
        found[department] = grown_from(int(now[department]), wide.low, wide.high)
        found["32"] -= found[department]
    return found


def survivors_2016(
    frame: pd.DataFrame, closed: pd.DataFrame, published: Published, targets: dict[str, int]
) -> tuple[list[str], Ints]:
    """Return how many centres of each manager and place were there in 2016 and still are."""
    units = np.array([place_of(r, d) for r, d in zip(frame.region, frame.departement, strict=True)])
    wanted = places_2016(frame, published)
    places = sorted(wanted)
    gone = closed.region.value_counts()
    columns = np.array([wanted[p] - int(gone.get(p, 0)) for p in places])
    left = closed.gestionnaire.value_counts()
    rows = np.array([targets[m] - int(left.get(m, 0)) for m in managers()])
    there = ~frame.livi.to_numpy()
    upper = np.array(
        [
            [int(((frame.gestionnaire == m) & there & (units == p)).sum()) for p in places]
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
    """
    targets, closed = yearly_targets(published), closed_centres()
    places, table = survivors_2016(frame, closed, published, targets[YEARS[0]])
    frame["debut"], frame["fin"] = 0, LAST
    units = pd.Series(
        [place_of(r, d) for r, d in zip(frame.region, frame.departement, strict=True)]
    )
    for i, name in enumerate(managers()):
        for j, place in enumerate(places):
            pool = (frame.gestionnaire == name) & (units == place) & ~frame.livi
            frame.loc[take(frame, pool, int(table[i, j]), rng), "debut"] = YEARS[0]
    frame.loc[frame.livi, "debut"] = 2020
    closed["debut"], closed["livi"] = YEARS[0], False
    everyone = pd.concat([frame, closed], ignore_index=True)
    early = pd.Series(
        [
            place_of(r, d) in DEPARTMENT_GROWTH
            for r, d in zip(everyone.region, everyone.departement, strict=True)
        ]
    )
    order = np.where(early, 0.0, 1.0) + rng.random(len(everyone))
    for year in YEARS[1:]:
        for name in managers():
            own = (everyone.gestionnaire == name) & ~everyone.livi
            there = own & (everyone.debut > 0) & (everyone.debut <= year) & (everyone.fin >= year)
            number = targets[year][name] - int(there.sum())
            pool = everyone.index[own & (everyone.debut == 0)]
            if number < 0 or number > len(pool):
                raise CalibrationError(f"{year}: {number} {name} should enter, {len(pool)} can")
            chosen = pool[np.argsort(order[pool], kind="stable")[:number]]
            everyone.loc[chosen, "debut"] = year
    return everyone


def draw_details(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Set detailed statuses again, so that as many of the centres of 2016 have one as is known."""
    for name, (detail, number, closed) in choices()["details_2016"].items():
        own = (frame.gestionnaire == name) & (frame.fin == LAST)
        other = frame.detail[own & (frame.detail != detail)].iloc[0]
        total = int((own & (frame.detail == detail)).sum())
        frame.loc[own, "detail"] = other
        old = own & (frame.debut == YEARS[0])
        frame.loc[take(frame, old, number - closed, rng), "detail"] = detail
        young = own & (frame.debut > YEARS[0]) & ~frame.livi.astype(bool)
        frame.loc[take(frame, young, total - number + closed, rng), "detail"] = detail
        gone = (frame.gestionnaire == name) & (frame.fin < LAST)
        frame.loc[gone, "detail"] = other
        frame.loc[take(frame, gone, closed, rng), "detail"] = detail


def draw_openings(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the opening year of every centre, to the printed shares and before its first year."""
    told, total = choices(), int((frame.fin == LAST).sum())
    frame["ouverture"] = 0
    current = frame.fin == LAST
    field = frame.champ_r1.fillna(False).astype(bool)
    new = current & (frame.debut == LAST) & (frame.gestionnaire != "autre_public")
    all_rows, opened_out = (published.cell_count("igas_tableau_6", r, "cds_nb") for r in (9, 11))
    for pool, number in (
        (new & field, all_rows - opened_out),
        (new & ~field, told["ouverts_hors_champ"]),
    ):
        frame.loc[take(frame, pool, number, rng), "ouverture"] = LAST
    recent = published.share_of("001-A0303", total)
    since_2010 = published.share_of("001-A0302", total)
    before_1980 = published.share_of("001-A0304", total)
    draw_recent(frame, current, recent, published, rng)
    rest = current & (frame.ouverture == 0)
    ranked = frame.index[rest][np.argsort(-(frame.debut[rest] + rng.random(rest.sum())).to_numpy())]
    decade = ranked[: since_2010 - recent]
    limit = np.minimum(frame.debut[decade].to_numpy(), 2019)
    frame.loc[decade, "ouverture"] = MIDDLE + np.floor(
        rng.random(len(decade)) * (limit - MIDDLE + 1)
    )
    older = ranked[since_2010 - recent :]
    weight = (frame.gestionnaire[older] != "association").to_numpy() + rng.random(len(older))
    oldest = older[np.argsort(-weight, kind="stable")[:before_1980]]
    frame.loc[older, "ouverture"] = rng.integers(OLD, MIDDLE, len(older))
    frame.loc[oldest, "ouverture"] = rng.integers(1921, OLD, len(oldest))
    gone = frame.index[~current]
    frame.loc[gone, "ouverture"] = rng.integers(1950, 2014, len(gone))


def draw_recent(
    frame: pd.DataFrame,
    current: pd.Series,
    number: int,
    published: Published,
    rng: np.random.Generator,
) -> None:
    """Set the centres opened since 2020, associations to their printed share."""
    own = current & (frame.gestionnaire == "association")
    wanted = published.share_of("001-A0305", int(own.sum()))
    for pool, goal in ((own, wanted), (current & ~own, number - wanted)):
        done = int((pool & (frame.ouverture == LAST)).sum())
        free = pool & (frame.ouverture == 0) & (frame.debut >= 2020)
        chosen = take(frame, free, goal - done, rng)
        latest = np.minimum(frame.debut[chosen].to_numpy(), LAST - 1)
        frame.loc[chosen, "ouverture"] = 2020 + np.floor(rng.random(len(chosen)) * (latest - 2019))
