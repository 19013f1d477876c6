"""Inhabitants by zone: each counted once, in a zone or under the reason that keeps them apart."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from tests.apl_tables import Row, Rows, computed, from_files, one, shipped, table, tables
from tests.territory_files import csv_file, workbook

ZONES = "population_par_zone"
HEADER = "com_code,niveau,com_lib,zmed_niveau,zmed_date_arrete"
DISTRICTS = sorted(
    row["ancien_code"]
    for row in shipped("communes_liens").to_pylist()
    if row["lien_code"] == "arrondissement_municipal" and row["commune_code"] == "69123"
)


def commune(code: str, people: int | None, year: int = 2026, **told: object) -> Row:
    place = {"departement_code": code[:2], "region_code": "84"}
    row = {"annee": year, "commune_code": code, "commune_nom": code, "population_nb": people}
    return {**row, **place, "population_annee": year - 3, **told}


def towns(*rows: Row) -> pa.Table:
    return table("communes", list(rows))


AIN = towns(
    commune("01001", 100),
    commune("01002", 200),
    commune("01004", 400),
    commune("01005", 800),
    commune("01006", None),
)
LYON = (commune("69123", 900), commune("69001", 100))


def carto(path: Path, *lines: str) -> pa.Table:
    return from_files("zonage_communes", csv_file(path / "zonage_20240115.csv", HEADER, *lines))


def line(code: str, zone: str) -> str:
    return f"{code},COM,X,{zone},15/01/2024"


def by_zone(rows: Rows, code: str, level: str = "departement") -> dict[str, tuple[object, object]]:
    return {
        row["zone_ligne_code"]: (row["communes_nb"], row["population_nb"])
        for row in rows
        if (row["territoire_niveau"], row["territoire_code"]) == (level, code)
    }


def test_every_inhabitant_is_in_a_zone_or_told_apart(tmp_path: Path) -> None:
    zoned = carto(
        tmp_path, line("01001", "1_ZIP"), line("01002", "2_ZAC"), line("01004", "NC"),
        line("01006", "1_ZIP"), line("01999", "1_ZIP"),
    )  # fmt: skip
    rows = computed(ZONES, tables(communes=AIN, zonage_communes=zoned))
    assert by_zone(rows, "01") == {
        "zip": (2, 100),
        "zac": (1, 200),
        "non_communiquee": (1, 400),
        "non_zonee": (1, 800),
        "code_inconnu": (1, None),
    }
    found = one(rows, "01", zone_ligne_code="zip")
    assert found["population_territoire_nb"] == 1500
    assert found["part_pct"] == pytest.approx(100 * 100 / 1500)
    # A municipality without a population is no municipality of zero inhabitants.
    assert found["sans_population_nb"] == 1
    assert (found["variante_code"], found["population_source_code"]) == ("municipale", "communes")
    assert (found["base_annee"], found["population_annee_max"]) == (2026, 2023)
    lost = one(rows, "01", zone_ligne_code="code_inconnu")
    assert (lost["part_pct"], lost["motif_refus"]) == (None, "population_absente")


def test_a_zoning_of_some_departments_is_no_zoning_of_the_country(tmp_path: Path) -> None:
    rows = computed(
        ZONES, tables(communes=AIN, zonage_communes=carto(tmp_path, line("01001", "1_ZIP")))
    )
    for code, level, missing in (("FR", "national", 100), ("84", "region", 11)):
        found = one(rows, code, level, zone_ligne_code="zip")
        assert (found["part_pct"], found["motif_refus"]) == (None, "zonage_partiel")
        assert (found["population_nb"], found["departements_absents_nb"]) == (100, missing)


def test_a_department_the_zoning_leaves_out_is_refused(tmp_path: Path) -> None:
    given = tables(
        communes=towns(*AIN.to_pylist(), *LYON),
        zonage_communes=carto(tmp_path, line("01001", "1_ZIP")),
    )
    (found,) = [row for row in computed(ZONES, given) if row["territoire_code"] == "69"]
    assert (found["motif_refus"], found["part_pct"]) == ("territoire_absent", None)
    assert (found["zone_ligne_code"], found["population_nb"]) == ("non_zonee", 1000)


def test_a_neighbourhood_is_counted_and_its_people_once(tmp_path: Path) -> None:
    book = workbook(
        tmp_path / "Zonage_medecin_20191231.xlsx",
        {
            "Zonage_communes": [["depcom", "zonage"], ["01001", "ZAC"], ["01002", "ZAC"]],
            "Zonage_QPV": [["qpv", "zonage"], ["QP001001", "ZIP"], ["QP02A001", "ZIP"]],
        },
    )
    rows = computed(
        ZONES, tables(communes=AIN, zonage_communes=from_files("zonage_communes", book))
    )
    assert by_zone(rows, "01") == {"zac": (2, 300), "non_zonee": (3, 1200), "zip": (0, None)}
    assert one(rows, "01", zone_ligne_code="zip")["quartiers_nb"] == 1
    assert one(rows, "2A", zone_ligne_code="zip")["quartiers_nb"] == 1
    assert one(rows, "FR", "national", zone_ligne_code="zip")["quartiers_nb"] == 2
    assert {row["population_territoire_nb"] for row in rows if row["territoire_code"] == "FR"} == {
        1500
    }


@pytest.mark.parametrize(
    ("last", "expected"),
    [
        ("1_ZIP", "zip"),
        ("2_ZAC", "arrondissements_differents"),
        ("NC", "arrondissements_differents"),
        (None, "arrondissements_differents"),
    ],
)
def test_a_city_zoned_by_district_is_whole_or_apart(
    tmp_path: Path, last: str | None, expected: str
) -> None:
    lines = [line(code, "1_ZIP") for code in DISTRICTS[:-1]]
    lines += [line(DISTRICTS[-1], last)] if last else []
    given = tables(communes=towns(*LYON), zonage_communes=carto(tmp_path, *lines))
    found = by_zone(computed(ZONES, given), "69")
    assert found == {expected: (1, 900), "non_zonee": (1, 100)}


def test_known_districts_have_their_own_people_and_the_city_none(tmp_path: Path) -> None:
    people = csv_file(
        tmp_path / "populations_2022.csv",
        "COM;PMUN;PCAP;PTOT",
        "69123;900;9;909",
        "69001;100;1;101",
        *(f"{code};100;1;101" for code in DISTRICTS),
    )
    lines = [line(code, "1_ZIP") for code in DISTRICTS[:4]]
    lines += [line(code, "2_ZAC") for code in DISTRICTS[4:]] + [line("69001", "HV")]
    given = tables(
        communes=towns(*LYON),
        zonage_communes=carto(tmp_path, *lines),
        populations=from_files("populations", people),
    )
    rows = computed(ZONES, given)
    assert by_zone(rows, "69") == {"zip": (4, 400), "zac": (5, 500), "hv": (1, 100)}
    found = one(rows, "69", zone_ligne_code="zip")
    assert (found["population_source_code"], found["base_annee"]) == ("populations", 2022)
    assert found["population_territoire_nb"] == 1000


def test_the_population_taken_is_whole_and_of_the_codes_of_the_zoning(tmp_path: Path) -> None:
    old = towns(
        *AIN.to_pylist(),
        *(commune(f"0100{n}", 10, 2021) for n in (1, 2, 4, 5, 6, 7)),
        commune("01008", 1400, 2021),
    )
    zoned = carto(tmp_path, *(line(f"0100{n}", "1_ZIP") for n in (1, 2, 4, 5, 6, 7, 8)))
    rows = computed(ZONES, tables(communes=old, zonage_communes=zoned))
    assert by_zone(rows, "01") == {"zip": (7, 1460)}
    assert one(rows, "01", zone_ligne_code="zip")["base_annee"] == 2021
    # A file of one town fits its own code perfectly, and is no population of the department.
    few = csv_file(tmp_path / "populations_2022.csv", "COM;PMUN;PCAP;PTOT", "01001;100;1;101")
    given = tables(
        communes=AIN,
        zonage_communes=carto(tmp_path, line("01001", "1_ZIP")),
        populations=from_files("populations", few),
    )
    assert one(computed(ZONES, given), "01", zone_ligne_code="zip")["part_pct"] < 7


def test_the_population_of_the_user_goes_first_where_both_fit(tmp_path: Path) -> None:
    people = csv_file(
        tmp_path / "populations_2020.csv",
        "COM;PMUN;PCAP;PTOT",
        *(f"0100{n};{p};1;{p + 1}" for n, p in ((1, 110), (2, 200), (4, 400), (5, 800), (6, 9))),
    )
    given = tables(
        communes=AIN,
        zonage_communes=carto(tmp_path, line("01001", "1_ZIP")),
        populations=from_files("populations", people),
    )
    found = one(computed(ZONES, given), "01", zone_ligne_code="zip")
    assert (found["population_source_code"], found["population_annee_max"]) == ("populations", 2020)
    assert (found["population_nb"], found["population_territoire_nb"]) == (110, 1519)


def test_vintages_do_not_add_up(tmp_path: Path) -> None:
    newer = csv_file(tmp_path / "zonage_20250115.csv", HEADER, line("01001", "2_ZAC"))
    zoned = pa.concat_tables(
        [carto(tmp_path, line("01001", "1_ZIP")), from_files("zonage_communes", newer)]
    )
    rows = computed(ZONES, tables(communes=AIN, zonage_communes=zoned))
    seen = Counter(row["millesime"] for row in rows if row["territoire_code"] == "01")
    assert seen == {"2024-01-15": 2, "2025-01-15": 2}
    assert one(rows, "01", millesime="2025-01-15", zone_ligne_code="zac")["population_nb"] == 100


def test_a_code_of_nowhere_is_counted_all_the_same(tmp_path: Path) -> None:
    zoned = carto(tmp_path, line("01001", "1_ZIP"), line("97701", "1_ZIP"))
    rows = computed(ZONES, tables(communes=AIN, zonage_communes=zoned))
    assert by_zone(rows, "aucun", "non_place") == {"code_inconnu": (1, None)}


def test_the_shipped_people_are_all_there(tmp_path: Path) -> None:
    current = [
        row
        for row in shipped("communes").to_pylist()
        if row["annee"] == 2026
        and not row["departement_code"].startswith(("975", "977", "978", "98"))
    ]
    lines = [
        line(r["commune_code"], ("1_ZIP", "2_ZAC", "ZV")[i % 3]) for i, r in enumerate(current)
    ]
    rows = computed(ZONES, tables(zonage_communes=carto(tmp_path, *lines)))
    total = sum(row["population_nb"] for row in current)
    for level in ("departement", "region", "national"):
        found = [row for row in rows if row["territoire_niveau"] == level]
        assert sum(row["population_nb"] for row in found) == total
        assert {row["motif_refus"] for row in found} == {None}
    parts = [row["part_pct"] for row in rows if row["territoire_code"] == "FR"]
    assert sum(parts) == pytest.approx(100)
    assert len(parts) == 3


def test_without_a_file_the_card_says_why() -> None:
    (row,) = computed(ZONES, tables())
    assert (row["motif_refus"], row["zone_ligne_code"]) == ("aucun_fichier", "ensemble")
    assert (row["population_nb"], row["part_pct"]) == (None, None)
