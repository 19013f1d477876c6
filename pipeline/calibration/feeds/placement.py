"""Where slots lie in time: as many as printed, spread as evenly as the opening hours allow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.calibration.feeds.choices import choices, draw, holidays, in_drawn_order
from pipeline.calibration.feeds.plans import Plan
from pipeline.calibration.rows import CalibrationError

DAY = timedelta(days=1)


@dataclass(frozen=True)
class HalfDay:
    """A morning or an afternoon of opening."""

    day: date
    start: time
    end: time

    @property
    def minutes(self) -> int:
        """Its length."""
        begin, finish = (t.hour * 60 + t.minute for t in (self.start, self.end))
        return finish - begin


def half_days(plan: Plan) -> list[HalfDay]:
    """Return the half-days of opening of a plan, public holidays left out, in order."""
    noon = time(choices()["mi_journee_heure"])
    found, day = [], plan.start
    while day <= plan.end:
        for window in plan.scheme.windows if day not in holidays() else ():
            if window.weekday == day.isoweekday():
                morning = HalfDay(day, window.start, min(window.end, noon))
                afternoon = HalfDay(day, max(window.start, noon), window.end)
                found += [half for half in (morning, afternoon) if half.minutes > 0]
        day += DAY
    return found


def units(plan: Plan, halves: list[HalfDay]) -> list[list[HalfDay]]:
    """Return the half-days by period of the printed value: day, ISO week, month or the whole."""

    def unit(half: HalfDay) -> object:
        iso = half.day.isocalendar()
        return {
            "jour": half.day,
            "semaine": (iso.year, iso.week),
            "mois": (half.day.year, half.day.month),
        }.get(plan.period)

    grouped: dict[object, list[HalfDay]] = {}
    for half in halves:
        grouped.setdefault(unit(half), []).append(half)
    return list(grouped.values())


def volumes(plan: Plan, count: int) -> list[int]:
    """Return the slots of each period: from the low to the high bound, in a drawn order.

    Evenly spaced, both bounds reached: a printed range says nothing more. Where no volume is
    printed, the chosen slots by provider and week.
    """
    if plan.low is None or plan.high is None:
        weekly = choices()["offre_sans_volume"][plan.id] * plan.providers
        return [weekly * ((plan.end - plan.start).days + 1) // 7]
    if count == 1 or plan.low == plan.high:
        return [plan.low] * count
    span = plan.high - plan.low
    ordered = [
        plan.low + (2 * span * rank + count - 1) // (2 * (count - 1)) for rank in range(count)
    ]
    return [ordered[rank] for rank in in_drawn_order(count, plan.id)]


def starts_in(half: HalfDay, number: int, minutes: int) -> Iterator[datetime]:
    """Yield the starts of some slots of a half-day, evenly spaced, two never at once.

    Raises:
        CalibrationError: the half-day does not hold them.
    """
    room = half.minutes // minutes
    if number > room:
        raise CalibrationError(f"{half.day}: {number} slots where {room} fit")
    shift = draw("debut", half.day, half.start)
    for rank in range(number):
        step = timedelta(minutes=minutes * int((rank + shift) * room / number))
        yield datetime.combine(half.day, half.start) + step


def starts(plan: Plan) -> list[datetime]:
    """Return the start of every slot of a plan, Paris time, in order."""
    found: list[datetime] = []
    groups = units(plan, half_days(plan))
    for halves, volume in zip(groups, volumes(plan, len(groups)), strict=True):
        number = [0] * len(halves)
        for rank in range(volume):
            number[rank * len(halves) // volume] += 1
        for half, slots in zip(halves, number, strict=True):
            found += starts_in(half, slots, plan.scheme.minutes)
    return found
