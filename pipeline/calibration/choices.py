"""Our own choices (choices.yml): what the report does not print and the panel needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats
from pipeline.contracts.registry import read_yaml

# What a choice made by manager or region says of those it does not name.
OTHERS = "autre"


@cache
def choices() -> dict[str, Any]:
    """Return every choice, by section of choices.yml."""
    return dict(read_yaml(Path(__file__).resolve().parent / "choices.yml"))


def managers() -> list[str]:
    """Return the managers in the order of the printed tables."""
    return list(choices()["gestionnaires"])


def each(codes: pd.Series, told: Mapping[str, float]) -> Floats:
    """Return what is chosen for each code of a column; `autre` for those not named."""
    return np.asarray(codes.map(told).fillna(told[OTHERS]), dtype=np.float64)
