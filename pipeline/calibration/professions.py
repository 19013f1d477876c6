"""Staff of the centres by profession in 2022: the totals of table 2, and finer printed ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Floats, Ints
from pipeline.calibration.choices import choices
from pipeline.calibration.published import Published
from pipeline.calibration.staff_totals import CENT, ROWS, fte_totals
from pipeline.calibration.transport import fill, largest_remainders

LEAST_FTE = 4
PARAMEDICAL = {
    "infirmier": ("001-A0328", "001-A0329"),
    "ipa": ("001-A0336", "001-A0337"),
    "assistant_dentaire": ("001-A0330", "001-A0331"),
    "orthoptiste": ("001-A0332", None),
    "kinesitherapeute": ("001-A0333", None),
    "aide_soignant": ("001-A0334", "001-A0335"),
}
CARE = {"psychologue": "001-A0340", "assistant_social": "001-A0341"}
ADMINISTRATIVE = {
    "direction": "001-A0344",
    "coordination": "001-A0345",
    "cadre_administratif": "001-A0346",
    "agent_administratif": "001-A0347",
}


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


def split(
    heads: Ints,
    cents: Ints,
    weights: Mapping[str, Floats],
    totals: tuple[Mapping[str, int], Mapping[str, int]],
    least: Mapping[str, Ints] | None = None,
) -> Staff:
    """Split people and FTE of each centre between groups, to given totals.

    Args:
        heads: people of each centre.
        cents: hundredths of FTE of each centre.
        weights: how likely each group is in each centre; zero forbids it.
        totals: people, and hundredths of FTE, of each group over all centres.
        least: least number of people of a group in each centre.
    """
    names = list(weights)
    matrix = np.column_stack([weights[n] for n in names])
    lower = np.column_stack([(least or {}).get(n, np.zeros(len(heads), int)) for n in names])
    people = fill(heads, np.array([totals[0][n] for n in names]), matrix * heads[:, None], lower)
    usual = np.array([totals[1][n] / max(totals[0][n], 1) for n in names])
    own = fill(
        cents,
        np.array([totals[1][n] for n in names]),
        people * usual[None, :],
        LEAST_FTE * people,
        CENT * people,
    )
    return Staff(pd.DataFrame(people, columns=names), pd.DataFrame(own, columns=names))


def categories(
    frame: pd.DataFrame, sizes: pd.DataFrame, published: Published, rng: np.random.Generator
) -> Staff:
    """Split the staff of each centre between the finest rows of table 2."""
    number = len(frame)
    cents = fte_totals(published)
    people = {n: published.cell_count("igas_tableau_2", r, "effectifs_nb") for n, r in ROWS.items()}
    doctors = sizes.medecins_nb.to_numpy()
    only = np.zeros(number, dtype=bool)
    order = np.argsort(doctors + rng.random(number), kind="stable")
    only[order[: published.share_of("001-A0348", number)]] = True
    one = np.ones(number, dtype=np.int64)
    medical = split(
        doctors,
        sizes.medecins_cent.to_numpy(),
        {
            "medecins_generalistes": np.where(only, 1.0, 0.3 + 1.0 / doctors),
            "medecins_autres_specialites": np.where(only, 0.0, 0.7),
        },
        (people, cents),
        {"medecins_generalistes": one, "medecins_autres_specialites": np.where(only, 0, 1)},
    )
    dental = frame.soins_dentaires.to_numpy()
    others = split(
        (sizes.medicaux_nb - sizes.medecins_nb).to_numpy(),
        (sizes.medicaux_cent - sizes.medecins_cent).to_numpy(),
        {
            "chirurgiens_dentistes": np.where(dental, 0.9, 0.05),
            "sages_femmes_autres": np.where(dental, 0.1, 0.95),
        },
        (people, cents),
    )
    rest = (sizes.personnel_nb - sizes.medicaux_nb).to_numpy()
    large = np.argsort(-rest, kind="stable")[:90]
    pharmacy = np.isin(np.arange(number), rng.choice(large, 32, replace=False))
    support = split(
        rest,
        (sizes.personnel_cent - sizes.medicaux_cent).to_numpy(),
        {
            "pharmaciens": np.where(pharmacy, 0.03, 0.0),
            "paramedicaux": 0.4 * rng.gamma(9.0, 1 / 9.0, number) + np.where(dental, 0.08, 0.0),
            "autres_soignants": 0.07 * rng.gamma(1.2, 1 / 1.2, number) + 0.002,
            "medico_administratifs": 0.53 * rng.gamma(12.0, 1 / 12.0, number),
        },
        (people, cents),
        {"paramedicaux": one, "medico_administratifs": np.where(rest > 1, 1, 0)},
    )
    return medical.joined(others).joined(support)


def finer_doctors(frame: pd.DataFrame, staff: Staff, rng: np.random.Generator) -> Staff:
    """Set apart doctors with a particular practice, and ophthalmologists."""
    told = choices()["professions"]
    practice = staff.heads.medecins_generalistes.to_numpy()
    place = (practice > 2) & (rng.random(len(frame)) < 0.25)
    eyes = frame.soins_ophtalmologiques.to_numpy()
    found = None
    for column, rare, usual, allowed, kept in (
        ("medecins_generalistes", "mep", "mg", place, 1),
        ("medecins_autres_specialites", "ophtalmologue", "autre_specialite", eyes, 0),
    ):
        heads, cents = staff.heads[column].to_numpy(), staff.cents[column].to_numpy()
        people = {rare: told[rare][0], usual: int(heads.sum()) - told[rare][0]}
        fte = {rare: told[rare][1] * CENT, usual: int(cents.sum()) - told[rare][1] * CENT}
        part = split(
            heads,
            cents,
            {rare: np.where(allowed, 0.2, 0.0), usual: np.ones(len(frame))},
            (people, fte),
            {usual: np.minimum(heads, kept)},
        )
        found = part if found is None else found.joined(part)
    assert found is not None
    return found


def finer_paramedical(
    frame: pd.DataFrame, staff: Staff, published: Published, rng: np.random.Generator
) -> Staff:
    """Split paramedical staff: nurses nearly everywhere, dental assistants where dentists work."""
    heads, cents = staff.heads.paramedicaux.to_numpy(), staff.cents.paramedicaux.to_numpy()
    told = choices()["professions"]
    people = {n: published.count(f) for n, (f, _) in PARAMEDICAL.items()}
    people["autre_paramedical"] = int(heads.sum()) - sum(people.values())
    fte = {
        n: (published.count(f) if f else told[f"{n}_etp"]) * CENT
        for n, (_, f) in PARAMEDICAL.items()
    }
    fte["autre_paramedical"] = int(cents.sum()) - sum(fte.values())
    number = len(frame)
    nurse = rng.random(number) < 0.88
    dental = frame.soins_dentaires.to_numpy() & (staff.heads.chirurgiens_dentistes.to_numpy() > 0)
    eyes = frame.soins_ophtalmologiques.to_numpy()
    weights = {
        "infirmier": np.where(nurse, 0.45, 0.0),
        "ipa": np.where(rng.random(number) < 0.06, 0.1, 0.0),
        "assistant_dentaire": np.where(dental, 0.5, 0.0),
        "orthoptiste": np.where(eyes, 0.25, 0.0),
        "kinesitherapeute": np.where(rng.random(number) < 0.35, 0.15, 0.02),
        "aide_soignant": np.where(rng.random(number) < 0.3, 0.1, 0.01),
        "autre_paramedical": np.where(nurse, 0.12, 0.6),
    }
    least = {
        "infirmier": np.where(nurse, 1, 0),
        "autre_paramedical": np.where(nurse, 0, 1),
    }
    return split(heads, cents, weights, (people, fte), least)


def shared_out(
    staff: Staff,
    column: str,
    shares: Mapping[str, float],
    quotas: Mapping[str, float],
    rng: np.random.Generator,
) -> Staff:
    """Split a category between professions of which only the share of FTE is printed."""
    heads, cents = staff.heads[column].to_numpy(), staff.cents[column].to_numpy()
    names = list(shares)
    fte = dict(
        zip(
            names,
            largest_remainders(np.array([shares[n] for n in names]), int(cents.sum())).tolist(),
            strict=True,
        )
    )
    bodies = np.array([shares[n] / quotas[n] for n in names])
    people = dict(zip(names, largest_remainders(bodies, int(heads.sum())).tolist(), strict=True))
    weights = {n: people[n] * rng.gamma(4.0, 0.25, len(heads)) for n in names}
    return split(heads, cents, weights, (people, fte))


def place_professions(
    frame: pd.DataFrame, sizes: pd.DataFrame, published: Published, rng: np.random.Generator
) -> Staff:
    """Return people and hundredths of FTE of every profession, centre by centre."""
    staff = categories(frame, sizes, published, rng)
    care = {n: published.figure(f).middle for n, f in CARE.items()}
    care["autre_soignant"] = 100.0 - sum(care.values())
    desk = {n: published.figure(f).middle for n, f in ADMINISTRATIVE.items()}
    desk["autre_administratif"] = 100.0 - sum(desk.values())
    quotas = choices()["quotites_administratives"]
    same = {
        "chirurgiens_dentistes": "chirurgien_dentiste",
        "sages_femmes_autres": "sage_femme_autre",
        "pharmaciens": "pharmacien",
    }
    kept = Staff(
        staff.heads[list(same)].rename(columns=same), staff.cents[list(same)].rename(columns=same)
    )
    return (
        finer_doctors(frame, staff, rng)
        .joined(kept)
        .joined(finer_paramedical(frame, staff, published, rng))
        .joined(shared_out(staff, "autres_soignants", care, dict.fromkeys(care, 0.52), rng))
        .joined(shared_out(staff, "medico_administratifs", desk, quotas, rng))
    )
