"""Fetch a public file from its publisher and list it: `snp fetch`.

The file is found by the pattern of its title in the catalogue of the publisher, downloaded, read as
its source would read it, and only then listed in the manifest. Bytes that differ from those already
listed are refused unless the change is accepted; whatever fails leaves `data/raw` as it was.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import urllib.parse
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

from pydantic import ValidationError

from pipeline.contracts.model import Strict
from pipeline.contracts.registry import read_yaml
from pipeline.download import Network, Progress, download, read_json
from pipeline.errors import ContractError, FetchError
from pipeline.hashing import sha256
from pipeline.paths import PACKAGE, Layout
from pipeline.sources.add import Provenance, check_source, entry_for, merged, try_reading
from pipeline.sources.french import folded
from pipeline.sources.manifest import Entry, read_manifest, write_manifest

PUBLISHERS = PACKAGE / "publishers.yml"
# Another server in the place of every publisher: a mirror inside a closed network, or a test.
BASE_VARIABLE = "SNP_FETCH_BASE"
YEAR = re.compile(r"(?<![0-9])(20[0-9]{2})(?![0-9])")


class Publisher(Strict):
    """Where one file of a source is kept, and what it must be.

    `unverified` says what of it was written without being seen at the publisher: it is told before
    any call, so that nobody takes a guess for a fact.
    """

    item: str
    kind: Literal["attachments", "datagouv", "export", "direct", "manual"]
    base: str = ""
    dataset: str = ""
    path: str = ""
    title: str = ""
    vintage: str = ""
    suffix: Literal[".csv", ".xlsx", ".ods"] = ".csv"
    producer: str = ""
    licence: str = ""
    least_bytes: int = 1
    how: str = ""
    unverified: str = ""

    @property
    def warning(self) -> str:
        """What to say before calling it; empty where nothing is a guess."""
        return f"{self.item}: unverified: {self.unverified}" if self.unverified else ""


@dataclass(frozen=True)
class Resource:
    """One file a catalogue offers."""

    title: str
    url: str
    licence: str = ""
    changed: str = ""


@dataclass(frozen=True)
class Wanted:
    """What to fetch: a file of a source, of a vintage or the latest, its change accepted or not."""

    source: str
    publisher: Publisher
    vintage: str | None = None
    accept: bool = False


@dataclass(frozen=True)
class Fetched:
    """What came of one file: its entry, and whether its bytes are new."""

    entry: Entry
    new: bool


@cache
def publishers(file: Path = PUBLISHERS) -> dict[str, tuple[Publisher, ...]]:
    """Return the publishers of each source."""
    try:
        return {
            source: tuple(Publisher.model_validate(item) for item in items)
            for source, items in read_yaml(file).items()
        }
    except ValidationError as error:
        raise ContractError(f"{file.name}: {error}") from error


def published_by(source: str, item: str | None, file: Path = PUBLISHERS) -> list[Publisher]:
    """Return the files to fetch for a source; FetchError says what to do where there is none."""
    check_source(source)
    known = publishers(file).get(source, ())
    chosen = [one for one in known if item in (None, one.item)]
    if not chosen:
        names = ", ".join(one.item for one in known) or "none"
        raise FetchError(f"{source}: expected one of its files ({names}); found {item!r}.")
    return chosen


def address(publisher: Publisher, path: str) -> str:
    """Return an address of a publisher, on the server that stands in for it if one does."""
    return (os.environ.get(BASE_VARIABLE) or publisher.base).rstrip("/") + path


def listed(publisher: Publisher, vintage: str | None, network: Network) -> list[Resource]:
    """Return what the catalogue of a publisher offers."""
    year = vintage or publisher.vintage
    if publisher.kind == "direct":
        url = address(publisher, publisher.path.format(vintage=year))
        return [Resource(f"{publisher.item} {year}", url)]
    if publisher.kind == "export":
        path = f"/api/explore/v2.1/catalog/datasets/{publisher.dataset}/exports/csv"
        return [Resource(publisher.dataset, address(publisher, path))]
    if publisher.kind == "datagouv":
        answer = read_json(address(publisher, f"/api/1/datasets/{publisher.dataset}/"), network)
        return catalogue_entries(publisher, answer, "resources")
    path = f"/api/explore/v2.1/catalog/datasets/{publisher.dataset}/attachments"
    return catalogue_entries(publisher, read_json(address(publisher, path), network), "attachments")


def catalogue_entries(publisher: Publisher, answer: Any, field: str) -> list[Resource]:
    """Return the files of a catalogue; FetchError when its form is not known."""
    try:
        return [resource_of(raw) for raw in answer[field]]
    except (KeyError, TypeError):
        raise FetchError(
            f"{publisher.dataset}: expected a catalogue with {field}, each with a title and an "
            "address; found another form. The portal may have changed its interface."
        ) from None


def resource_of(raw: dict[str, Any]) -> Resource:
    """Return one file of a catalogue, of data.gouv.fr or of an Opendatasoft portal."""
    told = raw.get("metas", raw)
    changed = str(raw.get("last_modified") or told.get("updated_at") or "")
    return Resource(str(told["title"]), str(raw.get("url") or raw["href"]), changed=changed)


def years_in(title: str) -> set[int]:
    """Return the years a title names, those inside a range such as 2022-2024 included."""
    found = [int(year) for year in YEAR.findall(title.replace("_", " "))]
    return set(range(min(found), max(found) + 1)) if found else set()


def spoken(title: str) -> str:
    """Return a title to compare: catalogues put underscores for spaces."""
    return folded(title.replace("_", " "))


def choose(publisher: Publisher, found: list[Resource], vintage: str | None) -> Resource:
    """Return the one file a publisher's title pattern means: of a vintage, else the latest.

    Raises:
        FetchError: none, or several that nothing tells apart; names the titles.
    """
    titles = ", ".join(repr(one.title) for one in found) or "none"
    kept = [one for one in found if re.fullmatch(publisher.title or ".*", spoken(one.title))]
    if not kept:
        raise FetchError(f"{publisher.item}: no title like {publisher.title!r}; found {titles}.")
    if vintage and any(years_in(one.title) for one in kept):
        kept = [one for one in kept if int(vintage[:4]) in years_in(one.title)]
        if not kept:
            raise FetchError(f"{publisher.item}: no file of {vintage}; found {titles}.")
    latest = max(latest_key(one) for one in kept)
    kept = [one for one in kept if latest_key(one) == latest]
    if len({one.url for one in kept}) > 1:
        shown = ", ".join(repr(one.title) for one in kept)
        raise FetchError(f"{publisher.item}: several files answer: {shown}. Give --vintage.")
    return kept[0]


def latest_key(resource: Resource) -> tuple[int, str]:
    """Return what orders the editions of a file: the last year of its title, then its change."""
    return max(years_in(resource.title), default=0), resource.changed


def file_name(publisher: Publisher, resource: Resource) -> str:
    """Return the name of the file in `data/raw`: that of its address, else of its title."""
    last = urllib.parse.unquote(urllib.parse.urlsplit(resource.url).path).rpartition("/")[2]
    stem = last.removesuffix(publisher.suffix) if last.endswith(publisher.suffix) else ""
    stem = stem or f"{publisher.item} {resource.title}"
    return re.sub(r"[^a-z0-9]+", "_", spoken(stem)).strip("_") + publisher.suffix


def vintage_of(publisher: Publisher, resource: Resource, vintage: str | None) -> str:
    """Return the vintage to list: told, else the years of the title."""
    years = sorted(years_in(resource.title))
    told = "-".join(dict.fromkeys((str(years[0]), str(years[-1])))) if years else ""
    return vintage or told or publisher.vintage or resource.changed[:10] or "non précisé"


def refuse_changed(old: Entry | None, new_hash: str, accept: bool) -> None:
    """Refuse bytes that differ from those listed, unless the change is accepted."""
    if old is not None and old.sha256 != new_hash and not accept:
        raise FetchError(
            f"data/raw/{old.path}: the publisher changed the file: listed sha256 "
            f"{old.sha256[:12]}… of {old.obtained}, found {new_hash[:12]}…. Nothing was replaced. "
            "Accept the change with --accept."
        )


def listed_before(layout: Layout, source: str, path: str, url: str) -> Entry | None:
    """Return what the manifest lists at the same place, or from the same address."""
    known = [entry for entry in read_manifest(layout).files if entry.source == source]
    same = [entry for entry in known if entry.path == path]
    return next(iter(same or [entry for entry in known if entry.document == url]), None)


def fetch(layout: Layout, wanted: Wanted, network: Network, progress: Progress) -> Fetched:
    """Fetch one file of a source and list it.

    Raises:
        FetchError: not found, cut, of another nature, changed since it was listed.
        InputError: a file that its source cannot read.
    """
    publisher, source = wanted.publisher, wanted.source
    if publisher.kind == "manual":
        raise FetchError(f"{source}: no catalogue offers it. {publisher.how}")
    found = listed(publisher, wanted.vintage, network)
    chosen = choose(publisher, found, wanted.vintage)
    target = layout.raw / source / file_name(publisher, chosen)
    staged = layout.processed / "fetch" / source / target.name
    part = staged.with_name(staged.name + ".part")
    download(chosen.url, part, network, publisher.suffix, publisher.least_bytes, progress)
    os.replace(part, staged)
    try:
        return keep(layout, wanted, chosen, staged, target)
    finally:
        staged.unlink(missing_ok=True)


def keep(layout: Layout, wanted: Wanted, chosen: Resource, staged: Path, target: Path) -> Fetched:
    """List a downloaded file, once it is known to be new and to read as its source."""
    path = target.relative_to(layout.raw).as_posix()
    old = listed_before(layout, wanted.source, path, chosen.url)
    found = sha256(staged)
    if old is not None and old.sha256 == found and (layout.raw / old.path).is_file():
        return Fetched(old, new=False)
    refuse_changed(old, found, wanted.accept)
    said = provenance(wanted.publisher, chosen, wanted.vintage)
    try_reading(layout, staged, wanted.source, said)
    return Fetched(install(layout, staged, target, wanted.source, said), new=True)


def provenance(publisher: Publisher, chosen: Resource, vintage: str | None) -> Provenance:
    """Return the descriptor of a fetched file."""
    return Provenance(
        origin="published",
        producer=publisher.producer,
        title=chosen.title,
        licence=publisher.licence,
        document=chosen.url,
        vintage=vintage_of(publisher, chosen, vintage),
        obtained=dt.date.today().isoformat(),
    )


def install(layout: Layout, staged: Path, target: Path, source: str, said: Provenance) -> Entry:
    """Put a file that was read in its place and list it."""
    known = read_manifest(layout).files
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(staged, target)
    entry = entry_for(layout, target, source, said)
    write_manifest(layout, merged(known, entry, alone=False))
    return entry
