"""The panel as an export: one row per centre and year, in the project's own wide layout."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.calibration.activity import KINDS
from pipeline.calibration.attempts import SEED
from pipeline.calibration.past_accounts import BLOCKS
from pipeline.calibration.skeleton import LAST, YEARS, choices
from pipeline.calibration.solve import Solved, atypical
from pipeline.calibration.staff_totals import CENT
from pipeline.contracts.registry import contract

OWN_SERVICES = ("soins_dentaires", "soins_ophtalmologiques")
# Growth of the centres with dental and eye care, and of those in priority districts, 2016-2022.
PAST_FLAGS = {
    "soins_dentaires": 38.0,
    "soins_ophtalmologiques": 19.0,
    "qpv": 91.0,
    "quartier_vecu": -43.0,
}
# A year before which registered and poor patients are not known.
KNOWN_FROM = 2018
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
LIKENESS = ("detail", "categorie", "accord", "milieu", "zonage", "valide_ars", "zrr")
DAYS = 360


def identifiers(centres: pd.DataFrame) -> pd.Series:
    """Return made-up identifiers, which no real register holds."""
    order = centres.sort_values(
        ["region", "departement", "gestionnaire", "ouverture"], kind="stable"
    )
    ranks = pd.Series(np.arange(1, len(order) + 1), index=order.index).reindex(centres.index)
    return ranks.map(lambda rank: f"SYN{rank:06d}")


def completed(solved: Solved, rng: np.random.Generator) -> pd.DataFrame:
    """Return the centres, LIVI last, with what closed ones lack and dates."""
    centres = pd.concat([solved.centres, solved.livi], ignore_index=True)
    closed = centres.fin < LAST
    for column in LIKENESS:
        pool = centres.loc[~closed & ~centres.livi.astype(bool)]
        for i in centres.index[closed & centres[column].isna()]:
            same = pool[pool.gestionnaire == centres.gestionnaire[i]]
            centres.loc[i, column] = same[column].iloc[int(rng.integers(len(same)))]
    centres["finess"] = identifiers(centres)
    day = rng.integers(0, DAYS, len(centres))
    opened = pd.to_datetime(centres.ouverture.astype(int).astype(str) + "-01-01")
    centres["date_ouverture"] = (opened + pd.to_timedelta(day, unit="D")).dt.strftime("%Y-%m-%d")
    last = pd.to_datetime(centres.fin.astype(int).astype(str) + "-06-30")
    closing = (last + pd.to_timedelta(day // 2, unit="D")).dt.strftime("%Y-%m-%d")
    leaving = rng.choice(
        centres.index[~closed & ~centres.livi.astype(bool) & (centres.debut < LAST)],
        choices()["fermes_2022"],
        replace=False,
    )
    centres["date_fermeture"] = closing.where(closed | centres.index.isin(leaving), "")
    return centres


def past_flags(
    centres: pd.DataFrame, year: int, there: pd.Series, rng: np.random.Generator
) -> pd.DataFrame:
    """Return the services and districts of a year: as many as the printed growth implies."""
    found = pd.DataFrame(index=centres.index)
    for name, growth in PAST_FLAGS.items():
        now = centres[name].fillna(False).astype(bool)
        if year == LAST:
            found[name] = now
            continue
        first = round(int(now.sum()) / (1.0 + growth / 100.0))
        step = (year - YEARS[0]) / (LAST - YEARS[0])
        count = round(first + (int(now.sum()) - first) * step)
        weight = np.where(now, 1.0, 0.0) + rng.random(len(centres))
        weight[~there] = -1.0
        chosen = np.argsort(-weight, kind="stable")[:count]
        found[name] = False
        found.iloc[chosen, found.columns.get_loc(name)] = True
    return found


def identity_columns(centres: pd.DataFrame, year: int, flags: pd.DataFrame) -> dict[str, Any]:
    """Return the columns of the centres in one year."""
    services = [c.name for c in contract("ecds_centres").columns if c.name in centres.columns]
    columns: dict[str, Any] = {name: centres[own] for name, own in IDENTITY.items()}
    columns |= {
        "annee": year,
        "finess": centres.finess,
        "groupement_id": centres.groupe.fillna(0)
        .astype(int)
        .map(lambda g: f"RFS-{g:02d}" if g > 0 else ""),
        "plateforme_teleconsultation": centres.livi.astype(bool),
        "atypique": atypical(centres),
        "date_ouverture": centres.date_ouverture,
        "date_fermeture": centres.date_fermeture,
        "valide_centre": True,
        **{name: flags[name] for name in PAST_FLAGS},
    }
    if year == LAST:
        told = [s for s in services if s not in columns]
        columns |= {name: centres[name] for name in told}
        columns |= {
            "retenu_fiabilisation": centres.fiabilise.fillna(False),
            "telemedecine_code": centres.telemedecine,
            "heures_ouverture_hebdo_nb": centres.heures,
        }
    return columns


def staff_columns(solved: Solved, centres: pd.DataFrame, year: int) -> dict[str, Any]:
    """Return people and FTE by profession; nothing where a profession is absent."""
    heads, cents = solved.staff[year].heads, solved.staff[year].cents
    livi = livi_staff(year)
    columns: dict[str, Any] = {}
    for name in heads:
        people = [*heads[name], *([livi[name][0]] if name in livi else [0])]
        fte = [*cents[name], *([livi[name][1]] if name in livi else [0])]
        columns[f"{name}_nb"] = [str(n) if n else "" for n in people]
        columns[f"{name}_etp"] = [
            f"{c / CENT:.2f}" if n else "" for n, c in zip(people, fte, strict=True)
        ]
    return {name: pd.Series(values, index=centres.index) for name, values in columns.items()}


def livi_staff(year: int) -> dict[str, tuple[int, int]]:
    """Return the people and hundredths of FTE of the teleconsultation platform."""
    told = choices()["livi"]
    share = 1.0 if year == LAST else told["avant"].get(year, 0.0)
    return {
        name: (round(people * share), round(fte * share * CENT))
        for name, (people, fte) in told["effectifs"].items()
    }


def money_columns(solved: Solved, centres: pd.DataFrame, year: int) -> dict[str, Any]:
    """Return amounts in whole euros; nothing where a line is not declared."""
    table = solved.euros[year]
    if year in solved.blocks:
        table = pd.concat([table, solved.blocks[year]], axis=1)
    columns = {}
    for name in table:
        shown = table[name].map(lambda v: "" if pd.isna(v) else f"{v:.0f}").tolist()
        columns[f"{name}_eur"] = pd.Series([*shown, ""], index=centres.index)
    return columns


def activity_columns(solved: Solved, centres: pd.DataFrame, year: int) -> dict[str, Any]:
    """Return patients and acts; before 2022 they follow the FTE of the year, and are not findings."""
    now, told = solved.activity, choices()
    fte = solved.staff[year].cents.mg / np.maximum(solved.staff[LAST].cents.mg, 1)
    pace = fte * (told["activite_avant"][year] if year != LAST else 1.0)
    listed = fte * (told["patientele_avant"].get(year, 1.0) if year != LAST else 1.0)
    late = year >= KNOWN_FROM
    counts = {
        "file_active_mg_nb": (now.patients, pace, now.patients > 0),
        "file_active_mg_c2s_nb": (now.poor - now.state_aid, pace, (now.poor >= 0) & late),
        "file_active_mg_ame_nb": (now.state_aid, pace, (now.poor >= 0) & late),
        "file_active_infirmier_nb": (now.nurse_patients, pace, now.nurse_patients >= 0),
        "patients_mt_nb": (now.registered, listed, (now.registered >= 0) & late),
        "patients_mt_adultes_nb": (now.adults, listed, (now.adults >= 0) & late),
    }
    counts |= {f"actes_{k}_nb": (solved.acts[k], pace, now.acts_known) for k in KINDS}
    columns = {}
    for name, (values, factor, known) in counts.items():
        shown = np.floor(values * factor + 1e-9) if year != LAST else values
        text = [f"{v:.0f}" if k else "" for v, k in zip(shown, known, strict=True)]
        columns[name] = pd.Series([*text, ""], index=centres.index)
    share = centres.part_dentaire_ophtalmo.map(
        lambda v: "" if pd.isna(v) or year != LAST else f"{v:.1f}"
    )
    return {**columns, "part_dentaire_ophtalmo_pct": share}


def header() -> list[str]:
    """Return the columns of the export, in the order of the contracts."""
    skipped = ("origin", "source_file", "source_line")
    names = [c.name for c in contract("ecds_centres").columns if c.name not in skipped]
    from pipeline.contracts.registry import vocabularies

    for profession in vocabularies()["profession_ecds"]:
        names += [f"{profession}_nb", f"{profession}_etp"]
    parents = {code.parent for code in vocabularies()["poste_ecds"].values()}
    names += [f"{p}_eur" for p in vocabularies()["poste_ecds"] if p not in parents]
    activity = [c.name for c in contract("ecds_activite").columns if c.name not in skipped]
    return [*names, *(n for n in activity if n not in ("annee", "finess"))]


def cell(value: Any) -> str:
    """Return a value as the layout writes it: nothing, true or false, or its text."""
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return ""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    return str(value)


def panel_rows(solved: Solved) -> list[list[str]]:
    """Return the header, then one row per centre and year, sorted by year and centre."""
    rng = np.random.default_rng([SEED, len(BLOCKS)])
    centres = completed(solved, rng)
    names = header()
    rows: list[list[str]] = []
    for year in YEARS:
        there = (centres.debut <= year) & (centres.fin >= year)
        columns = identity_columns(centres, year, past_flags(centres, year, there, rng))
        columns |= staff_columns(solved, centres, year)
        columns |= money_columns(solved, centres, year)
        columns |= activity_columns(solved, centres, year)
        table = pd.DataFrame({n: columns.get(n, "") for n in names}, index=centres.index)[there]
        table = table.sort_values("finess")
        rows += [[cell(v) for v in row] for row in table.itertuples(index=False)]
    return [names, *rows]
