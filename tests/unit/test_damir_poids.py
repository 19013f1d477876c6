"""Share of centres in the acts of GPs: synthetic months, scopes, refusals, the store."""

from __future__ import annotations

import shutil
from decimal import Decimal
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.calibration.damir.__main__ import cells_of, write_month
from pipeline.calibration.damir.month import Place, month, number, places, printed_shares, split
from pipeline.contracts.registry import contract
from pipeline.events.build import build_events
from pipeline.paths import PACKAGE, Layout
from pipeline.sources.manifest import Manifest, write_manifest
from pipeline.sources.open_damir import SOURCE, TABLE
from pipeline.store.parquet import table_path
from tests.damir import IN_CENTRE, Row, line, shares, sums, text
from tests.support import entry_of, refresh_hashes

RAW = PACKAGE.parent / "data" / "raw"
PRINTED = RAW / "published_tables" / "igas_part_actes_mg_cds_territoires.csv"
FRANCE = {"territoire_code": "FR", "perimetre_code": "specialite"}


def the_share(rows: list[Row], **where: object) -> Row:
    """Return the one row that holds these cells."""
    (found,) = [row for row in rows if where.items() <= row.items()]
    return found


@pytest.mark.parametrize("year", sorted(month().flows))
def test_the_months_shipped_are_those_the_printed_shares_give(year: int, tmp_path: Path) -> None:
    name = f"A{month().flows[year]}_synthetique.csv"
    write_month(cells_of(PRINTED), year, tmp_path / name)
    assert (tmp_path / name).read_bytes() == (RAW / SOURCE / name).read_bytes()


def test_a_month_repeated_for_measures_has_the_size_asked(tmp_path: Path) -> None:
    target = tmp_path / "gros.csv"
    lines = write_month(cells_of(PRINTED), 2022, target, megabytes=1)
    assert 800_000 < target.stat().st_size <= 1_100_000
    assert len(target.read_text().splitlines()) == lines + 1
    first, second = tmp_path / "un.csv.gz", tmp_path / "deux.csv.gz"
    write_month(cells_of(PRINTED), 2018, first)
    write_month(cells_of(PRINTED), 2018, second)
    assert first.read_bytes() == second.read_bytes()


def test_only_printed_shares_are_put_in_a_month() -> None:
    printed = printed_shares(cells_of(PRINTED), 2022)
    assert printed["France"] == 5
    # The middle of 3.3 to 3.4; bounds (less than 1 %, more than 60 %) are no share.
    assert printed["Bourgogne-Franche-Comté, Occitanie et PACA"] == Decimal("3.35")
    assert not {"Cantal", "Quelques communes ou arrondissements"} & set(printed)
    found = {place.region: place for place in places(printed)}
    assert set(found) == {"11", "27", "28", "53", "76", "93", "99"}
    total = sum(place.acts for place in found.values())
    in_centres = sum(place.in_centres for place in found.values())
    assert in_centres == round(total * Decimal("0.05"))
    assert all(0 <= place.in_centres <= place.acts for place in found.values())


def test_a_year_with_a_national_share_alone_has_no_region() -> None:
    (place,) = places(printed_shares(cells_of(PRINTED), 2018))
    assert place == Place("99", 674154, 12135)


@pytest.mark.parametrize(
    ("value", "written"),
    [("0.81", ".81"), ("-0.50", "-.5"), ("12.00", "12"), ("100", "100"), ("0", "0")],
)
def test_numbers_are_written_as_open_damir_does(value: str, written: str) -> None:
    assert number(Decimal(value)) == written


def test_parts_add_up() -> None:
    assert split(10, [1, 1, 1]) == [3, 3, 4]
    assert split(2, [86, 1, 5, 8]) == [1, 0, 0, 1]


def test_the_share_of_centres() -> None:
    rows = shares(
        sums(actes_nb=95, honoraires_eur=2375, lignes_nb=3),
        sums(lieu_code="cds", actes_nb=5, honoraires_eur=125, lignes_annulation_nb=1),
        sums(lieu_code="etablissement", actes_nb=40),
        sums(specialite_code="autre", actes_nb=30),
        sums(prestation_code="autre", actes_nb=20),
        sums(region_damir_code="11", lieu_code="cds", actes_nb=10, mois=6),
        sums(region_damir_code="11", actes_nb=10),
    )
    brittany = the_share(rows, territoire_code="53", perimetre_code="specialite")
    assert brittany["part_pct"] == pytest.approx(5.0)
    assert (brittany["actes_nb"], brittany["actes_exclus_nb"]) == (100, 40)
    assert (brittany["honoraires_cds_eur"], brittany["honoraires_ville_eur"]) == (125, 2375)
    assert (brittany["mois_nb"], brittany["lignes_annulation_nb"]) == (1, 1)
    france = the_share(rows, **FRANCE)
    assert france["part_pct"] == pytest.approx(100 * 15 / 120)
    assert (france["mois_nb"], france["actes_nb"]) == (2, 120)


def test_the_wider_scope_adds_gp_codes_without_a_specialty() -> None:
    rows = shares(
        sums(actes_nb=9),
        sums(lieu_code="cds", actes_nb=1),
        sums(lieu_code="cds", specialite_code="inconnue", actes_nb=10),
        # A letter any doctor may bill says nothing of who did the act.
        sums(specialite_code="inconnue", prestation_code="clinique_partagee", actes_nb=70),
    )
    assert the_share(rows, **FRANCE)["part_pct"] == pytest.approx(10.0)
    wide = the_share(rows, territoire_code="FR", perimetre_code="elargi")
    assert wide["part_pct"] == pytest.approx(55.0)


def test_a_letter_any_doctor_may_bill_is_a_gps_when_the_specialty_says_so() -> None:
    rows = shares(
        sums(prestation_code="clinique_partagee", actes_nb=3), sums(lieu_code="cds", actes_nb=1)
    )
    assert the_share(rows, **FRANCE)["part_pct"] == pytest.approx(25.0)


def test_nothing_in_centres_is_refused_not_nought() -> None:
    row = the_share(shares(sums()), **FRANCE)
    assert (row["part_pct"], row["statut_calcul"]) == (None, "refuse")
    assert row["motif_refus"] == "sans_cds"


def test_a_region_without_centre_is_nought_when_others_have_some() -> None:
    rows = shares(sums(), sums(region_damir_code="11", lieu_code="cds"))
    row = the_share(rows, territoire_code="53", perimetre_code="specialite")
    assert (row["part_pct"], row["statut_calcul"]) == (0, "calcule")


def test_acts_all_reversed_are_refused() -> None:
    rows = shares(sums(actes_nb=0), sums(region_damir_code="11", lieu_code="cds"))
    row = the_share(rows, territoire_code="53", perimetre_code="specialite")
    assert (row["part_pct"], row["motif_refus"]) == (None, "sans_acte_mg")


def with_months(place: Layout, **months: str) -> None:
    """Make some months the only active files of events."""
    folder = place.raw / SOURCE
    shutil.rmtree(place.raw)
    folder.mkdir(parents=True)
    for name, content in months.items():
        (folder / f"{name}.csv").write_text(content, encoding="utf-8")
    listed = [entry_of(f"{SOURCE}/{name}.csv", SOURCE, origin="real") for name in months]
    write_manifest(place, Manifest(files=tuple(listed)))
    refresh_hashes(place)


def rows_of(place: Layout) -> list[Row]:
    """Return the rows of the table, year of care by year."""
    folder = table_path(place, contract(TABLE))
    return [
        row
        for path in sorted(folder.glob("annee=*/data.parquet"))
        for row in pq.ParquetFile(path).read().to_pylist()
    ]


def test_months_are_built_by_year_of_care_and_every_line_is_accounted_for(project: Layout) -> None:
    june = text(*[line()] * 3, line(**IN_CENTRE), line(SOI_ANN="2021", SOI_MOI="12"))
    july = text(line(FLX_ANN_MOI="202207"), line(FLX_ANN_MOI="202207", FLT_ACT_QTE="-1"))
    with_months(project, A202206=june, A202207=july)
    build = build_events(project)
    account = build.account(TABLE)
    assert (account.rows_in, account.kept, account.set_aside) == (7, 4, 0)
    assert (account.merged, account.gap) == (3, 0)
    found = {(r["flux_mois"], r["lieu_code"], r["mois"]): r["actes_nb"] for r in rows_of(project)}
    assert found == {
        ("202206", "ville", 12): 1,
        ("202206", "ville", 5): 3,
        ("202206", "cds", 5): 1,
        ("202207", "ville", 5): 0,
    }
    # A year of care no file holds any more leaves no folder behind.
    with_months(project, A202206=text(line(), line(**IN_CENTRE)))
    build_events(project)
    folder = table_path(project, contract(TABLE))
    assert [path.name for path in sorted(folder.glob("annee=*"))] == ["annee=2022"]


def test_the_same_month_twice_counts_once(project: Layout) -> None:
    june = text(*[line()] * 200)
    with_months(project, A202206=june, A202206_bis=june)
    account = build_events(project).account(TABLE)
    assert (account.rows_in, account.kept, account.merged, account.gap) == (400, 1, 399, 0)
    (row,) = rows_of(project)
    assert row["actes_nb"] == 200


def test_two_versions_of_a_month_are_told_apart_and_neither_is_trusted(project: Layout) -> None:
    other = text(*[line()] * 199, line(FLT_ACT_QTE="2"), line(**IN_CENTRE))
    with_months(project, A202206=text(*[line()] * 200), A202206_bis=other)
    account = build_events(project).account(TABLE)
    assert (account.rows_in, account.kept, account.set_aside, account.gap) == (401, 1, 2, 0)
    (row,) = rows_of(project)
    assert row["lieu_code"] == "cds"


@pytest.fixture
def shipped(built: Layout) -> list[Row]:
    """The indicator on the synthetic months."""
    path = built.processed / "indicators" / "poids_cds_damir.parquet"
    rows: list[Row] = pq.read_table(path).to_pylist()
    return rows


@pytest.mark.parametrize(
    ("year", "territory", "low", "high"),
    [
        (2018, "FR", 1.75, 1.85),
        (2022, "FR", 4.95, 5.05),
        (2022, "11", 17.35, 17.45),
        (2022, "27", 3.25, 3.45),
        (2022, "76", 3.25, 3.45),
        (2022, "93", 3.25, 3.45),
        (2022, "28", 2.15, 2.25),
        (2022, "53", 2.15, 2.25),
    ],
)
def test_the_printed_shares_come_back(
    shipped: list[Row], year: int, territory: str, low: float, high: float
) -> None:
    row = the_share(shipped, annee=year, territoire_code=territory, perimetre_code="specialite")
    assert low <= row["part_pct"] <= high
    assert row["origin"] == "synthetic"
