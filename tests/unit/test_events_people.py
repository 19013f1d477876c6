"""No identifier of a person is found in any output of a feed."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.paths import Layout
from tests.feeds import (
    FINESS,
    PERSON,
    RPPS,
    Place,
    appointment,
    counters,
    diary,
    ndjson,
    only,
    practitioner,
    slot,
)

PEOPLE = {
    "rpps": RPPS,
    "rpps nu": RPPS[1:],
    "finess": FINESS,
    "nom": "Zygomar",
    "telephone": "+33102030405",
    "patient": "PATIENT-0042",
    "regulateur": "REGUL-0042",
    "rendez-vous": "b6e39355-8a61-4556-b340-36f7b95fec6a",
    "agenda": "10987654321",
    "faux": "810987654399X",
}


@pytest.mark.parametrize("origin", ["real", "synthetic"])
def test_no_identifier_is_found_in_any_output(place: Place, origin: str) -> None:
    """Put wherever a feed may name somebody, in good rows and bad; looked for in all bytes."""
    doctor = practitioner(value=PEOPLE["rpps"])
    doctor[1]["name"] = [{"family": PEOPLE["nom"]}]
    doctor[1]["telecom"] = [{"value": PEOPLE["telephone"]}]
    made = appointment(identifier=[{"value": PEOPLE["rendez-vous"]}])
    made["participant"].append({"actor": {"reference": f"Patient/{PEOPLE['patient']}"}})
    made["extension"] = [{"valueReference": {"identifier": {"value": PEOPLE["regulateur"]}}}]
    lost = appointment("x", identifier=[{"value": PEOPLE["rendez-vous"] + "2"}], status="?")
    unknown = {"identifier": {"system": PERSON, "value": PEOPLE["faux"]}}
    wrong = appointment("y", participant=[{"actor": unknown}])
    broken = '{"resourceType": "Practitioner", "identifier": "' + PEOPLE["rpps"] + "\n"
    stranger = [{"resourceType": "Patient", "id": PEOPLE["patient"]}]
    bad = practitioner("p2", value=PEOPLE["faux"])
    worse = slot("s2", schedule={"reference": "Schedule/p2"})
    place.put(
        "sas_fhir",
        "a.ndjson",
        ndjson(slot(), *doctor, made, lost, wrong, *stranger, worse, *bad) + broken,
        origin=origin,
    )
    who = {"effecteur": PEOPLE["agenda"], "rendez_vous_ref": PEOPLE["patient"]}
    rows = [{**who, "statut_code": "honore"}, {**who, "fin": "?", "statut_code": "honore"}]
    text = diary(*rows) + ",".join([PEOPLE["agenda"]] * 9) + "\n"
    place.put("agendas", "a.csv", text, origin=origin)
    place.put("sas_plateforme", "a.csv", counters({"effecteur": PEOPLE["agenda"]}), origin=origin)
    place.build()
    assert place.rows("creneaux")
    assert place.rows("rendez_vous")
    assert place.rows("capacites")
    assert len(place.bad()) >= 6
    build = place.layout.build
    for path in [*place.layout.processed.rglob("*"), *build.rglob("*")]:
        if path.is_file():
            data = path.read_bytes()
            if path.suffix == ".parquet":
                data += repr(pq.ParquetFile(path).read().to_pylist()).encode()
            held = [kind for kind, text in PEOPLE.items() if text.encode() in data]
            expected = ["finess"] if "-finess-" in str(data) else []
            assert held == expected, path


def test_real_people_have_other_pseudonyms_in_every_project(place: Place, tmp_path: Path) -> None:
    other = Place(Layout(tmp_path / "autre"))
    for project in (place, other):
        project.put("agendas", "a.csv", diary({}), origin="real")
        project.build()
    mine, theirs = (only(p.rows("creneaux"))["effecteur_id"] for p in (place, other))
    assert mine != theirs
