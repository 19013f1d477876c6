"""Counters of the national platform, where only patients are printed: no capacity, no rate."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline.calibration.feeds.choices import choices
from pipeline.calibration.feeds.placement import half_days
from pipeline.calibration.feeds.plans import Plan
from pipeline.calibration.feeds.published import Window, clock
from pipeline.calibration.feeds.slots import PARIS

# What the platform writes where patients are not limited.
UNLIMITED = -1


@dataclass(frozen=True)
class Counter:
    """One synthetic range of the platform, Paris time: patients referred, none counted out."""

    cpts_id: str
    department: str
    provider: str
    profession: str
    start: datetime
    end: datetime
    patients: int


def counters_of(plan: Plan) -> Iterator[Counter]:
    """Yield one range by working day; together they hold the patients printed."""
    told = choices()["plage"]
    begin, finish = clock(told["debut"]), clock(told["fin"])
    hours = tuple(Window(day, begin, finish) for day in range(1, 6))
    alone = replace(plan, scheme=replace(plan.scheme, windows=hours))
    days = sorted({half.day for half in half_days(alone)})
    patients = plan.patients or 0
    for rank, day in enumerate(days):
        upto, before = ((patients * r) // len(days) for r in (rank + 1, rank))
        yield Counter(
            cpts_id=plan.scheme.cpts_id,
            department=plan.scheme.department,
            provider=f"SYN-{plan.scheme.id}-structure",
            profession=plan.scheme.profession,
            start=datetime.combine(day, begin, PARIS),
            end=datetime.combine(day, finish, PARIS),
            patients=upto - before,
        )
