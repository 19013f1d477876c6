"""Outlines of the departments, simplified so that neighbours still share their borders; tiles.

The source holds one polygon list by department, whose common borders have the same vertices. Each
ring is cut where the set of departments around it changes; each piece is thinned once, in one
direction, for the two departments it separates.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

Point = tuple[float, float]
Ring = list[Point]
TOLERANCE = 0.012
SMALLEST = 0.004
DIGITS = 3
# Paris and its neighbours are small: a finer line for them.
FINE, FINE_TOLERANCE = ("75", "92", "93", "94"), 0.002
OVERSEAS = ("971", "972", "973", "974", "976")
COLUMNS, ROWS = 12, 12
COSINE = math.cos(math.radians(46.5))


def code_of(properties: dict[str, Any]) -> str:
    """Return the official code of a department; the source leaves that of Mayotte empty."""
    return str(properties["gn_a1_code"]).removeprefix("FR.") or "976"


def rings(geometry: dict[str, Any]) -> list[Ring]:
    """Return every ring of a geometry, without its closing point."""
    found = geometry["coordinates"]
    polygons = [found] if geometry["type"] == "Polygon" else found
    return [[(x, y) for x, y in ring[:-1]] for polygon in polygons for ring in polygon]


def area(ring: Ring) -> float:
    """Return the area of a ring, in square degrees."""
    moved = [*ring[1:], ring[0]]
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, moved, strict=True))) / 2


def distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point lies from a segment."""
    (x, y), (x1, y1), (x2, y2) = point, start, end
    dx, dy = x2 - x1, y2 - y1
    length = dx * dx + dy * dy
    t = 0.0 if length == 0 else max(0.0, min(1.0, ((x - x1) * dx + (y - y1) * dy) / length))
    return math.hypot(x - x1 - t * dx, y - y1 - t * dy)


def thin(line: Ring, tolerance: float) -> Ring:
    """Drop the points of a line that its neighbours tell within a tolerance (Douglas-Peucker)."""
    kept, stack = {0, len(line) - 1}, [(0, len(line) - 1)]
    while stack:
        first, last = stack.pop()
        inside = [(distance(line[i], line[first], line[last]), i) for i in range(first + 1, last)]
        far, rank = max(inside, default=(0.0, 0))
        if far > tolerance:
            kept.add(rank)
            stack += [(first, rank), (rank, last)]
    return [line[rank] for rank in sorted(kept)]


def pieces(ring: Ring, around: dict[Point, frozenset[str]]) -> list[Ring]:
    """Cut a ring where the departments around its points change."""
    count = len(ring)
    ends = [
        i
        for i in range(count)
        if len(around[ring[i]]) > 2
        or around[ring[i - 1]] != around[ring[i]] != around[ring[(i + 1) % count]]
        or not around[ring[i - 1]] <= around[ring[i]]
        or not around[ring[(i + 1) % count]] <= around[ring[i]]
    ]
    cuts = ends or [ring.index(min(ring)), ring.index(max(ring))]
    cuts = sorted(set(cuts))
    if len(cuts) == 1:
        cuts = sorted({cuts[0], (cuts[0] + count // 2) % count})
    found = []
    for first, last in zip(cuts, [*cuts[1:], cuts[0] + count], strict=True):
        found.append([ring[i % count] for i in range(first, last + 1)])
    return found


def thinned(ring: Ring, around: dict[Point, frozenset[str]], tolerance: float) -> Ring:
    """Thin a ring piece by piece, each in the direction that does not depend on the department."""
    out: Ring = []
    for piece in pieces(ring, around):
        forward = piece[0] <= piece[-1]
        line = thin(piece if forward else piece[::-1], tolerance)
        out += (line if forward else line[::-1])[:-1]
    return out


def outlines(shapes: dict[str, Any]) -> list[tuple[str, int, int, float, float]]:
    """Return the points of the outlines: department, ring, rank, longitude, latitude (degrees)."""
    found = {code_of(f["properties"]): rings(f["geometry"]) for f in shapes["features"]}
    owners: dict[Point, set[str]] = defaultdict(set)
    for code, its in found.items():
        for ring in its:
            for point in ring:
                owners[point].add(code)
    around = {point: frozenset(codes) for point, codes in owners.items()}
    rows = []
    for code in sorted(found):
        largest = max(found[code], key=area)
        kept = [ring for ring in found[code] if ring is largest or area(ring) > SMALLEST]
        for rank, ring in enumerate(sorted(kept, key=area, reverse=True), 1):
            near = {name for point in ring for name in around[point]}
            fine = code in OVERSEAS or bool(near & set(FINE))
            line = thinned(ring, around, FINE_TOLERANCE if fine else TOLERANCE)
            rows += [
                (code, rank, place, round(x, DIGITS), round(y, DIGITS))
                for place, (x, y) in enumerate(line, 1)
            ]
    return rows


def tiles(points: list[tuple[str, int, int, float, float]]) -> dict[str, tuple[int, int]]:
    """Return the column and the row of each department on a grid, nearest to where it lies."""
    shapes: dict[str, Ring] = defaultdict(list)
    for code, ring, _, x, y in points:
        if ring == 1 and code not in OVERSEAS:
            shapes[code].append((x * COSINE, y))
    codes = sorted(shapes)
    middles = np.array([centre(shapes[code]) for code in codes])
    # Crowded and empty parts are evened out: a place is the mean of a rank and a position.
    span = middles.max(axis=0) - middles.min(axis=0)
    position = (middles - middles.min(axis=0)) / span
    rank = middles.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable") / (len(codes) - 1)
    place = (0.65 * position + 0.35 * rank) * [COLUMNS - 1, ROWS - 1]
    grid = np.array([(c, r) for c in range(COLUMNS) for r in range(ROWS)])
    cost = ((place[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
    _, chosen = linear_sum_assignment(cost)
    found = {
        code: (int(grid[k][0]) + 2, ROWS - int(grid[k][1]))
        for code, k in zip(codes, chosen, strict=True)
    }
    return found | {code: (1, ROWS - 8 + 2 * i) for i, code in enumerate(OVERSEAS)}


def centre(ring: Ring) -> Point:
    """Return the centroid of a ring."""
    total = x = y = 0.0
    for a, b in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = a[0] * b[1] - b[0] * a[1]
        total, x, y = total + cross, x + (a[0] + b[0]) * cross, y + (a[1] + b[1]) * cross
    return x / (3 * total), y / (3 * total)
