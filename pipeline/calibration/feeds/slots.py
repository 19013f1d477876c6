"""The slots of the plans, with what became of them where a rate is printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from pipeline.calibration.feeds.choices import choices, draw, in_drawn_order
from pipeline.calibration.feeds.placement import DAY, starts
from pipeline.calibration.feeds.plans import Plan
from pipeline.calibration.feeds.published import Channel

PARIS = ZoneInfo("Europe/Paris")
TAKEN = ("honore", "absent")


@dataclass(frozen=True)
class Slot:
    """One synthetic slot; times are Paris time, with their offset.

    `seen` is the snapshot that saw it free; empty when its outcome is known, and the reverse.
    """

    cpts_id: str
    department: str
    provider: str
    profession: str
    start: datetime
    end: datetime
    status: str
    tool: str
    channel: str = ""
    offered: datetime | None = None
    taken: datetime | None = None
    release: int | None = None
    seen: datetime | None = None


def share(total: int, part: Decimal) -> int:
    """Return a whole number of a total, from a percentage, rounded half up."""
    return int((total * part / 100).to_integral_value(ROUND_HALF_UP))


def outcomes(plan: Plan, total: int) -> list[str]:
    """Return the status of each slot: those the printed rate asks for, no-shows, the others.

    A slot not taken is given back where the scheme says so, else never taken.
    """
    if plan.rate is None:
        return ["libre"] * total
    absent = Decimal(choices()["absents_pct"])
    kept = share(total, plan.rate)
    missed = min(share(kept, 100 * absent / (100 - absent)), total - kept)
    other = "non_pris" if plan.scheme.release is None else "rendu"
    ordered = ["honore"] * kept + ["absent"] * missed + [other] * (total - kept - missed)
    found = [""] * total
    for status, rank in zip(ordered, in_drawn_order(total, plan.id, "statut"), strict=True):
        found[rank] = status
    return found


def channel_of(plan: Plan, start: datetime, rank: int) -> Channel:
    """Return the channel of a slot taken: one of those open that day, each as likely."""
    there = [c for c in plan.scheme.channels if c.since <= start.date()]
    if not there:
        return Channel("non_precise", plan.scheme.tool, start.date())
    return there[int(draw(plan.id, "canal", rank) * len(there))]


def taken_at(plan: Plan, start: datetime, rank: int) -> datetime:
    """Return when a slot was taken: in the last hours, before it is given back or closed."""
    latest = max(plan.scheme.release or 0, plan.scheme.notice or 0, choices()["prise_minutes_min"])
    span = choices()["prise_heures_max"] * 60 - latest
    return start - timedelta(minutes=latest + int(draw(plan.id, "prise", rank) * span))


def snapshot(start: datetime) -> datetime:
    """Return the snapshot that saw a slot: the evening before its week begins."""
    sunday = start.date() - DAY * start.isoweekday()
    hour = choices()["instantane_heure"]
    return datetime(sunday.year, sunday.month, sunday.day, hour, tzinfo=PARIS)


def provider(plan: Plan, rank: int) -> str:
    """Return a made-up identifier; slots go round the providers, as equal as may be."""
    if plan.scheme.providers is None:
        return f"SYN-{plan.scheme.id}-centre"
    return f"SYN-{plan.scheme.id}-{rank % plan.scheme.providers + 1:03d}"


def slots_of(plan: Plan) -> Iterator[Slot]:
    """Yield the slots of a plan, in order of time."""
    began = starts(plan)
    scheme = plan.scheme
    for rank, (local, status) in enumerate(zip(began, outcomes(plan, len(began)), strict=True)):
        start = local.replace(tzinfo=PARIS)
        taken = status in TAKEN
        channel = channel_of(plan, start, rank) if taken else None
        free = status == "libre"
        yield Slot(
            cpts_id=scheme.cpts_id,
            department=scheme.department,
            provider=provider(plan, rank),
            profession=scheme.profession,
            start=start,
            end=start + timedelta(minutes=scheme.minutes),
            status=status,
            tool=channel.tool if channel else scheme.tool,
            channel=channel.code if channel else "",
            offered=None if free else start - DAY * choices()["mise_en_ligne_jours"],
            taken=taken_at(plan, start, rank) if taken else None,
            release=scheme.release,
            seen=snapshot(start) if free else None,
        )
