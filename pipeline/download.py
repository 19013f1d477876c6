"""Download one file over HTTP: resumed after a cut, its size and its nature checked."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.errors import FetchError

BLOCK = 1 << 16
ATTEMPTS = 3
AGENT = "snp-observatoire (https; open data reader)"
OK, PARTIAL, NOT_SATISFIABLE, SERVER_FAULT = 200, 206, 416, 500
ZIPPED = (".xlsx", ".ods", ".zip")
ZIP_MAGIC = b"PK\x03\x04"
PAGE = ("text/html", "application/xhtml+xml")
Progress = Callable[[int, int | None], None]


@dataclass(frozen=True)
class Network:
    """How to call: seconds without an answer before giving up, seconds between two attempts."""

    timeout: float = 60.0
    pause: float = 2.0


class CutError(Exception):
    """The transfer ended before the file did, or the server failed: worth another attempt."""


def open_url(url: str, network: Network, **headers: str) -> Any:
    """Open an address, redirections followed; errors say what to do.

    Raises:
        FetchError: not found, refused, or no such server.
        CutError: a fault of the server, or no answer in time.
    """
    if not url.startswith(("https://", "http://")):
        raise FetchError(f"{url}: expected an address in http or https.")
    request = urllib.request.Request(url, headers={"User-Agent": AGENT, **headers})
    try:
        return urllib.request.urlopen(request, timeout=network.timeout)
    except urllib.error.HTTPError as error:
        if error.code == NOT_SATISFIABLE:
            raise CutError("the part kept is longer than the file") from None
        if error.code >= SERVER_FAULT:
            raise CutError(f"the server answered {error.code}") from None
        advice = "The publisher may have moved it: see pipeline/publishers.yml."
        raise FetchError(f"{url}: the server answered {error.code}. {advice}") from None
    except TimeoutError:
        raise CutError(f"no answer in {network.timeout:g} s") from None
    except (urllib.error.URLError, http.client.HTTPException, ConnectionError) as error:
        raise CutError(f"no connection ({getattr(error, 'reason', error)})") from None


def attempts(url: str, network: Network, once: Callable[[], Any], kept: str = "") -> Any:
    """Try something several times; FetchError with the last reason when none succeeds."""
    reason = ""
    for rank in range(ATTEMPTS):
        if rank:
            time.sleep(network.pause * rank)
        try:
            return once()
        except CutError as error:
            reason = str(error)
    raise FetchError(f"{url}: {reason}, {ATTEMPTS} times.{kept} Try again later.")


def read_json(url: str, network: Network) -> Any:
    """Return the catalogue at an address; FetchError when it is no JSON."""

    def once() -> Any:
        with open_url(url, network) as answer:
            try:
                return json.load(answer)
            except (TimeoutError, http.client.HTTPException, ConnectionError) as error:
                raise CutError(f"the answer was cut ({error})") from None
            except ValueError:
                kind = answer.headers.get_content_type()
                raise FetchError(f"{url}: expected a catalogue in JSON; found {kind}.") from None

    return attempts(url, network, once)


def total_size(answer: Any, start: int) -> int | None:
    """Return the size of the whole file as the server tells it, if it does."""
    if answer.status == PARTIAL:
        told = str(answer.headers.get("Content-Range", "")).rpartition("/")[2]
        return int(told) if told.isdigit() else None
    told = str(answer.headers.get("Content-Length", ""))
    return int(told) + start if told.isdigit() else None


def mark_of(answer: Any) -> str:
    """Return what tells this version of the file from the next: a part is resumed on it alone."""
    return str(answer.headers.get("ETag") or answer.headers.get("Last-Modified") or "")


def refuse_page(answer: Any, url: str, suffix: str) -> None:
    """Refuse a page where a file is expected: a maintenance notice, a form to sign in."""
    kind = answer.headers.get_content_type()
    if kind in PAGE:
        raise FetchError(f"{url}: expected a {suffix} file; found {kind}, a page.")


def receive(url: str, part: Path, network: Network, suffix: str, progress: Progress) -> None:
    """Receive what is left of a file into its part; CutError when it ends too early."""
    mark = part.with_name(part.name + ".mark")
    known = mark.read_text(encoding="utf-8") if mark.is_file() else ""
    start = part.stat().st_size if part.is_file() and known else 0
    asked = {"Range": f"bytes={start}-", "If-Range": known} if start else {}
    try:
        answer = open_url(url, network, **asked)
    except CutError as error:
        if "longer" in str(error):
            part.unlink(missing_ok=True)
        raise
    with answer:
        refuse_page(answer, url, suffix)
        resumed = answer.status == PARTIAL
        start = start if resumed else 0
        total = total_size(answer, 0)
        mark.write_text(mark_of(answer), encoding="utf-8")
        with part.open("ab" if resumed else "wb") as file:
            pump(answer, file, start, total, progress)
    size = part.stat().st_size
    if total is not None and size != total:
        raise CutError(f"received {size} of {total} bytes")


def pump(answer: Any, file: Any, start: int, total: int | None, progress: Progress) -> None:
    """Copy an answer block by block, telling how far it is."""
    received = start
    try:
        while block := answer.read(BLOCK):
            file.write(block)
            received += len(block)
            progress(received, total)
    except TimeoutError:
        raise CutError(f"nothing more came after {received} bytes") from None
    except (http.client.HTTPException, ConnectionError) as error:
        raise CutError(f"the connection was cut after {received} bytes ({error})") from None


def check_nature(part: Path, url: str, suffix: str, least_bytes: int) -> None:
    """Refuse a file too small to be the one, or whose first bytes are of another nature."""
    size = part.stat().st_size
    with part.open("rb") as file:
        head = file.read(512)
    zipped = head.startswith(ZIP_MAGIC)
    page = head.lstrip(b"\xef\xbb\xbf \r\n\t").lower().startswith((b"<!doctype html", b"<html"))
    if size < least_bytes:
        fault = f"at least {least_bytes} bytes; found {size}"
    elif page or zipped != (suffix in ZIPPED):
        fault = f"a {suffix} file; found {'a page' if page else 'an archive' if zipped else 'none'}"
    else:
        return
    part.unlink()
    raise FetchError(f"{url}: expected {fault}. Nothing was kept.")


def download(
    url: str, part: Path, network: Network, suffix: str, least_bytes: int, progress: Progress
) -> None:
    """Download an address into a part, resumed where it was cut.

    Args:
        url: the address.
        part: where the bytes go; kept after a cut, so that the next call goes on.
        network: how long to wait.
        suffix: what the file must be: `.csv`, `.xlsx`, `.ods`, `.zip`.
        least_bytes: a file under it is no such file.
        progress: told the bytes received and the total, if known.

    Raises:
        FetchError: not found, cut three times, or a file of another nature or size.
    """
    part.parent.mkdir(parents=True, exist_ok=True)
    attempts(
        url,
        network,
        lambda: receive(url, part, network, suffix, progress),
        " What was received is kept: the next call goes on from there.",
    )
    part.with_name(part.name + ".mark").unlink(missing_ok=True)
    check_nature(part, url, suffix, least_bytes)
