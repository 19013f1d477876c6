"""What the documents print of slots, as the feeds need it: one `Printed` by scheme."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pipeline.calibration.feeds.choices import choices

Row = Mapping[str, Any]
Tables = Mapping[str, list[dict[str, Any]]]
INVENTORY = "inventaire_pdl_2025"
RUNNING = ("en_cours", "experimental")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MINUTES = {"minute": 1, "heure": 60}


@dataclass(frozen=True)
class Channel:
    """A way in, open from a day on, and the tool that books."""

    code: str
    tool: str
    since: date


@dataclass(frozen=True)
class Window:
    """Opening hours of one day of the week (1 to 7)."""

    weekday: int
    start: time
    end: time


@dataclass(frozen=True)
class Scheme:
    """What is printed of a scheme besides its volumes.

    `providers` is None where no headcount is printed; `release` and `notice` are in minutes.
    """

    id: str
    cpts_id: str
    department: str
    profession: str
    providers: int | None
    windows: tuple[Window, ...]
    channels: tuple[Channel, ...]
    tool: str
    minutes: int
    release: int | None
    notice: int | None


def of(tables: Tables, name: str, scheme: str) -> list[dict[str, Any]]:
    """Return the rows of a table that describe a scheme, in their printed order."""
    rows = [row for row in tables[name] if row["dispositif_id"] == scheme]
    return sorted(rows, key=lambda row: (row.get("ordre") or 0, row["document_line"]))


def clock(text: str) -> time:
    """Return a time printed as `8:45` or `08:45`."""
    hours, minutes = text.split(":")
    return time(int(hours), int(minutes))


def opening(tables: Tables, scheme: str) -> tuple[Window, ...]:
    """Return the printed hours of care, else those chosen for all."""
    found = [
        Window(DAYS.index(row["jour_code"]) + 1, clock(row["heure_debut"]), clock(row["heure_fin"]))
        for row in of(tables, "dispositif_horaires", scheme)
        if row["objet_code"] == "effection" and row["jour_code"] in DAYS
    ]
    if not found:
        told = choices()["horaires_sans_precision"]
        found = [Window(day, clock(told["debut"]), clock(told["fin"])) for day in told["jours"]]
    return tuple(sorted(found, key=lambda window: (window.weekday, window.start)))


def channels(tables: Tables, scheme: str) -> tuple[Channel, ...]:
    """Return the running channels of a scheme that are named, with their tools."""
    return tuple(
        Channel(row["canal_code"], row["outil_code"] or "", row["date_debut"] or date.min)
        for row in of(tables, "dispositif_canaux", scheme)
        if row["statut_code"] in RUNNING and row["canal_code"] != "non_precise"
    )


def rule(tables: Tables, scheme: str, code: str) -> int | None:
    """Return a printed rule in minutes; None where it is not printed."""
    for row in of(tables, "dispositif_regles", scheme):
        if row["regle_code"] == code and row["valeur_max"] is not None:
            return int(row["valeur_max"] * MINUTES[row["unite_code"]])
    return None


def headcount(tables: Tables, scheme: str) -> int | None:
    """Return the providers printed, people only; else those chosen; else None."""
    for row in of(tables, "dispositif_effecteurs", scheme):
        if row["role_code"] == "effecteur" and row["unite_code"] == "personne":
            return int(row["effectif_nb"])
    chosen = choices()["effecteurs"].get(scheme)
    return None if chosen is None else int(chosen)


def scheme_of(tables: Tables, row: Row) -> Scheme:
    """Return what is printed of one scheme, from its row of `dispositifs`."""
    name = row["dispositif_id"]
    found = channels(tables, name)
    tools = [row["outil_code"] for row in of(tables, "dispositif_canaux", name)]
    return Scheme(
        id=name,
        cpts_id=row["cpts_id"],
        department=row["departement_code"],
        profession=row["profession_code"],
        providers=headcount(tables, name),
        windows=opening(tables, name),
        channels=found,
        tool=next((tool for tool in tools if tool), ""),
        minutes=rule(tables, name, "duree_creneau") or choices()["duree_creneau_minutes"],
        release=rule(tables, name, "liberation_creneau"),
        notice=rule(tables, name, "delai_reservation_min"),
    )
