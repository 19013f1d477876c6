"""FHIR feeds of the SAS guide: the three kinds of aggregator, appointments, and bad feeds."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pipeline.sources.places import PERSON
from pipeline.sources.pseudonyms import SYNTHETIC_KEY, pseudonym
from tests.feeds import (
    ACT,
    FINESS,
    RPPS,
    SIRET,
    STRUCTURE,
    TRE,
    Place,
    Row,
    bundle,
    coded,
    ndjson,
    only,
    practitioner,
    slot,
)


def security(*codes: str) -> Row:
    return {"security": [{"system": f"{TRE}/TRE_R314", "code": code} for code in codes]}


def of_cpts(ident: str = "s1", **changes: Any) -> list[Row]:
    """A slot of a CPTS, its service and its organisation."""
    category = {
        **coded(f"{TRE}/TRE_R66", "604"),
        "extension": [{"url": "x", "valueReference": {"reference": "HealthcareService/h1"}}],
    }
    organization = [{"system": STRUCTURE, "value": FINESS}]
    return [
        slot(ident, serviceType=[coded(ACT, "AMB"), category, {"text": "Visite"}], **changes),
        {"resourceType": "HealthcareService", "id": "h1",
         "providedBy": {"reference": "Organization/o1"}},
        {"resourceType": "Organization", "id": "o1", "identifier": organization},
    ]  # fmt: skip


def sos(ident: str = "s1", place_id: str = "l1", **changes: Any) -> list[Row]:
    """A slot of SOS Médecins: its schedule leads to a place and its structure, to no person."""
    return [
        slot(ident, schedule={"reference": f"Schedule/{place_id}"}, specialty=None, **changes),
        {"resourceType": "Schedule", "id": place_id,
         "actor": [{"reference": f"Location/{place_id}"}]},
        {"resourceType": "Location", "id": place_id, "address": {"postalCode": "35700"},
         "identifier": [{"value": place_id}], "managingOrganization": {
             "reference": "https://exemple.fr/fhir/Organization/o1"}},
        {"resourceType": "Organization", "id": "o1",
         "identifier": [{"system": STRUCTURE, "value": SIRET}]},
    ]  # fmt: skip


def test_a_slot_of_a_practitioner(place: Place) -> None:
    made = bundle(slot(meta=security("PUBLIC", "SNP")), *practitioner(), timestamp=(
        "2025-03-01T08:00:00+01:00"))  # fmt: skip
    place.put("sas_fhir", "a.json", json.dumps(made, indent=1))
    place.build()
    row = only(place.rows("creneaux"))
    assert (row["agregateur_code"], row["profession_code"]) == (
        "individuel",
        "medecin_generaliste",
    )
    assert row["effecteur_id"] == pseudonym(SYNTHETIC_KEY, PERSON, RPPS[1:])
    assert (row["departement_code"], row["cpts_id"]) == ("44", None)
    assert row["debut_utc"].isoformat() == "2025-03-03T07:40:00+00:00"
    assert row["instantane_utc"].isoformat() == "2025-03-01T07:00:00+00:00"
    assert (row["statut_code"], row["reservation_code"]) == ("libre", "rendez_vous")
    seen = [row[f"visible_{code}"] for code in ("public", "pro", "snp", "cpts")]
    assert seen == [True, False, True, False]


def test_a_slot_of_a_cpts_bears_its_finess(place: Place) -> None:
    rows = [*of_cpts(meta=security("PUBLIC", "CPTS")), *practitioner(postal="20290")]
    place.put("sas_fhir", "a.ndjson", ndjson(*rows))
    place.build()
    row = only(place.rows("creneaux"))
    assert (row["agregateur_code"], row["cpts_id"]) == ("cpts", "95-finess-950047225")
    assert (row["departement_code"], row["visible_cpts"]) == ("2B", True)


def test_slots_of_sos_medecins_are_told_apart_by_their_place(place: Place) -> None:
    rows = [*sos("a", "l1"), *sos("b", "l2"), *sos("c", "l2")]
    place.put("sas_fhir", "a.ndjson", ndjson(*rows))
    build = place.build()
    found = place.rows("creneaux")
    assert {(r["agregateur_code"], r["profession_code"]) for r in found} == {
        ("sos_medecins", "medecin")
    }
    assert {r["effecteur_id"] for r in found} == {pseudonym(SYNTHETIC_KEY, PERSON, SIRET[1:])}
    assert (len(found), build.account("creneaux").merged) == (2, 1)


def test_one_slot_under_several_codes_or_offsets_is_one(place: Place) -> None:
    again = slot("s2", meta=security("PRO"), start="2025-03-03T07:40:00Z")
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), again, *practitioner()))
    build = place.build()
    row = only(place.rows("creneaux"))
    assert (row["visible_public"], row["visible_pro"], row["visible_snp"]) == (True, True, False)
    assert build.account("creneaux").merged == 1


def test_a_slot_in_two_services_is_two_unless_it_is_said_as_one(place: Place) -> None:
    home = slot("s2", serviceType=[coded(ACT, "HH")])
    both = slot("s3", serviceType=[coded(ACT, "AMB"), coded(ACT, "VR")])
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), home, both, *practitioner()))
    place.build()
    found = sorted(r["service_code"] for r in place.rows("creneaux"))
    assert found == ["cabinet", "domicile", "plusieurs"]


@pytest.mark.parametrize("value", ["0441234567", "810000000011"])
def test_adeli_and_rpps_are_practitioners(place: Place, value: str) -> None:
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(value=value)))
    place.build()
    assert only(place.rows("creneaux"))["effecteur_id"] == pseudonym(
        SYNTHETIC_KEY, PERSON, value[1:]
    )


@pytest.mark.parametrize("value", ["910000000011", "8123", "10000000011x", ""])
def test_a_prefix_nobody_knows_is_set_aside_without_its_value(place: Place, value: str) -> None:
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(value=value)))
    place.build()
    assert place.rows("creneaux") == []
    assert place.faults() == [("creneaux", 1, "schedule")]
    assert not value or value not in str(place.bad())


BAD_SLOTS = [
    ({"status": "libre"}, "status"),
    ({"status": "busy-unavailable"}, "status"),
    ({"status": None}, "status"),
    ({"start": "2025-03-03T08:40:00"}, "start"),
    ({"start": "2025-03-03"}, "start"),
    ({"start": 20250303}, "start"),
    ({"end": "2025-03-03T08:40:00+01:00"}, "end"),
    ({"end": "2025-03-03T08:30:00+01:00"}, "end"),
    ({"meta": security("PRIVE")}, "codes"),
    ({"meta": {}}, "codes"),
    ({"meta": [1]}, "codes"),
    ({"serviceType": [coded(ACT, "EMER")]}, "codes"),
    ({"serviceType": None}, "codes"),
    ({"serviceType": "AMB"}, "codes"),
    ({"specialty": [coded("x", "PAC00")]}, "codes"),
    ({"specialty": "SM54"}, "codes"),
    ({"appointmentType": coded("x", "EMERGENCY")}, "codes"),
    ({"schedule": {"reference": "Schedule/absent"}}, "schedule"),
    ({"schedule": None}, "schedule"),
    ({"resourceType": "Patient"}, "resourceType"),
]


@pytest.mark.parametrize(("change", "column"), BAD_SLOTS)
def test_a_bad_slot_is_set_aside_and_the_others_stay(
    place: Place, change: Row, column: str
) -> None:
    good = slot("bon", start="2025-03-03T08:45:00+01:00")
    place.put("sas_fhir", "a.ndjson", ndjson(*practitioner(), good, slot("mauvais", **change)))
    build = place.build()
    assert [row["source_line"] for row in place.rows("creneaux")] == [4]
    assert ("creneaux", 5, column) in place.faults()
    account = build.account("creneaux")
    assert (account.rows_in, account.set_aside, account.gap) == (2, 1, 0)


def test_one_slot_at_two_instants_is_no_slot(place: Place) -> None:
    """The same wall clock under two offsets: nobody can say when the slot is."""
    other = slot("s1", start="2025-03-03T08:40:00+02:00", end="2025-03-03T09:00:00+02:00")
    place.put("sas_fhir", "a.ndjson", ndjson(slot("s1"), other, *practitioner()))
    place.build()
    assert place.rows("creneaux") == []
    assert {fault[1:] for fault in place.faults()} == {(1, "start"), (2, "start")}


def test_a_place_without_department_is_set_aside(place: Place) -> None:
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(postal="99999")))
    place.build()
    assert place.faults() == [("creneaux", 1, "address.postalCode")]
