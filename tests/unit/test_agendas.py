"""Diary exports: what a row becomes, and what sets it aside."""

from __future__ import annotations

import datetime as dt
import gzip
from pathlib import Path

import pytest
import xlsxwriter

from pipeline.errors import InputError
from tests.feeds import Place, diary, only

PARIS_SUMMER = "2025-07-01T10:00"


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone(dt.UTC)


def test_a_row_becomes_a_slot(place: Place) -> None:
    place.put("agendas", "a.csv", diary({"profession_code": "infirmier", "visibilite": "PRO|SNP"}))
    place.build()
    row = only(place.rows("creneaux"))
    assert row["debut_utc"] == utc("2025-03-03T07:40+00:00")
    assert row["fin_utc"] == utc("2025-03-03T08:00+00:00")
    assert (row["annee"], row["departement_code"], row["cpts_id"]) == (2025, "44", "44-ancenis")
    assert (row["jour_local"], row["heure_locale"]) == (dt.date(2025, 3, 3), 8)
    assert (row["agregateur_code"], row["service_code"]) == ("agenda", "cabinet")
    assert row["profession_code"] == "infirmier"
    seen = [row[f"visible_{code}"] for code in ("public", "pro", "snp", "cpts")]
    assert seen == [False, True, True, False]
    assert (row["statut_code"], row["instantane_utc"]) == ("non_pris", None)
    assert (row["source_file"], row["source_line"]) == ("data/raw/agendas/a.csv", 2)
    assert place.rows("rendez_vous") == []


def test_a_booking_becomes_an_appointment_too(place: Place) -> None:
    taken = {"statut_code": "honore", "pris": "2025-03-02T18:00", "rendez_vous_ref": "r1"}
    place.put("agendas", "a.csv", diary(taken))
    place.build()
    slot, booking = only(place.rows("creneaux")), only(place.rows("rendez_vous"))
    assert booking["creneau_id"] == slot["creneau_id"]
    assert booking["effecteur_id"] == slot["effecteur_id"]
    assert booking["statut_rendez_vous_code"] == slot["statut_code"] == "honore"
    assert booking["cree_utc"] == slot["pris_utc"] == utc("2025-03-02T17:00+00:00")


def test_a_slot_of_several_appointments_is_one_slot(place: Place) -> None:
    rows = [
        {"statut_code": "honore", "rendez_vous_ref": "r1", "rendez_vous_statut_code": "annule"},
        {"statut_code": "honore", "rendez_vous_ref": "r2"},
    ]
    place.put("agendas", "a.csv", diary(*rows))
    build = place.build()
    assert only(place.rows("creneaux"))["statut_code"] == "honore"
    found = sorted(r["statut_rendez_vous_code"] for r in place.rows("rendez_vous"))
    assert found == ["annule", "honore"]
    account = build.account("creneaux")
    assert (account.rows_in, account.kept, account.merged, account.set_aside) == (2, 1, 1, 0)


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-01T10:00:00+02:00",
        "2025-07-01T08:00:00Z",
        "2025-07-01T09:00:00+01:00",
        "2025-07-01T10:00",
        "2025-07-01 10:00:00",
        "01/07/2025 10:00",
    ],
)
def test_an_instant_reads_the_same_however_it_is_written(place: Place, text: str) -> None:
    place.put("agendas", "a.csv", diary({"debut": text, "fin": "2025-07-01T12:30"}))
    place.build()
    row = only(place.rows("creneaux"))
    assert row["debut_utc"] == utc("2025-07-01T08:00+00:00")
    assert row["heure_locale"] == 10


def test_the_day_is_that_of_paris_on_both_sides_of_a_clock_change(place: Place) -> None:
    """23:30 UTC is the next day in Paris, by one hour in winter and by two in summer."""
    rows = [
        {"debut": "2025-03-29T22:30Z", "fin": "2025-03-29T23:30Z"},
        {"debut": "2025-03-29T23:30Z", "fin": "2025-03-30T00:30Z"},
        {"debut": "2025-03-30T22:30Z", "fin": "2025-03-30T23:30Z"},
        {"debut": "2025-10-25T22:30Z", "fin": "2025-10-25T23:30Z"},
        {"debut": "2025-10-26T22:30Z", "fin": "2025-10-26T23:30Z"},
        {"debut": "2025-10-26T00:30Z", "fin": "2025-10-26T01:30Z"},
        {"debut": "2025-10-26T01:30Z", "fin": "2025-10-26T02:30Z"},
        {"debut": "2024-12-31T23:30Z", "fin": "2025-01-01T00:30Z"},
    ]
    place.put("agendas", "a.csv", diary(*rows))
    place.build()
    found = {
        row["debut_utc"].strftime("%m-%dT%H:%M"): (str(row["jour_local"]), row["heure_locale"])
        for row in place.rows("creneaux")
    }
    assert found == {
        "03-29T22:30": ("2025-03-29", 23),
        "03-29T23:30": ("2025-03-30", 0),
        "03-30T22:30": ("2025-03-31", 0),
        "10-25T22:30": ("2025-10-26", 0),
        "10-26T22:30": ("2025-10-26", 23),
        "10-26T00:30": ("2025-10-26", 2),
        "10-26T01:30": ("2025-10-26", 2),
        "12-31T23:30": ("2025-01-01", 0),
    }


@pytest.mark.parametrize("local", ["2025-03-30T02:30", "2025-10-26T02:30", "26/10/2025 02:30"])
def test_paris_time_that_is_no_instant_or_two_is_set_aside(place: Place, local: str) -> None:
    place.put("agendas", "a.csv", diary({"debut": local, "fin": "2025-11-01T09:00"}))
    place.build()
    assert place.rows("creneaux") == []
    assert place.faults() == [("creneaux", 2, "debut")]


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"fin": "2025-03-03T08:40"}, "fin"),
        ({"fin": "2025-03-03T08:00"}, "fin"),
        ({"debut": "hier"}, "debut"),
        ({"debut": "2025-02-30T08:00"}, "debut"),
        ({"debut": "1925-03-03T08:00"}, "debut"),
        ({"statut_code": "pris"}, "statut_code"),
        ({"statut_code": ""}, "statut_code"),
        ({"statut_code": "libre"}, "instantane"),
        ({"profession_code": "docteur"}, "profession_code"),
        ({"service_code": "hopital"}, "service_code"),
        ({"visibilite": "PUBLIC TOUS"}, "visibilite"),
        ({"cpts": "", "departement_code": ""}, "departement_code"),
        ({"cpts": "", "departement_code": "20"}, "departement_code"),
        ({"cpts": "CPTS d'Ancenis"}, "cpts"),
        ({"liberation_minutes_nb": "1.5"}, "liberation_minutes_nb"),
        ({"liberation_minutes_nb": "-60"}, "liberation_minutes_nb"),
        ({"effecteur": ""}, "effecteur"),
    ],
)
def test_a_cell_that_does_not_hold_sets_its_row_aside(
    place: Place, change: dict[str, str], column: str
) -> None:
    place.put("agendas", "a.csv", diary({**change}, {"debut": "2025-03-03T08:45"}))
    build = place.build()
    assert [row["heure_locale"] for row in place.rows("creneaux")] == [8]
    assert ("creneaux", 2, column) in place.faults()
    assert (build.account("creneaux").set_aside, build.account("creneaux").gap) == (1, 0)


def test_outcomes_that_contradict_each_other_are_both_set_aside(place: Place) -> None:
    place.put("agendas", "a.csv", diary({"statut_code": "non_pris"}, {"statut_code": "honore"}))
    build = place.build()
    assert place.rows("creneaux") == place.rows("rendez_vous") == []
    assert {fault[:2] for fault in place.faults()} == {
        ("creneaux", 2),
        ("creneaux", 3),
        ("rendez_vous", 3),
    }
    assert build.account("creneaux").gap == build.account("rendez_vous").gap == 0


def test_two_ends_of_a_slot_are_none(place: Place) -> None:
    place.put("agendas", "a.csv", diary({"statut_code": "non_pris"}, {"statut_code": "rendu"}))
    build = place.build()
    assert place.rows("creneaux") == []
    assert place.faults() == [("creneaux", 2, "statut_code"), ("creneaux", 3, "statut_code")]
    assert build.account("creneaux").gap == 0


def test_a_snapshot_then_an_outcome_is_the_outcome(place: Place) -> None:
    seen = {"statut_code": "libre", "instantane": "2025-03-01T08:00"}
    place.put("agendas", "a.csv", diary(seen, {"statut_code": "non_pris"}))
    place.build()
    row = only(place.rows("creneaux"))
    assert (row["statut_code"], row["instantane_utc"]) == ("non_pris", None)


def test_free_slots_alone_keep_the_last_snapshot_that_saw_them(place: Place) -> None:
    seen = [{"statut_code": "libre", "instantane": f"2025-03-0{d}T08:00"} for d in (1, 2)]
    place.put("agendas", "a.csv", diary(*seen))
    place.build()
    row = only(place.rows("creneaux"))
    assert (row["statut_code"], row["instantane_utc"]) == ("libre", utc("2025-03-02T07:00+00:00"))


def test_a_finess_makes_the_identifier_of_an_unlisted_cpts(place: Place) -> None:
    place.put("agendas", "a.csv", diary({"cpts": "950047225"}, {"cpts": "970405678"}))
    place.build()
    assert {(r["cpts_id"], r["departement_code"]) for r in place.rows("creneaux")} == {
        ("95-finess-950047225", "95"),
        ("974-finess-970405678", "974"),
    }


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_separators_encodings_and_accents_of_headers(
    place: Place, separator: str, encoding: str
) -> None:
    head = ["CPTS", "Effecteur", "Début", "Fin", "Statut"]
    row = ["44-ancenis", "Zoé", "2025-03-03T08:40", "2025-03-03T09:00", "non_pris"]
    text = "\r\n".join(separator.join(cells) for cells in (head, row)) + "\r\n"
    place.put("agendas", "a.csv", text.encode(encoding))
    place.build()
    assert len(place.rows("creneaux")) == 1


def test_a_workbook_reads_as_its_csv(place: Place, tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "a.xlsx"))
    sheet = book.add_worksheet()
    day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    for column, name in enumerate(("cpts", "effecteur", "debut", "fin", "statut_code")):
        sheet.write(0, column, name)
    sheet.write_row(1, 0, ["44-ancenis", "SYN1"])
    sheet.write_datetime(1, 2, dt.datetime(2025, 3, 3, 8, 40), day)
    sheet.write(1, 3, "03/03/2025 09:00")
    sheet.write(1, 4, "non_pris")
    book.close()
    place.put("agendas", "a.xlsx", (tmp_path / "a.xlsx").read_bytes())
    place.build()
    from_book = only(place.rows("creneaux"))
    place.drop("agendas/a.xlsx")
    place.put("agendas", "a.csv", diary({}))
    place.build()
    from_text = only(place.rows("creneaux"))
    assert from_book == {**from_text, "source_file": "data/raw/agendas/a.xlsx"}


def test_the_name_of_a_file_tells_its_tool(place: Place) -> None:
    place.put("agendas", "Export_Doctolib_Team_2025.csv", diary({}))
    place.put("agendas", "citana.csv", diary({"debut": "2025-03-03T08:45"}))
    place.put("agendas", "autre.csv", diary({"debut": "2025-03-03T08:50"}))
    place.build()
    found = {row["source_file"][17:22]: row["outil_code"] for row in place.rows("creneaux")}
    assert found == {"Expor": "doctolib_team", "citan": "citana", "autre": None}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "expected a header"),
        (diary({"nom_du_patient": "X"}), "column nom_du_patient: expected a header of the layout"),
        ("cpts,debut,fin,statut_code\n", "column effecteur: expected one of the headers effecteur"),
        ("debut,debut\n", "expected each column once"),
    ],
)
def test_a_header_nobody_knows_is_refused(place: Place, text: str, message: str) -> None:
    place.put("agendas", "a.csv", text)
    with pytest.raises(InputError, match=message):
        place.build()


def test_lines_that_are_no_row_are_set_aside_one_by_one(place: Place) -> None:
    good = diary({})
    cells = good.splitlines()[1]
    text = good + f"{cells},de trop\n" + '"ouvert\n' + "\n" + cells.replace("08:40", "08:50") + "\n"
    place.put("agendas", "a.csv", text)
    build = place.build()
    assert sorted(row["source_line"] for row in place.rows("creneaux")) == [2, 6]
    assert place.faults() == [("creneaux", 3, "ligne"), ("creneaux", 4, "ligne")]
    assert build.account("creneaux").gap == 0


def test_a_compressed_diary_reads_the_same(place: Place) -> None:
    place.put("agendas", "a.csv.gz", gzip.compress(diary({}).encode()))
    place.build()
    assert len(place.rows("creneaux")) == 1
