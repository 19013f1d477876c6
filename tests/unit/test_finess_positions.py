"""Inverse projections against the reference library, and the exchange of X and Y."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pipeline.sources.finess_layouts import positions
from pipeline.sources.finess_positions import degrees, position_columns, within

# X, Y, longitude, latitude by PROJ 9.5.1, to the geographic system of each datum; the fourth is the
# point whose degrees FINESS+ publishes beside its metres (5.254203, 46.211257).
KNOWN = [
    ("EPSG:2154", 652469.02, 6862035.26, 2.352199963, 48.856600005),
    ("EPSG:2154", 100000.0, 6200000.0, -4.317937125, 42.649252206),
    ("EPSG:2154", 1242000.0, 6080000.0, 9.493863633, 41.620600278),
    ("EPSG:2154", 873766.07, 6570414.61, 5.254202949, 46.211257006),
    ("EPSG:5490", 657242.9, 1795384.4, -61.528737061, 16.234004328),
    ("EPSG:5490", 500000.0, 1997000.0, -63.0, 18.061593235),
    ("EPSG:2972", 353000.0, 545000.0, -52.325805899, 4.929341645),
    ("EPSG:2975", 338700.0, 7690200.0, 55.449340044, -20.881399347),
    ("EPSG:4471", 523500.0, 8587400.0, 45.216515714, -12.778039723),
    ("EPSG:32621", 562000.0, 5181000.0, -56.187816099, 46.779666879),
]


@pytest.mark.parametrize(("code", "x", "y", "longitude", "latitude"), KNOWN)
def test_degrees_are_those_of_the_reference(
    code: str, x: float, y: float, longitude: float, latitude: float
) -> None:
    system = positions().systems[code]
    assert within(system, np.array([x]), np.array([y])).all()
    found = degrees(system, np.array([x]), np.array([y]))
    # A hundred-millionth of a degree is a millimetre.
    assert found[0][0] == pytest.approx(longitude, abs=1e-8)
    assert found[1][0] == pytest.approx(latitude, abs=1e-8)


def test_every_system_is_tried() -> None:
    assert {code for code, *_ in KNOWN} == set(positions().systems)


@pytest.mark.parametrize(("code", "x", "y", "longitude", "latitude"), KNOWN)
def test_swapped_metres_are_put_right_in_every_system(
    code: str, x: float, y: float, longitude: float, latitude: float
) -> None:
    cells = {
        "position_x": pa.array([str(y), str(x)]),
        "position_y": pa.array([str(x), str(y)]),
        "coord_source": pa.array([f"1,BAN,{code} x"] * 2),
    }
    _, values = position_columns(cells, pa.nulls(2, pa.string()), 2)
    assert values["coord_x_m"].to_pylist() == [x, x]
    assert values["coord_y_m"].to_pylist() == [y, y]
    assert values["coord_inversees"].to_pylist() == [True, False]
    assert values["longitude_deg"].to_pylist() == pytest.approx([longitude] * 2, abs=1e-8)


def test_only_guyane_leaves_a_doubt() -> None:
    """Elsewhere no pair of metres is a place in both orders."""
    doubtful = []
    for code, system in positions().systems.items():
        (left, right), (low, high) = system.x, system.y
        if left <= high and low <= right:
            doubtful.append(code)
    assert doubtful == ["EPSG:2972"]


@pytest.mark.parametrize("swap", [True, False])
def test_in_guyane_the_degrees_of_the_file_decide(swap: bool) -> None:
    x, y = 300000.0, 400000.0
    longitude, latitude = degrees(positions().systems["EPSG:2972"], np.array([x]), np.array([y]))
    pair = [str(y), str(x)] if swap else [str(x), str(y)]
    cells = {
        "position_x": pa.array(pair[:1]),
        "position_y": pa.array(pair[1:]),
        "position_lon": pa.array([str(longitude[0])]),
        "position_lat": pa.array([str(latitude[0])]),
    }
    _, values = position_columns(cells, pa.array(["973"]), 1)
    assert values["coord_crs"].to_pylist() == ["EPSG:2972"]
    assert (values["coord_x_m"][0].as_py(), values["coord_y_m"][0].as_py()) == (x, y)
    assert values["coord_inversees"].to_pylist() == [swap]


def test_in_guyane_without_degrees_the_label_is_believed() -> None:
    cells = {
        "position_x": pa.array(["400000.0"]),
        "position_y": pa.array(["300000.0"]),
        "coord_source": pa.array(["1,BAN,EPSG:2972 RGFG95"]),
    }
    _, values = position_columns(cells, pa.array(["973"]), 1)
    assert values["coord_x_m"].to_pylist() == [400000.0]
    assert values["coord_inversees"].to_pylist() == [False]
