"""Slots, counters and appointments of tests, under the contracts of their tables."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from pipeline.calibration.feeds.counters import Counter
from pipeline.calibration.feeds.feed import Feed, make_feed
from pipeline.calibration.feeds.slots import Slot
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.feed import READ
from pipeline.indicators.card import card
from pipeline.indicators.runner import bind_parameters
from pipeline.indicators.views import open_views
from pipeline.parameters import Parameters, read_parameters
from pipeline.paths import Layout
from pipeline.sources.load import load
from pipeline.store.engine import DuckDBEngine
from pipeline.store.lots import LOT_ROWS
from pipeline.store.parquet import conform

PARIS = ZoneInfo("Europe/Paris")
Row = dict[str, Any]


def number(*key: object) -> int:
    """Return a whole number on 63 bits that stands for a key."""
    text = "|".join(str(part) for part in key)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1


def utc(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.astimezone(UTC)


def slot(start: str, status: str = "honore", **told: Any) -> Row:
    """Return a row of `creneaux`; `start` is Paris time, `doctor` tells providers apart."""
    began = datetime.fromisoformat(start).replace(tzinfo=PARIS)
    doctor = told.pop("doctor", "a")
    base: Row = dict.fromkeys(contract("creneaux").names)
    base |= {
        "creneau_id": number(doctor, start, told.get("service_code", "cabinet")),
        "annee": began.year,
        "departement_code": "44",
        "cpts_id": "44-erdre-et-cens",
        "effecteur_id": number(doctor),
        "agregateur_code": "agenda",
        "profession_code": "medecin_generaliste",
        "service_code": "cabinet",
        "debut_utc": utc(began),
        "fin_utc": utc(began + timedelta(minutes=15)),
        "jour_local": began.date(),
        "heure_locale": began.hour,
        "departement_mois": f"{told.get('departement_code', '44')} {began:%Y-%m}",
        "statut_code": status,
        "pourvu_nb": 1 if status in ("reserve", "honore") else 0,
        "origin": "real",
    }
    return base | told


def counter(start: str, capacity: int | None, patients: int, **told: Any) -> Row:
    """Return a row of `capacites`; no capacity means no limit."""
    began = datetime.fromisoformat(start).replace(tzinfo=PARIS)
    base: Row = {
        "compteur_id": number("compteur", start, told.get("type_capacite_code")),
        "annee": began.year,
        "departement_code": "44",
        "cpts_id": "44-pays-de-redon",
        "effecteur_id": number("structure"),
        "profession_code": "medecin_generaliste",
        "type_capacite_code": "plage",
        "service_code": "cabinet",
        "debut_utc": utc(began),
        "fin_utc": utc(began + timedelta(hours=1)),
        "jour_local": began.date(),
        "heure_locale": began.hour,
        "illimite": capacity is None,
        "capacite_nb": capacity,
        "orientations_nb": patients,
        "complet": patients == (1 if capacity is None else capacity),
        "origin": "real",
    }
    return base | told


def table(name: str, rows: list[Row]) -> pa.Table:
    """Return rows under the contract of their table."""
    schema = arrow_schema(contract(name))
    return conform(pa.Table.from_pylist(rows, schema=pa.schema(schema)), contract(name))


def from_slot(made: Slot) -> Row:
    """Return a synthetic slot as the reader of diaries would."""
    local = made.start.replace(tzinfo=None).isoformat(timespec="minutes")
    return slot(
        local,
        made.status,
        doctor=made.provider,
        cpts_id=made.cpts_id,
        departement_code=made.department,
        profession_code=made.profession,
        canal_code=made.channel or None,
        outil_code=made.tool or None,
        fin_utc=utc(made.end),
        mis_en_ligne_utc=utc(made.offered),
        pris_utc=utc(made.taken),
        liberation_minutes_nb=made.release,
        instantane_utc=utc(made.seen),
        origin="synthetic",
    )


def from_counter(made: Counter) -> Row:
    """Return a synthetic counter as the reader of the platform would."""
    local = made.start.replace(tzinfo=None).isoformat(timespec="minutes")
    return counter(
        local,
        None,
        made.patients,
        cpts_id=made.cpts_id,
        departement_code=made.department,
        effecteur_id=number(made.provider),
        profession_code=made.profession,
        fin_utc=utc(made.end),
        origin="synthetic",
    )


def printed_rows(layout: Layout, names: tuple[str, ...] = READ) -> dict[str, list[Row]]:
    """Return the rows the feeds are made from."""
    results = load(layout, list(names)).results
    return {name: results[name].rows for name in names}


def printed_feed(layout: Layout) -> Feed:
    """Return the synthetic feed of the inventory."""
    return make_feed(printed_rows(layout))


def compute(
    indicator: str,
    tables: dict[str, pa.Table],
    parameters: Parameters | None = None,
    lot_rows: int = LOT_ROWS,
) -> list[Row]:
    """Run the SQL of a card on tables in memory; its columns are those of the card."""
    found = card(indicator)
    with DuckDBEngine(lot_rows=lot_rows) as engine:
        for name, content in tables.items():
            engine.register_table(name, content)
        open_views(engine, found.inputs)
        result = engine.query(bind_parameters(found, parameters or read_parameters()))
    own = [column for column in found.columns if column.name not in ("origin", "reperes")]
    shape = found.model_copy(update={"columns": tuple(own)})
    return conform(result, shape).to_pylist()
