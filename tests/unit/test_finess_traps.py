"""The traps of the register, one test each: it fails when the trap is fallen into."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import InputError
from tests.finess_files import (
    LAMBERT,
    address,
    entity,
    et,
    feed,
    geo,
    history,
    plus,
    read,
    rows,
    site,
    stock,
)


def only(folder: Path, content: str | bytes, name: str = "f_20260512.csv") -> dict[str, object]:
    """Read a file that holds one establishment."""
    (row,) = rows(read(folder, content, name))
    return row


@pytest.mark.parametrize(
    ("departement", "commune", "code", "department", "region"),
    [
        ("01", "451", "01451", "01", "84"),
        ("2A", "004", "2A004", "2A", "94"),
        ("75", "113", "75113", "75", "11"),
        ("9A", "105", "97105", "971", "01"),
        ("9A", "123", "97701", "977", None),
        ("9A", "127", "97801", "978", None),
        ("9B", "207", "97207", "972", "02"),
        ("9C", "302", "97302", "973", "03"),
        ("9D", "411", "97411", "974", "04"),
        ("9E", "502", "97502", "975", None),
        ("9F", "606", "97606", "976", "06"),
        ("9J", "613", "98613", "986", None),
    ],
)
def test_the_municipality_is_rebuilt_from_the_departments_of_the_register(
    tmp_path: Path, departement: str, commune: str, code: str, department: str, region: str | None
) -> None:
    row = only(tmp_path, stock(et(departement=departement, commune=commune)))
    assert row["commune_code"] == code
    assert (row["departement_code"], row["region_code"]) == (department, region)


@pytest.mark.parametrize(
    ("departement", "cog", "found"),
    [("9A", "97123", "97701"), ("9A", "97127", "97801"), ("9F", "97606", "97606")],
)
def test_the_history_writes_the_whole_code(
    tmp_path: Path, departement: str, cog: str, found: str
) -> None:
    text = history({"departement": departement, "cog": cog, "coordx": "", "coordy": ""})
    assert only(tmp_path, text, "h_20201231.csv")["commune_code"] == found


@pytest.mark.parametrize(("departement", "commune"), [("9A", "207"), ("9B", "411"), ("9J", "105")])
def test_a_municipality_of_another_department_is_not_believed(
    tmp_path: Path, departement: str, commune: str
) -> None:
    reading = read(tmp_path, stock(et(departement=departement, commune=commune)))
    (bad,) = reading.results["etablissements"].bad_cells
    assert (bad.colonne, bad.valeur[:3]) == ("departement", f"{departement}/")


def test_a_department_without_municipality_is_still_one(tmp_path: Path) -> None:
    row = only(tmp_path, stock(et(departement="9D", commune="")))
    assert (row["commune_code"], row["departement_code"]) == (None, "974")


def test_codes_are_texts_with_their_zeros_and_letters(tmp_path: Path) -> None:
    row = only(
        tmp_path,
        stock(et(nofinesset="2A0000154", nofinessej="010780054", siret="01010004500012",
                 departement="2A", commune="004", codemft="01")),
    )  # fmt: skip
    assert row["finess_et"] == "2A0000154"
    assert row["finess_ej"] == "010780054"
    assert (row["siret"], row["tarif_code"]) == ("01010004500012", "01")


def test_a_last_cell_left_empty_still_counts(tmp_path: Path) -> None:
    assert et().endswith(";")
    assert only(tmp_path, stock(et()))["date_maj"] == date(2020, 6, 30)
    assert only(tmp_path, stock(et(numuai="0440001A")))["date_maj"] == date(2020, 6, 30)


def test_doubled_quotes_and_semicolons_inside_a_name(tmp_path: Path) -> None:
    row = only(tmp_path, stock(et(rs='LIEU DE VIE "X"; ANNEXE', rslongue='"MAVOUNA 1"')))
    assert row["raison_sociale"] == 'LIEU DE VIE "X"; ANNEXE'
    assert row["raison_sociale_longue"] == '"MAVOUNA 1"'
    assert row["categorie_code"] == "124"


def test_a_name_on_two_lines_does_not_shift_the_next_lines(tmp_path: Path) -> None:
    text = stock(et(rs="UN\nDEUX"), et(nofinesset="440000002"))
    found = rows(read(tmp_path, text))
    assert [row["source_line"] for row in found] == [2, 4]
    assert found[0]["raison_sociale"] == "UN DEUX"


def test_repeated_spaces_go_from_names(tmp_path: Path) -> None:
    assert only(tmp_path, stock(et(rs="CMPP  INTER   X")))["raison_sociale"] == "CMPP INTER X"


def test_the_first_of_1900_means_unknown(tmp_path: Path) -> None:
    row = only(tmp_path, stock(et(dateouv="1900-01-01", dateautor="1901-01-01")))
    assert (row["date_ouverture"], row["date_autorisation"]) == (None, date(1901, 1, 1))


def test_an_update_is_no_closing(tmp_path: Path) -> None:
    row = only(tmp_path, stock(et(datemaj="2011-01-01")))
    assert (row["etat_code"], row["date_fermeture"]) == ("ouvert", None)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_the_encoding_is_found(tmp_path: Path, encoding: str) -> None:
    text = stock(et(rs="MAISON DE SANTÉ DE L'ÎLE D'YEU"))
    assert only(tmp_path, text.encode(encoding))["raison_sociale"] == (
        "MAISON DE SANTÉ DE L'ÎLE D'YEU"
    )


@pytest.mark.parametrize("broken", ["SANT\ufffd", "SANTï¿½", "SANTÃ©"])
@pytest.mark.parametrize("edition", ["stock", "xml", "json"])
def test_broken_accents_are_refused(tmp_path: Path, broken: str, edition: str) -> None:
    content, name = {
        "stock": (stock(et(rs=broken)), "a.csv"),
        "xml": (feed({"rs": broken}), "a_20211214.xml"),
        "json": (plus(entity(site(nomSite=broken))), "a.json"),
    }[edition]
    with pytest.raises(InputError, match="accents as they are written"):
        read(tmp_path, content, name)


HEADER_36 = (
    "nofinesset", "nofinessej", "rs", "rslongue", "complrs", "compldistrib", "numvoie", "typvoie",
    "voie", "compvoie", "lieuditbp", "region", "libregion", "departement", "libdepartement", "cog",
    "codepostal", "libelle_routage", "ligneacheminement", "telephone", "telecopie", "categetab",
    "libcategetab", "liblongcategetab", "categretab", "libcategretab", "siret", "codeape",
    "libcodeape", "mft", "libmft", "liblongmft", "sph", "libsph", "dateouvert", "datemaj",
)  # fmt: skip


def test_some_years_of_the_history_have_fewer_columns(tmp_path: Path) -> None:
    assert len(HEADER_36) == 36
    row = only(tmp_path, history({}, header=HEADER_36), "h_20051231.csv")
    assert (row["categorie_code"], row["agregat_code"], row["tarif_code"]) == ("124", "2206", "36")
    assert (row["coord_x_m"], row["date_autorisation"]) == (None, None)


def test_the_order_and_the_renames_of_headers_do_not_matter(tmp_path: Path) -> None:
    first, line = history({}).splitlines()
    names, cells = first.split(";")[::-1], line.split(";")[::-1]
    renamed = ["categagretab" if n == "categretab" else n for n in names]
    renamed = ["codemft" if n == "mft" else n for n in renamed]
    text = ";".join(renamed) + "\n" + ";".join(cells) + "\n"
    row = only(tmp_path, text, "h_20151231.csv")
    assert (row["agregat_code"], row["tarif_code"]) == ("2206", "36")


def test_a_cell_said_nil_is_missing(tmp_path: Path) -> None:
    row = only(tmp_path, feed({"siret": None, "dateouv": None}), "f_20211214.xml")
    assert (row["siret"], row["date_ouverture"]) == (None, None)


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({"rs": "[Fermé] CH NANTUA", "typefermeture": "DEF", "datefermeture": "2007-04-20"},
         "ferme"),
        ({"rs": "[Fermé] CH NANTUA"}, "ferme"),
        ({"datefermeture": "2007-04-20"}, "ferme"),
        ({"typefermeture": "DEF"}, "ferme"),
        ({"typefermeture": "DEF", "datefermeture": "2022-06-30"}, "ouvert"),
        ({}, "ouvert"),
    ],
)  # fmt: skip
def test_the_feed_keeps_closed_establishments_and_says_so(
    tmp_path: Path, changed: dict[str, str | None], state: str
) -> None:
    row = only(tmp_path, feed(changed), "f_20211214.xml")
    assert row["etat_code"] == state
    assert "Ferm" not in str(row["raison_sociale"])


def test_closed_sites_of_the_json_are_kept_as_closed(tmp_path: Path) -> None:
    about = dict(site()["informationsGeneralesEGE"])  # type: ignore[call-overload]
    about["dateFermeture"] = "1993-01-01"
    place = address()
    del place["coordonneesGeographique"]
    text = plus(entity(site(etatObjet="I", informationsGeneralesEGE=about, adresse=[place])))
    row = only(tmp_path, text, "p.json")
    assert (row["etat_code"], row["date_fermeture"]) == ("ferme", date(1993, 1, 1))
    assert (row["coord_x_m"], row["coord_crs"], row["longitude_deg"]) == (None, None, None)


def test_a_state_the_json_does_not_explain_is_set_aside(tmp_path: Path) -> None:
    reading = read(tmp_path, plus(entity(site(etatObjet="Z"))), "p.json")
    (bad,) = reading.results["etablissements"].bad_cells
    assert (bad.colonne, bad.valeur) == ("etatObjet", "Z")


def test_padding_goes_and_swapped_coordinates_are_put_right(tmp_path: Path) -> None:
    row = only(tmp_path, plus(entity(site())), "p.json")
    assert row["raison_sociale"] == "CENTRE FICTIF"
    assert (row["coord_x_m"], row["coord_y_m"]) == (355000.5, 6689000.5)
    assert row["coord_inversees"] is True
    assert (row["longitude_deg"], row["latitude_deg"]) == (-1.558, 47.214)


def test_coordinates_put_right_by_the_publisher_stay_so(tmp_path: Path) -> None:
    place = dict(address()["coordonneesGeographique"])  # type: ignore[call-overload]
    place["coordonneeX"], place["coordonneeY"] = place["coordonneeY"], place["coordonneeX"]
    fixed = site(adresse=[address(coordonneesGeographique=place)])  # type: ignore[arg-type]
    row = only(tmp_path, plus(entity(fixed)), "p.json")
    assert (row["coord_x_m"], row["coord_inversees"]) == (355000.5, False)


def test_the_json_of_the_schema_and_that_of_the_data_are_both_read(tmp_path: Path) -> None:
    """Other cases of letters, coded objects for texts, one object for a list."""
    other = site()
    other["categorieEntiteGeographiqueExercice"] = {"code": "604", "system": "TRE_R397"}
    del other["categorieentiteGeographiqueExercice"]
    other["modefixationtarifaire"] = "36   "
    other["adresse"] = address()
    about = entity(other)
    about["informationsGeneralesPmej"] = about.pop("informationsGeneralesPMEJ")
    row = only(tmp_path, plus(about), "p.json")
    assert (row["categorie_code"], row["commune_code"]) == ("604", "44109")
    assert row["tarif_code"] == "36"
    assert row["finess_ej"] == "440900001"


def test_the_address_of_the_site_is_not_that_of_its_mail(tmp_path: Path) -> None:
    mail = address(usageAdresse="01", cogCommune="75113")
    row = only(tmp_path, plus(entity(site(adresse=[mail, address()]))), "p.json")
    assert row["commune_code"] == "44109"


def test_only_agreements_are_agreements(tmp_path: Path) -> None:
    kinds = [
        {"typeEngagement": "CONV", "sousTypeEngagement": "ACI"},
        {"typeEngagement": "ASM", "sousTypeEngagement": "URG"},
        {"typeEngagement": "CONV", "sousTypeEngagement": "ACI"},
    ]
    text = plus(entity(site(engagement=kinds), site("440000002")))
    signed, other = rows(read(tmp_path, text, "p.json"))
    assert (signed["convention_codes"], other["convention_codes"]) == ("ACI", None)


def test_the_system_of_a_row_is_its_own(tmp_path: Path) -> None:
    text = stock(
        et(),
        et(nofinesset="970100012", departement="9A", commune="105"),
        geo(),
        geo("970100012", "657242.9", "1795384.4",
            source="2,ATLASANTE,96,BAN,EPSG:5490 RGAF09/UTM Zone 20N (Antilles)"),
    )  # fmt: skip
    mainland, overseas = rows(read(tmp_path, text))
    assert (mainland["coord_crs"], overseas["coord_crs"]) == ("EPSG:2154", "EPSG:5490")
    assert overseas["longitude_deg"] == pytest.approx(-61.528737061, abs=1e-8)
    assert overseas["latitude_deg"] == pytest.approx(16.234004328, abs=1e-8)


def test_an_overseas_place_said_in_lambert_93_is_put_nowhere(tmp_path: Path) -> None:
    text = stock(
        et(nofinesset="970100012", departement="9A", commune="105"),
        geo("970100012", "657242.9", "1795384.4", source=LAMBERT),
    )
    row = only(tmp_path, text)
    assert (row["coord_x_m"], row["coord_crs"]) == (657242.9, "EPSG:2154")
    assert (row["longitude_deg"], row["coord_inversees"]) == (None, False)


def test_a_system_that_is_not_said_is_not_guessed(tmp_path: Path) -> None:
    text = stock(et(), geo(source="1,ATLASANTE,96,BAN"))
    row = only(tmp_path, text)
    assert (row["coord_crs"], row["longitude_deg"], row["coord_x_m"]) == (None, None, 355000.5)


def test_cedex_is_no_part_of_a_municipality(tmp_path: Path) -> None:
    row = only(tmp_path, stock(et(ligneacheminement="97306 CAYENNE CEDEX", departement="9C",
                                  commune="302")))  # fmt: skip
    assert row["commune_code"] == "97302"
