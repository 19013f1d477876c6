"""The one `Definitions` of the project."""

import dagster as dg

from assets.core import core
from assets.events import events
from assets.generated import acts, feed, panel
from assets.indicators import indicators
from assets.jobs import everything, raw_changed
from assets.publication import publication
from assets.raw import raw
from assets.settings import RunSettings

defs = dg.Definitions(
    assets=[raw, panel, feed, acts, events, core, indicators, publication],
    jobs=[everything],
    sensors=[raw_changed],
    resources={"settings": RunSettings()},
    executor=dg.in_process_executor,
)
