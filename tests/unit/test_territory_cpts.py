"""Lists of the municipalities of CPTS: names resolved or set aside, nobody counted twice."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.paths import layout
from pipeline.sources.cells import CellError
from pipeline.sources.commune_names import Names, follow, name_key, read_names
from tests.territory_files import csv_file, read, reasons, rows, workbook

TITLES = ["Nom CPTS", "Territoire CPTS", "dpt", "Président-e", "Coordonnateur-rice", "Contact",
          "Site"]  # fmt: skip


def listing(path: Path, *lines: tuple[str, str, str]) -> Path:
    """Write a list as an agency does: a title on the first line, the header on the second."""
    return workbook(
        path, {"Listing": [["Listing CPTS"], TITLES, *[[*c, *[""] * 4] for c in lines]]}
    )


@pytest.fixture(scope="module")
def names() -> Names:
    return read_names(layout())


def test_writings_of_one_name_share_a_key() -> None:
    for one, other in (
        ("Les Baux-de-Provence", "BAUX DE PROVENCE (LES)"),
        ("Saint-Rémy", "St Remy"),
        ("L'Isle-sur-la-Sorgue", "Isle-sur-la-Sorgue (L')"),
        ("Marseille 1er Arrondissement", "MARSEILLE 01"),
        ("Œuilly", "Oeuilly"),
    ):
        assert name_key(one) == name_key(other)
    assert name_key("Marseille 1er") != name_key("Marseille 11e")


def test_names_resolve_with_their_department_former_ones_too(names: Names) -> None:
    assert names.find("84", "Isle-sur-la-Sorgue (L')").commune_code == "84054"
    assert names.find("13", "Baux-de-Provence").commune_code == "13011"
    assert names.find("13", "Marseille 2e").commune_code == "13202"
    found = names.find("01", "Béon")
    assert (found.commune_code, found.resolution) == ("01138", "mouvement")


@pytest.mark.parametrize(
    ("departement", "name", "reason"),
    [
        ("01", "L'Isle-sur-la-Sorgue", "department 01"),
        ("84", "Nulle-Part", "of today or merged"),
        ("13", "Gr\ufffdasque", "letters are whole"),
        ("66", "Fontan?s", "letters are whole"),
    ],
)
def test_what_does_not_resolve_is_refused(
    names: Names, departement: str, name: str, reason: str
) -> None:
    with pytest.raises(CellError, match=reason):
        names.find(departement, name)


def test_a_name_two_municipalities_share_is_refused() -> None:
    known = Names()
    known.add(known.today, "51", "Rouvroy", "51001")
    known.add(known.today, "51", "Rouvroy", "51002")
    known.add(known.today, "52", "Rouvroy", "52003")
    with pytest.raises(CellError, match="51001, 51002"):
        known.find("51", "Rouvroy")
    assert known.find("52", "Rouvroy").commune_code == "52003"


def test_changes_are_followed_to_today_and_end_on_a_circle() -> None:
    changes = {"A": {"B"}, "B": {"C", "A"}, "C": {"C"}}
    assert follow(changes, "A", {"C"}) == {"C"}
    assert follow({"A": {"A"}}, "A", set()) == set()


def test_a_shared_municipality_weighs_one_in_all(tmp_path: Path) -> None:
    path = listing(
        tmp_path / "l.xlsx",
        ("CPTS du Nord", "Aubagne", "13"),
        ("CPTS du Sud", "AUBAGNE", "13"),
        ("CPTS du Sud", "Cassis", "13"),
        ("CPTS du Sud", "Marseille 1er", "13"),
        ("CPTS du Nord", "Marseille 2e", "13"),
        ("CPTS du Sud", "Gr?asque", "13"),
    )
    found = read("cpts_communes", path)
    kept = rows(found, "cpts_communes")
    shares = {(r["cpts_id"], r["commune_code"]): (r["cpts_nb"], r["part"]) for r in kept}
    half = (2, Decimal("0.5"))
    assert shares["13-nord", "13005"] == shares["13-sud", "13005"] == half
    assert shares["13-sud", "13022"] == (1, Decimal(1))
    districts = [r for r in kept if r["arrondissement"]]
    assert {r["commune_mere_code"] for r in districts} == {"13055"}
    assert {r["part"] for r in districts} == {Decimal(1)}
    by_code: dict[object, Decimal] = {}
    for row in kept:
        by_code[row["commune_code"]] = by_code.get(row["commune_code"], Decimal(0)) + row["part"]
    assert set(by_code.values()) == {Decimal(1)}
    assert [(line, value) for line, value, _ in reasons(found, "cpts_communes")] == [
        (8, "Gr?asque")
    ]
    assert found.results["cpts_communes"].rows_in == 6


def test_shares_are_settled_over_all_the_lists(tmp_path: Path) -> None:
    head = "cpts_nom,commune_code,dpt"
    one = csv_file(tmp_path / "a.csv", head, "A,13005,13")
    two = csv_file(tmp_path / "b.csv", head, "B,13005,13")
    kept = rows(read("cpts_communes", one, two), "cpts_communes")
    assert [(r["cpts_nb"], r["part"]) for r in kept] == [(2, Decimal("0.5"))] * 2


def test_what_would_count_twice_is_set_aside(tmp_path: Path) -> None:
    lines = ("A,13055,13", "B,13201,13", "C,13005,13", "C,13005,13")
    path = csv_file(tmp_path / "a.csv", "cpts_nom,commune_code,dpt", *lines)
    found = read("cpts_communes", path)
    assert [r["commune_code"] for r in rows(found, "cpts_communes")] == ["13201", "13005"]
    assert sorted(line for line, _, _ in reasons(found, "cpts_communes")) == [2, 5]
    result = found.results["cpts_communes"]
    assert result.rows_in == result.kept + result.rows_set_aside
