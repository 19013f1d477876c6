"""The synthetic acts among the inputs: made again when the panel they come from has changed."""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import InputError
from pipeline.generated import add_code, add_entry, in_use, is_fresh, listed
from pipeline.hashing import sha256
from pipeline.panel import PANEL
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.sources.load import load
from pipeline.sources.manifest import Entry, Manifest, read_manifest, write_manifest

SOURCE = "actes"
ACTS = f"{SOURCE}/actes_synthetiques.csv.gz"
MADE_OF = ("calibration/acts/*.py",)
TABLES = ("ecds_centres", "ecds_activite", "ecds_effectifs")
YEAR = 2022
# Centres by kind of manager in the shipped file: all of them would be millions of acts.
BY_MANAGER = 2
FEE = "honoraires_par_acte_mg_eur"


@dataclass(frozen=True)
class ActsState:
    """Are the acts the input in use, and do they come from the present panel and code?"""

    active: bool
    fresh: bool
    key: str


def acts_key(manifest: Manifest) -> str:
    """Return the hash of all the acts depend on: the panel, the fee, the code."""
    digest = hashlib.sha256()
    if (panel := listed(manifest, PANEL)) is not None:
        add_entry(digest, panel)
    digest.update(f"{FEE} {default_parameters().value(FEE)} {YEAR} {BY_MANAGER}\n".encode())
    add_code(digest, MADE_OF)
    return digest.hexdigest()


def acts_state(layout: Layout) -> ActsState:
    """Say whether the acts are in use and up to date; reads hashes only."""
    manifest = read_manifest(layout)
    key = acts_key(manifest)
    active = in_use(manifest, SOURCE, ACTS)
    return ActsState(active, is_fresh(layout, manifest, ACTS, key), key)


def acts_of_panel(layout: Layout, by_manager: int | None) -> Iterator[tuple[object, ...]]:
    """Yield the acts of some centres of the panel, header first.

    Args:
        layout: the project root; its e-CDS input must be the panel.
        by_manager: how many centres of each kind of manager; all when None.

    Raises:
        InputError: the panel is asleep.
    """
    from pipeline.calibration.acts.centres import centres_of, sample
    from pipeline.calibration.acts.deal import HEADER, Deal

    entry = next((e for e in read_manifest(layout).active("ecds") if e.path == PANEL), None)
    if entry is None:
        raise InputError(
            file=layout.relative(layout.manifest), expected=f"{PANEL} in use", found="other files"
        )
    results = load(layout, list(TABLES)).results
    places, activity, staff = (results[name].rows for name in TABLES)
    centres = centres_of(places, activity, staff, YEAR)
    fee = f"{default_parameters().value(FEE):.2f}"
    yield HEADER
    for centre in centres if by_manager is None else sample(centres, by_manager):
        yield from Deal(centre, fee).rows()


def write_csv_gz(rows: Iterable[tuple[object, ...]], target: Path) -> None:
    """Write rows as a compressed CSV, atomically; the same bytes every time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{target.name}.tmp")
    with (
        temporary.open("wb") as raw,
        gzip.GzipFile(filename="", fileobj=raw, mode="wb", mtime=0) as packed,
        io.TextIOWrapper(packed, encoding="utf-8", newline="") as handle,
    ):
        csv.writer(handle, lineterminator="\n").writerows(rows)
    os.replace(temporary, target)


def make_acts(layout: Layout, force: bool = False) -> ActsState:
    """Make the acts when they are out of date, and list them; a few seconds.

    Args:
        layout: the project root.
        force: make them even when nothing has changed.

    Returns:
        The state afterwards.
    """
    state = acts_state(layout)
    if state.fresh and not force:
        return state
    write_csv_gz(acts_of_panel(layout, BY_MANAGER), layout.raw / ACTS)
    manifest = read_manifest(layout)
    kept = tuple(entry for entry in manifest.files if entry.path != ACTS)
    write_manifest(
        layout, Manifest(files=(*kept, acts_entry(layout, state, listed(manifest, ACTS))))
    )
    return acts_state(layout)


def acts_entry(layout: Layout, state: ActsState, old: Entry | None) -> Entry:
    """Return the manifest entry of the acts; they sleep on where they slept."""
    path = layout.raw / ACTS
    return Entry(
        path=ACTS,
        source=SOURCE,
        sha256=sha256(path),
        bytes=path.stat().st_size,
        producer="projet",
        title="Actes synthétiques de quelques centres du panel synthétique",
        licence="MIT",
        document=f"calé sur data/raw/{PANEL}",
        vintage=str(YEAR),
        obtained="calculé",
        origin="synthetic",
        active=old is None or old.active,
        calibrated_from=state.key,
        drawn_from=PANEL,
    )
