"""Place values so that overlapping groups have the published quantiles, means and shares.

A value is first put in a segment between published bounds by an integer program that moves as few
values as possible from their prior; a linear program then moves it inside its segment so that the
means hold. With h = (n - 1) p, both order statistics around h lie inside the rounding interval of
the printed quantile, or at a gap around it. Groups too small for that get their order statistics
from a linear program of their own.
"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from pipeline.calibration.arrays import Floats
from pipeline.calibration.problem import Problem, mean_terms, settle, types_of
from pipeline.calibration.program import LinearProgram
from pipeline.calibration.rows import Row
from pipeline.calibration.segments import Segments

# A smaller move of the sum of a type is the noise of the solver.
STILL = 1e-9


def start_values(problem: Problem, low: Floats, high: Floats) -> Floats:
    """Return the priors, those outside their segment drawn again inside it."""
    drawn = low + problem.rng.random(len(low)) * (high - low)
    outside = (problem.prior < low) | (problem.prior > high)
    return np.where(outside, drawn, problem.prior)


def shift_to_means(values: Floats, low: Floats, high: Floats, problem: Problem) -> Floats:
    """Move each type of values towards its bounds until the mean of every row holds.

    A linear program finds the sums the types must reach, as near as can be to those they have; each
    type then moves all its members by the same share of the room they have left.
    """
    program = LinearProgram()
    types = types_of(problem)
    sums = []
    for members in types:
        total = program.variable(float(low[members].sum()), float(high[members].sum()))
        program.stay_near(total, float(values[members].sum()), 1.0 / math.sqrt(len(members)))
        sums.append(total)
    for row in problem.rows:
        if "moyenne" in row.stats and not row.is_tight():
            wanted = row.stats["moyenne"].shrunk(problem.mean_margin)
            program.between(mean_terms(row, types, sums), wanted.low, wanted.high)
    solution = program.solve("means")
    found = values.copy()
    for members, total in zip(types, sums, strict=True):
        move = float(solution[total]) - float(values[members].sum())
        room = (high if move > 0 else low)[members] - values[members]
        if abs(move) > STILL:
            found[members] += room * (move / room.sum())
    return found


def choose_gaps(problem: Problem, name: str) -> list[Row]:
    """Return the rows with one gap per quantile, the first choice of gaps that is feasible."""
    trial = Segments(problem, near_priors=False)
    solution = trial.program.solve(f"{name}, gaps")
    chosen = []
    for rank, row in enumerate(problem.rows):
        steps: dict[str, tuple[float, ...]] = {
            stat: (tried[int(np.argmax(solution[trial.choices[rank, stat]]))],)
            for stat, tried in row.steps.items()
            if (rank, stat) in trial.choices and len(trial.choices[rank, stat]) > 1
        }
        chosen.append(replace(row, steps=steps))
    return chosen


def place(problem: Problem, name: str) -> Floats:
    """Return values near their priors that meet every published row.

    Raises:
        CalibrationError: a bound is not finite.
        InfeasibleError: the rows cannot be met together.
    """
    return place_within(problem, name)[0]


def place_within(problem: Problem, name: str) -> tuple[Floats, Floats, Floats]:
    """Return values near their priors that meet every published row, and the bounds of each.

    A value moved inside its bounds breaks no quantile, extreme or share; it may move a mean.

    Raises:
        CalibrationError: a bound is not finite.
        InfeasibleError: the rows cannot be met together.
    """
    settle(problem, name)
    if any(row.steps for row in problem.rows):
        problem.rows = choose_gaps(problem, name)
    low, high = Segments(problem).solve(name)
    return shift_to_means(start_values(problem, low, high), low, high, problem), low, high
