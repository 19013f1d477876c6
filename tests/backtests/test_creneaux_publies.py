"""The printed slot counts and rates come back from the feeds, through the readers and the SQL."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.contracts.registry import contract
from pipeline.indicators.card import card
from pipeline.paths import Layout
from tests.outputs import rows

Row = dict[str, Any]
FEEDS = (
    "offre_creneaux",
    "remplissage_rendez_vous",
    "remplissage_capacite",
    "absences_creneaux",
    "delais_creneaux",
    "regles_liberation",
    "creneaux_par_10000",
    "concentration_effort",
    "objectifs_creneaux",
)
GP, PHYSIO = "medecin_generaliste", "masseur_kinesitherapeute"


@pytest.fixture(scope="module")
def tables(built: Layout) -> dict[str, list[Row]]:
    return {name: rows(built, card(name)) for name in FEEDS}


def one(table: list[Row], place: str, dimension: str = "ensemble", value: str = "ensemble") -> Row:
    keys = ("territoire_code", "dimension_code", "modalite_code")
    (found,) = [row for row in table if tuple(row[k] for k in keys) == (place, dimension, value)]
    return found


# Typed by hand from the inventory (inter_urps_pdl_2025), apart from every file of data/raw.
VOLUMES = [
    # "562 créneaux ... 28% ont été pourvus" (l. 338)
    ("44-erdre-et-cens", "offerts_nb", 562),
    ("44-erdre-et-cens", "taux_pct", 28),
    # "Pour 2022 : 3076 créneaux ... 91%" (l. 940)
    ("85-loire-vendee-ocean", "offerts_nb", 3076),
    ("85-loire-vendee-ocean", "taux_pct", 91),
    # "74%" (l. 612)
    ("44-nord-estuaire", "taux_pct", 74),
]


@pytest.mark.parametrize(("place", "column", "printed"), VOLUMES)
def test_the_printed_fill_rates(
    tables: dict[str, list[Row]], place: str, column: str, printed: int
) -> None:
    assert round(one(tables["remplissage_rendez_vous"], place)[column]) == printed


SUPPLY = [
    # "40 créneaux" a month (l. 455)
    ("44-erdre-et-canal", "ensemble", "ensemble", "par_mois_nb", 40),
    # "24 créneaux" a day (l. 1006)
    ("85-plaine-et-marais", "ensemble", "ensemble", "par_jour_nb", 24),
    # "10 à 40 créneaux" a week (l. 698)
    ("44-pays-blanc", "profession", GP, "semaine_min_nb", 10),
    ("44-pays-blanc", "profession", GP, "semaine_max_nb", 40),
    # "4 créneaux par semaine" (l. 723)
    ("44-pays-blanc", "profession", PHYSIO, "par_semaine_nb", 4),
    # "20 MG effecteurs" (l. 329), "21" (l. 602)
    ("44-erdre-et-cens", "ensemble", "ensemble", "effecteurs_nb", 20),
    ("44-nord-estuaire", "ensemble", "ensemble", "effecteurs_nb", 21),
]


@pytest.mark.parametrize(("place", "dimension", "value", "column", "printed"), SUPPLY)
def test_the_printed_supply(
    tables: dict[str, list[Row]],
    place: str,
    dimension: str,
    value: str,
    column: str,
    printed: int,
) -> None:
    assert one(tables["offre_creneaux"], place, dimension, value)[column] == printed


def test_the_printed_patients_have_no_capacity_and_no_rate(tables: dict[str, list[Row]]) -> None:
    found = one(tables["remplissage_capacite"], "44-pays-de-redon")
    # "552 patients sur ces créneaux" (l. 267)
    assert found["orientations_illimitees_nb"] == 552
    assert (found["taux_capacite_pct"], found["motif_refus"]) == (None, "capacite_sans_borne")


def test_a_cpts_whose_rate_is_not_printed_has_none(tables: dict[str, list[Row]]) -> None:
    rated = {
        row["territoire_code"]
        for row in tables["remplissage_rendez_vous"]
        if row["niveau_code"] == "cpts" and row["taux_pct"] is not None
    }
    assert rated == {"44-erdre-et-cens", "44-nord-estuaire", "85-loire-vendee-ocean"}


def test_the_target_of_erdre_et_cens_could_be_kept(tables: dict[str, list[Row]]) -> None:
    found = {row["creneaux_id"]: row for row in tables["objectifs_creneaux"]}
    half_days = found["44-erdre-et-cens-1-1"]
    assert (half_days["periodes_nb"], half_days["creneaux_nb"]) == (552, 562)
    assert half_days["objectif_tenu"] is True
    reasons = {row["motif_refus"] for row in found.values()}
    assert reasons == {None, "aucun_creneau", "sans_nombre_creneaux", "engagement_absent"}
    assert found["44-sud-loire-vignoble-1-1"]["motif_refus"] == "aucun_creneau"


def test_every_number_drawn_from_the_feeds_says_synthetic(tables: dict[str, list[Row]]) -> None:
    for name, table in tables.items():
        assert {row["origin"] for row in table} == {"synthetic"}, name


@pytest.mark.parametrize(
    "figure", ["0100", "0115", "0116", "0131", "0152", "0169", "0171", "1042", "1043", "1057"]
)
def test_the_reconciliation_counts_it_as_reproduced_on_synthetic_data(
    published: Layout, figure: str
) -> None:
    (row,) = [
        r for r in rows(published, contract("reconciliation")) if r["figure_id"] == f"002-{figure}"
    ]
    assert (row["statut_code"], row["origine_recalcul"]) == ("reproduced", "synthetic")
    assert row["ecart"] is not None
    assert row["n_nb"]


def test_no_made_up_identifier_reaches_an_output(published: Layout) -> None:
    for folder in (published.processed, published.reports):
        for path in folder.rglob("*"):
            if path.is_file():
                assert b"SYN-44-" not in path.read_bytes(), path
