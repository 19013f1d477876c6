"""The year each centre opened: printed shares, and never after its first year in the panel."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.choices import choices
from pipeline.calibration.priors import take
from pipeline.calibration.published import Published
from pipeline.calibration.years import LAST

# The printed classes of opening years begin in these; before the first is a class too.
OLD, MIDDLE, RECENT = 1980, 2010, 2020
SINCE_MIDDLE, SINCE_RECENT, BEFORE_OLD = "001-A0302", "001-A0303", "001-A0304"
ASSOCIATIONS_RECENT = "001-A0305"
# Rows of table 6: all centres, those opened before 2022.
ALL, SETTLED = 9, 11


def draw_openings(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set `ouverture`, the opening year of every centre, closed ones included.

    Raises:
        CalibrationError: too few centres are young enough for a printed share.
    """
    current = frame.fin == LAST
    total = int(current.sum())
    recent = published.share_of(SINCE_RECENT, total)
    since_middle = published.share_of(SINCE_MIDDLE, total)
    frame["ouverture"] = 0
    draw_new(frame, current, published, rng)
    draw_recent(frame, current, recent, published, rng)
    rest = current & (frame.ouverture == 0)
    ranked = frame.index[rest][np.argsort(-(frame.debut[rest] + rng.random(rest.sum())).to_numpy())]
    decade, older = ranked[: since_middle - recent], ranked[since_middle - recent :]
    limit = np.minimum(frame.debut[decade].to_numpy(), RECENT - 1)
    share = rng.random(len(decade))
    frame.loc[decade, "ouverture"] = MIDDLE + np.floor(share * (limit - MIDDLE + 1))
    draw_old(frame, older, published.share_of(BEFORE_OLD, total), rng)
    first, last = choices()["ouvertures"]["fermes"]
    frame.loc[~current, "ouverture"] = rng.integers(first, last, int((~current).sum()))


def draw_new(
    frame: pd.DataFrame, current: pd.Series, published: Published, rng: np.random.Generator
) -> None:
    """Set the centres opened in 2022: those table 6 leaves out of its rows, and a few elsewhere."""
    field = frame.champ_r1.fillna(False).astype(bool)
    new = current & (frame.debut == LAST) & (frame.gestionnaire != "autre_public")
    everyone, settled = (
        published.cell_count("igas_tableau_6", row, "cds_nb") for row in (ALL, SETTLED)
    )
    for pool, number in (
        (new & field, everyone - settled),
        (new & ~field, choices()["ouverts_hors_champ"]),
    ):
        frame.loc[take(frame, pool, number, rng), "ouverture"] = LAST


def draw_recent(
    frame: pd.DataFrame,
    current: pd.Series,
    number: int,
    published: Published,
    rng: np.random.Generator,
) -> None:
    """Set the centres opened since 2020, associations to their printed share.

    Args:
        frame: the centres; those opened in 2022 are set already.
        current: which are open in 2022.
        number: how many opened since 2020.
        published: printed values.
        rng: source of the draws.
    """
    own = current & (frame.gestionnaire == "association")
    wanted = published.share_of(ASSOCIATIONS_RECENT, int(own.sum()))
    for pool, goal in ((own, wanted), (current & ~own, number - wanted)):
        done = int((pool & (frame.ouverture == LAST)).sum())
        free = pool & (frame.ouverture == 0) & (frame.debut >= RECENT)
        chosen = take(frame, free, goal - done, rng)
        latest = np.minimum(frame.debut[chosen].to_numpy(), LAST - 1)
        share = rng.random(len(chosen))
        frame.loc[chosen, "ouverture"] = RECENT + np.floor(share * (latest - RECENT + 1))


def draw_old(frame: pd.DataFrame, older: pd.Index, number: int, rng: np.random.Generator) -> None:
    """Set the centres opened before 2010; the oldest ones are rarely associations.

    Args:
        frame: the centres.
        older: those opened before 2010.
        number: how many of them opened before 1980.
        rng: source of the draws.
    """
    weight = (frame.gestionnaire[older] != "association").to_numpy() + rng.random(len(older))
    oldest = older[np.argsort(-weight, kind="stable")[:number]]
    frame.loc[older, "ouverture"] = rng.integers(OLD, MIDDLE, len(older))
    first = choices()["ouvertures"]["premiere"]
    frame.loc[oldest, "ouverture"] = rng.integers(first, OLD, len(oldest))
