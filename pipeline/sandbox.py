"""The tables a file of events would make, built apart from the project's."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pipeline.events.build import EventsBuild, build_events
from pipeline.parameters import Parameters, default_parameters
from pipeline.paths import Layout
from pipeline.sources.manifest import Entry, Manifest, write_manifest
from pipeline.sources.pseudonyms import key_path, read_key

EVERYTHING = 100


def tolerant() -> Parameters:
    """Return the parameters of a look: however many rows are set aside, all are told."""
    base = default_parameters()
    name = "quarantaine_part_max_pct"
    open_limit = base.entries[name].model_copy(update={"value": EVERYTHING})
    return Parameters(entries={**base.entries, name: open_limit})


@contextmanager
def events_apart(
    layout: Layout, inputs: Sequence[tuple[Entry, Path]], *, keep_key: bool = False
) -> Iterator[tuple[Layout, EventsBuild]]:
    """Build the tables of events of some files in a folder that is then thrown away.

    Args:
        layout: the project root.
        inputs: the files, each with its entry as the manifest would hold it.
        keep_key: hash identifiers with the project's own key, made if need be.

    Raises:
        InputError: a structural fault of a file.
    """
    layout.build.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layout.build, prefix="apart-") as folder:
        place = Layout(Path(folder))
        for entry, path in inputs:
            target = place.raw / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            os.symlink(path.resolve(), target)
        place.processed.mkdir(parents=True)
        write_manifest(place, Manifest(files=tuple(entry for entry, _ in inputs)))
        if keep_key and any(entry.origin != "synthetic" for entry, _ in inputs):
            place.private.mkdir(parents=True)
            key_path(place).write_text(read_key(layout, "real").hex(), encoding="ascii")
        yield place, build_events(place, tolerant())
