"""The forms a FHIR feed may have, damaged ones, and the official examples."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.errors import InputError
from pipeline.sources.fhir_explain import explain_fhir
from pipeline.sources.places import PERSON
from pipeline.sources.pseudonyms import SYNTHETIC_KEY, pseudonym
from tests.feeds import (
    RPPS,
    Place,
    appointment,
    bundle,
    ndjson,
    only,
    practitioner,
    slot,
)

FORMS = ["json", "indented", "ndjson", "bundles", "urn"]
PACKED = ["", ".gz", ".zst"]


@pytest.mark.parametrize("suffix", PACKED)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_a_feed_gives_the_same_rows(place: Place, form: str, suffix: str) -> None:
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
    if suffix == ".gz":
        data = gzip.compress(data)
    elif suffix == ".zst":
        data = pa.compress(data, "zstd").to_pybytes()
    place.put("sas_fhir", name + suffix, data)
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
