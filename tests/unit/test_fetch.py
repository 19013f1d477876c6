"""`snp fetch` against a server of ours: found by title, resumed, checked, not replaced unasked."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.download import Network, download
from pipeline.errors import FetchError, InputError
from pipeline.fetch import (
    BASE_VARIABLE,
    Fetched,
    Publisher,
    Resource,
    Wanted,
    choose,
    fetch,
    publishers,
)
from pipeline.paths import Layout
from pipeline.sources.manifest import read_manifest
from pipeline.sources.registry import sources
from tests.support import tree_hashes
from tests.territory_files import apl_book

QUICK = Network(timeout=0.5, pause=0.0)
DATASET = "/api/explore/v2.1/catalog/datasets/d/attachments"
APL = Publisher(
    item="mg", kind="attachments", base="http://x", dataset="d", title=".*apl.*generalistes.*",
    suffix=".xlsx", producer="DREES", licence="LO",
)  # fmt: skip
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class Served:
    """What a server answers at each path, and what it was asked."""

    bodies: dict[str, bytes] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    codes: dict[str, list[int]] = field(default_factory=dict)
    cuts: dict[str, list[int]] = field(default_factory=dict)
    slow: set[str] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)
    base: str = ""

    def offer(self, *titles: str, path: str = "/files/f") -> None:
        """Serve a catalogue whose files all stand at one path."""
        files = [{"metas": {"title": t}, "href": f"{self.base}{path}"} for t in titles]
        self.bodies[DATASET] = json.dumps({"attachments": files}).encode()


class Handler(BaseHTTPRequestHandler):
    """Answers as told, ranges included."""

    served: Served

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer one request."""
        told, path = self.served, self.path
        told.asked.append((path, self.headers.get("Range", "")))
        if path in told.slow:
            time.sleep(0.2)
            self.close_connection = True
            return
        code = told.codes[path].pop(0) if told.codes.get(path) else 0
        if code or (path not in told.bodies and path not in told.redirects):
            self.send_error(code or 404)
        elif path in told.redirects:
            self.send_response(302)
            self.send_header("Location", told.redirects[path])
            self.end_headers()
        else:
            self.send_body(path)

    def send_body(self, path: str) -> None:
        """Send a body, from where it is asked, up to where it is to be cut."""
        body, asked = self.served.bodies[path], self.headers.get("Range", "")
        tag = f'"{hash(body)}"'
        resumed = bool(asked) and self.headers.get("If-Range") == tag
        start = int(asked.removeprefix("bytes=").rstrip("-")) if resumed else 0
        self.send_response(206 if resumed else 200)
        self.send_header("ETag", tag)
        self.send_header("Content-Type", self.served.kinds.get(path, "application/json"))
        self.send_header("Content-Length", str(len(body) - start))
        if resumed:
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        self.end_headers()
        cuts = self.served.cuts.get(path)
        self.wfile.write(body[start : cuts.pop(0) if cuts else None])
        self.close_connection = True


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    """A server on the loopback, in the place of every publisher."""
    told = Served()
    handler = type("Told", (Handler,), {"served": told})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    told.base = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv(BASE_VARIABLE, told.base)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield told
    server.shutdown()
    server.server_close()
    thread.join()


def book(tmp_path: Path, value: float = 2.5) -> bytes:
    """Return the bytes of a small workbook of the APL."""
    path = apl_book(tmp_path / "made.xlsx", ["01001", "A", value, 1, 1, 1])
    return path.read_bytes()


def fetch_apl(project: Layout, *, accept: bool = False, vintage: str | None = None) -> Fetched:
    """Fetch the workbook of the server."""
    wanted = Wanted("apl", APL, vintage, accept=accept)
    return fetch(project, wanted, QUICK, lambda _received, _total: None)


def offer_book(served: Served, content: bytes) -> None:
    """Serve a workbook behind a redirection."""
    served.offer("Indicateur d'APL aux médecins généralistes (2022-2024)", "APL aux infirmiers")
    served.redirects["/files/f"] = "/moved"
    served.bodies["/moved"], served.kinds["/moved"] = content, XLSX


def test_a_file_is_found_by_title_followed_and_listed(
    project: Layout, served: Served, tmp_path: Path
) -> None:
    offer_book(served, book(tmp_path))
    found = fetch_apl(project)
    entry = next(e for e in read_manifest(project).files if e.source == "apl")
    assert found.new
    assert entry == found.entry
    assert (entry.producer, entry.vintage, entry.origin) == ("DREES", "2022-2024", "published")
    assert entry.document == f"{served.base}/files/f"
    assert (project.raw / entry.path).read_bytes() == served.bodies["/moved"]
    assert not list((project.processed / "fetch").rglob("*.xlsx*"))
    assert not fetch_apl(project).new


def test_a_changed_file_is_refused_unless_accepted(
    project: Layout, served: Served, tmp_path: Path
) -> None:
    offer_book(served, book(tmp_path))
    fetch_apl(project)
    before = tree_hashes(project.raw)
    served.bodies["/moved"] = book(tmp_path, 3.5)
    with pytest.raises(FetchError, match="--accept"):
        fetch_apl(project)
    assert tree_hashes(project.raw) == before
    assert fetch_apl(project, accept=True).new
    entry = next(e for e in read_manifest(project).files if e.source == "apl")
    assert (project.raw / entry.path).read_bytes() == served.bodies["/moved"]


def test_a_cut_transfer_goes_on_where_it_stopped(served: Served, tmp_path: Path) -> None:
    served.bodies["/f"] = b"a;b\n" + b"1;2\n" * 5000
    served.kinds["/f"], served.cuts["/f"] = "text/csv", [7000]
    told: list[tuple[int, int | None]] = []
    part = tmp_path / "f.part"
    download(f"{served.base}/f", part, QUICK, ".csv", 1, lambda *at: told.append(at))
    assert part.read_bytes() == served.bodies["/f"]
    assert served.asked == [("/f", ""), ("/f", "bytes=7000-")]
    assert told[-1] == (20004, 20004)


def test_a_part_of_another_version_is_not_resumed(served: Served, tmp_path: Path) -> None:
    served.kinds["/f"], part = "text/csv", tmp_path / "f.part"
    served.bodies["/f"], served.cuts["/f"] = b"old;" * 3000, [4000, 0, 0]
    with pytest.raises(FetchError, match="the next call goes on"):
        download(f"{served.base}/f", part, QUICK, ".csv", 1, lambda _r, _t: None)
    assert part.stat().st_size == 4000
    served.bodies["/f"], served.cuts["/f"] = b"new;" * 3000, []
    download(f"{served.base}/f", part, QUICK, ".csv", 1, lambda _r, _t: None)
    assert part.read_bytes() == served.bodies["/f"]


def test_a_fault_of_the_server_is_tried_again_then_told(served: Served, tmp_path: Path) -> None:
    served.bodies["/f"], served.kinds["/f"] = b"a;b\n1;2\n", "text/csv"
    served.codes["/f"] = [500, 503]
    download(f"{served.base}/f", tmp_path / "p", QUICK, ".csv", 1, lambda _r, _t: None)
    served.codes["/f"] = [500, 500, 500]
    with pytest.raises(FetchError, match=r"answered 500, 3 times"):
        download(f"{served.base}/f", tmp_path / "p", QUICK, ".csv", 1, lambda _r, _t: None)


def test_a_missing_file_is_told_once(served: Served, tmp_path: Path) -> None:
    with pytest.raises(FetchError, match=r"404.*publishers\.yml"):
        download(f"{served.base}/none", tmp_path / "p", QUICK, ".csv", 1, lambda _r, _t: None)
    assert len(served.asked) == 1


def test_a_slow_server_is_left(served: Served, tmp_path: Path) -> None:
    served.bodies["/f"], served.slow = b"a;b\n", {"/f"}
    network = Network(timeout=0.05, pause=0.0)
    with pytest.raises(FetchError, match=r"0\.05 s"):
        download(f"{served.base}/f", tmp_path / "p", network, ".csv", 1, lambda _r, _t: None)


@pytest.mark.parametrize(
    ("body", "kind", "suffix", "least", "reason"),
    [
        (b"<html>Maintenance</html>", "text/html", ".csv", 1, "a page"),
        (b"<!DOCTYPE html><html>", "text/csv", ".csv", 1, "a page"),
        (b"a;b\n1;2\n", XLSX, ".xlsx", 1, r"a \.xlsx file"),
        (b"PK\x03\x04...", "text/csv", ".csv", 1, "an archive"),
        (b"a;b\n", "text/csv", ".csv", 100, "at least 100 bytes"),
        (b"", "text/csv", ".csv", 1, "at least 1 bytes"),
    ],
)
def test_a_file_of_another_nature_is_refused(
    served: Served, tmp_path: Path, body: bytes, kind: str, suffix: str, least: int, reason: str
) -> None:
    served.bodies["/f"], served.kinds["/f"] = body, kind
    with pytest.raises(FetchError, match=reason):
        download(f"{served.base}/f", tmp_path / "p", QUICK, suffix, least, lambda _r, _t: None)
    assert not [path for path in tmp_path.glob("p") if path.stat().st_size]


def test_a_file_its_source_cannot_read_is_not_listed(
    project: Layout, served: Served, tmp_path: Path
) -> None:
    offer_book(served, b"PK\x03\x04 no workbook")
    before = tree_hashes(project.raw)
    with pytest.raises(InputError, match="workbook"):
        fetch_apl(project)
    assert tree_hashes(project.raw) == before


def test_titles_choose_by_vintage_then_the_latest() -> None:
    titles = ("apl_aux_medecins_generalistes_2019_2021", "APL aux médecins généralistes 2022-2024")
    offered = [Resource(title, title) for title in titles]
    assert choose(APL, offered, None).title == titles[1]
    assert choose(APL, offered, "2020").title == titles[0]
    assert choose(APL, offered, "2023").title == titles[1]
    with pytest.raises(FetchError, match="no file of 2012"):
        choose(APL, offered, "2012")
    with pytest.raises(FetchError, match="several files"):
        choose(APL, [Resource(titles[0], "a"), Resource(titles[0], "b")], None)
    with pytest.raises(FetchError, match="no title like"):
        choose(APL, [Resource("Autre", "a")], None)


def test_every_source_that_waits_for_a_file_says_how_to_get_it() -> None:
    waiting = {name for name, source in sources().items() if not source.needed}
    territory = waiting & set(publishers())
    assert {"apl", "populations", "cpts_communes", "sas_rayons", "densites_ameli"} <= territory
    for items in publishers().values():
        for item in items:
            assert item.how if item.kind == "manual" else item.base.startswith("https://")


def test_the_command_lists_the_file_or_says_what_to_do(
    project: Layout, served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    offer_book(served, book(tmp_path))
    monkeypatch.setattr("pipeline.fetch.publishers", lambda _file: {"apl": (APL,), "cpts": ()})
    done = CliRunner().invoke(main, ["fetch", "apl", "--timeout", "1"])
    assert done.exit_code == 0, done.output
    assert "listed (2022-2024)" in done.output
    monkeypatch.undo()
    monkeypatch.setenv("SNP_ROOT", str(project.root))
    refused = CliRunner().invoke(main, ["fetch", "cpts_communes"])
    assert refused.exit_code == 1
    assert "ask each regional agency" in refused.output
