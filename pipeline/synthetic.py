"""Everything synthetic the project ships, made again where it is out of date."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.acts import ACTS, acts_state, make_acts
from pipeline.feed import FILES, feed_state, make_feeds
from pipeline.panel import PANEL, calibrate, panel_state
from pipeline.paths import Layout


def make_all(layout: Layout, force: bool = False) -> Iterator[str]:
    """Make the slot feeds, the panel, then its acts; yields what to tell, before and after.

    Args:
        layout: the project root.
        force: make them even when nothing has changed.

    Raises:
        CalibrationError, InfeasibleError: the published values cannot be met together.
    """
    feeds = " and ".join(f"data/raw/{path}" for path in FILES.values())
    if feed_state(layout).fresh and not force:
        yield f"{feeds} are up to date."
    else:
        make_feeds(layout, force)
        yield f"{feeds} written."
    if panel_state(layout).fresh and not force:
        yield f"data/raw/{PANEL} is up to date."
    else:
        yield "Calibrating the panel (under a minute)..."
        calibrate(layout, force)
        yield f"data/raw/{PANEL} written. Run `snp run` to use it."
    # The acts are those of the panel: after it.
    if acts_state(layout).fresh and not force:
        yield f"data/raw/{ACTS} is up to date."
    else:
        make_acts(layout, force)
        yield f"data/raw/{ACTS} written."
