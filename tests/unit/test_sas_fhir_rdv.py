"""Appointments of FHIR feeds: the slot each is tied to, and what it says of it."""

from __future__ import annotations

import json

import pytest

from tests.feeds import (
    ACT,
    Place,
    Row,
    appointment,
    coded,
    ndjson,
    only,
    practitioner,
    slot,
)

APPOINTMENTS = [
    ("pending", "reserve", "en_attente"),
    ("booked", "reserve", "reserve"),
    ("fulfilled", "honore", "honore"),
    ("noshow", "absent", "absent"),
    ("cancelled", "annule", "annule"),
]


@pytest.mark.parametrize(("status", "outcome", "booking"), APPOINTMENTS)
def test_an_appointment_says_what_became_of_its_slot(
    place: Place, status: str, outcome: str, booking: str
) -> None:
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(), appointment(status=status)))
    place.build()
    row, made = only(place.rows("creneaux")), only(place.rows("rendez_vous"))
    assert (row["statut_code"], made["statut_rendez_vous_code"]) == (outcome, booking)
    assert made["creneau_id"] == row["creneau_id"]
    assert row["pris_utc"] == made["cree_utc"]
    assert row["instantane_utc"] is None


def test_slots_and_appointments_may_come_in_two_files(place: Place) -> None:
    place.put("sas_fhir", "rdv.json", json.dumps(appointment()))
    place.put("sas_fhir", "slots.ndjson", ndjson(slot(), *practitioner()))
    place.build()
    assert only(place.rows("creneaux"))["statut_code"] == "reserve"
    place.drop("sas_fhir/rdv.json")
    place.build()
    assert only(place.rows("creneaux"))["statut_code"] == "libre"
    assert place.rows("rendez_vous") == []


def test_an_appointment_booked_then_cancelled_is_cancelled(place: Place) -> None:
    rows = [appointment(status="cancelled"), appointment(status="booked")]
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(), *rows))
    build = place.build()
    assert only(place.rows("rendez_vous"))["statut_rendez_vous_code"] == "annule"
    assert only(place.rows("creneaux"))["statut_code"] == "annule"
    assert build.account("rendez_vous").merged == 1


def test_a_slot_taken_again_after_a_cancellation_is_taken(place: Place) -> None:
    rows = [appointment("r1", status="cancelled"), appointment("r2", status="fulfilled")]
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(), *rows))
    place.build()
    assert only(place.rows("creneaux"))["statut_code"] == "honore"
    assert len(place.rows("rendez_vous")) == 2


def test_an_appointment_with_two_ends_is_set_aside(place: Place) -> None:
    rows = [appointment(status="fulfilled"), appointment(status="noshow")]
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(), *rows))
    build = place.build()
    assert place.rows("rendez_vous") == []
    assert only(place.rows("creneaux"))["statut_code"] == "libre"
    assert build.account("rendez_vous").set_aside == 2


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"start": "2025-03-03T09:40:00+01:00", "end": "2025-03-03T10:00:00+01:00"}, "creneau_id"),
        ({"status": "arrived"}, "status"),
        ({"end": "2025-03-03T08:40:00+01:00"}, "end"),
        ({"participant": []}, "participant"),
        ({"identifier": None, "id": None}, "identifier"),
        ({"created": "hier"}, "created"),
    ],
)
def test_a_bad_appointment_is_set_aside(place: Place, change: Row, column: str) -> None:
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), *practitioner(), appointment(**change)))
    build = place.build()
    assert place.rows("rendez_vous") == []
    assert ("rendez_vous", 5, column) in place.faults()
    assert only(place.rows("creneaux"))["statut_code"] == "libre"
    assert build.account("rendez_vous").gap == 0


def test_two_appointments_share_two_slots_of_one_provider(place: Place) -> None:
    second = slot("s2", serviceType=[coded(ACT, "VR")])
    rows = [appointment("r1"), appointment("r2")]
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), second, *practitioner(), *rows))
    place.build()
    assert {row["statut_code"] for row in place.rows("creneaux")} == {"reserve"}
    assert len({row["creneau_id"] for row in place.rows("rendez_vous")}) == 2


def test_a_named_slot_is_the_one_that_is_taken(place: Place) -> None:
    second = slot("s2", serviceType=[coded(ACT, "VR")])
    made = appointment(slot=[{"reference": "https://exemple.fr/fhir/Slot/s2"}])
    place.put("sas_fhir", "a.ndjson", ndjson(slot(), second, *practitioner(), made))
    place.build()
    found = {row["service_code"]: row["statut_code"] for row in place.rows("creneaux")}
    assert found == {"cabinet": "libre", "teleconsultation": "reserve"}


def test_those_that_stand_take_a_slot_each_before_those_that_were_cancelled(place: Place) -> None:
    rows = practitioner()
    for hour in range(8, 20):
        time = {"start": f"2025-03-03T{hour:02}:00:00Z", "end": f"2025-03-03T{hour:02}:20:00Z"}
        rows += [
            slot(f"a{hour}", **time),
            slot(f"b{hour}", serviceType=[coded(ACT, "VR")], **time),
            appointment(f"annule{hour}", status="cancelled", **time),
            appointment(f"un{hour}", **time),
            appointment(f"deux{hour}", **time),
        ]
    place.put("sas_fhir", "a.ndjson", ndjson(*rows))
    place.build()
    assert [row["statut_code"] for row in place.rows("creneaux")] == ["reserve"] * 24
