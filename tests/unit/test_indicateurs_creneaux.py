"""Three measures of slots that share no name: supply, rate by appointments, rate by capacity."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pipeline.contracts.registry import contract
from pipeline.indicators.card import card
from pipeline.indicators.views import FRAGMENTS
from tests.creneaux import compute, counter, slot, table

Row = dict[str, Any]
CPTS = "44-erdre-et-cens"
THREE = ("offre_creneaux", "remplissage_rendez_vous", "remplissage_capacite")


def one(rows: list[Row], **where: str) -> Row:
    named = {"territoire_code": CPTS, "dimension_code": "ensemble", "modalite_code": "ensemble"}
    (found,) = [row for row in rows if all(row[k] == v for k, v in (named | where).items())]
    return found


def run(indicator: str, rows: list[Row]) -> list[Row]:
    name = "capacites" if indicator == "remplissage_capacite" else "creneaux"
    return compute(indicator, {name: table(name, rows)})


def week(*statuses: str) -> list[Row]:
    return [
        slot(f"2025-03-{3 + i // 8:02d}T{9 + i % 8:02d}:00", status)
        for i, status in enumerate(statuses)
    ]


def free(start: str, **told: Any) -> Row:
    return slot(start, "libre", instantane_utc=slot("2025-03-02T20:00")["debut_utc"], **told)


def test_the_rate_is_slots_taken_over_all_slots_offered() -> None:
    rows = week("reserve", "honore", "honore", "absent", "annule", "rendu", "rendu", "non_pris")
    found = one(run("remplissage_rendez_vous", rows))
    assert (found["offerts_nb"], found["pourvus_nb"], found["taux_pct"]) == (8, 3, 37.5)
    apart = ("absents_nb", "annules_nb", "rendus_nb", "non_pris_nb", "libres_nb")
    assert [found[name] for name in apart] == [1, 1, 2, 1, 0]
    assert found["part_rendus_pct"] == 25.0
    assert (found["statut_calcul"], found["motif_refus"]) == ("calcule", None)


def test_the_columns_account_for_every_slot() -> None:
    rows = week("reserve", "honore", "absent", "annule", "rendu", "non_pris", "non_pris")
    parts = ("pourvus_nb", "absents_nb", "annules_nb", "rendus_nb", "non_pris_nb", "libres_nb")
    for found in run("remplissage_rendez_vous", rows):
        assert sum(found[name] for name in parts) == found["offerts_nb"]


def test_a_feed_of_free_slots_gives_supply_and_refuses_the_rate() -> None:
    rows = [free(f"2025-03-0{d}T09:00", doctor=w) for d in (3, 4, 5) for w in ("a", "b")]
    supply = one(run("offre_creneaux", rows))
    assert (supply["creneaux_nb"], supply["releve_code"]) == (6, "libres")
    assert supply["par_effecteur_semaine_nb"] == 3.0
    assert supply["premier_instantane_utc"] is not None
    rates = run("remplissage_rendez_vous", rows)
    assert {(r["statut_calcul"], r["motif_refus"], r["taux_pct"]) for r in rates} == {
        ("refuse", "creneaux_libres_seuls", None)
    }


@pytest.mark.parametrize("taken", ["reserve", "honore", "non_pris"])
def test_one_slot_without_an_outcome_refuses_the_rate_of_its_row_only(taken: str) -> None:
    rows = [slot("2025-03-03T09:00", taken), free("2025-03-10T09:00")]
    rates = run("remplissage_rendez_vous", rows)
    whole = one(rates)
    assert (whole["taux_pct"], whole["motif_refus"]) == (None, "issue_inconnue")
    assert one(rates, dimension_code="semaine", modalite_code="2025-S10")["taux_pct"] is not None
    later = one(rates, dimension_code="semaine", modalite_code="2025-S11")
    assert later["motif_refus"] == "creneaux_libres_seuls"


@pytest.mark.parametrize("aggregator", ["individuel", "cpts", "sos_medecins"])
def test_appointments_of_a_feed_of_free_slots_give_no_rate_of_a_hundred(aggregator: str) -> None:
    rows = [slot("2025-03-03T09:00", "reserve", agregateur_code=aggregator)]
    found = one(run("remplissage_rendez_vous", rows))
    assert (found["taux_pct"], found["motif_refus"]) == (None, "offre_incomplete")


def test_a_rate_by_channel_is_refused_and_its_slots_counted() -> None:
    rows = [
        slot("2025-03-03T09:00", "honore", canal_code="centre_15"),
        slot("2025-03-03T10:00", "rendu"),
    ]
    rates = run("remplissage_rendez_vous", rows)
    channel = one(rates, dimension_code="canal", modalite_code="centre_15")
    assert (channel["pourvus_nb"], channel["taux_pct"]) == (1, None)
    assert channel["motif_refus"] == "sans_canal"
    assert one(rates)["taux_pct"] == 50.0


def test_the_rate_by_capacity_leaves_unlimited_counters_apart() -> None:
    rows = [
        counter("2025-03-03T09:00", 4, 1),
        counter("2025-03-03T10:00", 6, 4),
        counter("2025-03-03T11:00", None, 7),
    ]
    found = one(run("remplissage_capacite", rows), territoire_code="44-pays-de-redon")
    assert found["taux_capacite_pct"] == 50.0
    assert (found["capacite_nb"], found["orientations_bornees_nb"]) == (10, 5)
    assert (found["illimites_nb"], found["orientations_illimitees_nb"]) == (1, 7)


def test_unlimited_counters_alone_refuse_the_rate_by_capacity() -> None:
    rows = [counter("2025-03-03T09:00", None, 2), counter("2025-03-03T10:00", None, 0)]
    for found in run("remplissage_capacite", rows):
        assert (found["taux_capacite_pct"], found["statut_calcul"]) == (None, "refuse")
        assert found["motif_refus"] == "capacite_sans_borne"
    whole = one(run("remplissage_capacite", rows), territoire_code="44-pays-de-redon")
    assert whole["orientations_illimitees_nb"] == 2


@pytest.mark.parametrize("indicator", THREE)
def test_no_slot_no_row(indicator: str) -> None:
    assert run(indicator, []) == []


def test_supply_counts_providers_weeks_and_bounds() -> None:
    rows = [slot(f"2025-03-{day:02d}T09:00", "non_pris", doctor="a") for day in (3, 4, 5, 10)]
    rows += [slot("2025-03-10T10:00", "honore", doctor="b"), slot("2025-04-01T09:00", doctor="b")]
    found = one(run("offre_creneaux", rows))
    assert (found["creneaux_nb"], found["effecteurs_nb"], found["semaines_nb"]) == (6, 2, 3)
    assert found["par_effecteur_semaine_nb"] == 1.0
    assert (found["semaine_min_nb"], found["semaine_max_nb"]) == (1, 3)
    assert (found["jours_nb"], found["mois_nb"]) == (5, 2)
    assert (found["par_jour_nb"], found["par_mois_nb"]) == (1.2, 3.0)
    assert found["releve_code"] == "complet"


def test_breakdowns_share_the_slots_of_their_territory() -> None:
    rows = week(*["honore"] * 20)
    rows += [slot("2025-03-08T09:00", "rendu", profession_code="medecin", outil_code="citana")]
    found = run("offre_creneaux", rows)
    for dimension in ("semaine", "jour", "heure", "profession", "canal", "outil"):
        for place in (CPTS, "44", "ensemble"):
            parts = [
                row["creneaux_nb"]
                for row in found
                if (row["territoire_code"], row["dimension_code"]) == (place, dimension)
            ]
            assert sum(parts) == 21
    days = {r["modalite_code"] for r in found if r["dimension_code"] == "jour"}
    assert days == {"lundi", "mardi", "mercredi", "samedi"}


def test_slots_outside_a_cpts_are_named_so() -> None:
    rows = [slot("2025-03-03T09:00", cpts_id=None), slot("2025-03-03T10:00")]
    found = run("offre_creneaux", rows)
    assert one(found, territoire_code="hors_cpts_44")["creneaux_nb"] == 1
    assert one(found, territoire_code="44")["creneaux_nb"] == 2


def test_the_week_of_the_year_is_iso() -> None:
    rows = [slot("2024-12-30T09:00"), slot("2021-01-01T09:00"), slot("2022-01-02T09:00")]
    weeks = {
        r["modalite_code"] for r in run("offre_creneaux", rows) if r["dimension_code"] == "semaine"
    }
    assert weeks == {"2025-S01", "2020-S53", "2021-S52"}


def test_the_days_of_a_feed_are_never_cut() -> None:
    years = contract("creneaux").column("annee").constraints
    (limit,) = re.findall(r"LIMIT (\d+)", (FRAGMENTS / "jours_creneaux.sql").read_text("utf-8"))
    assert 366 * (int(str(years.max)) - int(str(years.min)) + 1) < int(limit)


def test_the_three_measures_share_no_name() -> None:
    rates = {name: {c.name for c in card(name).columns if "taux" in c.name} for name in THREE}
    assert rates == {
        "offre_creneaux": set(),
        "remplissage_rendez_vous": {"taux_pct"},
        "remplissage_capacite": {"taux_capacite_pct"},
    }
    titles = {card(name).title.fr for name in THREE}
    assert len(titles) == 3
