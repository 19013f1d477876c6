"""Costs and funding of each centre in 2022, in thousands of euros: one linear program.

Ratios are already placed, each with the segment it may move in; amounts then have to meet them, the
totals of tables 3 and 4, and the medians of table 8, as near as can be to plausible amounts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.calibration.arrays import Floats
from pipeline.calibration.priors import take
from pipeline.calibration.program import LinearProgram
from pipeline.calibration.published import Published
from pipeline.calibration.ratios import Bounded
from pipeline.calibration.rows import CalibrationError, Interval
from pipeline.calibration.totals import CHARGES, FUNDING
from pipeline.calibration.years import LAST

COSTS = tuple(CHARGES.values())
LINES = tuple(FUNDING.values())
FEES = ("honoraires_sans_depassement", "honoraires_avec_depassement")
OUTSIDE = ("ars", "autres_sources")
REVENUE = tuple(line for line in LINES if line not in OUTSIDE)
# Rows of table 8 and the lines they are about; the row of fees is about all fees.
MEDIANS = {2: ("rfs",), 3: ("teulade",), 4: ("autres_forfaits",), 5: ("rosp",), 1: FEES}
TAKEN = {"rfs": 2, "teulade": 3, "autres_forfaits": 4, "rosp": 5}
# Lines few centres get: how many in the field of table 8 come from its printed shares.
RARE = {
    "permanence_soins": 6,
    "prevention": 8,
    "education_sante": 9,
    "education_therapeutique": 10,
    "protocoles": 11,
}
RARE_OUTSIDE = {
    "permanence_soins": 2,
    "prevention": 8,
    "education_sante": 2,
    "education_therapeutique": 3,
    "protocoles": 0,
}
WITHOUT_TEULADE = {
    "association": 50,
    "collectivite_territoriale": 4,
    "autre_public": 14,
    "autre_prive_non_lucratif": 4,
    "prive_commercial": 2,
}
EUR_PER_KEUR = 1000.0
# Amounts are rounded to the euro: ratios stay this far from what would change their side, in points.
EDGE = 0.004
# How far staff costs may be from usual ones for the staff employed, and what passing it costs.
STAFF_RANGE, FAR = (0.6, 1.6), 15.0
# How many centres on each side of a median may change sides, and an amount none of them passes.
WINDOW, LARGE, LEAN, SPREAD = 4, 4000.0, 30.0, 0.15
ARS_SHARE, AGGREGATE = "001-A0943", "001-A0929"


@dataclass(frozen=True)
class Ratios:
    """The placed ratios of the centres, in %."""

    result: Bounded
    net: Bounded
    staff: Bounded
    fees: Bounded
    rfs: Bounded


def draw_takers(
    frame: pd.DataFrame, published: Published, rng: np.random.Generator
) -> pd.DataFrame:
    """Return which centres get each line that some do without."""
    size = int(frame.fiabilise.sum())
    found = pd.DataFrame(True, index=frame.index, columns=list(LINES))
    for line, row in TAKEN.items():
        wide = published.cell("igas_tableau_8", row, "taux_non_recours_pct")
        missing = round(wide.middle * size / 100.0)
        if line == "teulade":
            draw_without_teulade(frame, found, missing, rng)
            continue
        found.loc[take(frame, frame.fiabilise, missing, rng), line] = False
        rest = frame.honoraires_connus & ~frame.fiabilise
        found.loc[take(frame, rest, round(0.12 * int(rest.sum())), rng), line] = False
    for line, row in RARE.items():
        wide = published.cell("igas_tableau_8", row, "taux_non_recours_pct")
        getting = size - round(wide.middle * size / 100.0)
        found[line] = False
        found.loc[take(frame, frame.fiabilise, getting, rng), line] = True
        rest = frame.honoraires_connus & ~frame.fiabilise
        found.loc[take(frame, rest, RARE_OUTSIDE[line], rng), line] = True
    found["honoraires_avec_depassement"] = frame.soins_dentaires
    found["aides_demographiques"] = False
    found["ars"] = False
    helped = published.share_of_any(ARS_SHARE, (len(frame), len(frame) + 1))
    known = frame.honoraires_connus & frame.valide_ars
    found.loc[take(frame, known, helped, rng), "ars"] = True
    return found & np.asarray(frame.honoraires_connus)[:, None]


def draw_without_teulade(
    frame: pd.DataFrame, found: pd.DataFrame, missing: int, rng: np.random.Generator
) -> None:
    """Set who does without the Teulade subsidy: the printed number, in the field of table 8 first."""
    inside = dict(WITHOUT_TEULADE)
    outside = sum(inside.values()) - missing
    for manager, count in WITHOUT_TEULADE.items():
        own = frame.gestionnaire == manager
        pool = own & frame.honoraires_connus & frame.accord & ~frame.fiabilise
        apart = min(outside, 1 if manager != "association" else outside, int(pool.sum()), count)
        found.loc[take(frame, pool, apart, rng), "teulade"] = False
        outside -= apart
        inside[manager] = count - apart
        found.loc[take(frame, own & frame.fiabilise, inside[manager], rng), "teulade"] = False
    if outside:
        raise CalibrationError(
            "centres without the Teulade subsidy do not fit the field of table 8"
        )


def prior_costs(
    frame: pd.DataFrame, sizes: pd.DataFrame, staff: Floats, total: float, rng: np.random.Generator
) -> pd.DataFrame:
    """Return plausible costs: staff costs follow FTE, the other lines follow staff costs."""
    fte = sizes.personnel_cent.to_numpy() / 100.0
    drawn = fte * rng.lognormal(0.0, 0.14, len(frame))
    counted = frame.charges_connues & (frame.gestionnaire != "collectivite_territoriale")
    people = drawn * total / drawn[counted.to_numpy()].sum()
    share = np.where(np.isnan(staff), 74.0, staff)
    rest = people * (100.0 / share - 1.0)
    part = np.clip(rng.beta(2.0, 14.0, len(frame)), 0.02, 0.6)
    return pd.DataFrame(
        {
            "charges_personnel": people,
            "amortissements": rest * part,
            "autres_charges": rest * (1.0 - part),
        }
    )


def prior_funding(
    frame: pd.DataFrame,
    takers: pd.DataFrame,
    costs: Floats,
    ratios: Ratios,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return plausible amounts of each line, consistent with the ratios of the centre."""
    number = len(frame)
    revenue = costs * (
        1.0 + np.where(np.isnan(ratios.result.value), -12.0, ratios.result.value) / 100.0
    )
    gap = np.where(
        np.isnan(ratios.net.value), 3.0, ratios.net.value - np.nan_to_num(ratios.result.value)
    )
    total = revenue + costs * gap / 100.0
    fees = total * np.where(np.isnan(ratios.fees.value), 78.0, ratios.fees.value) / 100.0
    rfs = total * np.where(np.isnan(ratios.rfs.value), 6.0, ratios.rfs.value) / 100.0
    extra = np.where(takers.honoraires_avec_depassement, rng.beta(2.0, 5.0, number), 0.0)
    found = pd.DataFrame(0.0, index=frame.index, columns=list(LINES))
    found["honoraires_sans_depassement"] = fees * (1.0 - extra)
    found["honoraires_avec_depassement"] = fees * extra
    found["rfs"] = rfs * takers.rfs
    rest = np.maximum(revenue - fees - rfs, 0.0)
    usual = {
        "teulade": 0.42,
        "autres_forfaits": 0.2,
        "rosp": 0.05,
        "actes_non_remboursables": 0.27,
        "autres_recettes_activite": 0.06,
    }
    for line, share in usual.items():
        found[line] = rest * share * takers[line] * rng.gamma(6.0, 1 / 6.0, number)
    helped = np.minimum(np.where(takers.ars, 60.0, 0.0), 0.8 * costs * gap / 100.0)
    found["ars"], found["autres_sources"] = helped, costs * gap / 100.0 - helped
    return found


def rare_amounts(
    takers: pd.DataFrame,
    size: Floats,
    totals: dict[tuple[str, int], float],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """Return the lines few centres get: their printed total, shared out by the size of costs."""
    found = pd.DataFrame(0.0, index=takers.index, columns=list(LINES))
    for line in RARE:
        weight = size * rng.gamma(4.0, 0.25, len(takers)) * takers[line]
        found[line] = totals[line, LAST] * weight / weight.sum()
    return found


class Accounts:
    """The linear program of the accounts of 2022."""

    def __init__(
        self,
        frame: pd.DataFrame,
        costs: pd.DataFrame,
        funding: pd.DataFrame,
        fixed: pd.DataFrame,
        takers: pd.DataFrame,
        rng: np.random.Generator,
    ) -> None:
        self.frame, self.fixed, self.rng = frame, fixed, rng
        self.program = LinearProgram()
        self.known = frame.charges_connues.to_numpy()
        self.cells: dict[tuple[str, int], int] = {}
        for line, values in [*costs.items(), *funding.items()]:
            free = self.known if line in COSTS else takers[line].to_numpy()
            for i in np.flatnonzero(
                free & (fixed.get(line, pd.Series(0.0, index=frame.index)).to_numpy() == 0.0)
            ):
                prior = max(float(values.iloc[i]), 0.05)
                low, roof = (0.0 if line == "autres_sources" else 0.02), 60.0 * prior + 40.0
                cell = self.program.variable(low, roof)
                if line == "charges_personnel":
                    self._usual_cost(cell, prior)
                self.program.stay_near(cell, prior, 1.0 / (prior + 4.0))
                self.cells[str(line), int(i)] = cell

    def _usual_cost(self, cell: int, prior: float) -> None:
        """Make staff costs far from usual ones for the staff employed cost a lot more."""
        under, over = (self.program.variable(0.0, np.inf, FAR / prior) for _ in range(2))
        self.program.between({cell: 1.0, under: 1.0}, STAFF_RANGE[0] * prior, np.inf)
        self.program.between({cell: 1.0, over: -1.0}, -np.inf, STAFF_RANGE[1] * prior)

    def terms(self, lines: tuple[str, ...], i: int, factor: float = 1.0) -> dict[int, float]:
        """Return the free amounts of some lines of one centre."""
        return {self.cells[line, i]: factor for line in lines if (line, i) in self.cells}

    def constant(self, lines: tuple[str, ...], i: int) -> float:
        """Return the amounts of some lines of one centre that are set already."""
        return float(sum(self.fixed.at[i, line] for line in lines if line in self.fixed.columns))

    def bind_share(self, lines: tuple[str, ...], whole: tuple[str, ...], ratio: Bounded) -> None:
        """Keep lines between two shares of the whole, in %, for each centre of the ratio's field."""
        for i in np.flatnonzero(~np.isnan(ratio.value)):
            for share, sign in ((ratio.low[i], 1.0), (ratio.high[i], -1.0)):
                terms = self.terms(lines, i, 100.0 * sign)
                for cell, weight in self.terms(whole, i, -share * sign).items():
                    terms[cell] = terms.get(cell, 0.0) + weight
                base = sign * (100.0 * self.constant(lines, i) - share * self.constant(whole, i))
                self.program.between(terms, -base, np.inf)

    def bind_result(self, ratio: Bounded, lines: tuple[str, ...]) -> None:
        """Keep some revenue at (100 + ratio) % of costs, a little inside the bounds of the ratio."""
        inside = np.minimum(EDGE, (ratio.high - ratio.low) / 4.0)
        for i in np.flatnonzero(~np.isnan(ratio.value)):
            for share, sign in ((ratio.low[i] + inside[i], 1.0), (ratio.high[i] - inside[i], -1.0)):
                terms = self.terms(lines, i, 100.0 * sign) | self.terms(
                    COSTS, i, -(100.0 + share) * sign
                )
                self.program.between(terms, -sign * 100.0 * self.constant(lines, i), np.inf)

    def bind_total(self, line: str, total: float, chosen: NDArray[np.bool_]) -> None:
        """Make a line add up to its total over some centres."""
        terms = {
            self.cells[line, i]: 1.0 for i in np.flatnonzero(chosen) if (line, i) in self.cells
        }
        rest = total - float(self.fixed[line].sum()) if line in self.fixed.columns else total
        if terms:
            self.program.between(terms, rest, rest)

    def bind_median(self, lines: tuple[str, ...], wide: Interval, order: NDArray[np.int64]) -> None:
        """Put half of the centres on each side of a median and one on it.

        Args:
            lines: the lines the median is about.
            wide: the printed median, in euros.
            order: the members, smallest amount first; those near the middle may change sides.
        """
        if len(order) % 2 == 0:
            raise CalibrationError("the field of table 8 has an even number of centres")
        inside = wide.shrunk(0.2).scaled(1.0 / EUR_PER_KEUR)
        middle = len(order) // 2
        apart = SPREAD * self.rng.random(len(order))
        ups: dict[int, float] = {}
        ats: dict[int, float] = {}
        for rank, i in enumerate(order):
            terms = self.terms(lines, int(i))
            # a side of its own for each, so that those the median displaces do not pile up on it
            if rank < middle - WINDOW:
                if terms:
                    self.program.between(terms, 0.0, inside.low * (1.0 - apart[rank]))
            elif rank > middle + WINDOW:
                self.program.between(terms, inside.high * (1.0 + apart[rank]), np.inf)
            else:
                up, at = self.program.integer(0, 1), self.program.integer(0, 1)
                ups[up], ats[at] = 1.0, 1.0
                self.program.between({up: 1.0, at: 1.0}, 0, 1)
                step = inside.high - inside.low
                self.program.between({**terms, at: -step, up: -LARGE}, -np.inf, inside.low)
                self.program.between({**terms, at: -inside.low, up: -inside.high}, 0.0, np.inf)
        self.program.between(ats, 1, 1)
        self.program.between(ups, WINDOW, WINDOW)

    def lean_on_median(
        self, lines: tuple[str, ...], wide: Interval, order: NDArray[np.int64]
    ) -> None:
        """Make it cost to be on the wrong side of a median, given an order of the members."""
        middle, value = len(order) // 2, wide.middle / EUR_PER_KEUR
        for rank, i in enumerate(order):
            terms = self.terms(lines, int(i))
            if terms:
                off = self.program.variable(0.0, np.inf, LEAN / value)
                if rank <= middle:
                    self.program.between({**terms, off: -1.0}, -np.inf, value)
                if rank >= middle:
                    self.program.between({**terms, off: 1.0}, value, np.inf)

    def bind_aggregate(self, wide: Interval) -> None:
        """Keep operating revenue over costs, all centres but local authorities, at the printed ratio."""
        terms: dict[int, float] = {}
        constant = 0.0
        apart = (self.frame.gestionnaire != "collectivite_territoriale").to_numpy()
        for i in np.flatnonzero(apart):
            terms |= self.terms(REVENUE, int(i), 100.0)
            constant += self.constant(REVENUE, int(i))
        for share, sign in ((wide.low, 1.0), (wide.high, -1.0)):
            signed = {cell: sign * weight for cell, weight in terms.items()}
            for i in np.flatnonzero(apart):
                signed |= self.terms(COSTS, int(i), -(100.0 + share) * sign)
            self.program.between(signed, -sign * 100.0 * constant, np.inf)

    def solve(self) -> pd.DataFrame:
        """Return the amounts, in k€; NaN where nothing is declared."""
        solution = self.program.solve("accounts of 2022")
        found = pd.DataFrame(np.nan, index=self.frame.index, columns=[*COSTS, *LINES])
        declared = self.frame.honoraires_connus.to_numpy()
        for line in LINES:
            found.loc[declared, line] = (
                self.fixed.loc[declared, line] if line in self.fixed.columns else 0.0
            )
        for (line, i), cell in self.cells.items():
            found.at[i, line] = float(solution[cell])
        return found
