"""The same inputs give the same bytes, whatever the folder, the machine or the user."""

from __future__ import annotations

import getpass
import platform
import re
import socket
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.model import Lang
from pipeline.core import build_core
from pipeline.events.build import build_events
from pipeline.indicators.card import cards
from pipeline.indicators.runner import build_indicators
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.publication.exports import csv_text
from pipeline.publication.report import build_report
from tests.outputs import copy_outputs, files_of, hashes, kinds_of

LANGUAGES: tuple[Lang, Lang] = ("fr", "en")
HOST, USER = "hote-temoin-4711", "utilisateur-temoin-4711"


@dataclass(frozen=True)
class Run:
    """A full run: where it stands, and the hash of every output by language of the report."""

    layout: Layout
    hashes: dict[Lang, dict[str, str]]
    leaks: dict[Lang, list[str]]


def png_notes(content: bytes) -> bytes:
    """Return the chunks of a PNG other than its compressed pixels."""
    kept, place = b"", 8
    while place < len(content):
        size = int.from_bytes(content[place : place + 4], "big")
        kind = content[place + 4 : place + 8]
        kept += b"" if kind == b"IDAT" else content[place + 4 : place + 8 + size]
        place += size + 12
    return kept


def contents(path: Path) -> Iterator[bytes]:
    """Yield what an output holds, out of its compression: packed bytes may spell any short name."""
    if path.suffix == ".parquet":
        table = pq.read_table(path)
        yield csv_text(table).encode()
        yield str(pq.read_metadata(path)).encode() + str(table.schema.metadata).encode()
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield name.encode() + b" " + archive.read(name)
    elif path.suffix == ".png":
        yield png_notes(path.read_bytes())
    else:
        yield path.read_bytes()


def leaks(layout: Layout, secrets: list[bytes]) -> list[str]:
    """Return the outputs that hold one of the given names, as whole words."""
    pattern = re.compile(
        b"|".join(rb"(?<![A-Za-z0-9])" + re.escape(s) + rb"(?![A-Za-z0-9])" for s in secrets)
    )
    return [
        f"{name}: {found[0]!r}"
        for name, path in files_of(layout).items()
        for content in contents(path)
        if (found := pattern.search(content))
    ]


def machine_names(layout: Layout) -> list[bytes]:
    """Return what no output may hold: folders, host and user, true or planted."""
    places = [str(layout.root), str(layout.root.parent), str(Path.home())]
    hosts = {platform.node(), socket.gethostname(), HOST}
    # A bare user name may be a word of the language or of CSS (`:root`): the true one is looked
    # for as the owner of a folder, the planted one anywhere.
    users = [f"/{getpass.getuser()}/", f"\\{getpass.getuser()}\\", USER]
    return [text.encode() for text in (*places, *hosts, *users) if text not in ("", "/")]


def publish(layout: Layout) -> Run:
    """Publish in both languages and look at every output of each."""
    found: dict[Lang, dict[str, str]] = {}
    leaked: dict[Lang, list[str]] = {}
    for lang in LANGUAGES:
        build_report(layout, default_parameters(), lang)
        found[lang], leaked[lang] = hashes(layout), leaks(layout, machine_names(layout))
    return Run(layout, found, leaked)


@pytest.fixture(scope="module")
def first(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return publish(copy_outputs(built, tmp_path_factory.mktemp("un")))


@pytest.fixture(scope="module")
def second(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """A full run from the raw files, in a longer folder, on a machine with planted names."""
    place = copy_outputs(built, tmp_path_factory.mktemp("deux") / "un dossier plus profond")
    for path in place.processed.rglob("*.parquet"):
        path.unlink()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("USER", "LOGNAME", "USERNAME"):
            patch.setenv(name, USER)
        patch.setattr(socket, "gethostname", lambda: HOST)
        patch.setattr(platform, "node", lambda: HOST)
        patch.setenv("TZ", "Pacific/Auckland")
        patch.setenv("LC_ALL", "C")
        build_core(place, default_parameters())
        build_events(place)
        build_indicators(place, default_parameters())
        yield publish(place)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_two_runs_give_the_same_bytes(first: Run, second: Run, lang: Lang) -> None:
    assert first.layout.root != second.layout.root
    one, other = first.hashes[lang], second.hashes[lang]
    assert list(one) == list(other)
    assert {name for name in one if one[name] != other[name]} == set()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_run_writes_all_it_should(second: Run, lang: Lang) -> None:
    names = set(second.hashes[lang])
    assert "reports/index.html" in names
    assert "reports/provenance.json" in names
    for card in cards():
        for name in (f"reports/tables/{card}.{kind}" for kind in ("html", *kinds_of(card))):
            assert name in names
        assert f"data/processed/indicators/{card}.parquet" in names
    assert not [name for name in names if name.endswith(".tmp")]


def test_only_the_report_depends_on_the_language(second: Run) -> None:
    french, english = (second.hashes[lang] for lang in LANGUAGES)
    assert set(french) == set(english)
    changed = {name for name in french if french[name] != english[name]}
    assert "reports/index.html" in changed
    assert not [name for name in changed if name.startswith("data/") or name.endswith(".csv")]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_output_names_the_machine(first: Run, second: Run, lang: Lang) -> None:
    assert first.leaks[lang] == []
    assert second.leaks[lang] == []


def test_the_search_for_names_can_fail(first: Run, tmp_path: Path) -> None:
    place = Layout(tmp_path)
    place.reports.mkdir()
    (place.reports / "page.html").write_text(f"<p>{first.layout.root}/data</p>", encoding="utf-8")
    assert leaks(place, machine_names(first.layout)) != []
    with zipfile.ZipFile(place.reports / "table.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("core.xml", "x" * 500 + f" {USER} ")
    assert len(leaks(place, [USER.encode()])) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pages_are_in_their_language(built: Layout, tmp_path: Path, lang: Lang) -> None:
    place = copy_outputs(built, tmp_path)
    build_report(place, default_parameters(), lang)
    pages = [page.read_text(encoding="utf-8") for page in place.reports.rglob("*.html")]
    assert len(pages) >= len(cards()) + 6
    word = {"fr": "Indicateurs", "en": "Indicators"}[lang]
    assert [page for page in pages if f'<html lang="{lang}">' not in page] == []
    assert [page for page in pages if f">{word}</a>" not in page] == []
