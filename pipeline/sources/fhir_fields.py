"""The columns of slots and appointments, once the references of a FHIR feed are followed."""

from __future__ import annotations

import re

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal
from pipeline.sources.desk import LINE, Desk
from pipeline.sources.fhir_codes import codes
from pipeline.sources.fields import (
    PARIS,
    Field,
    contract_field,
    end_field,
    instant_value,
    year_field,
)
from pipeline.sources.places import (
    cpts_department,
    cpts_id,
    person,
    postal_department,
    slot_id,
)

SLOTS, APPOINTMENTS = "creneaux", "rendez_vous"
AN_INSTANT = "an instant with its offset, 2025-03-03T08:40:00+01:00"
PRACTITIONER = "(8[0-9]{11}|0[0-9]{9})"
STRUCTURE = "(3[0-9]{14}|1[0-9][0-9AB][0-9]{7})"
A_PERSON = (
    "one provider the Schedule leads to: 8 and an RPPS, 0 and an ADELI, 1 and a FINESS, "
    "or 3 and a SIRET"
)
DAY = re.compile(r"^\d{4}-\d\d-\d\d$")


def translated(raw: str, known: dict[str, str]) -> str:
    """Return the SQL of the meaning of a code; nothing when it is not listed."""
    cases = " ".join(f"WHEN {sql_literal(a)} THEN {sql_literal(b)}" for a, b in known.items())
    return f"CASE {raw} {cases} END"


def reference(expression: str) -> str:
    """Return the SQL of what an appointment and the slot it names have alike.

    Readings made by another version of the engine are not reused: its hash may change.
    """
    return f"CAST(hash({expression}) >> 1 AS BIGINT)"


def obtained(desk: Desk) -> str:
    """Return the SQL of the day the file was obtained, as the manifest says it."""
    day = desk.job.entry.obtained
    if not DAY.match(day):
        return "CAST(NULL AS TIMESTAMPTZ)"
    return f"timezone('{PARIS}', TRY_CAST({sql_literal(day)} AS TIMESTAMP))"


def work_out_once(desk: Desk) -> None:
    """Work out who holds each schedule, which slots are given twice, and CPTS."""
    actor = (
        f"CASE WHEN regexp_full_match(praticien, '{PRACTITIONER}') AND praticiens_nb = 1 "
        f"THEN praticien WHEN praticien IS NULL AND regexp_full_match(structure, '{STRUCTURE}') "
        "THEN structure END"
    )
    who = (
        f"CREATE TABLE f_qui AS SELECT *, {person(desk, 'acteur')} AS personne, "
        f"{postal_department('postal')} AS place, "
        "CASE WHEN praticien IS NULL THEN lieu END AS lieu_cle "
        f"FROM (SELECT *, {actor} AS acteur FROM f_places)"
    )
    # One slot cannot start at two instants: of a slot given twice so, neither can be trusted. Rows
    # are grouped by a number first: few come twice, and texts are compared among these alone.
    alike = "hash(id, updated, made)"
    twice = (
        "CREATE TABLE f_doubles AS WITH nommes AS (SELECT id, updated, made, debut_utc, fin_utc "
        "FROM f_lignes WHERE resourceType = 'Slot' AND id IS NOT NULL), "
        f"revus AS (SELECT {alike} AS nombre FROM nommes GROUP BY nombre HAVING count(*) > 1) "
        f"SELECT DISTINCT id FROM nommes WHERE {alike} IN (SELECT nombre FROM revus) "
        "GROUP BY id, updated, made "
        "HAVING min(debut_utc) <> max(debut_utc) OR min(fin_utc) <> max(fin_utc)"
    )
    # Few CPTS hold many slots: what is worked out of them, once each.
    cpts = (
        f"CREATE TABLE f_codes_cpts AS SELECT c.*, p.finess, {cpts_id('p.finess')} AS cpts_lu "
        "FROM f_codes c LEFT JOIN f_cpts p ON p.healthcare = cle(c.healthcare)"
    )
    for made in (who, twice, cpts):
        desk.connection.execute(made)


def slot_rows(desk: Desk) -> str:
    """Return the SQL of the slots, with their codes, who and where."""
    return f"""
        SELECT s.source_line, s.id, s.status, s.debut, s.fin, s.debut_utc, s.fin_utc, s.schedule,
            c.* EXCLUDE (codes), q.personne, q.acteur, q.praticien, q.postal,
            timezone('{PARIS}', s.debut_utc) AS debut_local,
            d.id IS NOT NULL AS double,
            coalesce(q.place, {cpts_department("c.cpts_lu")}) AS place,
            {slot_id("q.personne", "s.debut_utc", "s.fin_utc", "c.service", "q.lieu_cle")}
                AS creneau,
            CASE WHEN s.status = 'free' THEN coalesce({instant_value("s.made")}, {obtained(desk)},
                {instant_value("s.updated")}) END AS vu_utc
        FROM (SELECT * FROM f_lignes WHERE resourceType = 'Slot') s
        JOIN f_codes_cpts c USING (codes)
        LEFT JOIN f_qui q ON q.schedule = s.schedule
        LEFT JOIN f_doubles d ON d.id = s.id"""


def slot_fields() -> list[Field]:
    """Return what gives each column of `creneaux`."""
    table, status = contract(SLOTS), codes().slot_status
    start = "CASE WHEN NOT double THEN debut_utc END"
    once = f"{AN_INSTANT}, one for a slot"
    kind = (
        "CASE WHEN categorie = 'cpts' THEN 'cpts' WHEN praticien IS NULL THEN 'sos_medecins' "
        "ELSE 'individuel' END"
    )
    # The aggregator of SOS Médecins gives no specialty: its providers are doctors.
    job = f"CASE WHEN profession = 'non_precise' AND ({kind}) = 'sos_medecins' THEN 'medecin' "
    job += "ELSE profession END"
    coded = "CASE WHEN membre IS NULL THEN service END"
    return [
        Field("service_code", "membre || ' ' || trouve", coded, "codes of the guide", True,
              header="codes"),
        Field("creneau_id", "schedule", "creneau", A_PERSON, True, True, "schedule"),
        Field("effecteur_id", "schedule", "personne", A_PERSON, True, True, "schedule"),
        Field("reference", "NULL", reference("'Slot/' || id"), ""),
        year_field("start"),
        Field("departement_code", "postal", "place", "a postal code of the place, or a CPTS whose "
              "FINESS tells the department", True, header="address.postalCode"),
        Field("cpts_id", "CASE WHEN categorie = 'cpts' THEN coalesce(finess, '') END", "cpts_lu",
              "a HealthcareService that leads to the FINESS of the CPTS", header="serviceType"),
        Field("agregateur_code", "schedule", kind, "", True),
        contract_field(table.column("profession_code"), job, "specialty"),
        contract_field(table.column("reservation_code"), "reservation", "appointmentType"),
        *(Field(name, "NULL", name, "")
          for name in ("visible_public", "visible_pro", "visible_snp", "visible_cpts")),
        Field("debut_utc", "debut", start, once, True, header="start"),
        end_field("end"),
        Field("jour_local", "debut", "CAST(debut_local AS DATE)", AN_INSTANT, True, header="start"),
        Field("heure_locale", "debut", "CAST(hour(debut_local) AS INTEGER)", AN_INSTANT, True,
              header="start"),
        Field("instantane_utc", "NULL", "vu_utc", ""),
        Field("statut_code", "status", translated("status", status),
              f"one of {', '.join(status)}", True, header="status"),
    ]  # fmt: skip


def appointment_rows(desk: Desk) -> str:
    """Return the SQL of the appointments, with the provider each names or refers to."""
    known = f"({PRACTITIONER}|{STRUCTURE})"
    who = f"CASE WHEN regexp_full_match(qui, '{known}') THEN qui END"
    return f"""
        SELECT *, {person(desk, "acteur_connu")} AS personne,
            timezone('{PARIS}', debut_utc) AS debut_local
        FROM (
            SELECT *, {who} AS acteur_connu
            FROM (
                SELECT a.{LINE}, coalesce(a.identifiant, a.id) AS identifiant, a.status, a.debut,
                    a.fin, a.cree, a.creneau AS slot, a.debut_utc, a.fin_utc,
                    coalesce(a.acteur, n.identifiant) AS qui
                FROM (SELECT * FROM f_lignes WHERE resourceType = 'Appointment') a
                LEFT JOIN f_named n ON n.ref = a.acteur_ref
            )
        )"""


def appointment_fields(desk: Desk) -> list[Field]:
    """Return what gives each column of `rendez_vous`; the slot comes with all inputs together."""
    status = codes().appointment_status
    number = desk.row_number("rendez_vous", "identifiant")
    year = year_field("start")
    return [
        Field("rendez_vous_id", "identifiant", number, "an identifier", True, True, "identifier"),
        Field("effecteur_id", "qui", "personne", A_PERSON, True, True, "participant"),
        Field("reference", "NULL", reference("slot"), ""),
        Field("debut_utc", "debut", f"CASE WHEN ({year.value}) IS NOT NULL THEN debut_utc END",
              AN_INSTANT, True, header="start"),
        end_field("end"),
        Field("cree_utc", "cree", instant_value("cree"), AN_INSTANT, header="created"),
        Field("statut_rendez_vous_code", "status", translated("status", status),
              f"one of {', '.join(status)}", True, header="status"),
    ]  # fmt: skip
