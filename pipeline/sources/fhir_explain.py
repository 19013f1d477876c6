"""What the FHIR standard finds wrong in a feed, resource by resource, for `snp check`.

`fhir.resources` validates a slot in 0.4 ms: right to explain a file, a hundred times too slow to
ingest one. Its R4B models hold for the eight resources of the guide, which R4 wrote alike.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.sources.fhir_documents import SCOPE, resources
from pipeline.sources.streams import Limits

# Beyond, a fault is in what writes the feed, and shows in its first resources.
MOST_RESOURCES = 2_000


def explain_fhir(path: Path) -> list[tuple[int, str, str, str]]:
    """Return the faults of the first resources of a file: line, place, expected, found.

    What is found is shown by its type alone: its value may name somebody.
    """
    faults: list[tuple[int, str, str, str]] = []
    seen = 0
    for found in resources(path, path.name, Limits.of(), []):
        lines = found.block.data.split(b"\n")
        for line, data in enumerate(lines, found.block.first_line):
            if seen >= MOST_RESOURCES:
                return faults
            if data.strip():
                seen += 1
                faults += faults_of(line, data)
    return faults


def faults_of(line: int, data: bytes) -> list[tuple[int, str, str, str]]:
    """Return what the standard finds wrong in one resource; the reader tells of broken lines."""
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    try:
        resource: Any = json.loads(data)
    except ValueError:
        return []
    kind = resource.get("resourceType") if isinstance(resource, dict) else None
    if kind not in SCOPE:
        return []
    try:
        get_fhir_model_class(kind).model_validate(resource)
    except ValidationError as error:
        return [
            (
                line,
                ".".join([kind, *(str(part) for part in fault["loc"])]),
                f"FHIR R4: {fault['msg']}",
                type(fault.get("input")).__name__,
            )
            for fault in error.errors(include_url=False)
        ]
    return []
