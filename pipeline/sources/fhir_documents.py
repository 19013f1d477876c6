"""A FHIR file as blocks of resources one to a line: NDJSON as it is, bundles taken apart.

Bundles come as one JSON document, or one to a line. Their resources are numbered by their rank in
the file, since a document on several lines has none for them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.sources.streams import (
    MEGA,
    OBJECTS_BLOCK,
    SMALL_BLOCK,
    Block,
    Limits,
    ahead,
    blocks,
    stem_of,
)

# The resources of the guide; any other is set aside.
SCOPE = (
    "Slot",
    "Appointment",
    "Schedule",
    "Practitioner",
    "PractitionerRole",
    "HealthcareService",
    "Location",
    "Organization",
)
BY_RANK = "lines are ranks of resources in the bundles"
LINES, BUNDLES, DOCUMENT = "lines", "bundles", "document"
A_BUNDLE = "a FHIR bundle or resource"


@dataclass(frozen=True)
class Resources:
    """A block of resources, and when the bundle that held them was made, if it says so."""

    block: Block
    made: str = ""


def resources(path: Path, name: str, limits: Limits, notes: list[str]) -> Iterator[Resources]:
    """Yield the resources of a file, whatever holds them.

    Args:
        path: the file.
        name: how errors call it.
        limits: what a stream may cost.
        notes: where to say how the file was read.

    Raises:
        InputError: a document cut short, too large, or that is no FHIR.
    """
    stream = ahead(blocks(path, name, limits, OBJECTS_BLOCK))
    first = next(stream, None)
    if first is None:
        raise nothing_in(name)
    form = form_of(first, path)
    if form == LINES:
        yield from (Resources(block) for block in chain([first], stream))
        return
    notes.append(BY_RANK)
    if form == DOCUMENT:
        yield from taken_apart([whole_document(first, stream, name, limits.document)])
    else:
        yield from taken_apart(bundles(chain([first], stream), name))


def has_lines(path: Path, name: str, limits: Limits) -> bool:
    """Does a file hold resources one to a line?

    Raises:
        InputError: an empty file.
    """
    first = next(blocks(path, name, limits, SMALL_BLOCK), None)
    if first is None:
        raise nothing_in(name)
    return form_of(first, path) == LINES


def nothing_in(name: str) -> InputError:
    """Return the error of an empty file."""
    return InputError(file=name, line=1, expected=A_BUNDLE, found="nothing")


def form_of(first: Block, path: Path) -> str:
    """Return the form of a file, from its first block: lines, bundles one to a line, a document."""
    head = parsed(first.data.split(b"\n", 1)[0])
    if head is None and stem_of(path).lower().endswith(".json"):
        return DOCUMENT
    return BUNDLES if head is not None and head.get("resourceType") == "Bundle" else LINES


def parsed(line: bytes) -> dict[str, Any] | None:
    """Return the object on a line; nothing when there is none, or not all of it."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def whole_document(first: Block, stream: Iterator[Block], name: str, limit: int) -> dict[str, Any]:
    """Return the one JSON document of a file, which must fit in memory."""
    parts, size = [], 0
    for block in chain([first], stream):
        parts.append(block.data)
        size += len(block.data) + block.too_long
        if size > limit:
            raise InputError(
                file=name,
                expected=f"a JSON document of at most {limit / MEGA:g} MB",
                found="more",
                hint="Beyond, the format is NDJSON: one resource to a line.",
            )
    try:
        found = json.loads(b"".join(parts).decode("utf-8"))
    except UnicodeDecodeError as error:
        raise InputError(file=name, expected="UTF-8", found=error.reason) from None
    except json.JSONDecodeError as error:
        raise InputError(
            file=name,
            line=error.lineno,
            expected="a whole JSON document",
            found=f"{error.msg} at character {error.colno}",
        ) from None
    except RecursionError:
        raise InputError(file=name, expected=A_BUNDLE, found="endless nests") from None
    if not isinstance(found, dict) or "resourceType" not in found:
        raise InputError(file=name, expected=A_BUNDLE, found="another JSON document")
    return found


def bundles(stream: Iterator[Block], name: str) -> Iterator[dict[str, Any]]:
    """Yield the bundles of a file that has one to a line; a line that is none stops the reading."""
    for block in stream:
        for line, data in enumerate(block.data.split(b"\n"), block.first_line):
            if not data.strip() and not block.too_long:
                continue
            found = None if block.too_long else parsed(data)
            if found is None or found.get("resourceType") != "Bundle":
                raise InputError(
                    file=name,
                    line=line,
                    expected="a whole bundle on the line, as on the lines before",
                    found=f"{block.too_long or len(data)} bytes that are none",
                )
            yield found


def taken_apart(documents: Iterator[dict[str, Any]] | list[dict[str, Any]]) -> Iterator[Resources]:
    """Yield the resources of bundles, in blocks; a document that is no bundle is a resource."""
    rank = 1
    for document in documents:
        made = str(
            document.get("timestamp") or dict_of(document.get("meta")).get("lastUpdated", "")
        )
        held: list[bytes] = []
        size, first = 0, rank
        for resource in entries(document):
            data = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode()
            held.append(data + b"\n")
            size, rank = size + len(data), rank + 1
            if size > OBJECTS_BLOCK:
                yield Resources(Block.of(first, b"".join(held)), made)
                held, size, first = [], 0, rank
        if held:
            yield Resources(Block.of(first, b"".join(held)), made)


def dict_of(found: Any) -> dict[str, Any]:
    """Return an object, or an empty one in the place of anything else."""
    return found if isinstance(found, dict) else {}


def entries(document: dict[str, Any]) -> Iterator[Any]:
    """Yield the resources of a document, references by `urn:` turned to type and identifier."""
    if document.get("resourceType") != "Bundle":
        yield document
        return
    listed = document.get("entry")
    found = [dict_of(entry) for entry in listed] if isinstance(listed, list) else []
    names = {}
    for entry in found:
        resource, url = dict_of(entry.get("resource")), str(entry.get("fullUrl", ""))
        if url.startswith("urn:"):
            resource.setdefault("id", url.rsplit(":", 1)[-1])
            names[url] = f"{resource.get('resourceType')}/{resource['id']}"
    for entry in found:
        # An entry without a resource is counted, and set aside as one of no known type.
        yield renamed(entry.get("resource") or {"resourceType": "?"}, names)


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Return a resource whose references are those of `names`."""
    if not names:
        return value
    if isinstance(value, dict):
        return {
            key: names.get(held, held)
            if key == "reference" and isinstance(held, str)
            else renamed(held, names)
            for key, held in value.items()
        }
    return [renamed(held, names) for held in value] if isinstance(value, list) else value
