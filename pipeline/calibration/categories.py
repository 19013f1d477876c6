"""Staff of the centres by row of table 2 in 2022: people and FTE, to the printed totals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import choices
from pipeline.calibration.priors import around_one
from pipeline.calibration.published import Published
from pipeline.calibration.staff_totals import CENT, ROWS, TABLE, fte_totals
from pipeline.calibration.transport import fill

ONE_PROFESSION = "001-A0348"


@dataclass(frozen=True)
class Staff:
    """People and hundredths of FTE of some groups, centre by centre."""

    heads: pd.DataFrame
    cents: pd.DataFrame

    def joined(self, other: Staff) -> Staff:
        """Return both side by side."""
        return Staff(
            pd.concat([self.heads, other.heads], axis=1),
            pd.concat([self.cents, other.cents], axis=1),
        )


@dataclass(frozen=True)
class Totals:
    """People and hundredths of FTE of some groups over all centres."""

    heads: Mapping[str, int]
    cents: Mapping[str, int]


def split(
    heads: Ints,
    cents: Ints,
    weights: Mapping[str, Floats],
    totals: Totals,
    least: Mapping[str, Ints] | None = None,
) -> Staff:
    """Split people and FTE of each centre between groups, to given totals.

    Args:
        heads: people of each centre.
        cents: hundredths of FTE of each centre.
        weights: how likely each group is in each centre; zero forbids it.
        totals: people and hundredths of FTE of each group, and maybe of others.
        least: least number of people of a group in each centre.

    Raises:
        InfeasibleError: centres and totals exclude each other.
    """
    names = list(weights)
    matrix = np.column_stack([weights[n] for n in names])
    none = np.zeros(len(heads), dtype=np.int64)
    lower = np.column_stack([(least or {}).get(n, none) for n in names])
    goal = np.array([totals.heads[n] for n in names])
    people = fill(heads, goal, matrix * heads[:, None], lower)
    goal_cents = np.array([totals.cents[n] for n in names])
    usual = goal_cents / np.maximum(goal, 1)
    smallest = choices()["centiemes_minimum"]
    own = fill(cents, goal_cents, people * usual[None, :], smallest * people, CENT * people)
    return Staff(pd.DataFrame(people, columns=names), pd.DataFrame(own, columns=names))


def split_doctors(
    sizes: pd.DataFrame, published: Published, totals: Totals, rng: np.random.Generator
) -> Staff:
    """Split doctors: GPs everywhere, and in the smallest teams of doctors nobody else."""
    told, number = choices()["medecins"], len(sizes)
    doctors = sizes.medecins_nb.to_numpy()
    only = np.zeros(number, dtype=bool)
    order = np.argsort(doctors + rng.random(number), kind="stable")
    only[order[: published.share_of(ONE_PROFESSION, number)]] = True
    general = told["poids_generaliste"] + 1.0 / doctors
    weights = {
        "medecins_generalistes": np.where(only, 1.0, general),
        "medecins_autres_specialites": np.where(only, 0.0, told["poids_autre_specialite"]),
    }
    least = {
        "medecins_generalistes": np.ones(number, dtype=np.int64),
        "medecins_autres_specialites": np.where(only, 0, 1),
    }
    return split(doctors, sizes.medecins_cent.to_numpy(), weights, totals, least)


def split_other_medical(frame: pd.DataFrame, sizes: pd.DataFrame, totals: Totals) -> Staff:
    """Split other medical staff: dentists where there is dental care, midwives elsewhere."""
    dental = frame.soins_dentaires.to_numpy()
    weights = {
        name: np.where(dental, with_care, without)
        for name, (with_care, without) in choices()["autres_medicaux"].items()
    }
    return split(
        (sizes.medicaux_nb - sizes.medecins_nb).to_numpy(),
        (sizes.medicaux_cent - sizes.medecins_cent).to_numpy(),
        weights,
        totals,
    )


def split_support(
    frame: pd.DataFrame, sizes: pd.DataFrame, totals: Totals, rng: np.random.Generator
) -> Staff:
    """Split the staff that is not medical; pharmacists work in some of the largest centres."""
    told, number = choices()["non_medicaux"], len(frame)
    dental = frame.soins_dentaires.to_numpy()
    rest = (sizes.personnel_nb - sizes.medicaux_nb).to_numpy()
    pharmacy, care, desk = told["pharmaciens"], told["autres_soignants"], told["administratifs"]
    large = np.argsort(-rest, kind="stable")[: pharmacy["parmi"]]
    chosen = np.isin(np.arange(number), rng.choice(large, pharmacy["centres"], replace=False))
    para = told["paramedicaux"]
    weights = {
        "pharmaciens": np.where(chosen, pharmacy["poids"], 0.0),
        "paramedicaux": para["poids"] * around_one(rng, para["forme"], number)
        + np.where(dental, para["dentaire"], 0.0),
        "autres_soignants": care["poids"] * around_one(rng, care["forme"], number) + care["base"],
        "medico_administratifs": desk["poids"] * around_one(rng, desk["forme"], number),
    }
    least = {
        "paramedicaux": np.ones(number, dtype=np.int64),
        "medico_administratifs": np.where(rest > 1, 1, 0),
    }
    cents = (sizes.personnel_cent - sizes.medicaux_cent).to_numpy()
    return split(rest, cents, weights, totals, least)


def place_categories(
    frame: pd.DataFrame, sizes: pd.DataFrame, published: Published, rng: np.random.Generator
) -> Staff:
    """Split the staff of each centre between the finest rows of table 2.

    Args:
        frame: centres of 2022 without LIVI.
        sizes: the six variables of table 1.
        published: printed values.
        rng: source of the draws.

    Raises:
        InfeasibleError: centres and totals exclude each other.
    """
    people = {name: published.cell_count(TABLE, row, "effectifs_nb") for name, row in ROWS.items()}
    totals = Totals(people, fte_totals(published))
    doctors = split_doctors(sizes, published, totals, rng)
    others = split_other_medical(frame, sizes, totals)
    return doctors.joined(others).joined(split_support(frame, sizes, totals, rng))
