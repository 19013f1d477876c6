"""Diary exports of CPTS, CSV or XLSX, in the common layout: slots and the appointments on them.

The layouts of the tools are not public; `layouts/agendas/*.yml` says which headers fill which cell
(docs/flux.md). A row is a slot; one that held several appointments takes a row for each.
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
from pipeline.sources.flat_cells import Cells
from pipeline.sources.flat_stream import read_flat
from pipeline.sources.places import cpts_department, cpts_id, known_department, person, slot_id
from pipeline.sources.staging import Staging

SOURCE = "agendas"
SLOTS, APPOINTMENTS = "creneaux", "rendez_vous"
CODES = "(PUBLIC|PRO|SNP|CPTS)"
BOOKED = "('reserve', 'honore', 'absent', 'annule')"
INSTANTS = {
    "debut": "debut_utc",
    "fin": "fin_utc",
    "mis_en_ligne": "mis_en_ligne_utc",
    "pris": "pris_utc",
    "instantane": "instantane_utc",
    "rendez_vous_cree": "cree_utc",
}


def stage_diary(path: Path, staging: Staging) -> None:
    """Read one diary export.

    Raises:
        InputError: a header no layout knows, damaged or oversized bytes.
    """
    read_flat(SOURCE, SLOTS, path, staging, put_diary)


def put_diary(desk: Desk, cells: Cells) -> None:
    """Put the slots of a block, and the appointments on them."""
    desk.connection.execute(f"CREATE OR REPLACE TEMP TABLE agenda AS {typed(desk, cells.all())}")
    desk.put(SLOTS, "SELECT * FROM agenda", slot_fields())
    desk.put(
        APPOINTMENTS,
        f"SELECT * FROM agenda WHERE statut_code IN {BOOKED} OR rendez_vous_ref IS NOT NULL",
        appointment_fields(desk),
    )


def typed(desk: Desk, rows: str) -> str:
    """Return the SQL of the rows with what several columns are made of."""
    instants = ", ".join(f"{local_value(cell)} AS {name}" for cell, name in INSTANTS.items())
    return f"""
        SELECT *, {slot_id("personne", "debut_utc", "fin_utc", "service")} AS creneau,
            coalesce(
                rendez_vous_statut_code,
                CASE WHEN statut_code IN {BOOKED} THEN statut_code END
            ) AS rendez_vous_statut
        FROM (
            SELECT * REPLACE (upper(visibilite) AS visibilite), {instants},
                coalesce(service_code, 'cabinet') AS service,
                {cpts_id("cpts")} AS cpts_lu, {person(desk, "effecteur")} AS personne,
                timezone('{PARIS}', {local_value("debut")}) AS debut_local
            FROM ({rows})
        )"""


def place_fields() -> list[Field]:
    """Return what slots and appointments share: year, department, provider, start and end."""
    place = f"coalesce({known_department('departement_code')}, {cpts_department('cpts_lu')})"
    return [
        year_field(),
        Field("departement_code", "departement_code", place,
              "a department code, or a CPTS that tells it", True),
        Field("effecteur_id", "effecteur", "personne", "an identifier", True, True, "effecteur"),
        Field("debut_utc", "debut", "debut_utc", AN_INSTANT, True, header="debut"),
        end_field(),
        Field("creneau_id", "effecteur", "creneau", "provider, start, end and service", True, True,
              "effecteur"),
    ]  # fmt: skip


def visible(code: str) -> Field:
    """Return the field that says whether a slot bears a code of visibility."""
    known = f"regexp_full_match(visibilite, '{CODES}([ |,;]+{CODES})*')"
    value = f"CASE WHEN {known} THEN regexp_matches(visibilite, '\\b{code}\\b') END"
    column = f"visible_{code.lower()}"
    return Field(column, "visibilite", value, "codes among PUBLIC, PRO, SNP, CPTS",
                 header="visibilite")  # fmt: skip


def slot_fields() -> list[Field]:
    """Return what gives each column of `creneaux`."""
    table = contract(SLOTS)
    seen = "CASE WHEN statut_code = 'libre' THEN coalesce(instantane, '') ELSE instantane END"
    profession = "coalesce(profession_code, 'non_precise')"
    return [
        *place_fields(),
        Field("cpts_id", "cpts", "cpts_lu", "an identifier of the inventory, or 9 digits of FINESS",
              header="cpts"),
        Field("agregateur_code", "statut_code", "'agenda'", "", True),
        contract_field(table.column("profession_code"), profession, "profession_code"),
        contract_field(table.column("service_code"), "service", "service_code"),
        contract_field(table.column("reservation_code"), "reservation_code"),
        *(visible(code) for code in ("PUBLIC", "PRO", "SNP", "CPTS")),
        contract_field(table.column("canal_code"), "canal_code"),
        contract_field(table.column("outil_code"), "outil_code"),
        Field("jour_local", "debut", "CAST(debut_local AS DATE)", AN_INSTANT, True, header="debut"),
        Field("heure_locale", "debut", "CAST(hour(debut_local) AS INTEGER)", AN_INSTANT, True,
              header="debut"),
        Field("mis_en_ligne_utc", "mis_en_ligne", "mis_en_ligne_utc", AN_INSTANT,
              header="mis_en_ligne"),
        Field("pris_utc", "pris", "pris_utc", AN_INSTANT, header="pris"),
        contract_field(table.column("liberation_minutes_nb"), "liberation_minutes_nb"),
        Field("instantane_utc", seen, "instantane_utc", "the instant the slot was seen free",
              header="instantane"),
        contract_field(table.column("statut_code"), "statut_code"),
    ]  # fmt: skip


def appointment_fields(desk: Desk) -> list[Field]:
    """Return what gives each column of `rendez_vous`."""
    table = contract(APPOINTMENTS)
    made_of = "concat_ws('|', 'sans', creneau, epoch(coalesce(cree_utc, pris_utc)))"
    number = desk.row_number("rendez_vous", f"coalesce(rendez_vous_ref, {made_of})")
    status = "rendez_vous_statut"
    return [
        *place_fields(),
        Field("rendez_vous_id", "rendez_vous_ref", number, "an identifier", True, True,
              "rendez_vous_ref"),
        Field("cree_utc", "coalesce(rendez_vous_cree, pris)", "coalesce(cree_utc, pris_utc)",
              AN_INSTANT, header="rendez_vous_cree"),
        contract_field(table.column("statut_rendez_vous_code"), status, "rendez_vous_statut_code"),
    ]  # fmt: skip
