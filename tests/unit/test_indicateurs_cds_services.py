"""Services, access and location of the centres, on panels counted by hand."""

from __future__ import annotations

import pytest

from tests.ecds_panel import centre, compute, the_row

ALL = {"dimension_code": "ensemble", "modalite_code": "ensemble"}


def test_services_and_equipment() -> None:
    rows = compute(
        "services_equipements",
        [
            centre(1, soins_dentaires=True, irm=True, radiologie=False),
            centre(2, soins_dentaires=False, soins_ophtalmologiques=True, irm=False),
            centre(3, soins_dentaires=False, soins_ophtalmologiques=None, irm=False),
            centre(4, soins_dentaires=True, irm=True, plateforme_teleconsultation=True),
        ],
    )
    dental = the_row(rows, service_code="soins_dentaires", **ALL)
    assert (dental["population_code"], dental["cds_nb"]) == ("cds_pluripro", 4)
    assert dental["part_pct"] == pytest.approx(50)
    # no for dental care and no answer for eye care: the "or" is unknown
    either = the_row(rows, service_code="dentaire_ou_ophtalmologie", **ALL)
    assert (either["cds_nb"], either["non_renseignes_nb"], either["concernes_nb"]) == (3, 1, 3)
    scanner = the_row(rows, service_code="irm", **ALL)
    assert (scanner["population_code"], scanner["cds_nb"]) == ("hors_livi", 3)
    assert scanner["part_pct"] == pytest.approx(100 / 3)
    # an empty answer is not a no
    x_rays = the_row(rows, service_code="radiologie", **ALL)
    assert (x_rays["cds_nb"], x_rays["non_renseignes_nb"], x_rays["part_pct"]) == (1, 2, 0)
    refused = the_row(rows, service_code="implantologie", **ALL)
    assert (refused["cds_nb"], refused["part_pct"]) == (0, None)
    assert (refused["statut_calcul"], refused["motif_refus"]) == ("refuse", "non_renseigne")
    assert {row["dimension_code"] for row in rows} == {"ensemble", "gestionnaire"}


@pytest.mark.parametrize(
    "service",
    [
        "soins_dentaires", "soins_ophtalmologiques", "implantologie", "ivg_medicamenteuse",
        "activite_paramedicale_particuliere", "activite_non_professionnel_sante", "radiologie",
        "echographie", "osteodensitometrie", "irm", "retinographe", "tomographe_oct",
        "prelevements_biologiques", "laboratoire_biologie", "laboratoire_prothese",
    ],
)  # fmt: skip
def test_each_service_reads_its_own_column(service: str) -> None:
    rows = compute("services_equipements", [centre(1, **{service: True})])
    answered = {row["service_code"] for row in rows if row["concernes_nb"]}
    assert answered - {"dentaire_ou_ophtalmologie"} == {service}


@pytest.mark.parametrize(
    "access",
    ["tiers_payant_integral", "aide_droits", "visites_medecin", "visites_infirmier",
     "snp_jour_ouvre", "pdsa", "derogation_horaire"],
)  # fmt: skip
def test_each_access_feature_reads_its_own_column(access: str) -> None:
    rows = compute("acces_cds", [centre(1, **{access: True})])
    assert {row["acces_code"] for row in rows if row["concernes_nb"]} == {access}


def test_access_by_manager_and_region() -> None:
    rows = compute(
        "acces_cds",
        [
            centre(1, snp_jour_ouvre=True, region_code="32", telemedecine_code="operationnelle"),
            centre(2, snp_jour_ouvre=True, region_code="32", telemedecine_code="en_projet"),
            centre(3, snp_jour_ouvre=False, gestionnaire_code="mutualiste",
                   telemedecine_code="aucune"),
            centre(4, telemedecine_code=None),
        ],
    )  # fmt: skip
    whole = the_row(rows, acces_code="snp_jour_ouvre", **ALL)
    assert (whole["cds_nb"], whole["non_renseignes_nb"]) == (3, 1)
    assert whole["part_pct"] == pytest.approx(200 / 3)
    north = the_row(rows, acces_code="snp_jour_ouvre", modalite_code="region_32")
    assert (north["part_pct"], north["repartition_pct"]) == (100, 100)
    for state in ("operationnelle", "en_deploiement", "en_projet"):
        row = the_row(rows, acces_code=f"telemedecine_{state}", **ALL)
        expected = 0 if state == "en_deploiement" else 100 / 3
        assert (row["cds_nb"], row["part_pct"]) == (3, pytest.approx(expected))


def test_the_derogation_is_asked_of_polyvalent_centres_of_the_agreement() -> None:
    rows = compute(
        "acces_cds",
        [
            centre(1, derogation_horaire=True),
            centre(2, derogation_horaire=False, categorie_cnam_code="polyvalent_sans_auxiliaire"),
            centre(3, derogation_horaire=True, categorie_cnam_code="medical"),
            centre(4, derogation_horaire=True, accord_national=False),
        ],
    )
    row = the_row(rows, acces_code="derogation_horaire", **ALL)
    assert (row["population_code"], row["cds_nb"]) == ("polyvalents_adherents", 2)
    assert row["part_pct"] == pytest.approx(50)


def test_location() -> None:
    rows = compute(
        "territoires_cds",
        [
            centre(1, milieu_code="urbain", zonage_code="zip", qpv=True,
                   gestionnaire_code="collectivite_territoriale"),
            # elsewhere in every way: no breakdown but the whole holds both centres of the districts
            centre(2, milieu_code="urbain", zonage_code="hors_zone", qpv=True, zrr=True,
                   region_code="32", categorie_cnam_code="medical"),
            centre(3, milieu_code="rural", zonage_code="zac", qpv=False, zrr=True),
            centre(4, milieu_code="rural", zonage_code="zac", zrr=False),
            centre(5, zonage_code="hors_zone", qpv=False),
        ],
    )  # fmt: skip
    found = {row["territoire_code"]: row for row in rows if row.items() >= ALL.items()}
    counted = {code: (row["cds_nb"], row["concernes_nb"]) for code, row in found.items()}
    assert counted == {
        "urbain": (4, 2),
        "rural": (4, 2),
        "zrr_rural": (2, 1),
        "qpv": (4, 2),
        "quartier_vecu": (0, 0),
        "sous_dense": (5, 3),
        "sous_dense_urbain": (2, 1),
        "sous_dense_rural": (2, 2),
    }
    assert found["sous_dense"]["part_pct"] == pytest.approx(60)
    assert found["quartier_vecu"]["motif_refus"] == "non_renseigne"
    town = the_row(rows, territoire_code="qpv", modalite_code="collectivite_territoriale")
    assert (town["part_pct"], town["repartition_pct"]) == (100, pytest.approx(50))
