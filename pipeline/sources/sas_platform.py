"""Counters of the national platform, CSV or one JSON object to a line, into `capacites`.

Rule of the platform (ansforge/SAS-moteur-recherche): full when referrals equal a bounded capacity;
a counter without limit (`max_patients = -1`) is full from its first referral.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.sources.fields import (
    AN_INSTANT,
    PARIS,
    Field,
    contract_field,
    end_field,
    local_value,
    year_field,
)
from pipeline.sources.flat_stream import flat_rows
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
    for rows in flat_rows(SOURCE, TABLE, path, staging):
        staging.put(TABLE, typed(staging, rows), fields(staging))


def typed(staging: Staging, rows: str) -> str:
    """Return the SQL of the rows with what several columns are made of."""
    return f"""
        SELECT *, timezone('{PARIS}', debut_utc) AS debut_local
        FROM (
            SELECT *, {local_value("debut")} AS debut_utc, {local_value("fin")} AS fin_utc,
                CASE WHEN {WHOLE.format("max_patients")} THEN CAST(max_patients AS INTEGER) END
                    AS maximum,
                CASE WHEN {WHOLE.format("orientation_count")}
                    THEN CAST(orientation_count AS INTEGER) END AS orientations,
                {cpts_id("cpts")} AS cpts_lu, {person(staging, "effecteur")} AS personne
            FROM ({rows})
        )"""


def fields(staging: Staging) -> list[Field]:
    """Return what gives each column of `capacites`."""
    table = contract(TABLE)
    bounded = "CASE WHEN maximum > 0 THEN maximum END"
    made_of = "concat_ws('|', personne, epoch(debut_utc), epoch(fin_utc), type, service_code)"
    number = staging.pseudonym("compteur", f"coalesce(id, {made_of})")
    place = f"coalesce({known_department('departement_code')}, {cpts_department('cpts_lu')})"
    return [
        Field("compteur_id", "id", number, "an identifier", True, True, "id"),
        year_field(),
        Field("departement_code", "departement_code", place, "a department code, or a CPTS that "
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
