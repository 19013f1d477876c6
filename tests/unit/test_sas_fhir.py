"""FHIR feeds of the SAS guide: the three kinds of aggregator, appointments, and bad feeds."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import InputError
from pipeline.sources.fhir_explain import explain_fhir
from pipeline.sources.places import PERSON
from pipeline.sources.pseudonyms import SYNTHETIC_KEY, pseudonym
from tests.feeds import (
    FINESS,
    RPPS,
    SIRET,
    STRUCTURE,
    TRE,
    Place,
    Row,
    appointment,
    bundle,
    coded,
    ndjson,
    only,
    practitioner,
    slot,
)

ACT = "http://terminology.hl7.org/CodeSystem/v3-ActCode"


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


FORMS = ["json", "indented", "ndjson", "bundles", "gz", "zst", "urn"]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_feed_gives_the_same_rows(place: Place, form: str) -> None:
    rows = [slot(), *practitioner(), appointment()]
    text, name = ndjson(*rows), "a.ndjson"
    if form in ("json", "indented"):
        text, name = json.dumps(bundle(*rows), indent=2 if form == "indented" else None), "a.json"
    elif form == "bundles":
        text = ndjson(bundle(*rows[:2]), bundle(*rows[2:]))
    elif form == "urn":
        made = json.dumps(bundle(*rows)).replace('"Schedule/p1"', '"urn:uuid:5"')
        read = json.loads(made)
        for entry in read["entry"]:
            if entry["resource"]["resourceType"] == "Schedule":
                del entry["resource"]["id"]
                entry["fullUrl"] = "urn:uuid:5"
        text, name = json.dumps(read), "a.json"
    data = text.encode()
    if form == "gz":
        data, name = gzip.compress(data), "a.ndjson.gz"
    elif form == "zst":
        data, name = pa.compress(data, "zstd").to_pybytes(), "a.ndjson.zst"
    place.put("sas_fhir", name, data)
    place.build()
    row = only(place.rows("creneaux"))
    assert (row["statut_code"], row["departement_code"]) == ("reserve", "44")
    assert row["effecteur_id"] == pseudonym(SYNTHETIC_KEY, PERSON, RPPS[1:])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (json.dumps(bundle(slot()), indent=1)[:-40], r"line \d+: expected a whole JSON document"),
        ("{\n}", "found another JSON document"),
        ("[\n1]", "found another JSON document"),
        ("", "found nothing"),
        ("[" * 100_000, "endless nests|a whole JSON document"),
    ],
)
def test_a_document_that_is_no_feed_is_refused(place: Place, text: str, message: str) -> None:
    place.put("sas_fhir", "a.json", text)
    with pytest.raises(InputError, match=message):
        place.build()


def test_lines_that_hold_no_object_are_set_aside_with_their_number(place: Place) -> None:
    head = ndjson(*practitioner())
    lines = ['{"resourceType": "Slot", ', "[1]", "", '"texte"', "\udcff"]
    text = head + "\n".join(lines) + "\n" + ndjson(slot())
    place.put("sas_fhir", "a.ndjson", text.encode("utf-8", "surrogateescape"))
    build = place.build()
    assert [row["source_line"] for row in place.rows("creneaux")] == [9]
    assert [fault[1] for fault in place.faults()] == [4, 5, 7, 8]
    assert build.account("creneaux").gap == 0


def test_a_line_beyond_the_limit_is_set_aside(place: Place) -> None:
    from pipeline.sandbox import tolerant

    base = tolerant()
    small = base.entries["flux_ligne_max_mo"].model_copy(update={"value": 0.01})
    limits = base.model_copy(update={"entries": {**base.entries, "flux_ligne_max_mo": small}})
    long = slot("long", comment="x" * 20_000)
    place.put("sas_fhir", "a.ndjson", ndjson(*practitioner(), long, slot()))
    place.build(limits)
    assert [row["source_line"] for row in place.rows("creneaux")] == [5]
    assert place.faults() == [("creneaux", 4, "ligne")]


def test_a_bundle_line_cut_short_is_refused(place: Place) -> None:
    text = ndjson(bundle(slot(), *practitioner())) + ndjson(bundle(slot()))[:50]
    place.put("sas_fhir", "a.ndjson", text)
    with pytest.raises(InputError, match="line 2: expected a whole bundle"):
        place.build()


def test_the_standard_explains_what_is_wrong_with_a_resource(tmp_path: Path) -> None:
    path = tmp_path / "a.ndjson"
    path.write_text(ndjson(slot(), slot("s2", specialty="SM54"), *practitioner()), "utf-8")
    ((line, where, expected, found),) = explain_fhir(path)
    assert (line, where, found) == (2, "Slot.specialty", "str")
    assert expected.startswith("FHIR R4: ")


def examples(shared: Path) -> dict[str, bytes]:
    folder = shared / "realdata" / "sas_fhir"
    if not folder.is_dir():
        pytest.skip("the real extracts do not lie beside this checkout")
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}


def test_the_official_examples_go_through(shared: Path, place: Place) -> None:
    for name, data in examples(shared).items():
        place.put("sas_fhir", name, data, origin="published")
    build = place.build()
    found = place.rows("creneaux")
    kinds = [(r["agregateur_code"], r["departement_code"]) for r in found]
    assert sorted(kinds) == [
        ("cpts", "31"),
        ("sos_medecins", "35"),
        ("sos_medecins", "35"),
        ("sos_medecins", "56"),
        ("sos_medecins", "56"),
    ]
    assert {r["statut_code"] for r in found} == {"libre"}
    assert {r["cpts_id"] for r in found} == {None, "95-finess-950047225"}
    assert build.account("rendez_vous").set_aside == 2, "no example has the slot of another"
    assert [row["colonne"] for row in place.bad()] == ["creneau_id", "creneau_id"]


def test_the_official_examples_hold_by_the_standard(shared: Path, tmp_path: Path) -> None:
    for name, data in examples(shared).items():
        (tmp_path / name).write_bytes(data)
        assert explain_fhir(tmp_path / name) == []
