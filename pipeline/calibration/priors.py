"""What priors are drawn with: rows at random, noise around one, ranks inside groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats
from pipeline.calibration.rows import CalibrationError


def take(frame: pd.DataFrame, chosen: pd.Series, number: int, rng: np.random.Generator) -> Any:
    """Return the index of some rows drawn among those that qualify.

    Raises:
        CalibrationError: fewer rows qualify than are asked for.
    """
    pool = frame.index[chosen]
    if len(pool) < number:
        raise CalibrationError(f"{number} centres wanted, {len(pool)} qualify")
    return rng.choice(pool, number, replace=False)


def around_one(rng: np.random.Generator, shape: float, size: int | tuple[int, int]) -> Floats:
    """Return positive noise of mean 1, from a gamma law: the larger its shape, the smaller."""
    found: Floats = rng.gamma(shape, 1.0 / shape, size)
    return found


def share_of_law(rng: np.random.Generator, law: Sequence[float], size: int) -> Floats:
    """Return shares between 0 and 1, from the beta law of two parameters."""
    first, second = law
    return rng.beta(first, second, size)


def ranks_within(values: Floats, groups: pd.Series) -> Floats:
    """Return the rank of each value in its group, between 0 and 1, ends excluded."""
    frame = pd.DataFrame({"v": values, "g": groups.to_numpy()})
    place = frame.groupby("g").v.rank(method="first")
    size = frame.groupby("g").v.transform("size")
    return ((place - 0.5) / size).to_numpy(dtype=float)
