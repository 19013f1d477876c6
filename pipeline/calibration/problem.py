"""A set of values to place under published rows, and which of them are interchangeable."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.rows import CalibrationError, Row, order_statistics


@dataclass
class Problem:
    """Values to place: a prior for each, finite bounds, the published rows.

    `resolution` is the smallest step a value can take (a count over a size): no value is put in a
    segment narrower than its step. `mean_margin` keeps means that far inside their interval, as a
    share of its width, for what rounding to counts will move. `tight_step` is the step of the
    values of groups so small that every one of them carries a statistic.
    """

    prior: Floats
    rows: list[Row]
    lower: Floats
    upper: Floats
    rng: np.random.Generator
    resolution: Floats | None = None
    mean_margin: float = 0.06
    tight_step: Floats | None = None

    @property
    def step(self) -> Floats:
        """The resolution of each value."""
        return np.zeros(len(self.prior)) if self.resolution is None else self.resolution


def settle(problem: Problem, name: str) -> None:
    """Give a problem arrays of its own, and its small groups their order statistics.

    The values of small groups follow the order of their priors and stay put from then on.

    Raises:
        CalibrationError: a bound is not finite.
        InfeasibleError: the statistics of a small group exclude each other.
    """
    if not np.isfinite(problem.lower).all() or not np.isfinite(problem.upper).all():
        raise CalibrationError(f"{name}: every value needs finite bounds")
    problem.lower, problem.upper = problem.lower.copy(), problem.upper.copy()
    problem.prior = problem.prior.copy()
    for row in problem.rows:
        if row.is_tight():
            ranked = row.members[np.argsort(problem.prior[row.members], kind="stable")]
            steps = None if problem.tight_step is None else problem.tight_step[ranked]
            values = order_statistics(row, steps)
            problem.lower[ranked] = problem.upper[ranked] = problem.prior[ranked] = values


def types_of(problem: Problem) -> list[Ints]:
    """Group the values that are interchangeable: same rows, weights, scales, bounds, resolution."""
    keys: list[list[float]] = [[] for _ in problem.prior]
    for rank, row in enumerate(problem.rows):
        scales = row.scales()
        for member, weight in row.mean_weights().items():
            keys[member] += [float(rank), weight, scales[member]]
    bounds = zip(problem.lower, problem.upper, problem.step, strict=True)
    grouped: dict[tuple[float, ...], list[int]] = {}
    for place, (key, (low, high, step)) in enumerate(zip(keys, bounds, strict=True)):
        grouped.setdefault((*key, low, high, step), []).append(place)
    return [np.array(members) for members in grouped.values()]


def mean_terms(row: Row, types: Iterable[Ints], sums: Iterable[int]) -> dict[int, float]:
    """Return the terms of a row's mean: the weight of the sum of each type that belongs to it.

    Args:
        row: the published row.
        types: the members of each type.
        sums: the variable that holds the sum of each type.
    """
    weights = row.mean_weights()
    pairs = zip(types, sums, strict=True)
    return {total: weights[int(own[0])] for own, total in pairs if int(own[0]) in weights}
