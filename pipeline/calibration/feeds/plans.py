"""Which printed values become a feed, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.calibration.feeds.choices import choices
from pipeline.calibration.feeds.published import INVENTORY, Row, Scheme, Tables, scheme_of

WEEKLY = ("semaine", "jour")


@dataclass(frozen=True)
class Plan:
    """One printed value to give back: slots by period, or patients; a rate where it is printed."""

    id: str
    scheme: Scheme
    start: date
    end: date
    period: str
    low: int | None
    high: int | None
    rate: Decimal | None
    patients: int | None

    @property
    def providers(self) -> int:
        """Providers among whom slots are shared; the centre itself where none is printed."""
        return self.scheme.providers or 1


@dataclass(frozen=True)
class Refusal:
    """A printed value no feed gives back, with the reason (list `motif_sans_flux`)."""

    id: str
    reason: str


def refusal(row: Row, scheme: Scheme | None, observed: bool) -> str | None:
    """Return why a printed value gives no feed; None when it gives one."""
    if scheme is None:
        return "hors_inventaire"
    volume = row["offerts_min_nb"] is not None or row["offerts_max_nb"] is not None
    if not volume and row["taux_pct"] is None and row["patients_nb"] is None:
        return "sans_nombre_creneaux"
    if row["nature_code"] == "observe":
        return None
    if observed:
        return "volume_observe_ailleurs"
    if row["nature_code"] != "engagement":
        return "objectif_ou_indicatif"
    if scheme.providers is None:
        return "effectif_absent"
    return None if row["par_code"] == "cpts" else "engagement_individuel"


def bounds(row: Row) -> tuple[date, date]:
    """Return the printed period of a value, else the one chosen for it."""
    chosen = choices()["periodes"].get(row["creneaux_id"])
    if chosen:
        return chosen["debut"], chosen["fin"]
    if row["periode_debut"] and row["periode_fin"]:
        return row["periode_debut"], row["periode_fin"]
    name = "periode_en_semaines" if row["periode_code"] in WEEKLY else "periode_sans_date"
    return choices()[name]["debut"], choices()[name]["fin"]


def plan_of(row: Row, scheme: Scheme) -> Plan:
    """Return the plan of a printed value."""
    start, end = bounds(row)
    return Plan(
        id=row["creneaux_id"],
        scheme=scheme,
        start=start,
        end=end,
        period=row["periode_code"],
        low=row["offerts_min_nb"],
        high=row["offerts_max_nb"],
        rate=row["taux_pct"],
        patients=row["patients_nb"],
    )


def plans(tables: Tables) -> Iterator[Plan | Refusal]:
    """Yield what becomes of every printed slot count, rate or number of patients, in order."""
    schemes = {
        row["dispositif_id"]: scheme_of(tables, row)
        for row in tables["dispositifs"]
        if row["perimetre_code"] == INVENTORY and row["cpts_id"]
    }
    rows = sorted(tables["creneaux_publies"], key=lambda row: str(row["creneaux_id"]))
    observed = {row["dispositif_id"] for row in rows if row["nature_code"] == "observe"}
    for row in rows:
        scheme = schemes.get(row["dispositif_id"])
        reason = refusal(row, scheme, row["dispositif_id"] in observed)
        if reason or scheme is None:
            yield Refusal(row["creneaux_id"], reason or "hors_inventaire")
        else:
            yield plan_of(row, scheme)
