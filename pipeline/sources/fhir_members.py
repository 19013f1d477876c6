"""The members of FHIR resources that are read, and what is kept of them, flat."""

from __future__ import annotations

PERSON_SYSTEM = "urn:oid:1.2.250.1.71.4.2.1"
STRUCTURE_SYSTEM = "urn:oid:1.2.250.1.71.4.2.2"
REFERENCE = "STRUCT(reference VARCHAR)"
IDENTIFIER = "STRUCT(system VARCHAR, value VARCHAR)"
ACTOR = f"STRUCT(reference VARCHAR, identifier {IDENTIFIER})"
# Members of slots that say what they are: kept as they come, and judged once by value.
CODES = {"serviceType": "JSON", "specialty": "JSON", "appointmentType": "JSON"}
CODED = ("meta.security", *CODES)
MEMBERS = {
    "resourceType": "VARCHAR",
    "id": "VARCHAR",
    "status": "VARCHAR",
    "start": "VARCHAR",
    "end": "VARCHAR",
    "created": "VARCHAR",
    "meta": "STRUCT(security JSON, lastUpdated VARCHAR)",
    **CODES,
    "schedule": REFERENCE,
    "identifier": f"{IDENTIFIER}[]",
    "participant": f"STRUCT(actor {ACTOR})[]",
    "slot": f"{REFERENCE}[]",
    "actor": "JSON",
    "practitioner": ACTOR,
    "organization": REFERENCE,
    "location": "JSON",
    "contained": "STRUCT(address STRUCT(postalCode VARCHAR))[]",
    "address": "JSON",
    "managingOrganization": REFERENCE,
    "providedBy": REFERENCE,
}
# Lists kept as they come, and the shapes they are read in once references are followed.
ACTORS = '[{"reference": "VARCHAR", "identifier": {"value": "VARCHAR"}}]'
PLACES = '[{"reference": "VARCHAR"}]'


def by_type(**values: str) -> str:
    """Return the SQL of a cell that each type of resource gives in its own way, or not at all."""
    cases = " ".join(f"WHEN '{name}' THEN {value}" for name, value in values.items())
    return f"CASE resourceType {cases} END"


def of_system(system: str) -> str:
    """Return the SQL of the identifier of a system among several, else the first."""
    found = f"list_filter(identifier, lambda x: x.system = '{system}')[1].value"
    return f"coalesce({found}, identifier[1].value)"


def first_actor(condition: str, value: str) -> str:
    """Return the SQL of something of the first participant that meets a condition."""
    return f"list_filter(participant, lambda p: {condition})[1].actor.{value}"


# What is kept of a resource, flat: one cell holds what several types of resource say alike.
FLAT = {
    **{name: f'"{name}"' for name in ("resourceType", "id", "status", "start", "end")},
    "cree": "created",
    "updated": "meta.lastUpdated",
    "schedule": "schedule.reference",
    "codes": by_type(Slot=f"hash({', '.join(CODED)})"),
    "identifiant": by_type(
        Appointment="identifier[1].value",
        Practitioner=of_system(PERSON_SYSTEM),
        PractitionerRole="practitioner.identifier.value",
        Location="identifier[1].value",
        Organization=of_system(STRUCTURE_SYSTEM),
    ),
    "acteur": by_type(
        Appointment=first_actor(
            f"p.actor.identifier.system IN ('{PERSON_SYSTEM}', '{STRUCTURE_SYSTEM}')",
            "identifier.value",
        )
    ),
    "acteur_ref": by_type(
        Appointment=first_actor(
            "regexp_matches(p.actor.reference, '(Practitioner|PractitionerRole|Location)/')",
            "reference",
        ),
        PractitionerRole="practitioner.reference",
    ),
    "creneau": by_type(Appointment="slot[1].reference"),
    "organisation": by_type(
        PractitionerRole="organization.reference",
        Location="managingOrganization.reference",
        HealthcareService="providedBy.reference",
    ),
    "postal": by_type(
        PractitionerRole="list_filter(contained, lambda x: x.address.postalCode IS NOT NULL)"
        "[1].address.postalCode",
        Location="address ->> '$.postalCode'",
        Organization="coalesce(address ->> '$[0].postalCode', address ->> '$.postalCode')",
    ),
    "liste": by_type(Schedule="actor", PractitionerRole="location"),
}
