"""Populations, number of centres, their growth and their age, on panels counted by hand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from pipeline.indicators.card import card
from pipeline.indicators.views import views
from tests.ecds_panel import Centre, Row, centre, compute, the_row

ALL = {"dimension_code": "ensemble", "modalite_code": "ensemble"}
FEES = {"honoraires_sans_depassement": 10}
COSTS = {**FEES, "charges_personnel": 8, "autres_charges": 2}


def n(rows: list[Row], population: str) -> int:
    return int(the_row(rows, annee=2022, population_code=population)["cds_nb"])


def test_every_population_is_counted() -> None:
    known = {view.id for view in views().values() if view.kind == "population"}
    counted = card("populations_cds")
    assert set(counted.inputs) - {"mesures_cds"} == known
    rows = compute("populations_cds", [centre(1)])
    assert {row["population_code"] for row in rows} == known


def test_nested_populations() -> None:
    rows = compute(
        "populations_cds",
        [
            centre(1, finances=COSTS, activite={"actes_consultation_mg_nb": 5}),
            # opened in the year
            centre(2, finances=COSTS, date_ouverture=dt.date(2022, 5, 1)),
            # a university centre, whose acts are known
            centre(
                3,
                finances=COSTS,
                gestionnaire_code="autre_public",
                activite={"actes_teleconsultation_nb": 0},
            ),
            # two centres of one grouping: fees but no place in the field of the result
            centre(4, finances=COSTS, groupement_id="G1"),
            centre(5, finances=FEES, groupement_id="G1"),
            # the teleconsultation platform
            centre(6, finances=COSTS, plateforme_teleconsultation=True),
            # out of the agreement; a dental centre in it; a local authority without costs
            centre(7, accord_national=False),
            centre(8, categorie_cnam_code="dentaire"),
            centre(9, finances=FEES, gestionnaire_code="collectivite_territoriale"),
            # not multi-professional: no paramedical staff, or not validated
            centre(10, staff={"mg": (1, 1), "assistant_dentaire": (1, 1)}),
            centre(11, valide_centre=False),
        ],
    )
    assert n(rows, "cds_pluripro") == 9
    assert n(rows, "hors_livi") == 8
    assert n(rows, "hors_livi_hors_collectivites") == 7
    assert n(rows, "adherents") == 7
    assert n(rows, "unites_rfs") == 6
    assert n(rows, "champ_recettes") == 6
    assert n(rows, "champ_r1") == 3
    assert n(rows, "champ_r1_hors_autres_publics") == 2
    assert n(rows, "champ_r1_hors_ouverts") == 2
    assert n(rows, "champ_r1_hors_les_deux") == 1
    assert n(rows, "champ_actes") == 2
    assert n(rows, "champ_actes_hors_autres_publics") == 1


def test_shares_of_a_population_and_its_refusal() -> None:
    rows = compute(
        "populations_cds",
        [
            centre(1),
            centre(2, groupement_id="G1"),
            centre(3, groupement_id="G1"),
            centre(4, plateforme_teleconsultation=True, accord_national=False),
        ],
    )
    members = the_row(rows, annee=2022, population_code="adherents")
    assert members["part_pluripro_pct"] == pytest.approx(75)
    assert members["part_hors_livi_pct"] == pytest.approx(100)
    assert (members["statut_calcul"], members["motif_refus"]) == ("calcule", None)
    units = the_row(rows, annee=2022, population_code="unites_rfs")
    assert (units["cds_nb"], units["part_pluripro_pct"]) == (2, None)
    assert units["motif_refus"] == "unites_regroupees"


def test_a_population_without_any_centre_counts_zero() -> None:
    rows = compute("populations_cds", [centre(1, valide_centre=False)])
    row = the_row(rows, annee=2022, population_code="champ_r1")
    assert (row["cds_nb"], row["motif_refus"]) == (0, "denominateur_nul")


def test_graph_11_keeps_gps_nurses_and_administrative_staff_only() -> None:
    activity = {"file_active_mg_nb": 10, "file_active_infirmier_nb": 5}
    pair = {"mg": (1, 1), "infirmier": (1, 1)}
    rows = compute(
        "populations_cds",
        [
            centre(1, finances=FEES, activite=activity, staff={**pair, "direction": (1, 1)}),
            centre(2, finances=FEES, activite=activity, staff={**pair, "psychologue": (1, 1)}),
            centre(3, finances=FEES, activite=activity, staff={**pair, "psychologue": (0, 0)}),
            centre(4, finances=FEES, activite=activity, atypique=True),
        ],
    )
    assert n(rows, "champ_honoraires_patient") == 3
    assert n(rows, "champ_honoraires_mg_ide") == 2


PARC = [
    centre(1, region_code="11", departement_code="75", staff={"mg": (2, 1.5), "infirmier": (1, 1)}),
    centre(
        2,
        region_code="11",
        departement_code="93",
        gestionnaire_code="collectivite_territoriale",
        gestionnaire_detail_code="commune",
        staff={"mg": (1, 0.5), "chirurgien_dentiste": (1, 1), "infirmier": (3, 3)},
    ),
    centre(3, region_code="32", accord_national=False),
    # the platform counts as a centre, its FTE do not
    centre(4, plateforme_teleconsultation=True, staff={"mg": (9, 9), "ipa": (1, 1)}),
]


def test_centres_by_breakdown_and_their_medical_fte() -> None:
    rows = compute("parc_cds", PARC)
    whole = the_row(rows, **ALL)
    assert (whole["cds_nb"], whole["total_nb"], whole["cds_hors_livi_nb"]) == (4, 4, 3)
    assert whole["medicaux_etp"] == Decimal("4.00")
    region = the_row(rows, modalite_code="region_11")
    assert (region["cds_nb"], region["cds_hors_livi_nb"]) == (3, 2)
    assert region["part_pct"] == pytest.approx(75)
    assert region["medicaux_etp"] == Decimal("3.00")
    assert region["part_etp_pct"] == pytest.approx(75)
    assert the_row(rows, modalite_code="departement_93")["cds_nb"] == 1
    assert the_row(rows, modalite_code="departement_inconnu")["cds_nb"] == 2
    assert the_row(rows, modalite_code="commune")["part_pct"] == pytest.approx(25)
    assert the_row(rows, modalite_code="detail_inconnu")["cds_nb"] == 3
    assert the_row(rows, modalite_code="adherent")["part_pct"] == pytest.approx(75)
    assert {row["dimension_code"] for row in rows} == {
        "ensemble", "gestionnaire", "gestionnaire_detail", "categorie_cnam", "region",
        "departement", "adhesion",
    }  # fmt: skip


def parc(annee: int, ranks: range, **told: object) -> list[Centre]:
    return [centre(rank, annee, **told) for rank in ranks]


def test_growth_between_base_turning_and_last_years() -> None:
    rows = compute(
        "evolution_parc_cds",
        [
            *parc(2016, range(4)),
            *parc(2019, range(5), soins_dentaires=True),
            *parc(2022, range(7)),
            centre(8, 2022, gestionnaire_code="prive_commercial", qpv=True),
        ],
    )
    periods = {(row["annee_debut"], row["annee_fin"]) for row in rows}
    assert periods == {(2016, 2019), (2019, 2022), (2016, 2022)}
    whole = {row["annee_debut"]: row for row in rows if row["annee_fin"] == 2022
             and row["dimension_code"] == "ensemble"}  # fmt: skip
    assert whole[2016]["croissance_pct"] == pytest.approx(100)
    assert whole[2019]["croissance_pct"] == pytest.approx(60)
    assert (whole[2019]["cds_debut_nb"], whole[2019]["cds_nb"]) == (5, 8)
    fallen = the_row(rows, annee_debut=2019, modalite_code="soins_dentaires")
    assert (fallen["cds_nb"], fallen["croissance_pct"]) == (0, pytest.approx(-100))
    new = the_row(rows, annee_debut=2016, annee_fin=2022, modalite_code="prive_commercial")
    assert (new["cds_debut_nb"], new["croissance_pct"]) == (0, None)
    assert (new["statut_calcul"], new["motif_refus"]) == ("refuse", "denominateur_nul")
    assert the_row(rows, annee_debut=2016, annee_fin=2022, modalite_code="qpv")["cds_nb"] == 1


def test_growth_from_a_missing_year_is_refused() -> None:
    rows = compute("evolution_parc_cds", [*parc(2019, range(2)), *parc(2021, range(3))])
    assert {(row["annee_debut"], row["annee_fin"]) for row in rows} == {
        (2016, 2019), (2019, 2021), (2016, 2021),
    }  # fmt: skip
    refused = the_row(rows, annee_debut=2016, annee_fin=2021, **ALL)
    assert (refused["cds_debut_nb"], refused["cds_nb"]) == (None, 3)
    assert (refused["croissance_pct"], refused["motif_refus"]) == (None, "annee_absente")
    assert the_row(rows, annee_debut=2019, **ALL)["croissance_pct"] == pytest.approx(50)


def test_one_year_of_data_refuses_every_growth() -> None:
    rows = compute("evolution_parc_cds", parc(2023, range(2)))
    assert rows
    assert {row["motif_refus"] for row in rows} == {"annee_absente"}


def test_age_by_opening_date() -> None:
    def opened(rank: int, *date: int, **told: object) -> Centre:
        return centre(rank, date_ouverture=dt.date(*date), **told)

    rows = compute(
        "anciennete_cds",
        [
            opened(1, 1979, 12, 31),
            opened(2, 1980, 1, 1),
            opened(3, 2009, 12, 31),
            opened(4, 2010, 1, 1),
            opened(5, 2020, 1, 1, gestionnaire_code="mutualiste"),
            centre(6, date_ouverture=None),
        ],
    )
    shares = {row["ouverture_code"]: row["part_pct"] for row in rows if row.items() >= ALL.items()}
    assert shares == {
        "avant_1980": pytest.approx(20),
        "de_1980_a_2009": pytest.approx(40),
        "depuis_2010": pytest.approx(40),
        "depuis_2020": pytest.approx(20),
    }
    whole = the_row(rows, ouverture_code="depuis_2010", **ALL)
    assert (whole["cds_nb"], whole["non_renseignes_nb"], whole["concernes_nb"]) == (5, 1, 2)
    one = the_row(rows, ouverture_code="depuis_2010", modalite_code="mutualiste")
    assert (one["part_pct"], one["repartition_pct"]) == (pytest.approx(100), pytest.approx(50))


def test_a_share_nobody_answered_is_refused() -> None:
    rows = compute("anciennete_cds", [centre(1, date_ouverture=None)])
    row = the_row(rows, ouverture_code="depuis_2010", **ALL)
    assert (row["cds_nb"], row["part_pct"], row["repartition_pct"]) == (0, None, None)
    assert (row["statut_calcul"], row["motif_refus"]) == ("refuse", "non_renseigne")
