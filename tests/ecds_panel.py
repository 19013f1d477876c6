"""A hand-made panel of health centres: a few centres under the four contracts, in memory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline.contracts.registry import contract, vocabularies
from pipeline.contracts.schema import arrow_schema
from pipeline.indicators.card import card
from pipeline.indicators.runner import run_card
from pipeline.indicators.views import core_inputs, open_views
from pipeline.parameters import Parameters, default_parameters
from pipeline.store.engine import DuckDBEngine

Row = dict[str, Any]
# A centre that every field of the report keeps, unless a test says otherwise.
CENTRE: Row = {
    "gestionnaire_code": "association",
    "categorie_cnam_code": "polyvalent_avec_auxiliaires",
    "region_code": "11",
    "accord_national": True,
    "plateforme_teleconsultation": False,
    "date_ouverture": dt.date(2012, 3, 1),
    "valide_centre": True,
    "valide_ars": True,
    "retenu_fiabilisation": True,
}
STAFF = {"mg": (1, 1), "infirmier": (1, 1)}
# Family of a line by its code or that of its parent; any other is operating revenue.
FAMILIES = {
    "charges_exploitation": "charges",
    "recettes_exploitation": "recettes_exploitation",
    "financements_total": "total_general",
    "ars": "autres_financements",
    "autres_sources": "autres_financements",
    "rfs_assurance_maladie": "memoire",
}


@dataclass
class Centre:
    """A centre in one year. `staff`: profession -> (people, FTE); `finances`: line -> euros."""

    finess: str
    annee: int = 2022
    staff: Mapping[str, tuple[int, float]] = field(default_factory=lambda: STAFF)
    finances: Mapping[str, float] = field(default_factory=dict)
    activite: Mapping[str, float] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)


def centre(
    rank: int,
    annee: int = 2022,
    *,
    staff: Mapping[str, tuple[int, float]] = STAFF,
    finances: Mapping[str, float] | None = None,
    activite: Mapping[str, float] | None = None,
    **told: Any,
) -> Centre:
    """Return a centre that every field keeps; `told` overrides columns of `ecds_centres`."""
    return Centre(f"SYN{rank:06d}", annee, staff, finances or {}, activite or {}, told)


def staff_row(profession: str, people: int, etp: float) -> Row:
    category = vocabularies()["profession_ecds"][profession].parent
    assert category
    return {
        "profession_code": profession,
        "categorie_code": category,
        "groupe_code": vocabularies()["categorie_effectif"][category].parent,
        "effectif_nb": people,
        "effectif_etp": Decimal(str(etp)),
    }


def finance_row(poste: str, euros: float) -> Row:
    """Return a line; one that others are part of is a declared total."""
    lines = vocabularies()["poste_ecds"]
    parent = lines[poste].parent
    family = FAMILIES.get(poste) or FAMILIES.get(parent or "", "recettes_exploitation")
    total = poste in {line.parent for line in lines.values()}
    return {
        "poste_code": poste,
        "poste_parent_code": parent,
        "famille_code": family,
        "niveau_code": "total" if total else "detail",
        "montant_eur": Decimal(str(euros)),
    }


def as_table(name: str, rows: list[Row]) -> pa.Table:
    """Return rows under the schema of a contract; what a row does not name is null."""
    schema = arrow_schema(contract(name))
    known = set(schema.names)
    unknown = {key for row in rows for key in row} - known
    assert not unknown, f"{name} has no column {sorted(unknown)}"
    typed = [
        {
            key: value
            if value is None or not pa.types.is_decimal(schema.field(key).type)
            else Decimal(str(value))
            for key, value in row.items()
        }
        for row in rows
    ]
    return pa.Table.from_pylist(typed, schema=schema)


def core_tables(centres: Iterable[Centre]) -> dict[str, pa.Table]:
    """Return the four core tables of some centres."""
    found: dict[str, list[Row]] = {
        f"ecds_{name}": [] for name in ("centres", "effectifs", "finances", "activite")
    }
    for one in centres:
        base = {
            "annee": one.annee,
            "finess": one.finess,
            "origin": "synthetic",
            "source_file": "essai.csv",
            "source_line": len(found["ecds_centres"]) + 2,
        }
        found["ecds_centres"].append({**base, **CENTRE, **one.told})
        found["ecds_effectifs"] += [
            {**base, **staff_row(profession, *counts)} for profession, counts in one.staff.items()
        ]
        found["ecds_finances"] += [
            {**base, **finance_row(poste, euros)} for poste, euros in one.finances.items()
        ]
        found["ecds_activite"].append({**base, **one.activite})
    return {name: as_table(name, rows) for name, rows in found.items()}


def compute(
    indicator_id: str, centres: Iterable[Centre], parameters: Parameters | None = None
) -> list[Row]:
    """Compute an indicator on some centres and return its rows."""
    chosen = card(indicator_id)
    named = {*chosen.inputs, *(trace.table for trace in chosen.trace)}
    tables = core_tables(centres)
    assert set(core_inputs(named)) <= set(tables), f"{indicator_id} reads other tables"
    with DuckDBEngine() as engine:
        for name, table in tables.items():
            engine.register_table(name, table)
        open_views(engine, named)
        rows: list[Row] = run_card(engine, chosen, parameters or default_parameters()).to_pylist()
        return rows


def the_row(rows: list[Row], **where: object) -> Row:
    """Return the one row that holds these cells."""
    found = [row for row in rows if where.items() <= row.items()]
    assert len(found) == 1, f"{where} names {len(found)} rows"
    return found[0]
