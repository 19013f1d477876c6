"""A file of events read before it is accepted, in a folder that is thrown away."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import ContractError
from pipeline.paths import Layout
from pipeline.sources.desk import Job
from pipeline.sources.manifest import Entry
from pipeline.sources.pseudonyms import read_key
from pipeline.sources.registry import sources
from pipeline.sources.staging import Staging
from pipeline.sources.streams import Limits


@dataclass(frozen=True)
class Trial:
    """What a file of events holds: rows met and set aside by table, and how it was read."""

    rows_in: dict[str, int]
    set_aside: dict[str, int]
    notes: tuple[str, ...]


def try_events(layout: Layout, file: Path, entry: Entry) -> Trial:
    """Read a file of events and keep nothing of it.

    Raises:
        InputError: a structural fault of the file.
    """
    source = sources()[entry.source]
    if source.stage is None:
        raise ContractError(f"{source.name} is no source of events")
    key = read_key(layout, entry.origin, make=False)
    layout.build.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=layout.build, prefix="essai-") as folder:
        job = Job(layout.relative(file), entry, key, Limits.of())
        with Staging(Path(folder), job, source.tables) as staging:
            source.stage(file, staging)
            aside = {table: staging.bad_rows(table) for table in source.tables}
            return Trial(dict(staging.rows_in), aside, tuple(staging.notes))
