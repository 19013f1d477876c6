"""The synthetic slot feeds: the printed values to the unit, and nothing for what is not printed."""

from __future__ import annotations

import gzip
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from dateutil.easter import easter

from pipeline.calibration.feeds.choices import choices, holidays
from pipeline.calibration.feeds.feed import Feed, make_feed
from pipeline.calibration.feeds.files import diary_bytes, platform_bytes
from pipeline.calibration.feeds.placement import half_days, starts, volumes
from pipeline.calibration.feeds.plans import Plan
from pipeline.calibration.feeds.slots import Slot, outcomes, slots_of
from pipeline.calibration.rows import CalibrationError
from pipeline.cli import main
from pipeline.contracts.registry import vocabularies
from pipeline.errors import InputError
from pipeline.feed import DIARY, FILES, READ, feed_state, make_feeds
from pipeline.parameters import read_parameters
from pipeline.paths import Layout
from pipeline.sources.manifest import Manifest, read_manifest, write_manifest
from tests.conftest import CHECKOUT
from tests.creneaux import printed_feed, printed_rows
from tests.support import refresh_hashes, with_value

GP, PHYSIO = "medecin_generaliste", "masseur_kinesitherapeute"


@pytest.fixture(scope="module")
def feed() -> Feed:
    return printed_feed(Layout(CHECKOUT))


def plan(feed: Feed, name: str) -> Plan:
    (found,) = [each for each in feed.plans if each.id == name]
    return found


def of(feed: Feed, cpts: str, profession: str = GP) -> list[Slot]:
    return [s for s in feed.slots if (s.cpts_id, s.profession) == (cpts, profession)]


def filled(slots: list[Slot]) -> int:
    return sum(slot.status == "honore" for slot in slots)


@pytest.mark.parametrize(
    ("cpts", "offered", "rate"),
    [("44-erdre-et-cens", 562, 28), ("85-loire-vendee-ocean", 3076, 91)],
)
def test_the_printed_volume_and_rate_come_back(
    feed: Feed, cpts: str, offered: int, rate: int
) -> None:
    slots = of(feed, cpts)
    assert len(slots) == offered
    assert round(100 * filled(slots) / len(slots)) == rate
    nearest = min(abs(100 * (filled(slots) + d) / offered - rate) for d in (-1, 1))
    assert abs(100 * filled(slots) / offered - rate) < nearest


def test_a_rate_without_a_volume_comes_back_on_the_chosen_volume(feed: Feed) -> None:
    slots = of(feed, "44-nord-estuaire")
    assert round(100 * filled(slots) / len(slots)) == 74
    assert len(slots) == 2 * 21 * 30 // 7
    assert {(s.start.year, s.start.month) for s in slots} == {(2024, 11)}


def test_the_printed_counts_by_period_come_back(feed: Feed) -> None:
    by_month = Counter(
        (s.start.year, s.start.month) for s in of(feed, "44-erdre-et-canal", "medecin")
    )
    assert set(by_month.values()) == {40}
    assert len(by_month) == 12
    by_day = Counter(s.start.date() for s in of(feed, "85-plaine-et-marais"))
    assert set(by_day.values()) == {24}
    weeks = Counter(s.start.isocalendar()[:2] for s in of(feed, "44-pays-blanc"))
    assert (min(weeks.values()), max(weeks.values()), len(weeks)) == (10, 40, 52)
    assert set(
        Counter(s.start.isocalendar()[:2] for s in of(feed, "44-pays-blanc", PHYSIO)).values()
    ) == {4}


def test_the_printed_patients_come_back_without_a_capacity(feed: Feed) -> None:
    assert sum(counter.patients for counter in feed.counters) == 552
    assert {counter.cpts_id for counter in feed.counters} == {"44-pays-de-redon"}
    days = [counter.start.date() for counter in feed.counters]
    assert (min(days), max(days)) == (date(2022, 6, 2), date(2023, 10, 31))
    text = gzip.decompress(platform_bytes(feed.counters)).decode().splitlines()
    assert {line.split(",")[-2] for line in text[1:]} == {"-1"}


def test_every_printed_row_is_given_back_or_says_why_not(feed: Feed) -> None:
    rows = printed_rows(Layout(CHECKOUT))["creneaux_publies"]
    told = [each.id for each in (*feed.plans, *feed.refusals)]
    assert sorted(told) == sorted(row["creneaux_id"] for row in rows)
    reasons = {each.id: each.reason for each in feed.refusals}
    assert reasons["44-atlantique-nord-loire-1-1"] == "effectif_absent"
    assert reasons["44-sud-loire-vignoble-1-1"] == "effectif_absent"
    assert reasons["44-grand-lieu-1-1"] == "objectif_ou_indicatif"
    assert reasons["44-erdre-et-cens-1-1"] == "volume_observe_ailleurs"
    assert reasons["85-centre-vendee-5-1"] == "sans_nombre_creneaux"
    assert reasons["priv-brest-1"] == "hors_inventaire"


def test_no_slot_for_a_cpts_that_prints_nothing(feed: Feed) -> None:
    served = {slot.cpts_id for slot in feed.slots} | {c.cpts_id for c in feed.counters}
    assert served == {each.scheme.cpts_id for each in feed.plans}
    assert len(served) == 7


def test_an_outcome_is_told_only_where_a_rate_is_printed(feed: Feed) -> None:
    rated = {each.scheme.cpts_id for each in feed.plans if each.rate is not None}
    for slot in feed.slots:
        told = slot.status != "libre"
        assert told == (slot.cpts_id in rated)
        assert (slot.seen is None) == told
        assert (slot.taken is not None) == (slot.status in ("honore", "absent"))
        assert bool(slot.channel) == (slot.taken is not None)


def test_a_slot_is_seen_offered_and_taken_before_it_starts(feed: Feed) -> None:
    for slot in feed.slots:
        assert slot.seen is None or slot.seen < slot.start
        if slot.taken and slot.offered:
            assert slot.offered < slot.taken < slot.start
            ahead = (slot.start - slot.taken).total_seconds() / 60
            assert ahead >= (slot.release or 0)


def test_printed_rules_are_kept(feed: Feed) -> None:
    release = {slot.cpts_id: slot.release for slot in feed.slots if slot.profession != PHYSIO}
    assert release == {
        "44-erdre-et-canal": 120,
        "44-erdre-et-cens": 120,
        "44-nord-estuaire": 59,
        "44-pays-blanc": 120,
        "85-loire-vendee-ocean": None,
        "85-plaine-et-marais": None,
    }
    providers = {
        cpts: len({s.provider for s in of(feed, cpts)})
        for cpts in ("44-erdre-et-cens", "44-nord-estuaire", "44-pays-blanc")
    }
    assert providers == {"44-erdre-et-cens": 20, "44-nord-estuaire": 21, "44-pays-blanc": 10}


def test_providers_are_never_double_booked_nor_named(feed: Feed) -> None:
    assert len({(s.provider, s.start) for s in feed.slots}) == len(feed.slots)
    assert all(s.provider.startswith("SYN-") for s in (*feed.slots, *feed.counters))


def test_no_slot_on_a_public_holiday() -> None:
    days = sorted(holidays())
    assert len(days) == 44
    for year in {day.year for day in days}:
        sunday = easter(year).toordinal()
        moving = {date.fromordinal(sunday + shift) for shift in (1, 39, 50)}
        fixed = {(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)}
        expected = moving | {date(year, *each) for each in fixed}
        assert {day for day in days if day.year == year} == expected


def test_holidays_and_noon_are_those_of_the_indicators(feed: Feed) -> None:
    assert not {slot.start.date() for slot in feed.slots} & holidays()
    noon = read_parameters().value("mi_journee_heure")
    assert choices()["mi_journee_heure"] == noon


def test_same_inputs_same_bytes(feed: Feed) -> None:
    again = printed_feed(Layout(CHECKOUT))
    assert diary_bytes(again.slots) == diary_bytes(feed.slots)
    assert platform_bytes(again.counters) == platform_bytes(feed.counters)


def test_the_feed_is_small(feed: Feed) -> None:
    assert len(diary_bytes(feed.slots)) + len(platform_bytes(feed.counters)) < 2_000_000


def test_another_printed_value_gives_another_feed() -> None:
    tables = printed_rows(Layout(CHECKOUT))
    (row,) = [r for r in tables["creneaux_publies"] if r["creneaux_id"] == "44-erdre-et-cens-1-2"]
    row |= {"offerts_min_nb": 600, "offerts_max_nb": 600, "taux_pct": Decimal(50)}
    slots = of(make_feed(tables), "44-erdre-et-cens")
    assert (len(slots), filled(slots)) == (600, 300)


def test_slots_that_do_not_fit_the_opening_hours_stop_the_making(feed: Feed) -> None:
    full = replace(plan(feed, "85-plaine-et-marais-1-1"), low=60, high=60)
    with pytest.raises(CalibrationError, match="where"):
        starts(full)


def test_a_range_is_spread_between_its_bounds(feed: Feed) -> None:
    weekly = volumes(plan(feed, "44-pays-blanc-1-1"), 52)
    assert (min(weekly), max(weekly), sum(weekly)) == (10, 40, 52 * 25)
    assert weekly != sorted(weekly)


def test_a_full_rate_leaves_no_room_for_no_shows(feed: Feed) -> None:
    full = replace(plan(feed, "44-erdre-et-cens-1-2"), rate=Decimal(100))
    assert set(outcomes(full, 40)) == {"honore"}
    none = replace(full, rate=Decimal(0))
    assert set(outcomes(none, 40)) == {"rendu"}


def test_half_days_follow_the_printed_hours(feed: Feed) -> None:
    found = half_days(plan(feed, "44-erdre-et-cens-1-2"))
    assert len(found) == 552
    assert {half.day.isoweekday() for half in found} == {1, 2, 3, 4, 5, 6}
    slots = list(slots_of(plan(feed, "44-erdre-et-cens-1-2")))
    taken = {(s.start.date(), s.start.hour < 13) for s in slots}
    assert len(taken) == 552


def test_the_shipped_feeds_come_from_the_present_values_and_code() -> None:
    state = feed_state(Layout(CHECKOUT))
    assert state.fresh, "run `snp calibrate`"
    entries = {e.path: e for e in read_manifest(Layout(CHECKOUT)).files}
    assert {entries[path].origin for path in FILES.values()} == {"synthetic"}


def test_a_changed_printed_value_makes_the_feeds_again(project: Layout) -> None:
    before = (project.raw / FILES[DIARY]).read_bytes()
    path = project.raw / "creneaux_publies" / "creneaux_publies.csv"
    text = path.read_text(encoding="utf-8")
    path.write_text(with_value(text, "44-erdre-et-cens-1-2", "taux_pct", "29"), encoding="utf-8")
    refresh_hashes(project)
    assert not feed_state(project).fresh
    assert make_feeds(project).fresh
    assert (project.raw / FILES[DIARY]).read_bytes() != before


def test_what_is_fresh_is_not_made_again(project: Layout, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise AssertionError("made again")

    monkeypatch.setattr("pipeline.feed.replace_file", refused)
    assert make_feeds(project).fresh


def test_a_feed_put_to_sleep_stays_asleep(project: Layout) -> None:
    manifest = read_manifest(project)
    asleep = tuple(e.model_copy(update={"active": e.path != FILES[DIARY]}) for e in manifest.files)
    write_manifest(project, Manifest(files=asleep))
    assert DIARY not in feed_state(project).active
    make_feeds(project, force=True)
    entries = {e.path: e for e in read_manifest(project).files}
    assert not entries[FILES[DIARY]].active


def test_a_wrong_input_leaves_the_feeds_as_they_were(project: Layout) -> None:
    before = (project.raw / FILES[DIARY]).read_bytes()
    path = project.raw / "creneaux_publies" / "creneaux_publies.csv"
    path.write_text("autre\n1\n", encoding="utf-8")
    refresh_hashes(project)
    with pytest.raises(InputError):
        make_feeds(project)
    assert (project.raw / FILES[DIARY]).read_bytes() == before
    assert "creneaux_publies" in READ


def test_the_page_tells_the_fate_of_every_printed_row(feed: Feed) -> None:
    page = (CHECKOUT / "docs" / "feeds.md").read_text(encoding="utf-8")
    told = {
        line.split("|")[1].strip(" `"): line for line in page.splitlines() if line.startswith("| `")
    }
    for each in feed.refusals:
        assert each.reason in vocabularies()["motif_sans_flux"]
        assert f"| none | `{each.reason}`" in told[each.id]
    for each in feed.plans:
        assert "| none |" not in told[each.id]
    numbers = (len(feed.slots), len(feed.counters))
    assert [f"{n:,}".replace(",", " ") in page for n in numbers] == [True, True]


def test_the_command_says_what_it_made(project: Layout) -> None:
    said = CliRunner().invoke(main, ["calibrate"])
    assert said.exit_code == 0
    assert said.output.count("up to date") == 3
    (project.raw / FILES[DIARY]).unlink()
    again = CliRunner().invoke(main, ["calibrate"])
    assert again.exit_code == 0
    assert FILES[DIARY] in again.output
    assert "written" in again.output
    assert feed_state(project).fresh
