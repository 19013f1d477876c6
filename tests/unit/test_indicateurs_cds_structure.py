"""Structure of costs and revenue, take-up of payments, RFS blocks, ARS money, by hand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.ecds_panel import Centre, Row, centre, compute, the_row

ALL = {"annee": 2022, "dimension_code": "ensemble", "modalite_code": "ensemble"}


def test_share_of_staff_costs() -> None:
    shares = {1: 60, 2: 70, 3: 90}
    rows = compute(
        "structure_charges",
        [
            centre(
                rank,
                finances={
                    "charges_personnel": 10 * share,
                    "amortissements": 30,
                    "autres_charges": 1000 - 10 * share - 30,
                    "honoraires_sans_depassement": 1,
                },
            )
            for rank, share in shares.items()
        ],
    )
    row = the_row(rows, **ALL)
    assert (row["cds_nb"], row["mediane_pct"]) == (3, pytest.approx(70))
    assert row["quartile_1_pct"] == pytest.approx(65)
    assert row["quartile_3_pct"] == pytest.approx(80)
    assert row["moyenne_pct"] == pytest.approx(220 / 3, abs=1e-6)


def test_share_of_fees_and_rfs_in_funding() -> None:
    rows = compute(
        "structure_recettes",
        [
            centre(1, finances={"honoraires_sans_depassement": 700, "rfs": 100, "ars": 200}),
            centre(
                2,
                finances={
                    "honoraires_sans_depassement": 400,
                    "honoraires_avec_depassement": 100,
                    "autres_sources": 500,
                    "charges_personnel": 900,
                },
            ),
            # without fees: out of the field
            centre(3, finances={"rfs": 100}),
            centre(4, finances={"honoraires_sans_depassement": 5}, accord_national=False),
        ],
    )
    fees = the_row(rows, poste_code="honoraires_totaux", **ALL)
    assert (fees["cds_nb"], fees["min_pct"], fees["max_pct"]) == (2, 50, pytest.approx(70))
    rfs = the_row(rows, poste_code="rfs", **ALL)
    # the second centre declares no RFS: zero, and it still counts
    assert (rfs["cds_nb"], rfs["mediane_pct"]) == (2, pytest.approx(5))
    others = the_row(rows, poste_code="autres_sources", **ALL)
    assert others["mediane_pct"] == pytest.approx(25)


@pytest.fixture(scope="module")
def take_up() -> list[Row]:
    fees = {"honoraires_sans_depassement": 500, "honoraires_avec_depassement": 100}
    return compute(
        "recours_remunerations",
        [
            centre(1, finances={**fees, "rosp": 40, "autres_sources": 9}),
            centre(2, finances={**fees, "rosp": 60}),
            centre(3, finances={**fees, "rosp": 0}),
            centre(4, finances={**fees, "rosp": -5}, gestionnaire_code="mutualiste"),
            centre(5, finances={**fees, "rosp": 999}, retenu_fiabilisation=False),
            centre(6, finances={"rosp": 999}),
        ],
    )


def test_non_take_up_and_median_with_zeros(take_up: list[Row]) -> None:
    row = the_row(take_up, poste_code="rosp", **ALL)
    assert (row["cds_nb"], row["percevant_nb"]) == (4, 2)
    assert (row["recours_pct"], row["non_recours_pct"]) == (50, 50)
    # -5, 0, 40, 60
    assert row["montant_median_eur"] == Decimal("20.00")
    assert row["montant_median_percu_eur"] == Decimal("50.00")


def test_total_fees_and_lines_nobody_declares(take_up: list[Row]) -> None:
    fees = the_row(take_up, poste_code="honoraires_totaux", **ALL)
    assert (fees["non_recours_pct"], fees["montant_median_eur"]) == (0, Decimal("600.00"))
    none = the_row(take_up, poste_code="protocoles", **ALL)
    assert (none["non_recours_pct"], none["montant_median_eur"]) == (100, Decimal("0.00"))
    assert none["montant_median_percu_eur"] is None


def test_take_up_of_teulade_by_manager() -> None:
    rows = compute(
        "recours_teulade",
        [
            centre(1, finances={"teulade": 10}),
            centre(2, finances={"teulade": 0}),
            centre(3),
            centre(4, finances={"teulade": 30}, gestionnaire_code="mutualiste"),
            centre(5, finances={"teulade": 30}, categorie_cnam_code="dentaire"),
        ],
    )
    row = the_row(rows, **ALL)
    assert (row["cds_nb"], row["percevant_nb"], row["recours_pct"]) == (4, 2, 50)
    assert row["montant_eur"] == Decimal("40.00")
    mutual = the_row(rows, modalite_code="mutualiste")
    assert (mutual["recours_pct"], mutual["non_recours_pct"]) == (100, 0)


def rfs(rank: int, annee: int, access: float, team: float | None, **told: object) -> Centre:
    blocks = {"rfs_acces_soins": access}
    if team is not None:
        blocks["rfs_travail_equipe"] = team
    return centre(rank, annee, finances=blocks, **told)


def test_rfs_blocks_mean_share_and_growth() -> None:
    rows = compute(
        "rfs_blocs",
        [
            rfs(1, 2019, 10_000, 10_000),
            rfs(1, 2022, 12_000, 30_000),
            rfs(2, 2022, 8_000, None),
            # no block at all, and LIVI: out of the mean
            centre(3, 2022, finances={"rfs": 50_000}),
            rfs(4, 2022, 900_000, 900_000, plateforme_teleconsultation=True),
        ],
    )
    access = the_row(rows, annee=2022, poste_code="rfs_acces_soins", periode_code="niveau")
    assert (access["cds_nb"], access["percevant_nb"]) == (2, 2)
    assert access["montant_moyen_eur"] == Decimal("10000.00")
    assert access["part_pct"] == pytest.approx(40)
    team = the_row(rows, annee=2022, poste_code="rfs_travail_equipe", periode_code="trois_ans")
    assert (team["montant_moyen_eur"], team["percevant_nb"]) == (Decimal("15000.00"), 1)
    assert team["croissance_pct"] == pytest.approx(50)
    total = the_row(rows, annee=2022, poste_code="rfs_assurance_maladie", periode_code="trois_ans")
    assert total["montant_moyen_eur"] == Decimal("25000.00")
    assert total["croissance_pct"] == pytest.approx(25)


def test_ars_money_and_its_five_year_mean() -> None:
    def year(annee: int, helped: int) -> list[Centre]:
        return [
            centre(
                rank,
                annee,
                finances={"honoraires_sans_depassement": 900, "ars": 100 if rank <= helped else 0},
            )
            for rank in range(1, 5)
        ]

    panel = [*year(2018, 0), *year(2019, 1), *year(2020, 0), *year(2021, 0), *year(2022, 2)]
    rows = compute("aides_ars", panel)
    row = the_row(rows, **ALL)
    assert (row["cds_nb"], row["percevant_nb"], row["recours_pct"]) == (4, 2, 50)
    assert row["recours_moyen_5_ans_pct"] == pytest.approx(15)
    assert row["montant_meur"] == Decimal("0.0002")
    assert row["part_pct"] == pytest.approx(100 * 200 / 3800)
    before = the_row(rows, annee=2021, dimension_code="ensemble")
    assert before["recours_moyen_5_ans_pct"] is None
