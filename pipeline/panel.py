"""The synthetic panel among the inputs: solved again when what it comes from has changed."""

from __future__ import annotations

import csv
import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from pipeline.contracts.registry import vocabularies
from pipeline.errors import InputError
from pipeline.generated import add_code, add_corrections, add_entry, in_use, is_fresh, listed
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.sources.load import load
from pipeline.sources.manifest import Entry, Manifest, read_manifest, write_manifest

SOURCE = "ecds"
PANEL = f"{SOURCE}/panel_synthetique.csv"
DOCUMENT = "igas_2023_034r"
# The inputs the calibration reads, and the code and lists it is made of.
READ = ("published_figures", "published_tables", "tableaux_index")
MADE_OF = ("calibration/*.py", "calibration/*.yml", "contracts/tables/ecds_*.yml")
LISTS = ("profession_ecds", "poste_ecds")


@dataclass(frozen=True)
class PanelState:
    """Is the panel the e-CDS input in use, and does it come from the present published values?"""

    active: bool
    fresh: bool
    key: str


def calibration_key(layout: Layout, manifest: Manifest) -> str:
    """Return the hash of all the panel depends on: published values, code, lists, contracts."""
    digest = hashlib.sha256()
    for entry in manifest.active():
        if entry.source in READ and DOCUMENT.partition("_")[0] in Path(entry.path).name:
            add_entry(digest, entry)
    add_corrections(digest, layout)
    add_code(digest, MADE_OF)
    for name in LISTS:
        for code, label in vocabularies()[name].items():
            digest.update(f"{name} {code} {label.parent}\n".encode())
    return digest.hexdigest()


def panel_state(layout: Layout) -> PanelState:
    """Say whether the panel is in use and up to date; reads hashes only."""
    manifest = read_manifest(layout)
    key = calibration_key(layout, manifest)
    active = in_use(manifest, SOURCE, PANEL)
    return PanelState(active, is_fresh(layout, manifest, PANEL, key), key)


def calibrate(layout: Layout, force: bool = False) -> PanelState:
    """Calibrate the panel when it is out of date, and list it; it takes under a minute.

    Args:
        layout: the project root.
        force: calibrate even when nothing has changed.

    Returns:
        The state afterwards.

    Raises:
        CalibrationError: the published margins cannot be met together.
        InfeasibleError: the margins of one stage exclude each other.
    """
    state = panel_state(layout)
    if state.fresh and not force:
        return state
    from pipeline.calibration.panel import panel_rows
    from pipeline.calibration.published import Published
    from pipeline.calibration.solve import solve

    results = load(layout, list(READ)).results
    rows = [[r for r in results[name].rows if r["document_id"] == DOCUMENT] for name in READ]
    figures, cells, _ = rows
    if not figures or not cells:
        raise InputError(file=layout.relative(layout.manifest), expected=DOCUMENT, found="no value")
    write_panel(layout, panel_rows(solve(Published(cells, figures))))
    manifest = read_manifest(layout)
    old = listed(manifest, PANEL)
    kept = tuple(entry for entry in manifest.files if entry.path != PANEL)
    entry = panel_entry(layout, state.key, state.active if old is None else old.active)
    write_manifest(layout, Manifest(files=(*kept, entry)))
    return panel_state(layout)


def write_panel(layout: Layout, rows: list[list[str]]) -> None:
    """Write the panel in the place of the old one, atomically."""
    target = layout.raw / PANEL
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".csv.tmp")
    with temporary.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, lineterminator="\n").writerows(rows)
    os.replace(temporary, target)


def panel_entry(layout: Layout, key: str, active: bool) -> Entry:
    """Return the manifest entry of the panel."""
    path = layout.raw / PANEL
    return Entry(
        path=PANEL,
        source=SOURCE,
        sha256=sha256(path),
        bytes=path.stat().st_size,
        producer="projet",
        title="Panel synthétique de centres de santé pluriprofessionnels",
        licence="MIT",
        document=f"calibré sur {DOCUMENT}",
        vintage="2016-2022",
        obtained="calculé",
        origin="synthetic",
        active=active,
        calibrated_from=key,
    )
