"""Which centres get each line of funding that some do without."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.calibration.choices import choices
from pipeline.calibration.lines import LINES
from pipeline.calibration.priors import take
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError

# Rows of table 8: lines most centres get, lines few centres get.
COMMON = {"rfs": 2, "teulade": 3, "autres_forfaits": 4, "rosp": 5}
RARE = {
    "permanence_soins": 6,
    "prevention": 8,
    "education_sante": 9,
    "education_therapeutique": 10,
    "protocoles": 11,
}
ARS_SHARE = "001-A0943"


def draw_takers(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return which centres get each line: one row per centre, one column of booleans per line.

    In the field of table 8 they are as many as its printed shares say; outside it they are as many
    as we choose. Centres that do not declare their fees get nothing.
    """
    told, size = choices()["beneficiaires"], int(frame.fiabilise.sum())
    rest = frame.honoraires_connus & ~frame.fiabilise
    found = pd.DataFrame(True, index=frame.index, columns=list(LINES))
    for line, row in COMMON.items():
        missing = without(published, row, size)
        if line == "teulade":
            draw_without_teulade(frame, found, missing, rng)
            continue
        found.loc[take(frame, frame.fiabilise, missing, rng), line] = False
        number = round(told["sans_hors_champ"] * int(rest.sum()))
        found.loc[take(frame, rest, number, rng), line] = False
    for line, row in RARE.items():
        found[line] = False
        getting = size - without(published, row, size)
        found.loc[take(frame, frame.fiabilise, getting, rng), line] = True
        number = told["rares_hors_champ"][line]
        found.loc[take(frame, rest, number, rng), line] = True
    found["honoraires_avec_depassement"] = frame.soins_dentaires
    found["aides_demographiques"] = False
    found["ars"] = False
    helped = published.share_of_any(ARS_SHARE, (len(frame), len(frame) + 1))
    known = frame.honoraires_connus & frame.valide_ars
    found.loc[take(frame, known, helped, rng), "ars"] = True
    return found & np.asarray(frame.honoraires_connus)[:, None]


def without(published: Published, row: int, size: int) -> int:
    """Return how many centres of the field of table 8 do without the line of a row."""
    share = published.cell("igas_tableau_8", row, "taux_non_recours_pct").middle
    return round(share * size / 100.0)


def draw_without_teulade(
    frame: pd.DataFrame, found: pd.DataFrame, missing: int, rng: np.random.Generator
) -> None:
    """Set who does without the Teulade subsidy, in `found`.

    The number of each manager is ours; `missing` of them are in the field of table 8, the others
    are adherent centres outside it.

    Raises:
        CalibrationError: too few adherent centres are outside the field.
    """
    told = choices()["beneficiaires"]
    outside = sum(told["sans_teulade"].values()) - missing
    for manager, count in told["sans_teulade"].items():
        own = frame.gestionnaire == manager
        pool = own & frame.honoraires_connus & frame.accord & ~frame.fiabilise
        most = told["sans_teulade_hors_champ"].get(manager, outside)
        apart = min(outside, most, int(pool.sum()), count)
        found.loc[take(frame, pool, apart, rng), "teulade"] = False
        outside -= apart
        inside = take(frame, own & frame.fiabilise, count - apart, rng)
        found.loc[inside, "teulade"] = False
    if outside:
        raise CalibrationError(
            "centres without the Teulade subsidy do not fit the field of table 8"
        )
