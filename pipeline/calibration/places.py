"""Where the centres are in 2022, by region and department, and how many were there in 2016."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats
from pipeline.calibration.choices import OTHERS, choices, managers
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError, Interval
from pipeline.calibration.transport import fill

REGIONS = {
    "11": "001-A0157",
    "32": "001-A0158",
    "84": "001-A0159",
    "44": "001-A0160",
    "93": "001-A0161",
}
REGION_GROWTH = {
    "11": "001-A0152",
    "32": "001-A0153",
    "84": "001-A0154",
    "93": "001-A0155",
    "76": "001-A0156",
}
DEPARTMENTS = {
    "11": {"75": "001-A0172", "93": "001-A0173", "92": "001-A0174", "94": "001-A0174"},
    "32": {"62": "001-A0175", "59": "001-A0176"},
}
# Both are in Hauts-de-France.
DEPARTMENT_GROWTH = {"62": "001-A0177", "59": "001-A0178"}
HAUTS_DE_FRANCE = "32"


def place_counts(published: Published, total: int) -> dict[tuple[str, str], int]:
    """Return the number of centres of each department in 2022, by region and department.

    Raises:
        CalibrationError: the departments of a region do not add up to it.
    """
    regions = {r: published.share_of(f, total) for r, f in REGIONS.items()} | choices()["regions"]
    counts: dict[tuple[str, str], int] = {}
    for region, departments in choices()["departements"].items():
        printed = {d: published.share_of(f, total) for d, f in DEPARTMENTS.get(region, {}).items()}
        counts |= {(region, d): n for d, n in {**printed, **departments}.items()}
        found = sum(n for (r, _), n in counts.items() if r == region)
        if found != regions[region]:
            raise CalibrationError(f"region {region}: {found} by department, {regions[region]}")
    return counts


def preference(name: str, region: str) -> float:
    """Return how much a manager is found in a region; 1 when nothing is known of it."""
    told = choices()["preferences"]
    listed = told.get(name, told[OTHERS])
    return float(listed.get(region, listed[OTHERS]))


def draw_places(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Share the centres out between departments, by manager; sets `region` and `departement`."""
    counts = place_counts(published, len(frame))
    places = list(counts)
    weights: Floats = np.array(
        [[preference(m, r) * counts[r, d] for r, d in places] for m in managers()]
    )
    rows = np.array([int((frame.gestionnaire == m).sum()) for m in managers()])
    table = fill(rows, np.array(list(counts.values())), weights)
    frame["region"], frame["departement"] = "", ""
    for rank, name in enumerate(managers()):
        index = rng.permutation(frame.index[frame.gestionnaire == name])
        listed = [p for p, n in zip(places, table[rank], strict=True) for _ in range(n)]
        frame.loc[index, "region"] = [r for r, _ in listed]
        frame.loc[index, "departement"] = [d for _, d in listed]
    # the teleconsultation platform changes places with an association of its department
    home = choices()["livi"]["departement"]
    platform = frame.index[frame.livi][0]
    host = frame.index[(frame.gestionnaire == "association") & (frame.departement == home)][0]
    columns = ["region", "departement"]
    frame.loc[[platform, host], columns] = frame.loc[[host, platform], columns].to_numpy()


def place_of(region: str, department: str) -> str:
    """Return the unit whose growth is printed: a department of Hauts-de-France, else a region."""
    inside = region == HAUTS_DE_FRANCE and department in DEPARTMENT_GROWTH
    return department if inside else region


def places_of(frame: pd.DataFrame) -> pd.Series:
    """Return the unit of each centre."""
    pairs = zip(frame.region, frame.departement, strict=True)
    return pd.Series([place_of(r, d) for r, d in pairs], index=frame.index)


def grown_from(now: int, growth: Interval) -> int:
    """Return the whole number that grew to `now` by a printed growth in %; the middle one.

    Raises:
        CalibrationError: no whole number did.
    """
    found = [n for n in range(1, now + 1) if growth.low <= 100.0 * (now / n - 1.0) <= growth.high]
    if not found:
        raise CalibrationError(f"no whole number grows to {now} by {growth.low} to {growth.high} %")
    return found[len(found) // 2]


def places_2016(frame: pd.DataFrame, published: Published) -> dict[str, int]:
    """Return the number of centres of each unit in 2016: ours where no growth is printed."""
    now = places_of(frame)[~frame.livi].value_counts()
    found = {str(r): int(n) for r, n in choices()["regions_2016"].items()}
    for region, figure in REGION_GROWTH.items():
        total = int((frame.region == region).sum())
        found[region] = grown_from(total, published.figure(figure))
    for department, figure in DEPARTMENT_GROWTH.items():
        found[department] = grown_from(int(now[department]), published.figure(figure))
        found[HAUTS_DE_FRANCE] -= found[department]
    return found
