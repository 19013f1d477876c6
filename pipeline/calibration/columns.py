"""The columns of the export for one year: identity, staff, amounts, activity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.choices import choices
from pipeline.calibration.solve import Solved, atypical
from pipeline.calibration.staff_totals import CENT
from pipeline.calibration.years import LAST
from pipeline.contracts.registry import contract

# Column of the export -> column of the centres.
IDENTITY = {
    "gestionnaire_code": "gestionnaire",
    "gestionnaire_detail_code": "detail",
    "categorie_cnam_code": "categorie",
    "accord_national": "accord",
    "region_code": "region",
    "departement_code": "departement",
    "milieu_code": "milieu",
    "zonage_code": "zonage",
    "valide_ars": "valide_ars",
    "zrr": "zrr",
}
# A count this close under a whole number is that number.
NEAR = 1e-9


def identity_columns(centres: pd.DataFrame, year: int, flags: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of the centres in one year.

    Args:
        centres: every centre, closed ones and LIVI included.
        year: the year.
        flags: the traits known of that year.
    """
    groups = centres.groupe.fillna(0).astype(int)
    columns: dict[str, Any] = {name: centres[own] for name, own in IDENTITY.items()}
    columns |= {
        "annee": year,
        "finess": centres.finess,
        "groupement_id": groups.map(lambda g: f"RFS-{g:02d}" if g > 0 else ""),
        "plateforme_teleconsultation": centres.livi.astype(bool),
        "atypique": atypical(centres),
        "date_ouverture": centres.date_ouverture,
        "date_fermeture": centres.date_fermeture,
        "valide_centre": True,
        **{str(name): flags[name] for name in flags},
    }
    if year == LAST:
        services = [c.name for c in contract("ecds_centres").columns if c.name in centres.columns]
        columns |= {name: centres[name] for name in services if name not in columns}
        columns |= {
            "retenu_fiabilisation": centres.fiabilise.fillna(False),
            "telemedecine_code": centres.telemedecine,
            "heures_ouverture_hebdo_nb": centres.heures,
        }
    return columns


def staff_columns(solved: Solved, year: int) -> dict[str, list[str]]:
    """Return people and FTE by profession, LIVI last; nothing where a profession is absent."""
    heads, cents = solved.staff[year].heads, solved.staff[year].cents
    livi = livi_staff(year)
    columns: dict[str, list[str]] = {}
    for name in map(str, heads):
        people, fte = livi.get(name, (0, 0))
        pairs = zip([*heads[name], people], [*cents[name], fte], strict=True)
        shown = [(str(n), f"{c / CENT:.2f}") if n else ("", "") for n, c in pairs]
        columns[f"{name}_nb"] = [n for n, _ in shown]
        columns[f"{name}_etp"] = [c for _, c in shown]
    return columns


def livi_staff(year: int) -> dict[str, tuple[int, int]]:
    """Return the people and hundredths of FTE of the teleconsultation platform, by profession."""
    told = choices()["livi"]
    share = 1.0 if year == LAST else told["avant"].get(year, 0.0)
    return {
        name: (round(people * share), round(fte * share * CENT))
        for name, (people, fte) in told["effectifs"].items()
    }


def money_columns(solved: Solved, year: int) -> dict[str, list[str]]:
    """Return amounts in whole euros; nothing where a line is not declared, nor for LIVI."""
    table = solved.euros[year]
    if year in solved.blocks:
        table = pd.concat([table, solved.blocks[year]], axis=1)
    return {
        f"{name}_eur": ["" if np.isnan(v) else f"{v:.0f}" for v in [*table[name], np.nan]]
        for name in map(str, table)
    }


def activity_columns(solved: Solved, year: int) -> dict[str, list[str]]:
    """Return patients and acts; before 2022 they follow the FTE of the year, and are no finding."""
    now, told = solved.activity, choices()
    last = solved.staff[LAST].cents.mg
    fte = solved.staff[year].cents.mg / last.clip(lower=1)
    pace = fte * (1.0 if year == LAST else told["activite_avant"][year])
    listed = fte * (1.0 if year == LAST else told["patientele_avant"].get(year, 1.0))
    # registered and poor patients are known from the first year they are chosen for
    late = year >= min(told["patientele_avant"])
    counts = {
        "file_active_mg_nb": (now.patients, pace, now.patients > 0),
        "file_active_mg_c2s_nb": (now.poor - now.state_aid, pace, (now.poor >= 0) & late),
        "file_active_mg_ame_nb": (now.state_aid, pace, (now.poor >= 0) & late),
        "file_active_infirmier_nb": (now.nurse_patients, pace, now.nurse_patients >= 0),
        "patients_mt_nb": (now.registered, listed, (now.registered >= 0) & late),
        "patients_mt_adultes_nb": (now.adults, listed, (now.adults >= 0) & late),
    }
    counts |= {f"actes_{k}_nb": (solved.acts[k], pace, now.acts_known) for k in solved.acts}
    columns = {}
    for name, (values, factor, known) in counts.items():
        shown = values if year == LAST else np.floor(values * factor + NEAR)
        pairs = zip(shown, known, strict=True)
        columns[name] = [*(f"{v:.0f}" if k else "" for v, k in pairs), ""]
    return columns


def share_column(centres: pd.DataFrame, year: int) -> list[str]:
    """Return the share of dental and eye care in activity, in %: known of 2022 only."""
    shares = centres.part_dentaire_ophtalmo.to_numpy(float)
    return ["" if year != LAST or np.isnan(v) else f"{v:.1f}" for v in shares]
