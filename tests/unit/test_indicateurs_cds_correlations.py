"""Correlations and contrasts of R1: by hand, and statements where the report makes them."""

from __future__ import annotations

import csv
import datetime as dt
import math
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.indicators.card import card
from pipeline.paths import PACKAGE
from tests.ecds_panel import Centre, Row, centre, compute, the_row

REGISTRY = PACKAGE.parent / "data" / "raw" / "published_figures" / "igas_2023_034r.csv"
# How the registry words what the cards code.
WORDS = {
    "positive_modeste": "positive, modeste",
    "positive_limitee": "positive, limitée",
    "negative_modeste": "négative, modeste",
    "pas_negative_sensible": "pas de corrélation négative sensible",
    "pas_claire": "pas de corrélation claire",
}


def with_result(rank: int, ratio: float, etp: float = 4, annee: int = 2022, **told: Any) -> Centre:
    """A centre whose R1 is `ratio` %, with some medical FTE; `hours` and `dental` are activity."""
    activity = {k: told.pop(k) for k in ("part_dentaire_ophtalmo_pct",) if k in told}
    finances = {
        "charges_personnel": 900,
        "autres_charges": 100,
        "honoraires_sans_depassement": 1000 + 10 * ratio - told.get("teulade", 0),
        "teulade": told.pop("teulade", 0),
    }
    staff = {"mg": (2, etp), "infirmier": (1, 1)}
    return centre(rank, annee, staff=staff, finances=finances, activite=activity, **told)


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    """R1 of 0, 10, 30, 20 %: against hours of 30, 40, 50, 50, the last two tied."""
    hours = [30, 40, 50, 50]
    panel = [
        with_result(rank, ratio, heures_ouverture_hebdo_nb=open_)
        for rank, (ratio, open_) in enumerate(zip([0, 10, 30, 20], hours, strict=True), start=1)
    ]
    return compute("correlations_r1", panel)


def test_pearson_and_its_interval(rows: list[Row]) -> None:
    """Sxy = 350, Sxx = 275, Syy = 500; standard error of z: 1 / sqrt(4 - 3)."""
    row = the_row(rows, facteur_code="heures_ouverture", methode_code="pearson")
    assert row["cds_nb"] == 4
    r = 350 / (275 * 500) ** 0.5
    assert float(row["coefficient"]) == pytest.approx(r, abs=1e-8)
    bounds = [math.tanh(math.atanh(r) + side * 1.959964) for side in (-1, 1)]
    assert [float(row["ic_bas"]), float(row["ic_haut"])] == pytest.approx(bounds, abs=1e-7)
    assert (row["enonce_code"], row["accord_code"]) == ("positive_limitee", "non_concluant")


def test_spearman_shares_the_ranks_of_ties(rows: list[Row]) -> None:
    """Ranks 1, 2, 3.5, 3.5 against 1, 2, 4, 3: Sxy = 4.5, Sxx = 4.5, Syy = 5."""
    row = the_row(rows, facteur_code="heures_ouverture", methode_code="spearman")
    assert float(row["coefficient"]) == pytest.approx(4.5 / (4.5 * 5) ** 0.5, abs=1e-8)


def test_an_equal_factor_is_refused(rows: list[Row]) -> None:
    row = the_row(rows, facteur_code="etp_medicaux", methode_code="pearson")
    assert (row["cds_nb"], row["coefficient"], row["ic_bas"]) == (4, None, None)
    assert (row["statut_calcul"], row["motif_refus"]) == ("refuse", "sans_variation")


def test_an_unknown_factor_has_no_row(rows: list[Row]) -> None:
    assert not [row for row in rows if row["facteur_code"] == "part_c2s_ame"]


def test_three_centres_are_too_few() -> None:
    panel = [with_result(n, 10 * n * n, heures_ouverture_hebdo_nb=30 + n) for n in (1, 2, 3)]
    row = the_row(
        compute("correlations_r1", panel), facteur_code="heures_ouverture", methode_code="pearson"
    )
    assert (row["coefficient"], row["motif_refus"]) == (None, "effectif_insuffisant")


def test_a_perfect_line_has_no_interval() -> None:
    panel = [with_result(n, 10 * n, heures_ouverture_hebdo_nb=30 + n) for n in range(1, 6)]
    row = the_row(
        compute("correlations_r1", panel), facteur_code="heures_ouverture", methode_code="pearson"
    )
    assert (row["coefficient"], row["motif_refus"]) == (None, "sans_variation")


@pytest.mark.parametrize(
    ("factor", "slope", "agreement"),
    [
        ("heures_ouverture", 1, "accord"),
        ("heures_ouverture", -1, "desaccord"),
        # the report sees no clear link with medical FTE beyond two, whatever its sign
        ("etp_medicaux_au_dela", 1, "desaccord"),
        ("etp_medicaux_au_dela", -1, "desaccord"),
        ("etp_medicaux", 1, "sans_objet"),
    ],
)
def test_agreement_with_the_report(factor: str, slope: int, agreement: str) -> None:
    noise = [3, -14, 2, 15, -3, 1, -12, 14, -5, 0]
    panel = [
        with_result(n + 1, slope * 10 * n + extra, etp=3 + n, heures_ouverture_hebdo_nb=30 + n)
        for n, extra in enumerate(noise)
    ]
    row = the_row(compute("correlations_r1", panel), facteur_code=factor, methode_code="spearman")
    assert row["accord_code"] == agreement


def test_other_years_are_not_compared_with_the_report() -> None:
    panel = [
        with_result(n, 10 * n + n % 3, annee=2021, heures_ouverture_hebdo_nb=30 + n)
        for n in range(1, 8)
    ]
    found = {row["accord_code"] for row in compute("correlations_r1", panel)}
    assert found == {"sans_objet"}


@pytest.fixture(scope="module")
def contrasts() -> list[Row]:
    return compute(
        "contrastes_r1",
        [
            with_result(1, -40, etp=0.5, qpv=True, date_ouverture=dt.date(1975, 1, 1)),
            with_result(2, -20, etp=1, qpv=False, quartier_vecu=True, teulade=5),
            with_result(3, 0, etp=2, date_ouverture=dt.date(1990, 1, 1), teulade=5),
            with_result(4, 20, etp=2.5, qpv=False, quartier_vecu=False, teulade=5),
            with_result(5, 30, date_ouverture=dt.date(2022, 6, 1), part_dentaire_ophtalmo_pct=70),
        ],
    )


def test_classes_and_their_medians(contrasts: list[Row]) -> None:
    found = {
        (row["contraste_code"], row["classe_code"]): (row["cds_nb"], row["mediane_pct"])
        for row in contrasts
    }
    assert found == {
        ("ensemble", "ensemble"): (5, 0),
        ("etp_medicaux", "sous_seuil_bas"): (1, -40),
        ("etp_medicaux", "entre_seuils"): (2, -10),
        ("etp_medicaux", "au_dela_seuil_haut"): (2, 25),
        ("teulade", "percue"): (3, 0),
        ("teulade", "non_percue"): (2, -5),
        ("territoire", "qpv"): (1, -40),
        ("territoire", "quartier_vecu"): (1, -20),
        ("territoire", "autre_quartier"): (1, 20),
        ("territoire", "non_renseigne"): (2, 15),
        ("ouverture", "ancien"): (1, -40),
        ("ouverture", "intermediaire"): (1, 0),
        ("ouverture", "recent"): (2, 0),
        ("ouverture", "dans_l_annee"): (1, 30),
        ("dentaire_ophtalmo", "au_dela_du_seuil"): (1, 30),
        ("dentaire_ophtalmo", "non_renseigne"): (4, -10),
    }


def test_reduced_rank_gap(contrasts: list[Row]) -> None:
    """Ranks of the Teulade recipients 2, 3, 4 among 5: as expected, 9."""
    row = the_row(contrasts, contraste_code="teulade", classe_code="percue")
    assert (row["ecart_rangs"], row["ecart_mediane_points"]) == (Decimal(0), 0)
    assert (row["enonce_code"], row["accord_code"]) == ("moins_degrade", "non_concluant")
    # one centre, rank 1 of 5, expected 3: -2 / sqrt(1 * 4 * 6 / 12)
    low = the_row(contrasts, classe_code="sous_seuil_bas")
    assert float(low["ecart_rangs"]) == pytest.approx(-2 / 2**0.5, abs=1e-4)
    unknown = the_row(contrasts, contraste_code="territoire", classe_code="non_renseigne")
    assert (unknown["ecart_rangs"], unknown["accord_code"]) == (None, "sans_objet")


def test_a_clear_gap_agrees_or_disagrees() -> None:
    panel = [with_result(n, n, etp=1.5 if n <= 10 else 5) for n in range(1, 21)]
    worse = the_row(compute("contrastes_r1", panel), classe_code="entre_seuils")
    assert (worse["enonce_code"], worse["accord_code"]) == ("plus_degrade", "accord")
    panel = [with_result(n, -n, etp=1.5 if n <= 10 else 5) for n in range(1, 21)]
    better = the_row(compute("contrastes_r1", panel), classe_code="entre_seuils")
    assert better["accord_code"] == "desaccord"


def statements(indicator: str) -> list[tuple[str, int]]:
    """Return the code and the line of every statement a SQL text holds."""
    found = re.findall(r"'(\w+)', (3[34]\d\d)\)", card(indicator).sql)
    return [(code, int(line)) for code, line in found]


def registry_lines(path: Path = REGISTRY) -> dict[int, str]:
    with path.open(encoding="utf-8", newline="") as handle:
        figures = [row for row in csv.DictReader(handle) if row["topic"] == "correlations_resultat"]
    return {
        line: row["value_text"]
        for row in figures
        for line in range(
            int(row["document_line"]), int(row["document_line_end"] or row["document_line"]) + 1
        )
    }


def test_the_statements_of_the_correlations_are_those_of_the_registry() -> None:
    words = registry_lines()
    stated = statements("correlations_r1")
    assert len(stated) == 8
    assert {line: WORDS[code] for code, line in stated} == {line: words[line] for _, line in stated}
