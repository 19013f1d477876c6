"""Draw again, from the next seed, when a draw leaves no room for the published margins."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np

from pipeline.calibration.program import InfeasibleError
from pipeline.calibration.rows import CalibrationError

# The seed of the whole panel, and how many draws of a stage are tried.
SEED, MOST = 2022, 40
Found = TypeVar("Found")


def first_that_fits(stage: int, draw: Callable[[np.random.Generator], Found], name: str) -> Found:
    """Return the first draw of a stage that meets its margins; seeds are tried in order.

    Raises:
        CalibrationError: none of the seeds does; the message says what the last one met.
    """
    last: Exception | None = None
    for attempt in range(MOST):
        try:
            return draw(np.random.default_rng([SEED, stage, attempt]))
        except (CalibrationError, InfeasibleError) as error:
            last = error
    raise CalibrationError(f"{name}: {MOST} draws and none fits; the last: {last}") from last
