"""Counters of the national platform, CSV or one JSON object to a line, into `capacites`.

Rule of the platform (ansforge/SAS-moteur-recherche): full when referrals equal a bounded capacity;
a counter without limit (`max_patients = -1`) is full from its first referral.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.sources.desk import Desk
from pipeline.sources.fields import (
    AN_INSTANT,
    PARIS,
    Field,
    contract_field,
    end_field,
    local_value,
    year_field,
)
from pipeline.sources.flat_cells import Cells, Once
from pipeline.sources.flat_stream import read_flat
from pipeline.sources.places import cpts_department, cpts_id, known_department, person
from pipeline.sources.staging import Staging

SOURCE = "sas_plateforme"
TABLE = "capacites"
WHOLE = "regexp_full_match({0}, '-?[0-9]{{1,9}}')"


def stage_platform(path: Path, staging: Staging) -> None:
    """Read one file of counters.

    Raises:
        InputError: a header no layout knows, damaged or oversized bytes.
    """
    read_flat(SOURCE, TABLE, path, staging, put_counters)


def put_counters(desk: Desk, cells: Cells) -> None:
    """Put the counters of a block."""
    place = f"coalesce({known_department('departement_code')}, {cpts_department('cpts_lu')})"
    groups = (
        Once("gens", ("effecteur",), {"personne": person(desk, "effecteur")}),
        Once("lieux", ("cpts", "departement_code"),
             {"cpts_lu": cpts_id("cpts"), "lieu": place}),
        Once("debuts", ("debut",), {"debut_utc": local_value("debut"),
             "debut_local": f"timezone('{PARIS}', debut_utc)"}),
        Once("fins", ("fin",), {"fin_utc": local_value("fin")}),
    )  # fmt: skip
    rows = (
        f"SELECT *, {number('max_patients')} AS maximum, {number('orientation_count')} "
        f"AS orientations FROM ({cells.settle(desk, groups)})"
    )
    desk.put(TABLE, rows, fields(desk))


def number(cell: str) -> str:
    """Return the SQL of a whole number of at most nine digits."""
    return f"CASE WHEN {WHOLE.format(cell)} THEN CAST({cell} AS INTEGER) END"


def fields(desk: Desk) -> list[Field]:
    """Return what gives each column of `capacites`, in the order faults are told."""
    table = contract(TABLE)
    bounded = "CASE WHEN maximum > 0 THEN maximum END"
    made_of = "concat_ws('|', personne, epoch(debut_utc), epoch(fin_utc), type, service_code)"
    number = desk.row_number("compteur", f"coalesce(id, {made_of})")
    return [
        Field("compteur_id", "id", number, "an identifier", True, True, "id"),
        year_field(),
        Field("departement_code", "departement_code", "lieu", "a department code, or a CPTS that "
              "tells it", True),
        Field("cpts_id", "cpts", "cpts_lu", "an identifier of the inventory, or 9 digits of FINESS",
              header="cpts"),
        Field("effecteur_id", "effecteur", "personne", "an identifier", True, True, "effecteur"),
        contract_field(table.column("profession_code"), "coalesce(profession_code, 'non_precise')"),
        contract_field(table.column("type_capacite_code"), "type", "type"),
        contract_field(table.column("service_code"), "service_code"),
        Field("debut_utc", "debut", "debut_utc", AN_INSTANT, True,
              header="debut"),
        end_field(),
        Field("jour_local", "debut", "CAST(debut_local AS DATE)", AN_INSTANT, True),
        Field("heure_locale", "debut", "CAST(hour(debut_local) AS INTEGER)", AN_INSTANT, True),
        Field("illimite", "max_patients", "CASE WHEN maximum = -1 THEN true WHEN maximum > 0 "
              "THEN false END", "a capacity of 1 or more, or -1 for no limit", True,
              header="max_patients"),
        Field("capacite_nb", "CASE WHEN maximum <> -1 THEN max_patients END", bounded,
              "a capacity of 1 or more, or -1 for no limit", header="max_patients"),
        Field("orientations_nb", "orientation_count", "CASE WHEN orientations >= 0 AND "
              f"orientations <= coalesce({bounded}, orientations) THEN orientations END",
              "a count from 0 to the capacity", True, header="orientation_count"),
        Field("complet", "orientation_count", "CASE WHEN maximum = -1 THEN orientations >= 1 "
              "ELSE orientations = maximum END", "a count", header="orientation_count"),
    ]  # fmt: skip
