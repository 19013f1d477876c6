"""Flat feeds as JSON objects, one to a line, and compressed: what their CSV gives, or refused."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import InputError
from tests.actes import GP_ACT
from tests.feeds import COUNTER, DIARY, Place, csv_of, ndjson, only

FILLS = {
    "actes": ("actes", GP_ACT),
    "agendas": ("creneaux", DIARY),
    "sas_plateforme": ("capacites", COUNTER),
}
# As a program would write them: numbers and truths, not their texts.
TYPED = {"quantite": 1, "montant": 30.0, "c2s": False, "ame": False}
TYPED |= {"max_patients": 4, "orientation_count": 3}
# Told by the file and its line, where nothing else numbers an act.
OF_THE_FILE = ("source_file", "source_line", "acte_id")
SECRETS = ("1850944123456", "2770375654321", "10003456789")


def packed(text: str, suffix: str) -> bytes:
    data = text.encode("utf-8")
    if suffix == ".gz":
        return gzip.compress(data)
    return pa.compress(data, "zstd").to_pybytes() if suffix == ".zst" else data


def said(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in OF_THE_FILE}


def as_objects(row: dict[str, str]) -> str:
    return ndjson({**row, **{name: value for name, value in TYPED.items() if name in row}})


@pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
@pytest.mark.parametrize("form", ["csv", "ndjson", "jsonl", "json"])
@pytest.mark.parametrize("source", sorted(FILLS))
def test_every_form_of_a_flat_feed_gives_the_same_row(
    place: Place, source: str, form: str, suffix: str
) -> None:
    table, row = FILLS[source]
    place.put(source, "plain.csv", csv_of([{}], row, ";"))
    place.build()
    expected = only(place.rows(table))
    place.drop(f"{source}/plain.csv")
    text = csv_of([{}], row, ";") if form == "csv" else as_objects(row)
    place.put(source, f"a.{form}{suffix}", packed(text, suffix))
    build = place.build()
    assert said(only(place.rows(table))) == said(expected)
    account = build.account(table)
    assert (account.rows_in, account.kept, account.gap) == (1, 1, 0)


def test_lines_of_acts_that_are_no_act_are_set_aside_with_their_number(place: Place) -> None:
    lines = [
        json.dumps({**GP_ACT, "quantite": -1, "montant": -30}),
        '{"centre": "440000123", ',
        "[1]",
        "",
        json.dumps({**GP_ACT, "date": "hier"}),
        json.dumps({**GP_ACT, "quantite": 1.5}),
        json.dumps({**GP_ACT, "patient": None}),
        json.dumps({**GP_ACT, "quantite": None, "patient": "P2"}),
    ]
    place.put("actes", "a.ndjson.gz", gzip.compress("\n".join(lines).encode()))
    build = place.build()
    kept = {row["source_line"]: row["quantite_nb"] for row in place.rows("actes")}
    assert kept == {1: -1, 8: 1}
    assert place.faults() == [
        ("actes", 2, "ligne"),
        ("actes", 3, "ligne"),
        ("actes", 5, "date_acte"),
        ("actes", 6, "quantite"),
        ("actes", 7, "patient"),
    ]
    account = build.account("actes")
    assert (account.rows_in, account.kept, account.set_aside, account.gap) == (7, 2, 5, 0)


def test_a_person_is_the_same_whatever_the_form_and_is_named_nowhere(place: Place) -> None:
    patient, other, doctor = SECRETS
    place.put("actes", "a.csv", csv_of([{"patient": patient, "effecteur": doctor}], GP_ACT, ";"))
    objects = ndjson(
        {**GP_ACT, "patient": patient, "effecteur": doctor, "date": "2024-03-06"},
        {**GP_ACT, "patient": int(patient), "effecteur": int(doctor), "date": "2024-03-07"},
        {**GP_ACT, "patient": other, "effecteur": doctor, "date": "hier"},
        {**GP_ACT, "centre": "44", "patient": other, "effecteur": doctor},
    )
    place.put("actes", "b.ndjson", objects + '{"patient": "' + other + "\n")
    place.build()
    rows = place.rows("actes")
    assert len(rows) == 3
    assert len({row["patient_id"] for row in rows}) == 1
    assert len({row["effecteur_id"] for row in rows}) == 1
    assert [line for _, line, _ in place.faults()] == [3, 4, 5]
    outputs = [path for path in sorted(place.layout.processed.rglob("*")) if path.is_file()]
    written = b"".join(path.read_bytes() for path in outputs) + repr(rows + place.bad()).encode()
    assert [secret for secret in SECRETS if secret.encode() in written] == []


@pytest.mark.parametrize("value", [{"rpps": "10003456789"}, ["10003456789"]])
def test_a_member_that_holds_others_is_refused(place: Place, value: object) -> None:
    """Hashed as it is written, it would be a second person."""
    place.put("actes", "a.ndjson", ndjson({**GP_ACT, "effecteur": value}))
    with pytest.raises(InputError, match="column effecteur: expected a text") as told:
        place.build()
    assert "10003456789" not in str(told.value)


@pytest.mark.parametrize(
    ("source", "member"),
    [
        ("actes", "quantity"),
        ("actes", "Quantite"),
        ("agendas", "patient"),
        ("sas_plateforme", "departement_cod"),
    ],
)
def test_a_member_no_layout_knows_is_refused(place: Place, source: str, member: str) -> None:
    """Passed over, a reversal whose quantity is under another name would count as an act."""
    _, row = FILLS[source]
    place.put(source, "a.ndjson", ndjson(row, row, {**row, member: -1}))
    with pytest.raises(InputError, match=f"line 3, column {member}: expected a member of"):
        place.build()


def test_two_members_for_one_cell_are_refused(place: Place) -> None:
    place.put("actes", "a.ndjson", ndjson({**GP_ACT, "finess": "440000999"}))
    with pytest.raises(InputError, match="expected one member for centre; found two"):
        place.build()
