"""Where exactly: the system of each row, X and Y told apart by its extent, longitude and latitude.

The inverse projections are written out, for the library that holds them all is heavy: Lambert-93 by
the constants the national institute publishes for it (IGN, NTG_71), UTM by Krüger's series to the
fourth order. Both are within a millimetre of the reference on the whole extent, whose ellipsoid is
GRS80 (WGS84 for Saint-Pierre-et-Miquelon differs by less than that).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.sources.finess_layouts import System, positions
from pipeline.sources.finess_places import mapped

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SEMI_MAJOR = 6378137.0
FLATTENING = 1 / 298.257222101
ECCENTRICITY = float(np.sqrt(FLATTENING * (2 - FLATTENING)))
# Lambert-93: exponent, constant, false origin, central meridian.
LAMBERT_N, LAMBERT_C = 0.725607765053267, 11754255.4261
LAMBERT_X, LAMBERT_Y, LAMBERT_MERIDIAN = 700000.0, 12655612.0499, 3.0
UTM_SCALE, UTM_X, UTM_SOUTH = 0.9996, 500000.0, 10000000.0
LATITUDE_ROUNDS = 8
# A tenth of a millimetre on the ground.
DEGREE_DECIMALS = 9


def lambert_93(x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude, in degrees, of Lambert-93 metres."""
    east, north = x - LAMBERT_X, LAMBERT_Y - y
    longitude = np.radians(LAMBERT_MERIDIAN) + np.arctan2(east, north) / LAMBERT_N
    isometric = -np.log(np.hypot(east, north) / LAMBERT_C) / LAMBERT_N
    latitude = 2 * np.arctan(np.exp(isometric)) - np.pi / 2
    for _ in range(LATITUDE_ROUNDS):
        sine = ECCENTRICITY * np.sin(latitude)
        grown = ((1 + sine) / (1 - sine)) ** (ECCENTRICITY / 2) * np.exp(isometric)
        latitude = 2 * np.arctan(grown) - np.pi / 2
    return np.degrees(longitude), np.degrees(latitude)


def utm(x: Floats, y: Floats, zone: int, north: bool) -> tuple[Floats, Floats]:
    """Return longitude and latitude, in degrees, of UTM metres."""
    n = FLATTENING / (2 - FLATTENING)
    radius = SEMI_MAJOR / (1 + n) * (1 + n**2 / 4 + n**4 / 64)
    xi = (y - (0.0 if north else UTM_SOUTH)) / (UTM_SCALE * radius)
    eta = (x - UTM_X) / (UTM_SCALE * radius)
    beta = (
        n / 2 - 2 * n**2 / 3 + 37 * n**3 / 96 - n**4 / 360,
        n**2 / 48 + n**3 / 15 - 437 * n**4 / 1440,
        17 * n**3 / 480 - 37 * n**4 / 840,
        4397 * n**4 / 161280,
    )
    straight, across = xi.copy(), eta.copy()
    for rank, factor in enumerate(beta, start=1):
        straight -= factor * np.sin(2 * rank * xi) * np.cosh(2 * rank * eta)
        across -= factor * np.cos(2 * rank * xi) * np.sinh(2 * rank * eta)
    conformal = np.arcsin(np.sin(straight) / np.cosh(across))
    delta = (
        2 * n - 2 * n**2 / 3 - 2 * n**3 + 116 * n**4 / 45,
        7 * n**2 / 3 - 8 * n**3 / 5 - 227 * n**4 / 45,
        56 * n**3 / 15 - 136 * n**4 / 35,
        4279 * n**4 / 630,
    )
    latitude = conformal.copy()
    for rank, factor in enumerate(delta, start=1):
        latitude += factor * np.sin(2 * rank * conformal)
    meridian = 6.0 * zone - 183.0
    longitude = meridian + np.degrees(np.arctan2(np.sinh(across), np.cos(straight)))
    return longitude, np.degrees(latitude)


def degrees(system: System, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Return longitude and latitude of metres of a system."""
    found = lambert_93(x, y) if system.projection == "lambert_93" else None
    return found or utm(x, y, system.zone, system.north)


def within(system: System, x: Floats, y: Floats) -> Bools:
    """Does each pair lie in the ranges of X and Y of a system?"""
    (left, right), (low, high) = system.x, system.y
    return (x >= left) & (x <= right) & (y >= low) & (y <= high)


def system_of(source: pa.Array, departement: pa.Array, named: bool) -> pa.Array:
    """Return the system of each row: the one its source names, else that of its department.

    Args:
        source: the source of the position, as the file writes it.
        departement: the department of the row.
        named: does the edition name its systems? Where it should and does not, none is guessed.
    """
    if not named:
        default = next(iter(positions().systems))
        known = mapped(departement, positions().departements)
        said = pc.is_in(departement, pa.array(list(positions().departements), pa.string()))
        found = pc.if_else(said, known, default)
        return pc.if_else(pc.equal(found, ""), pa.scalar(None, pa.string()), found)
    found = pc.struct_field(pc.extract_regex(source, "(?P<crs>EPSG:[0-9]+)"), "crs")
    for name, code in positions().names.items():
        found = pc.coalesce(found, pc.if_else(pc.match_substring(source, name), code, None))
    return found


def numbers(texts: pa.Array) -> Floats:
    """Return the numbers of a column of texts; what is missing or no number gives NaN."""
    clean = pc.if_else(pc.match_substring_regex(texts, r"^-?[0-9]+(\.[0-9]+)?$"), texts, None)
    found: Floats = clean.cast(pa.float64()).fill_null(np.nan).to_numpy(zero_copy_only=False)
    return found.copy()


def nullable(values: Floats) -> pa.Array:
    """Return numbers as a column; NaN is missing."""
    return pa.array(values, pa.float64(), from_pandas=True)


def position_columns(
    cells: dict[str, pa.Array], departement: pa.Array, count: int
) -> tuple[dict[str, pa.Array], dict[str, pa.Array]]:
    """Return the columns of a position, those that are texts and those that are values.

    X and Y are put right when their exchange, and not they, falls in the extent of the system.
    Longitude and latitude are the file's where it gives them, else those of X and Y in that extent.

    Args:
        cells: `position_x` and `position_y`, `coord_source`; in FINESS+ `position_lon` and
            `position_lat`.
        departement: the department of each row.
        count: the number of rows.
    """
    nothing = pa.nulls(count, pa.string())
    source = cells.get("coord_source", nothing)
    given = "position_lon" in cells
    texts = {
        "coord_x_m": cells.get("position_x", nothing),
        "coord_y_m": cells.get("position_y", nothing),
    }
    x, y = numbers(texts["coord_x_m"]), numbers(texts["coord_y_m"])
    placed = pa.array(np.isfinite(x) & np.isfinite(y))
    crs = pc.if_else(placed, system_of(source, departement, not given), None)
    said = None
    if given:
        texts |= {"longitude_deg": cells["position_lon"], "latitude_deg": cells["position_lat"]}
        said = numbers(texts["longitude_deg"]), numbers(texts["latitude_deg"])
    swapped, *found = put_right(x, y, crs, said)
    longitude, latitude = said or found
    values = {
        "coord_x_m": nullable(x),
        "coord_y_m": nullable(y),
        "coord_crs": crs,
        "coord_inversees": pc.if_else(placed, pa.array(swapped), None),
        "longitude_deg": nullable(np.round(longitude, DEGREE_DECIMALS)),
        "latitude_deg": nullable(np.round(latitude, DEGREE_DECIMALS)),
    }
    return {**texts, "coord_source": source}, values


def put_right(
    x: Floats, y: Floats, crs: pa.Array, said: tuple[Floats, Floats] | None
) -> tuple[Bools, Floats, Floats]:
    """Exchange X and Y in place where they are swapped; return where, with the degrees found."""
    swapped = np.zeros(len(x), dtype=bool)
    longitude, latitude = np.full(len(x), np.nan), np.full(len(x), np.nan)
    for code, system in positions().systems.items():
        named = pc.fill_null(pc.equal(crs, code), False).to_numpy(zero_copy_only=False)
        here = np.flatnonzero(named)
        if not len(here):
            continue
        told = None if said is None else (said[0][here], said[1][here])
        wrong = here[exchanged(system, x[here], y[here], told)]
        x[wrong], y[wrong] = y[wrong].copy(), x[wrong].copy()
        swapped[wrong] = True
        good = here[within(system, x[here], y[here])]
        longitude[good], latitude[good] = degrees(system, x[good], y[good])
    return swapped, longitude, latitude


def exchanged(system: System, x: Floats, y: Floats, said: tuple[Floats, Floats] | None) -> Bools:
    """Are X and Y swapped? By the extent of the system, else by the degrees the file gives.

    In Guyane both orders may lie in the extent: without degrees, the label is then believed.
    """
    straight, crossed = within(system, x, y), within(system, y, x)
    wrong: Bools = ~straight & crossed
    if said is not None:
        both = np.flatnonzero(straight & crossed)
        as_read = apart(degrees(system, x[both], y[both]), said, both)
        wrong[both] = apart(degrees(system, y[both], x[both]), said, both) < as_read
    return wrong


def apart(found: tuple[Floats, Floats], said: tuple[Floats, Floats], ranks: Any) -> Floats:
    """Return how far, in degrees, found places are from those said; NaN where none is said."""
    gap: Floats = np.hypot(found[0] - said[0][ranks], found[1] - said[1][ranks])
    return gap
