"""Every edition of the register becomes the same rows; what does not read is set aside."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.sources.finess import read_finess, settle
from tests.finess_files import (
    ANTILLES,
    OLD,
    archive,
    ej,
    entity,
    et,
    feed,
    finess_entry,
    geo,
    history,
    plus,
    read,
    rows,
    site,
    stock,
    write,
)

SAME = {
    "finess_et": "440000001",
    "finess_ej": "440900001",
    "raison_sociale": "CENTRE FICTIF",
    "raison_sociale_longue": "CENTRE DE SANTE FICTIF",
    "categorie_code": "124",
    "commune_code": "44109",
    "departement_code": "44",
    "region_code": "52",
    "siret": "11111111100011",
    "tarif_code": "36",
    "date_ouverture": date(2015, 3, 2),
    "etat_code": "ouvert",
    "origin": "real",
}


def held(row: dict[str, object], wanted: dict[str, object]) -> dict[str, object]:
    return {name: row[name] for name in wanted}


@pytest.mark.parametrize(
    ("name", "content", "day", "line"),
    [
        ("x_20250101.csv", stock(et()), date(2026, 5, 12), 2),
        ("x_20251231.csv", history({}), date(2025, 12, 31), 2),
        ("x_20211214-0336.xml", feed({}), date(2021, 12, 14), 3),
        ("x.json", plus(entity(site())), date(2026, 7, 20), 7),
    ],
)
def test_every_edition_says_the_same(
    tmp_path: Path, name: str, content: str, day: date, line: int
) -> None:
    reading = read(tmp_path, content, name)
    (row,) = rows(reading)
    assert held(row, SAME) == SAME
    assert (row["date_extraction"], row["source_line"]) == (day, line)
    result = reading.results["etablissements"]
    assert (result.rows_in, result.kept, result.rows_set_aside) == (1, 1, 0)


def test_legal_entities_come_from_three_editions(tmp_path: Path) -> None:
    found = [
        rows(read(tmp_path, content, name), "entites_juridiques")
        for name, content in (
            ("a.csv", stock(ej())),
            ("b_20211214.xml", feed({}, tag="structureej")),
            ("c.json", plus(entity(site()))),
        )
    ]
    wanted = {
        "finess_ej": "440900001",
        "raison_sociale": "ASSOCIATION FICTIVE",
        "statut_juridique_code": "60",
        "siren": "111111111",
        "ape_code": "8621Z",
        "departement_code": "44",
        "date_creation": date(2001, 1, 1),
        "etat_code": "ouvert",
    }
    assert [held(row, wanted) for (row,) in found] == [wanted] * 3


def test_positions_follow_the_establishments_in_one_file(tmp_path: Path) -> None:
    text = stock(et(), et(nofinesset="440000002"), geo())
    first, second = rows(read(tmp_path, text))
    assert (first["coord_x_m"], first["coord_y_m"]) == (355000.5, 6689000.5)
    assert first["coord_crs"] == "EPSG:2154"
    assert first["coord_source"].startswith("1,ATLASANTE,96,BAN,EPSG:2154")  # type: ignore[attr-defined]
    assert second["coord_x_m"] is None
    assert second["coord_inversees"] is None


def test_positions_may_lie_in_another_file_of_the_same_day(tmp_path: Path) -> None:
    reading = None
    for name, text in (
        ("geo_20260512.csv", stock(geo(), first=None)),
        ("et.csv", stock(et())),
    ):
        one = read_finess(write(tmp_path, name, text), name, finess_entry())
        assert one.rows_in == 1
        if reading is None:
            reading = one
        else:
            reading.merge(one)
    assert reading is not None
    settle(reading)
    (row,) = rows(reading)
    assert row["coord_x_m"] == 355000.5
    assert row["source_file"] == "et.csv"
    assert (reading.results["etablissements"].rows_in, reading.rows_in) == (1, 1)


@pytest.mark.parametrize(
    ("lines", "bad_line"),
    [
        ([et(), geo(), geo("440000009")], 4),
        ([et(), geo(), geo(x="1.0")], 4),
        ([et(), geo(x="355 000,5")], 3),
    ],
)
def test_a_position_of_nothing_twice_or_unreadable_is_set_aside(
    tmp_path: Path, lines: list[str], bad_line: int
) -> None:
    reading = read(tmp_path, stock(*lines))
    result = reading.results["etablissements"]
    (bad,) = result.bad_cells
    assert bad.source_line == bad_line
    assert (result.rows_in, result.kept, result.rows_set_aside) == (2, 1, 1)


def test_tags_may_alternate(tmp_path: Path) -> None:
    text = stock(et(), geo(), et(nofinesset="440000002"), geo("440000002"), ej())
    reading = read(tmp_path, text)
    assert [row["source_line"] for row in rows(reading)] == [2, 4]
    assert all(row["coord_x_m"] for row in rows(reading))
    assert [row["source_line"] for row in rows(reading, "entites_juridiques")] == [6]


def test_an_archive_holds_several_years_each_with_its_name(tmp_path: Path) -> None:
    path = archive(
        tmp_path,
        "historique-20260103.zip",
        etalab_stock_et_20241231__csv=history({}),
        etalab_stock_et_20231231__csv=history({}),
        lisez_moi__pdf="%PDF",
    )
    reading = read_finess(path, "data/raw/finess/h_20260103.zip", finess_entry())
    found = [(row["date_extraction"], row["source_file"]) for row in rows(reading)]
    assert found == [
        (date(2023, 12, 31), "data/raw/finess/h_20260103.zip#etalab_stock_et_20231231.csv"),
        (date(2024, 12, 31), "data/raw/finess/h_20260103.zip#etalab_stock_et_20241231.csv"),
    ]


def test_a_compressed_file_reads_as_itself(tmp_path: Path) -> None:
    (row,) = rows(read(tmp_path, stock(et()), "stock.csv.gz"))
    assert held(row, SAME) == SAME


@pytest.mark.parametrize(
    ("changed", "column", "motif"),
    [
        ({"nofinesset": "44000001"}, "nofinesset", "a text like"),
        ({"nofinesset": ""}, "nofinesset", "a value"),
        ({"commune": "1O9"}, "commune", "a text like"),
        ({"departement": "99"}, "departement", "departement_ou_collectivite"),
        ({"categetab": "CDS"}, "categetab", "a text like"),
        ({"dateouv": "02/03/2015"}, "dateouv", "a date such as"),
        ({"dateouv": "2015-02-30"}, "dateouv", "a day that exists"),
    ],
)
def test_a_row_that_does_not_read_is_set_aside_under_the_name_of_its_field(
    tmp_path: Path, changed: dict[str, str], column: str, motif: str
) -> None:
    reading = read(tmp_path, stock(et(nofinesset="440000002"), et(**changed)))
    result = reading.results["etablissements"]
    (bad,) = result.bad_cells
    assert (bad.source_line, bad.colonne) == (3, column)
    assert motif in bad.motif
    assert (result.rows_in, result.kept, result.rows_set_aside) == (2, 1, 1)


def test_sites_on_one_line_are_set_aside_one_by_one(tmp_path: Path) -> None:
    """A JSON without line breaks: the account still balances."""
    sites = [site("1"), site("2"), site("440000003")]
    reading = read(tmp_path, plus(entity(*sites), indent=None), "p.json")
    result = reading.results["etablissements"]
    assert (result.rows_in, result.kept, result.rows_set_aside) == (3, 1, 2)


CUT = et().rsplit(";", 3)[0]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", stock(et(), CUT), "line 3: expected 32 cells on a line tagged structureet"),
        ("a.csv", stock(et(), "equipementsocial;1"), "line 3"),
        ("a.csv", stock("autre;1"), "line 2: expected a line tagged"),
        ("a.csv", stock(et(), first="finess;etalab;2026-05-12"), "line 1: expected finess;etalab"),
        ("a_20251231.csv", "nofinesset;rs\n1;2\n", "line 1, column nofinessej"),
        ("a_20251231.csv", history({}).replace("categetab", "categorie", 1), "column categorie"),
        ("a_20251231.csv", history({}).replace("libregion", "region", 1), "column region"),
        ("a_20251231.csv", "", "an empty file"),
        ("a.csv", history({}), "expected the date of the extract"),
        ("a_20211214.xml", feed({})[:-20], "line"),
        ("a_20211214.xml", "<fluxfiness><autre/></fluxfiness>", "found autre"),
        ("a_20211214.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "no entity declared"),
        ("a.json", plus(entity(site()))[:-30], "expected whole JSON"),
        ("a.json", plus(), "column pmej: expected legal entities"),
        ("a_20260512.csv.gz", b"", "expected"),
        ("a_20260512.zip", b"PK", "expected a whole .zip file"),
    ],
)
def test_a_structural_fault_is_one_error_with_its_place(
    tmp_path: Path, name: str, content: str | bytes, said: str
) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, content, name)
    assert said in str(caught.value)
    assert f"data/raw/finess/{name}" in str(caught.value)


def test_the_date_may_be_declared(tmp_path: Path) -> None:
    (row,) = rows(read(tmp_path, history({}), "h.csv", vintage="2019"))
    assert row["date_extraction"] == date(2019, 12, 31)
    (row,) = rows(read(tmp_path, history({}), "h.csv", vintage="2019-06-30"))
    assert row["date_extraction"] == date(2019, 6, 30)


def test_notes_say_how_each_file_was_read(tmp_path: Path) -> None:
    reading = read(tmp_path, stock(et(), geo(source=ANTILLES)))
    (note,) = reading.notes
    assert "extract of 2026-05-12" in note
    assert "1 rows, layout stock_etablissements" in note
    assert "1 rows, layout stock_geolocalisation" in note


def test_old_fields_are_those_of_the_layout() -> None:
    assert set(OLD) <= set(history({}).split("\n", 1)[0].split(";"))
