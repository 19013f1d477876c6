"""The RFS of each centre by block, from 2018 to 2022, as health insurance says."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats
from pipeline.calibration.choices import choices
from pipeline.calibration.history import Group
from pipeline.calibration.published import Published
from pipeline.calibration.transport import largest_remainders

# Row of table 9 -> block.
BLOCKS = {
    1: "rfs_acces_soins",
    2: "rfs_travail_equipe",
    3: "rfs_systeme_information",
    4: "rfs_complementaire",
}
BLOCK_YEARS = range(2018, 2023)
UNPAID, UNPAID_BLOCK = "001-B0444", "rfs_acces_soins"


def rfs_blocks(
    published: Published, groups: Mapping[int, Group], size: Floats, rng: np.random.Generator
) -> dict[int, pd.DataFrame]:
    """Return the RFS of each centre by block and year, in whole euros, to the printed means.

    Args:
        published: printed values.
        groups: which centres are there each year.
        size: FTE of the centres in 2022, closed ones included.
        rng: source of the noise.
    """
    told = choices()["blocs_rfs"]
    weight = np.sqrt(size) * rng.lognormal(0.0, told["bruit"], len(size))
    unpaid = rng.random(len(size)) < published.figure(UNPAID).middle / 100.0
    found = {}
    for year in BLOCK_YEARS:
        there = groups[year].there
        table = pd.DataFrame(np.nan, index=range(len(size)), columns=list(BLOCKS.values()))
        for row, name in BLOCKS.items():
            mean = published.cell("igas_tableau_9", row, f"a{year}_eur").middle
            own = np.where(unpaid & (name == UNPAID_BLOCK), 0.0, weight)[there]
            own = own * rng.lognormal(0.0, told["bruit_annuel"], len(own))
            table.loc[there, name] = largest_remainders(own, round(mean * int(there.sum())))
        found[year] = table
    return found
