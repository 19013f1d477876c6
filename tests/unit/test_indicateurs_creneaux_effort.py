"""Slots per inhabitant, commitments kept, release rules, lead times, no-shows, concentration."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.registry import contract
from pipeline.parameters import Parameters, read_parameters
from pipeline.paths import Layout
from pipeline.sources.load import load
from pipeline.store.parquet import conform
from tests.conftest import CHECKOUT
from tests.creneaux import compute, number, slot, table, utc

Row = dict[str, Any]
PRINTED = ("cpts", "creneaux_publies", "dispositifs", "dispositif_horaires")
HALF_DAYS = "44-erdre-et-cens-1-1"
WEEKLY_EACH = "44-erdre-et-canal-1-1"
DAILY = "44-sud-loire-vignoble-1-1"


@pytest.fixture(scope="module")
def printed() -> dict[str, pa.Table]:
    results = load(Layout(CHECKOUT), list(PRINTED)).results
    return {name: conform(results[name].to_arrow(), contract(name)) for name in PRINTED}


def kept(printed: dict[str, pa.Table], rows: list[Row], name: str) -> Row:
    found = compute("objectifs_creneaux", {**printed, "creneaux": table("creneaux", rows)})
    (row,) = [row for row in found if row["creneaux_id"] == name]
    return row


def half_days(first: date, last: date) -> list[str]:
    """Return the half-days of opening of Erdre & Cens: Monday to Friday, Saturday morning."""
    days = [first + timedelta(n) for n in range((last - first).days + 1)]
    mornings = [f"{day}T09:00" for day in days if day.isoweekday() <= 6]
    return mornings + [f"{day}T15:00" for day in days if day.isoweekday() <= 5]


def test_one_slot_in_every_half_day_keeps_the_target(printed: dict[str, pa.Table]) -> None:
    rows = [slot(start) for start in half_days(date(2025, 3, 3), date(2025, 3, 15))]
    found = kept(printed, rows, HALF_DAYS)
    assert (found["periodes_nb"], found["periodes_tenues_nb"]) == (22, 22)
    assert (found["part_tenue_pct"], found["objectif_tenu"]) == (100.0, True)


def test_one_half_day_missed_breaks_the_target(printed: dict[str, pa.Table]) -> None:
    rows = [slot(start) for start in half_days(date(2025, 3, 3), date(2025, 3, 15))]
    rows = [
        row for row in rows if (row["jour_local"], row["heure_locale"]) != (date(2025, 3, 5), 9)
    ]
    found = kept(printed, rows, HALF_DAYS)
    assert (found["periodes_nb"], found["periodes_tenues_nb"]) == (22, 21)
    assert found["objectif_tenu"] is False


def test_a_public_holiday_is_not_expected(printed: dict[str, pa.Table]) -> None:
    starts = half_days(date(2025, 4, 14), date(2025, 4, 26))
    rows = [slot(start) for start in starts if not start.startswith("2025-04-21")]
    found = kept(printed, rows, HALF_DAYS)
    assert (found["periodes_nb"], found["objectif_tenu"]) == (20, True)


def test_two_slots_in_one_half_day_do_not_make_up_for_another(printed: dict[str, pa.Table]) -> None:
    rows = [slot("2025-03-03T09:00"), slot("2025-03-03T10:00"), slot("2025-03-04T09:00")]
    found = kept(printed, rows, HALF_DAYS)
    assert (found["periodes_nb"], found["periodes_tenues_nb"]) == (4, 2)
    assert found["creneaux_nb"] == 3


def test_a_commitment_by_professional_is_followed_for_each(printed: dict[str, pa.Table]) -> None:
    told = {"cpts_id": "44-erdre-et-canal"}
    days = ("2025-03-03", "2025-03-10", "2025-03-17")
    rows = [slot(f"{day}T09:00", doctor="a", **told) for day in days]
    rows += [slot(f"{day}T10:00", doctor="b", **told) for day in (days[0], days[2])]
    found = kept(printed, rows, WEEKLY_EACH)
    assert (found["entites_nb"], found["periodes_nb"], found["periodes_tenues_nb"]) == (2, 6, 5)
    assert found["objectif_tenu"] is False


def test_a_commitment_without_printed_hours_takes_the_days_seen(
    printed: dict[str, pa.Table],
) -> None:
    told = {"cpts_id": "44-sud-loire-vignoble"}
    full = [
        f"2025-03-{day:02d}T{hour:02d}:00" for day in (3, 4, 10, 11) for hour in (9, 10, 11, 14)
    ]
    assert kept(printed, [slot(s, **told) for s in full], DAILY)["objectif_tenu"] is True
    fewer = kept(printed, [slot(s, **told) for s in full[:-1]], DAILY)
    assert (fewer["periodes_nb"], fewer["periodes_tenues_nb"]) == (4, 3)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("44-grand-lieu-1-1", "aucun_creneau"),
        ("44-atlantique-nord-loire-1-1", "aucun_creneau"),
        ("85-centre-vendee-5-1", "sans_nombre_creneaux"),
        ("44-ancenis-sans-engagement", "engagement_absent"),
    ],
)
def test_a_commitment_nothing_follows_is_refused(
    printed: dict[str, pa.Table], name: str, reason: str
) -> None:
    found = kept(printed, [slot("2025-03-03T09:00")], name)
    assert (found["objectif_tenu"], found["part_tenue_pct"]) == (None, None)
    assert (found["statut_calcul"], found["motif_refus"]) == ("refuse", reason)


def test_slots_of_another_profession_do_not_keep_a_commitment(printed: dict[str, pa.Table]) -> None:
    rows = [slot("2025-03-03T09:00", profession_code="masseur_kinesitherapeute")]
    assert kept(printed, rows, HALF_DAYS)["motif_refus"] == "aucun_creneau"


def test_every_cpts_has_a_commitment_or_the_reason(printed: dict[str, pa.Table]) -> None:
    found = compute("objectifs_creneaux", {**printed, "creneaux": table("creneaux", [])})
    assert len({row["cpts_id"] for row in found}) == 42
    assert {row["statut_calcul"] for row in found} == {"refuse"}


def by_place(printed: dict[str, pa.Table], rows: list[Row]) -> dict[str, Row]:
    tables = {"creneaux": table("creneaux", rows), "cpts": printed["cpts"]}
    return {row["territoire_code"]: row for row in compute("creneaux_par_10000", tables)}


def test_slots_per_inhabitant_name_their_population(printed: dict[str, pa.Table]) -> None:
    rows = [slot(f"2025-03-{day:02d}T09:00") for day in (3, 4, 10)]
    found = by_place(printed, rows)
    mine = found["44-erdre-et-cens"]
    assert (mine["population_nb"], mine["par_semaine_nb"]) == (56715, 1.5)
    assert mine["par_10000_semaine_nb"] == pytest.approx(10000 * 1.5 / 56715, rel=1e-12)
    assert found["44"]["par_10000_semaine_nb"] == mine["par_10000_semaine_nb"]
    assert (found["44"]["n_cpts_nb"], found["49"]["motif_refus"]) == (1, "aucun_creneau")


def test_every_cpts_of_the_inventory_has_a_row(printed: dict[str, pa.Table]) -> None:
    found = by_place(printed, [])
    cpts = [row for row in found.values() if row["niveau_code"] == "cpts"]
    assert len(cpts) == 42
    assert {(row["motif_refus"], row["par_10000_semaine_nb"]) for row in cpts} == {
        ("aucun_creneau", None)
    }


def test_a_population_not_printed_is_refused_up_to_the_department(
    printed: dict[str, pa.Table],
) -> None:
    told = {"cpts_id": "53-pays-de-mayenne", "departement_code": "53"}
    found = by_place(printed, [slot("2025-03-03T09:00", **told)])
    for place in ("53-pays-de-mayenne", "53"):
        assert found[place]["motif_refus"] == "population_absente"
        assert found[place]["par_10000_semaine_nb"] is None


def shared_out(counts: list[int], **told: Any) -> list[Row]:
    return [
        slot(f"2025-{1 + rank // 28:02d}-{1 + rank % 28:02d}T09:00", doctor=f"d{n}", **told)
        for n, count in enumerate(counts)
        for rank in range(count)
    ]


def concentration(counts: list[int]) -> Row:
    tables = {"creneaux": table("creneaux", shared_out(counts))}
    (found,) = compute("concentration_effort", tables)
    return found


def test_equal_effort_has_a_gini_of_nought() -> None:
    found = concentration([3] * 10)
    assert found["gini_pct"] == pytest.approx(0, abs=1e-12)
    assert (found["premiers_nb"], found["part_premiers_pct"]) == (1, 10.0)


def test_the_gini_is_that_of_its_definition() -> None:
    counts = [1, 1, 2, 3, 5, 8, 13, 21, 34, 12, 7]
    gaps = sum(abs(a - b) for a in counts for b in counts)
    expected = gaps / (2 * len(counts) * sum(counts))
    found = concentration(counts)
    assert found["gini_pct"] == pytest.approx(100 * expected, rel=1e-12)
    assert found["premiers_nb"] == 2
    assert found["part_premiers_pct"] == pytest.approx(100 * (34 + 21) / sum(counts), rel=1e-12)


def test_too_few_providers_are_refused() -> None:
    found = concentration([5] * 9)
    told = ("gini_pct", "part_premiers_pct", "effecteur_min_nb", "effecteur_max_nb")
    assert [found[name] for name in told] == [None] * 4
    assert (found["effecteurs_nb"], found["motif_refus"]) == (9, "effecteurs_trop_peu")


def test_a_provider_of_two_cpts_is_measured_in_each() -> None:
    rows = shared_out([4] * 10) + shared_out([2] * 10, cpts_id="44-pays-blanc")
    for row in rows:
        row["creneau_id"] = number(row["effecteur_id"], row["debut_utc"], row["cpts_id"])
    tables = {"creneaux": table("creneaux", rows)}
    found = {r["territoire_code"]: r for r in compute("concentration_effort", tables)}
    assert [found[c]["creneaux_nb"] for c in ("44-erdre-et-cens", "44-pays-blanc")] == [40, 20]


def lead(start: str, hours: float, status: str = "honore", **told: Any) -> Row:
    row = slot(start, status, **told)
    began = row["debut_utc"]
    return row | {
        "pris_utc": utc(began - timedelta(hours=hours)),
        "mis_en_ligne_utc": utc(began - timedelta(days=7)),
    }


def whole(indicator: str, rows: list[Row], **where: Any) -> Row:
    found = compute(indicator, {"creneaux": table("creneaux", rows)})
    named = {"territoire_code": "44-erdre-et-cens", **where}
    if "dimension_code" in found[0]:
        named |= {"dimension_code": "ensemble"}
    (row,) = [row for row in found if all(row[k] == v for k, v in named.items())]
    return row


def test_lead_times_cross_a_change_of_clock() -> None:
    rows = [lead("2025-03-31T09:00", hours) for hours in (24,)]
    rows += [lead("2025-03-31T10:00", 48), lead("2025-03-31T11:00", 1.5)]
    found = whole("delais_creneaux", rows)
    assert found["prise_debut_mediane_h"] == 24.0
    assert (found["prise_debut_q1_h"], found["prise_debut_q3_h"]) == (12.75, 36.0)
    assert (found["offre_prise_mediane_h"], found["offre_prise_n_nb"]) == (144.0, 3)


def test_lead_times_without_instants_are_refused() -> None:
    found = whole("delais_creneaux", [slot("2025-03-03T09:00")])
    assert (found["prise_debut_mediane_h"], found["motif_refus"]) == (None, "horodatage_absent")
    assert (found["pris_nb"], found["prise_debut_n_nb"]) == (1, 0)


def test_slots_never_taken_have_no_lead_time() -> None:
    rows = [lead("2025-03-03T09:00", 2), lead("2025-03-04T09:00", 90, "rendu")]
    assert whole("delais_creneaux", rows)["prise_debut_n_nb"] == 1


def with_rule(minutes: int) -> Parameters:
    read, name = read_parameters(), "liberation_courte_minutes"
    changed = read.entries[name].model_copy(update={"value": minutes})
    return read.model_copy(update={"entries": {**read.entries, name: changed}})


def test_each_release_rule_shuts_out_what_came_later() -> None:
    rows = [lead(f"2025-03-0{n + 3}T09:00", m / 60) for n, m in enumerate((30, 59, 60, 119, 120))]
    shut = {
        rule: whole("regles_liberation", rows, regle_code=rule)["empeches_nb"]
        for rule in ("liberation_59_min", "liberation_1_h", "liberation_2_h")
    }
    assert shut == {"liberation_59_min": 1, "liberation_1_h": 2, "liberation_2_h": 4}
    assert whole("regles_liberation", rows, regle_code="liberation_2_h")["part_empeches_pct"] == 80


def test_a_release_rule_is_a_parameter() -> None:
    rows = [lead("2025-03-03T09:00", 0.4), lead("2025-03-04T09:00", 0.2)]
    tables = {"creneaux": table("creneaux", rows)}
    found = compute("regles_liberation", tables, with_rule(15))
    shut = {r["empeches_nb"] for r in found if r["regle_code"] == "liberation_59_min"}
    assert shut == {1}


def test_release_rules_without_instants_are_refused() -> None:
    found = whole("regles_liberation", [slot("2025-03-03T09:00")], regle_code="liberation_1_h")
    assert (found["part_empeches_pct"], found["motif_refus"]) == (None, "horodatage_absent")


def test_no_shows_are_counted_among_known_outcomes() -> None:
    rows = [slot(f"2025-03-{n + 3:02d}T09:00", s) for n, s in enumerate(
        ("honore", "honore", "honore", "absent", "reserve", "annule", "non_pris")
    )]  # fmt: skip
    found = whole("absences_creneaux", rows)
    assert (found["pris_nb"], found["issues_nb"], found["taux_absence_pct"]) == (5, 4, 25.0)


def test_bookings_without_an_outcome_give_no_rate_of_nought() -> None:
    found = whole("absences_creneaux", [slot("2025-03-03T09:00", "reserve")])
    assert (found["taux_absence_pct"], found["motif_refus"]) == (None, "issue_inconnue")
