"""Linear and integer programs, written term by term and solved by HiGHS through scipy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from pipeline.calibration.arrays import Floats
from pipeline.errors import PipelineError

# The first solution proved within this share of the best one is taken: no clock decides.
GAP = 0.02


class InfeasibleError(PipelineError):
    """No solution meets the constraints."""


class LinearProgram:
    """Variables with bounds and costs, some whole numbers; sums kept between two limits."""

    def __init__(self) -> None:
        self._low: list[float] = []
        self._high: list[float] = []
        self._cost: list[float] = []
        self._whole: list[int] = []
        self._rows: list[tuple[Mapping[int, float], float, float]] = []

    def variable(self, low: float, high: float, cost: float = 0.0, whole: bool = False) -> int:
        """Add a variable and return its rank."""
        self._low.append(low)
        self._high.append(high)
        self._cost.append(cost)
        self._whole.append(int(whole))
        return len(self._low) - 1

    def integer(self, low: int, high: int) -> int:
        """Add a whole-number variable and return its rank."""
        return self.variable(float(low), float(high), whole=True)

    def add_cost(self, variable: int, cost: float) -> None:
        """Make each unit of a variable cost more."""
        self._cost[variable] += cost

    def variables(self, number: int, low: float, high: float) -> list[int]:
        """Add several alike and return their ranks."""
        return [self.variable(low, high) for _ in range(number)]

    def between(self, terms: Mapping[int, float], low: float, high: float) -> None:
        """Keep a weighted sum of variables between two limits."""
        self._rows.append((terms, low, high))

    def cost_of_gap(self, terms: Mapping[int, float], target: float, weight: float = 1.0) -> None:
        """Make the distance of a weighted sum from a target cost."""
        over = self.variable(0.0, np.inf, weight)
        under = self.variable(0.0, np.inf, weight)
        self.between({**terms, over: -1.0, under: 1.0}, target, target)

    def stay_near(self, variable: int, target: float, weight: float = 1.0) -> None:
        """Make the distance of one variable from a target cost."""
        self.cost_of_gap({variable: 1.0}, target, weight)

    def solve(self, name: str) -> Floats:
        """Return the values of all variables.

        Raises:
            InfeasibleError: no solution; names the program.
        """
        places = [(r, v, c) for r, (terms, *_) in enumerate(self._rows) for v, c in terms.items()]
        rows, columns, weights = (np.array(part) for part in zip(*places, strict=True))
        shape = (len(self._rows), len(self._low))
        matrix = csr_array((weights.astype(float), (rows, columns)), shape=shape)
        limits = np.array([(low, high) for _, low, high in self._rows])
        found = milp(
            np.array(self._cost),
            integrality=np.array(self._whole),
            bounds=Bounds(np.array(self._low), np.array(self._high)),
            constraints=LinearConstraint(matrix, limits[:, 0], limits[:, 1]),
            options={"mip_rel_gap": GAP},
        )
        if found.x is None:
            raise InfeasibleError(f"calibration: {name} has no solution ({found.message})")
        values: Floats = found.x
        return values
