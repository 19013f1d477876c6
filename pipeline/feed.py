"""The synthetic slot feeds among the inputs: made again when what they come from has changed."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass

from pipeline.generated import add_code, add_corrections, add_entry, in_use, is_fresh
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.sources.load import load
from pipeline.sources.manifest import Entry, Manifest, read_manifest, write_manifest

DIARY, PLATFORM = "agendas", "sas_plateforme"
FILES = {
    DIARY: f"{DIARY}/agenda_synthetique.csv.gz",
    PLATFORM: f"{PLATFORM}/compteurs_synthetiques.csv.gz",
}
TITLES = {
    DIARY: "Agenda synthétique de créneaux de soins non programmés",
    PLATFORM: "Compteurs synthétiques de la plateforme nationale",
}
DOCUMENT = "inter_urps_pdl_2025"
# The inputs the feeds are made from, and the code.
READ = (
    "creneaux_publies",
    "dispositif_canaux",
    "dispositif_effecteurs",
    "dispositif_horaires",
    "dispositif_regles",
    "dispositifs",
)
MADE_OF = ("calibration/feeds/*.py", "calibration/feeds/*.yml")


@dataclass(frozen=True)
class FeedState:
    """Which feeds are in use, and do they come from the present published values and code?"""

    active: tuple[str, ...]
    fresh: bool
    key: str


def feed_key(layout: Layout, manifest: Manifest) -> str:
    """Return the hash of all the feeds depend on: published values, corrections, code."""
    digest = hashlib.sha256()
    for entry in manifest.active():
        if entry.source in READ:
            add_entry(digest, entry)
    add_corrections(digest, layout)
    add_code(digest, MADE_OF)
    return digest.hexdigest()


def feed_state(layout: Layout) -> FeedState:
    """Say which feeds are in use and whether they are up to date; reads hashes only."""
    manifest = read_manifest(layout)
    key = feed_key(layout, manifest)
    fresh = all(is_fresh(layout, manifest, path, key) for path in FILES.values())
    active = tuple(source for source, path in FILES.items() if in_use(manifest, source, path))
    return FeedState(active, fresh, key)


def make_feeds(layout: Layout, force: bool = False) -> FeedState:
    """Make the feeds when they are out of date, and list them; under a second.

    Args:
        layout: the project root.
        force: make them even when nothing has changed.

    Returns:
        The state afterwards.

    Raises:
        CalibrationError: the printed opening hours do not hold the printed slots.
    """
    state = feed_state(layout)
    if state.fresh and not force:
        return state
    from pipeline.calibration.feeds.feed import make_feed
    from pipeline.calibration.feeds.files import diary_bytes, platform_bytes

    results = load(layout, list(READ)).results
    feed = make_feed({name: results[name].rows for name in READ})
    replace_file(layout, DIARY, diary_bytes(feed.slots))
    replace_file(layout, PLATFORM, platform_bytes(feed.counters))
    manifest = read_manifest(layout)
    kept = [entry for entry in manifest.files if entry.path not in FILES.values()]
    made = [feed_entry(layout, source, state) for source in FILES]
    write_manifest(layout, Manifest(files=(*kept, *made)))
    return feed_state(layout)


def replace_file(layout: Layout, source: str, content: bytes) -> None:
    """Write a feed in the place of the old one, atomically."""
    target = layout.raw / FILES[source]
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.tmp")
    temporary.write_bytes(content)
    os.replace(temporary, target)


def feed_entry(layout: Layout, source: str, state: FeedState) -> Entry:
    """Return the manifest entry of a feed."""
    path = layout.raw / FILES[source]
    return Entry(
        path=FILES[source],
        source=source,
        sha256=sha256(path),
        bytes=path.stat().st_size,
        producer="projet",
        title=TITLES[source],
        licence="MIT",
        document=f"calé sur {DOCUMENT}",
        vintage="2022-2025",
        obtained="calculé",
        origin="synthetic",
        active=source in state.active,
        calibrated_from=state.key,
    )
