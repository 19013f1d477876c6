"""The members of FHIR resources that are read: of all of them, and of slots and appointments."""

from __future__ import annotations

PERSON_SYSTEM = "urn:oid:1.2.250.1.71.4.2.1"
STRUCTURE_SYSTEM = "urn:oid:1.2.250.1.71.4.2.2"
REFERENCE = "STRUCT(reference VARCHAR)"
IDENTIFIER = "STRUCT(system VARCHAR, value VARCHAR)"
PLACE = "STRUCT(resourceType VARCHAR, id VARCHAR, address STRUCT(postalCode VARCHAR))"
# Slots and appointments, most of a feed. A repeated member in its own shape stays JSON and is
# judged once by value.
TAKEN = {
    "resourceType": "VARCHAR",
    "id": "VARCHAR",
    "status": "VARCHAR",
    "start": "VARCHAR",
    "end": "VARCHAR",
    "created": "VARCHAR",
    "meta": "STRUCT(security JSON, lastUpdated VARCHAR)",
    "serviceType": "JSON",
    "specialty": "JSON",
    "appointmentType": "JSON",
    "schedule": REFERENCE,
    "identifier": f"{IDENTIFIER}[]",
    "participant": f"STRUCT(actor STRUCT(reference VARCHAR, identifier {IDENTIFIER}))[]",
    "slot": f"{REFERENCE}[]",
}
# With those that say who and where.
MEMBERS = {
    **TAKEN,
    "actor": f"STRUCT(reference VARCHAR, identifier {IDENTIFIER})[]",
    "practitioner": f"STRUCT(reference VARCHAR, identifier {IDENTIFIER})",
    "organization": REFERENCE,
    "location": f"{REFERENCE}[]",
    "contained": f"{PLACE}[]",
    "address": "JSON",
    "managingOrganization": REFERENCE,
    "providedBy": REFERENCE,
}
CODED = ("meta.security", "serviceType", "specialty", "appointmentType")
# Of every resource, what slots and appointments are made of, flat. Blocks that hold other
# resources, or codes never met, are loaded again whole.
AN_APPOINTMENT = "CASE WHEN resourceType = 'Appointment' THEN {} END"
FIRST_ACTOR = "list_filter(participant, lambda p: {0})[1].actor.{1}"
FLAT = {
    **{name: f'"{name}"' for name in ("resourceType", "id", "status", "start", "end", "created")},
    "updated": "meta.lastUpdated",
    "schedule": "schedule.reference",
    "codes": f"CASE WHEN resourceType = 'Slot' THEN hash({', '.join(CODED)}) END",
    "identifiant": AN_APPOINTMENT.format("identifier[1].value"),
    "acteur": AN_APPOINTMENT.format(
        FIRST_ACTOR.format(
            f"p.actor.identifier.system IN ('{PERSON_SYSTEM}', '{STRUCTURE_SYSTEM}')",
            "identifier.value",
        )
    ),
    "acteur_ref": AN_APPOINTMENT.format(
        FIRST_ACTOR.format(
            "regexp_matches(p.actor.reference, '(Practitioner|PractitionerRole|Location)/')",
            "reference",
        )
    ),
    "creneau": AN_APPOINTMENT.format("slot[1].reference"),
}
