"""Services, equipment, access, place and telemedicine of the centres of 2022."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.calibration.published import Published
from pipeline.calibration.rows import CalibrationError
from pipeline.calibration.skeleton import take
from pipeline.contracts.registry import read_yaml

DENTAL, EYES, EITHER = "001-A0212", "001-A0214", 0.497
RURAL, RURAL_THIRD, UNDER_URBAN, UNDER_RURAL = "001-A0478", 1 / 3, "001-A0483", "001-A0484"
PRIORITY = {"qpv": (111, "001-A0486"), "quartier_vecu": (108, "001-A0488")}
DEROGATION = {"32": "001-B0345", "84": "001-B0346", "11": "001-B0347", "76": None, "44": None}
TELEMEDICINE = {"operationnelle": "001-B0355", "en_deploiement": "001-B0359"}
TELEMEDICINE_BY = {"securite_sociale": 97.0, "mutualiste": 69.0, "association": 25.0}
PLANNED_PCT = 8.3


def draw_specialties(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set which centres provide dental and eye care; nearly half provide one or the other."""
    number = len(frame)
    dental = published.share_of(DENTAL, number)
    eyes = published.share_of(EYES, number)
    score = 0.6 * np.log(frame.taille) + rng.normal(0.0, 0.8, number)
    score[frame.livi] = -9.0
    frame["soins_dentaires"] = score >= np.sort(score)[-dental]
    score = 0.5 * np.log(frame.taille) + rng.normal(0.0, 0.8, number)
    alone = round(EITHER * number) - dental
    frame["soins_ophtalmologiques"] = False
    for pool, wanted in ((~frame.soins_dentaires, alone), (frame.soins_dentaires, eyes - alone)):
        ranked = frame.index[pool & ~frame.livi]
        best = ranked[np.argsort(-score[ranked], kind="stable")[:wanted]]
        frame.loc[best, "soins_ophtalmologiques"] = True


def draw_trait(
    frame: pd.DataFrame, told: dict[str, Any], published: Published, rng: np.random.Generator
) -> None:
    """Set one trait: printed counts by manager first, then the rest of the printed total."""
    name, number = told["name"], len(frame)
    frame[name] = False
    if told.get("counted"):
        total = published.count(told["figure"])
    elif "figure" in told:
        # equipment is counted without LIVI (note on the 585 centres), other services with it
        total = published.share_of_any(told["figure"], (number - 1, number))
    else:
        total = round(told["ours"] * number / 100.0)
    able = frame[told["among"]] if "among" in told else pd.Series(True, index=frame.index)
    able &= ~frame.livi
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


def draw_zones(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set setting, zoning and priority districts; they are known of centres in the agreement."""
    known = frame.accord.astype(bool)
    rural_sizes = [k for k in range(1, 60) if published.has_share(UNDER_RURAL, k)]
    wide, total = published.figure(RURAL), int(known.sum())
    rural_count = [k for k in rural_sizes if wide.low <= 100.0 * k / total <= wide.high]
    if not rural_count:
        raise CalibrationError("no number of rural centres has both printed shares")
    rural = take(frame, known & ~frame.region.isin(["11"]), rural_count[0], rng)
    frame["milieu"] = np.where(known, "urbain", None)
    frame.loc[rural, "milieu"] = "rural"
    frame["zrr"] = False
    frame.loc[rng.choice(rural, round(len(rural) * RURAL_THIRD), replace=False), "zrr"] = True
    frame["zonage"] = np.where(known, "hors_zone", None)
    for setting, figure in (("urbain", UNDER_URBAN), ("rural", UNDER_RURAL)):
        pool = pd.Series(frame.milieu == setting)
        count = published.share_of(figure, int(pool.sum()))
        chosen = take(frame, pool, count, rng)
        frame.loc[chosen, "zonage"] = rng.choice(["zip", "zac"], count, p=[0.55, 0.45])
    free = ~frame.livi & (frame.milieu != "rural")
    for name, (count, figure) in PRIORITY.items():
        frame[name] = False
        authority = frame.gestionnaire == "collectivite_territoriale"
        share = published.share_of(figure, count)
        frame.loc[take(frame, free & authority, share, rng), name] = True
        frame.loc[take(frame, free & ~authority, count - share, rng), name] = True
        free &= ~frame[name]


def draw_derogation(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the opening-hours derogations of polyvalent centres in the agreement, by region."""
    frame["derogation_horaire"] = False
    field = frame.accord.astype(bool) & frame.categorie.str.startswith("polyvalent") & ~frame.livi
    total = published.share_of("001-B0344", int(field.sum()))
    for region, figure in DEROGATION.items():
        pool = field & (frame.region == region)
        count = published.share_of(figure, int(pool.sum())) if figure else 0
        frame.loc[take(frame, pool, count, rng), "derogation_horaire"] = True
        total -= count
    pool = field & ~frame.region.isin(list(DEROGATION))
    frame.loc[take(frame, pool, total, rng), "derogation_horaire"] = True


def draw_telemedicine(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set the state of telemedicine."""
    frame["telemedecine"] = "aucune"
    number = len(frame)
    total = published.share_of_any(TELEMEDICINE["operationnelle"], (number - 1, number))
    frame.loc[frame.livi, "telemedecine"] = "operationnelle"
    total -= 1
    free = ~frame.livi
    for manager, share in TELEMEDICINE_BY.items():
        pool = (frame.gestionnaire == manager) & ~frame.livi
        chosen = take(frame, pool, round(share * int(pool.sum()) / 100.0), rng)
        frame.loc[chosen, "telemedecine"] = "operationnelle"
        total -= len(chosen)
        free &= frame.gestionnaire != manager
    frame.loc[take(frame, free, total, rng), "telemedecine"] = "operationnelle"
    counts = {
        "en_deploiement": published.share_of_any(
            TELEMEDICINE["en_deploiement"], (number - 1, number)
        ),
        "en_projet": round(PLANNED_PCT * number / 100.0),
    }
    for state, count in counts.items():
        frame.loc[take(frame, frame.telemedecine == "aucune", count, rng), "telemedecine"] = state


def draw_hours(frame: pd.DataFrame, rng: np.random.Generator) -> None:
    """Set weekly opening hours and the share of dental and eye care in activity: both are ours."""
    hours = rng.normal(np.where(frame.derogation_horaire, 44.0, 58.0), 6.0)
    frame["heures"] = np.round(np.clip(hours, 20.0, 80.0) * 2.0) / 2.0
    some: NDArray[np.bool_] = (frame.soins_dentaires | frame.soins_ophtalmologiques).to_numpy()
    drawn = 100.0 * rng.beta(1.3, 1.9, len(frame))
    frame["part_dentaire_ophtalmo"] = np.where(some, np.round(drawn, 1), 0.0)


def draw_traits(frame: pd.DataFrame, published: Published, rng: np.random.Generator) -> None:
    """Set every trait of the centres of 2022."""
    for told in read_yaml(Path(__file__).resolve().parent / "traits.yml"):
        draw_trait(frame, told, published, rng)
    draw_zones(frame, published, rng)
    draw_derogation(frame, published, rng)
    draw_telemedicine(frame, published, rng)
    draw_hours(frame, rng)
