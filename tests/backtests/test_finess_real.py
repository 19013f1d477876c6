"""The register as published: small real extracts, where they lie beside the checkout."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.sources.finess import read_finess, settle
from pipeline.sources.result import Reading
from tests.finess_files import finess_entry
from tests.finess_tables import nomenclature

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def extracts(shared: Path) -> Path:
    return shared / "realdata" / "finess"


def rows_of(reading: Reading, table: str = "etablissements") -> Rows:
    settle(reading)
    assert [c for result in reading.results.values() for c in result.bad_cells] == []
    found: Rows = reading.results[table].to_arrow().to_pylist()
    return found


def the_file(folder: Path, pattern: str) -> Path:
    (path,) = folder.glob(pattern)
    return path


def test_fourteen_establishments_of_2026_each_in_its_place(extracts: Path) -> None:
    path = the_file(extracts, "etalab-cs1100502-*")
    rows = rows_of(read_finess(path, path.name, finess_entry()))
    assert len(rows) == 14
    assert {str(row["date_extraction"]) for row in rows} == {"2026-05-12"}
    assert Counter(row["departement_code"] for row in rows) == {
        "01": 1, "977": 1, "978": 2, "972": 2, "973": 2, "974": 3, "976": 2, "986": 1,
    }  # fmt: skip
    found = {row["finess_et"]: row for row in rows}
    assert found["970300026"]["commune_code"] == "97302"
    assert found["970300026"]["raison_sociale_longue"] == "CENTRE HOSPITALIER DE CAYENNE"
    assert found["980501506"]["raison_sociale"] == 'LIEU DE VIE "MAVOUNA MEMA 1"'
    assert found["970210126"]["raison_sociale"] == "CMPP INTERSECTORIEL ALOES"
    assert found["980600027"]["commune_code"] == "98613"


def test_positions_of_two_systems_wait_for_their_establishments(extracts: Path) -> None:
    path = the_file(extracts, "etalab-cs1100507-*")
    reading = read_finess(path, path.name, finess_entry(vintage="2026-05-12"))
    (waiting,) = reading.pending["positions"]
    found = waiting.to_pylist()
    assert [row["coord_crs"] for row in found] == ["EPSG:2154", "EPSG:5490"]
    assert [round(row["longitude_deg"], 2) for row in found] == [5.21, -61.53]
    stock = the_file(extracts, "etalab-cs1100502-*")
    reading.merge(read_finess(stock, stock.name, finess_entry()))
    settle(reading)
    rows: Rows = reading.results["etablissements"].to_arrow().to_pylist()
    placed = {row["finess_et"]: row["coord_crs"] for row in rows if row["coord_crs"]}
    assert placed == {"010000024": "EPSG:2154"}
    # The other establishment is not among the fourteen of the extract: its position is set aside.
    (bad,) = reading.results["etablissements"].bad_cells
    assert bad.valeur == "970100012"


def test_the_damaged_history_is_refused_at_its_first_row(extracts: Path) -> None:
    path = the_file(extracts, "*mojibake.csv")
    with pytest.raises(InputError, match="accents as they are written") as caught:
        read_finess(path, path.name, finess_entry())
    assert caught.value.line == 2


def test_its_header_is_one_the_layout_knows(extracts: Path, tmp_path: Path) -> None:
    """Mended, the damaged file reads whole: a hundred establishments of department 01."""
    text = the_file(extracts, "*mojibake.csv").read_text("utf-8")
    mended = text.replace("\ufffd", "e").replace("ï¿½", "e")
    path = tmp_path / "etalab_20201231.csv"
    path.write_text(mended, "utf-8")
    rows = rows_of(read_finess(path, path.name, finess_entry()))
    assert len(rows) == 100
    assert {row["departement_code"] for row in rows} == {"01"}
    assert all(row["commune_code"].startswith("01") for row in rows)
    assert {row["coord_crs"] for row in rows} == {"EPSG:2154"}
    assert all(4.7 < row["longitude_deg"] < 6.3 for row in rows)
    assert all(45.5 < row["latitude_deg"] < 46.6 for row in rows)


def test_the_feed_tells_closed_from_open(extracts: Path) -> None:
    path = the_file(extracts, "finess_cs1400102_*")
    rows = rows_of(read_finess(path, path.name, finess_entry()))
    assert len(rows) == 14
    assert {str(row["date_extraction"]) for row in rows} == {"2021-12-14"}
    closed = [row for row in rows if row["etat_code"] == "ferme"]
    assert closed
    assert all(row["date_fermeture"] for row in closed)
    assert not [row for row in rows if "Ferm" in row["raison_sociale"]]


def test_x_and_y_of_the_json_are_put_right(extracts: Path) -> None:
    path = the_file(extracts, "finessplus_*")
    reading = read_finess(path, path.name, finess_entry())
    entities: Rows = reading.results["entites_juridiques"].to_arrow().to_pylist()
    assert [row["statut_juridique_code"] for row in entities] == ["73", "72"]
    here, gone = rows_of(reading)
    assert here["coord_inversees"] is True
    assert (here["coord_x_m"], here["coord_y_m"]) == (873766.07, 6570414.61)
    assert (gone["etat_code"], gone["coord_crs"]) == ("ferme", None)
    assert gone["raison_sociale"] == "SMUR POLYCLINIQUE AMBERIEU"


@pytest.mark.parametrize(
    ("name", "pattern", "code"),
    [
        ("finess_categories", "finess_categories_ET_*", "categorie_code"),
        ("finess_statuts", "finess_statuts_*", "statut_juridique_code"),
    ],
)
def test_the_terminology_shipped_is_the_published_one(
    extracts: Path, name: str, pattern: str, code: str
) -> None:
    with the_file(extracts, pattern).open(encoding="utf-8-sig", newline="") as handle:
        wanted = {
            row["code"]: (row["datedeb"], row["datefin"], row["codeagr3"])
            for row in csv.DictReader(handle, delimiter=";")
        }
    rows: Rows = nomenclature(name).to_pylist()
    found = {
        row[code]: tuple(
            "" if row[n] is None else str(row[n])
            for n in ("date_debut", "date_fin", "agregat_code")
        )
        for row in rows
        if row["nomenclature_code"].startswith("cs1500")
    }
    assert found == wanted
    assert len(found) in (293, 69)
