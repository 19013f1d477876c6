"""Every synthetic slot and counter, from the printed values."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.calibration.feeds.counters import Counter, counters_of
from pipeline.calibration.feeds.plans import Plan, Refusal, plans
from pipeline.calibration.feeds.published import Tables
from pipeline.calibration.feeds.slots import Slot, slots_of


@dataclass(frozen=True)
class Feed:
    """What is generated, and what is not, with the reason."""

    plans: tuple[Plan, ...]
    refusals: tuple[Refusal, ...]
    slots: tuple[Slot, ...]
    counters: tuple[Counter, ...]


def make_feed(tables: Tables) -> Feed:
    """Make the feed of the inventory.

    Args:
        tables: the rows of the tables named in `pipeline.feed.READ`, as the reader gives them.

    Raises:
        CalibrationError: opening hours do not hold the printed slots.
    """
    found = list(plans(tables))
    kept = tuple(each for each in found if isinstance(each, Plan))
    by_slot = [plan for plan in kept if plan.patients is None]
    by_patient = [plan for plan in kept if plan.patients is not None]
    return Feed(
        plans=kept,
        refusals=tuple(each for each in found if isinstance(each, Refusal)),
        slots=tuple(slot for plan in by_slot for slot in slots_of(plan)),
        counters=tuple(counter for plan in by_patient for counter in counters_of(plan)),
    )
