"""Staff of the centres by profession in 2022: finer than table 2 where the report prints totals."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from pipeline.calibration.arrays import Flags
from pipeline.calibration.categories import Staff, Totals, place_categories, split
from pipeline.calibration.choices import choices
from pipeline.calibration.priors import around_one
from pipeline.calibration.published import Published
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.transport import largest_remainders

# People, FTE.
PARAMEDICAL: dict[str, tuple[str, str | None]] = {
    "infirmier": ("001-A0328", "001-A0329"),
    "ipa": ("001-A0336", "001-A0337"),
    "assistant_dentaire": ("001-A0330", "001-A0331"),
    "orthoptiste": ("001-A0332", None),
    "kinesitherapeute": ("001-A0333", None),
    "aide_soignant": ("001-A0334", "001-A0335"),
}
# Shares of FTE, in %.
CARE = {"psychologue": "001-A0340", "assistant_social": "001-A0341"}
ADMINISTRATIVE = {
    "direction": "001-A0344",
    "coordination": "001-A0345",
    "cadre_administratif": "001-A0346",
    "agent_administratif": "001-A0347",
}
# Rows of table 2 that are one profession each.
ALONE = {
    "chirurgiens_dentistes": "chirurgien_dentiste",
    "sages_femmes_autres": "sage_femme_autre",
    "pharmaciens": "pharmacien",
}


def finer_doctors(frame: pd.DataFrame, staff: Staff, rng: np.random.Generator) -> Staff:
    """Set apart doctors with a particular practice, and ophthalmologists."""
    told = choices()["medecins"]
    practice = staff.heads.medecins_generalistes.to_numpy()
    chance = rng.random(len(frame)) < told["mep_chance"]
    place = (practice >= told["mep_generalistes_minimum"]) & chance
    eyes = frame.soins_ophtalmologiques.to_numpy()
    general = apart(staff, "medecins_generalistes", ("mep", "mg"), place, kept=1)
    others = ("ophtalmologue", "autre_specialite")
    return general.joined(apart(staff, "medecins_autres_specialites", others, eyes, kept=0))


def apart(staff: Staff, column: str, names: tuple[str, str], allowed: Flags, kept: int) -> Staff:
    """Split a category between a rare profession and a usual one.

    Args:
        staff: people and FTE by category.
        column: the category.
        names: the rare profession, of which the totals are ours, then the usual one.
        allowed: the centres that may employ the rare one.
        kept: how many of the usual one a centre with any staff keeps at least.
    """
    told, (rare, usual) = choices(), names
    heads, cents = staff.heads[column].to_numpy(), staff.cents[column].to_numpy()
    number, fte = told["professions"][rare]
    totals = Totals(
        {rare: number, usual: int(heads.sum()) - number},
        {rare: fte * CENT, usual: int(cents.sum()) - fte * CENT},
    )
    weights = {
        rare: np.where(allowed, told["medecins"]["poids_rare"], 0.0),
        usual: np.ones(len(heads)),
    }
    return split(heads, cents, weights, totals, {usual: np.minimum(heads, kept)})


def finer_paramedical(
    frame: pd.DataFrame, staff: Staff, published: Published, rng: np.random.Generator
) -> Staff:
    """Split paramedical staff: nurses nearly everywhere, dental assistants where dentists work."""
    heads, cents = staff.heads.paramedicaux.to_numpy(), staff.cents.paramedicaux.to_numpy()
    ours, told, number = choices()["professions"], choices()["paramedicaux"], len(frame)
    people = {n: published.count(f) for n, (f, _) in PARAMEDICAL.items()}
    people["autre_paramedical"] = int(heads.sum()) - sum(people.values())
    fte = {
        n: (published.count(f) if f else int(ours[f"{n}_etp"])) * CENT
        for n, (_, f) in PARAMEDICAL.items()
    }
    fte["autre_paramedical"] = int(cents.sum()) - sum(fte.values())
    nurse = rng.random(number) < told["infirmier"]["chance"]
    dental = frame.soins_dentaires.to_numpy() & (staff.heads.chirurgiens_dentistes.to_numpy() > 0)
    likely = {
        "infirmier": nurse,
        "ipa": rng.random(number) < told["ipa"]["chance"],
        "assistant_dentaire": dental,
        "orthoptiste": frame.soins_ophtalmologiques.to_numpy(),
        "kinesitherapeute": rng.random(number) < told["kinesitherapeute"]["chance"],
        "aide_soignant": rng.random(number) < told["aide_soignant"]["chance"],
        "autre_paramedical": nurse,
    }
    weights = {
        name: np.where(where, told[name]["poids"], told[name]["ailleurs"])
        for name, where in likely.items()
    }
    least = {"infirmier": np.where(nurse, 1, 0), "autre_paramedical": np.where(nurse, 0, 1)}
    return split(heads, cents, weights, Totals(people, fte), least)


def shared_out(
    staff: Staff,
    column: str,
    shares: Mapping[str, float],
    quotas: Mapping[str, float],
    rng: np.random.Generator,
) -> Staff:
    """Split a category between professions of which only the share of FTE is printed.

    Args:
        staff: people and FTE by category.
        column: the category.
        shares: share of each profession in its FTE.
        quotas: usual working quota of each profession.
        rng: source of the noise.
    """
    heads, cents = staff.heads[column].to_numpy(), staff.cents[column].to_numpy()
    people = remainders({n: shares[n] / quotas[n] for n in shares}, int(heads.sum()))
    totals = Totals(people, remainders(shares, int(cents.sum())))
    shape = choices()["forme_partage"]
    weights = {n: people[n] * around_one(rng, shape, len(heads)) for n in shares}
    return split(heads, cents, weights, totals)


def remainders(shares: Mapping[str, float], total: int) -> dict[str, int]:
    """Share a whole total out between professions."""
    found = largest_remainders(np.array(list(shares.values())), total).tolist()
    return dict(zip(shares, found, strict=True))


def with_rest(published: Published, told: Mapping[str, str], rest: str) -> dict[str, float]:
    """Return printed shares in %, and what is left of 100 %."""
    found = {name: published.figure(figure).middle for name, figure in told.items()}
    return {**found, rest: 100.0 - sum(found.values())}


def place_professions(
    frame: pd.DataFrame, sizes: pd.DataFrame, published: Published, rng: np.random.Generator
) -> Staff:
    """Return people and hundredths of FTE of every profession, centre by centre.

    Args:
        frame: centres of 2022 without LIVI.
        sizes: the six variables of table 1.
        published: printed values.
        rng: source of the draws.

    Raises:
        InfeasibleError: the totals of a category exclude each other.
    """
    staff = place_categories(frame, sizes, published, rng)
    care = with_rest(published, CARE, "autre_soignant")
    desk = with_rest(published, ADMINISTRATIVE, "autre_administratif")
    quotas = choices()["quotites_administratives"]
    usual = dict.fromkeys(care, choices()["quotite_soignants"])
    own = list(ALONE)
    alone = Staff(staff.heads[own].rename(columns=ALONE), staff.cents[own].rename(columns=ALONE))
    return (
        finer_doctors(frame, staff, rng)
        .joined(alone)
        .joined(finer_paramedical(frame, staff, published, rng))
        .joined(shared_out(staff, "autres_soignants", care, usual, rng))
        .joined(shared_out(staff, "medico_administratifs", desk, quotas, rng))
    )
