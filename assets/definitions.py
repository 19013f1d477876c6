"""The one `Definitions` of the project."""

import dagster as dg

from assets.core import core
from assets.events import events
from assets.feed import feed
from assets.indicators import indicators
from assets.jobs import everything, raw_changed
from assets.panel import panel
from assets.publication import publication
from assets.raw import raw
from assets.settings import RunSettings

defs = dg.Definitions(
    assets=[raw, panel, feed, events, core, indicators, publication],
    jobs=[everything],
    sensors=[raw_changed],
    resources={"settings": RunSettings()},
    executor=dg.in_process_executor,
)
