"""Services, equipment, access, place and telemedicine of the centres of 2022."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.choices import choices
from pipeline.calibration.priors import share_of_law, take
from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError
from pipeline.contracts.registry import read_yaml

DENTAL, EYES = "001-A0212", "001-A0214"
RURAL, RURAL_ZRR, UNDER_URBAN, UNDER_RURAL = "001-A0478", "001-A0479", "001-A0483", "001-A0484"
# Growth since 2016 of the number of centres with a trait; a fall is printed without its sign.
GROWTH = {
    "soins_dentaires": ("001-A0215", 1.0),
    "soins_ophtalmologiques": ("001-A0216", 1.0),
    "qpv": ("001-A0480", 1.0),
    "quartier_vecu": ("001-A0481", -1.0),
}
# Shares of local authorities among the centres of a priority district, and next to one.
PRIORITY = {"qpv": "001-A0486", "quartier_vecu": "001-A0488"}
DEROGATIONS = "001-B0344"
# By region; None where the report says there is none.
DEROGATION_BY = {"32": "001-B0345", "84": "001-B0346", "11": "001-B0347", "76": None, "44": None}
TELEMEDICINE, TELEMEDICINE_SOON = "001-B0355", "001-B0359"
# The largest number of rural centres that is tried.
MOST_RURAL = 59
# Below any score: the teleconsultation platform provides no care in person.
LAST_OF_ALL = -9.0


def draw_specialties(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set which centres provide dental and eye care; nearly half provide one or the other."""
    told, number = choices()["specialites"], len(frame)
    dental = published.share_of(DENTAL, number)
    eyes = published.share_of(EYES, number)
    size = np.log(frame.taille)
    score = told["dentaire_taille"] * size + rng.normal(0.0, told["bruit"], number)
    score[frame.livi] = LAST_OF_ALL
    frame["soins_dentaires"] = score >= np.sort(score)[-dental]
    score = told["ophtalmo_taille"] * size + rng.normal(0.0, told["bruit"], number)
    alone = round(told["l_un_ou_l_autre"] * number) - dental
    frame["soins_ophtalmologiques"] = False
    for pool, wanted in ((~frame.soins_dentaires, alone), (frame.soins_dentaires, eyes - alone)):
        ranked = frame.index[pool & ~frame.livi]
        best = ranked[np.argsort(-score[ranked], kind="stable")[:wanted]]
        frame.loc[best, "soins_ophtalmologiques"] = True


def draw_trait(
    frame: pd.DataFrame, told: dict[str, Any], published: Published, rng: np.random.Generator
) -> None:
    """Set one trait of traits.yml: counts by manager first, then the rest of the total.

    Raises:
        CalibrationError: too few centres qualify.
    """
    name, number = told["name"], len(frame)
    frame[name] = False
    if told.get("counted"):
        total = published.count(told["figure"])
    elif "figure" in told:
        # equipment is counted without LIVI (note on the 585 centres), other services with it
        total = published.share_of_any(told["figure"], (number - 1, number))
    else:
        total = round(told["ours"] * number / 100.0)
    able = frame[told["among"]] & ~frame.livi if "among" in told else ~frame.livi
    free = able.copy()
    groups = {
        m: published.share_of(f, int((frame.gestionnaire == m).sum()))
        for m, f in told.get("by", {}).items()
    }
    for manager, share in told.get("ours_by", {}).items():
        groups[manager] = round(share * int((frame.gestionnaire == manager).sum()) / 100.0)
    for manager, count in groups.items():
        own = frame.gestionnaire == manager
        pool = able & own
        chosen = take(frame, pool, min(count, int(pool.sum())), rng)
        frame.loc[chosen, name] = True
        free &= ~own
        total -= len(chosen)
    frame.loc[take(frame, free, total, rng), name] = True


def rural_number(published: Published, total: int) -> int:
    """Return the number of rural centres that has both printed shares: of all, and under-served.

    Raises:
        CalibrationError: there is none.
    """
    fitting = published.figure(RURAL).counts_of(total)
    found = [k for k in fitting if 0 < k <= MOST_RURAL and published.has_share(UNDER_RURAL, k)]
    if not found:
        raise CalibrationError("no number of rural centres has both printed shares")
    return found[0]


def draw_zones(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set setting and zoning, which are known of centres in the agreement."""
    told, known = choices()["territoires"], frame.accord.to_numpy(bool)
    free = frame.accord & ~frame.region.isin(told["regions_sans_rural"])
    rural = take(frame, free, rural_number(published, int(known.sum())), rng)
    frame["milieu"] = pd.Series("urbain", index=frame.index).where(frame.accord, None)
    frame.loc[rural, "milieu"] = "rural"
    frame["zrr"] = False
    count = round(len(rural) * published.figure(RURAL_ZRR).middle / 100.0)
    frame.loc[rng.choice(rural, count, replace=False), "zrr"] = True
    frame["zonage"] = pd.Series("hors_zone", index=frame.index).where(frame.accord, None)
    zones = told["zones_sous_denses"]
    for setting, figure in (("urbain", UNDER_URBAN), ("rural", UNDER_RURAL)):
        pool = frame.milieu == setting
        count = published.share_of(figure, int(pool.sum()))
        chosen = take(frame, pool, count, rng)
        drawn = rng.choice(list(zones), count, p=list(zones.values()))
        frame.loc[chosen, "zonage"] = drawn


def draw_districts(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set which centres are in a priority district or next to one: never both, never rural."""
    free = ~frame.livi & (frame.milieu != "rural")
    authority = frame.gestionnaire == "collectivite_territoriale"
    for name, count in choices()["territoires"]["quartiers"].items():
        frame[name] = False
        share = published.share_of(PRIORITY[name], count)
        frame.loc[take(frame, free & authority, share, rng), name] = True
        frame.loc[take(frame, free & ~authority, count - share, rng), name] = True
        free &= ~frame[name]


def draw_derogation(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the opening-hours derogations of polyvalent centres in the agreement, by region."""
    frame["derogation_horaire"] = False
    field = frame.accord.astype(bool) & frame.categorie.str.startswith("polyvalent") & ~frame.livi
    total = published.share_of(DEROGATIONS, int(field.sum()))
    for region, figure in DEROGATION_BY.items():
        pool = field & (frame.region == region)
        count = published.share_of(figure, int(pool.sum())) if figure else 0
        frame.loc[take(frame, pool, count, rng), "derogation_horaire"] = True
        total -= count
    pool = field & ~frame.region.isin(list(DEROGATION_BY))
    frame.loc[take(frame, pool, total, rng), "derogation_horaire"] = True


def draw_telemedicine(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the state of telemedicine: operational, being deployed, planned, none."""
    told, number = choices()["telemedecine"], len(frame)
    frame["telemedecine"] = "aucune"
    sizes = (number - 1, number)
    frame.loc[frame.livi, "telemedecine"] = "operationnelle"
    total = published.share_of_any(TELEMEDICINE, sizes) - 1
    free = ~frame.livi
    for manager, share in told["operationnelle"].items():
        pool = (frame.gestionnaire == manager) & ~frame.livi
        chosen = take(frame, pool, round(share * int(pool.sum()) / 100.0), rng)
        frame.loc[chosen, "telemedecine"] = "operationnelle"
        total -= len(chosen)
        free &= frame.gestionnaire != manager
    frame.loc[take(frame, free, total, rng), "telemedecine"] = "operationnelle"
    counts = {
        "en_deploiement": published.share_of_any(TELEMEDICINE_SOON, sizes),
        "en_projet": round(told["en_projet"] * number / 100.0),
    }
    for state, count in counts.items():
        frame.loc[take(frame, frame.telemedecine == "aucune", count, rng), "telemedecine"] = state


def draw_hours(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Set weekly opening hours, to the half hour, and the share of dental and eye care, in %."""
    hours, share = choices()["heures"], choices()["part_dentaire_ophtalmo"]
    usual = np.where(frame.derogation_horaire, hours["avec_derogation"], hours["sans_derogation"])
    drawn = np.clip(rng.normal(usual, hours["ecart"]), *hours["bornes"])
    frame["heures"] = np.round(drawn * 2.0) / 2.0
    some = (frame.soins_dentaires | frame.soins_ophtalmologiques).to_numpy()
    drawn = 100.0 * share_of_law(rng, share["loi_beta"], len(frame))
    frame["part_dentaire_ophtalmo"] = np.where(some, np.round(drawn, 1), 0.0)


def draw_traits(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set every trait of the centres of 2022, in the columns of the same names.

    Raises:
        CalibrationError: the draw leaves no room for a printed count or share.
    """
    for told in read_yaml(Path(__file__).resolve().parent / "traits.yml"):
        draw_trait(frame, told, published, rng)
    draw_zones(frame, published, rng)
    draw_districts(frame, published, rng)
    draw_derogation(frame, published, rng)
    draw_telemedicine(frame, published, rng)
    draw_hours(frame, rng)
