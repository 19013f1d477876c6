"""The report in a browser, opened from disk: it works, loads nothing else, fits the screen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urldefrag, urlsplit

import pytest

from pipeline.contracts.model import Lang
from pipeline.contracts.registry import vocabularies
from pipeline.indicators.card import cards
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.publication.figures.model import specs
from pipeline.publication.report import build_report
from pipeline.reconciliation.inconsistencies import inconsistencies
from tests.outputs import copy_outputs, kinds_of

playwright_api = pytest.importorskip("playwright.sync_api")

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDTHS = (1280, 390)
COLLECT = """() => ({
  links: [...document.querySelectorAll('a[href]')].map(a => a.href),
  sources: [...document.querySelectorAll('img')].map(i => i.src)
    .concat([...document.querySelectorAll('link[rel=stylesheet]')].map(l => l.href))
    .concat([...document.querySelectorAll('script[src]')].map(s => s.src)),
  ids: [...document.querySelectorAll('[id]')].map(e => e.id),
  alts: [...document.querySelectorAll('img')].map(i => i.alt),
  badges: [...document.querySelectorAll('main .badge')].map(b => b.textContent),
  heading: document.querySelectorAll('h1').length,
  title: document.title,
  lang: document.documentElement.lang,
})"""
OVERFLOW = """() => {
  const wide = document.documentElement.scrollWidth;
  const out = [...document.querySelectorAll('body *')].filter(e =>
    !e.parentElement.closest('.scroll, pre') && e.getBoundingClientRect().right > innerWidth + 1);
  return {wide, inner: innerWidth, out: out.slice(0, 3).map(e => e.outerHTML.slice(0, 80))};
}"""
BROKEN_IMAGES = """async () => {
  const images = [...document.images];
  images.forEach(i => { i.loading = 'eager'; });
  await Promise.all(images.map(i => i.decode().catch(() => null)));
  return images.filter(i => !i.complete || i.naturalWidth === 0).map(i => i.src);
}"""


@dataclass
class Crawl:
    """What was seen while every page reachable from the first was opened."""

    pages: dict[Path, dict[str, Any]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    requests: set[str] = field(default_factory=set)
    overflows: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.is_file():
        pytest.skip(f"no browser at {CHROMIUM}")
    with playwright_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield opened
        opened.close()


def published(built: Layout, target: Path, lang: Lang) -> Layout:
    place = copy_outputs(built, target)
    build_report(place, default_parameters(), lang)
    return place


@pytest.fixture(scope="module")
def french(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return published(built, tmp_path_factory.mktemp("rapport fr"), "fr")


@pytest.fixture(scope="module")
def english(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    return published(built, tmp_path_factory.mktemp("rapport en"), "en")


def local(address: str) -> Path:
    return Path(unquote(urlsplit(address).path))


def watched_page(browser: Any, seen: Crawl) -> Any:
    """Open a blank page whose console, errors and requests are written down."""
    page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900})

    def console(message: Any) -> None:
        if message.type in ("error", "warning"):
            seen.errors.append(f"{page.url}: {message.text}")

    page.on("console", console)
    page.on("pageerror", lambda error: seen.errors.append(f"{page.url}: {error}"))
    page.on("request", lambda request: seen.requests.add(request.url))
    page.on("requestfailed", lambda request: seen.errors.append(f"failed: {request.url}"))
    return page


def look(page: Any, path: Path, seen: Crawl) -> None:
    """Open one page and write down what it holds, at every width."""
    page.set_viewport_size({"width": WIDTHS[0], "height": 900})
    page.goto(path.as_uri())
    seen.pages[path] = page.evaluate(COLLECT)
    seen.broken += page.evaluate(BROKEN_IMAGES)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        measured = page.evaluate(OVERFLOW)
        if measured["wide"] > measured["inner"] or measured["out"]:
            seen.overflows.append(f"{path.name} at {width}: {measured}")


def crawl(browser: Any, reports: Path) -> Crawl:
    """Open the first page, then every page a link leads to."""
    seen = Crawl()
    page = watched_page(browser, seen)
    waiting = [reports / "index.html"]
    while waiting:
        path = waiting.pop()
        look(page, path, seen)
        found = {local(urldefrag(link)[0]) for link in seen.pages[path]["links"]}
        new = {p for p in found if p.suffix == ".html" and p.is_file()}
        waiting += sorted(new - set(seen.pages) - set(waiting))
    page.close()
    return seen


@pytest.fixture(scope="module")
def seen(browser: Any, french: Layout) -> Crawl:
    return crawl(browser, french.reports)


@pytest.fixture(scope="module")
def seen_english(browser: Any, english: Layout) -> Crawl:
    return crawl(browser, english.reports)


def test_every_page_is_reached(seen: Crawl, french: Layout) -> None:
    assert set(seen.pages) == set(french.reports.rglob("*.html"))
    assert len(seen.pages) >= len(cards()) + 6


def test_the_console_is_silent(seen: Crawl) -> None:
    assert seen.errors == []


def test_nothing_is_loaded_from_elsewhere(seen: Crawl, french: Layout) -> None:
    foreign = {
        url for url in seen.requests if not url.startswith((french.reports.as_uri() + "/", "data:"))
    }
    assert foreign == set()
    links = {link for page in seen.pages.values() for link in page["links"]}
    assert {link for link in links if not link.startswith(french.reports.as_uri() + "/")} == set()


def test_every_link_and_image_resolves(seen: Crawl) -> None:
    missing = []
    for path, page in seen.pages.items():
        for address in (*page["links"], *page["sources"]):
            target, anchor = urldefrag(address)
            file = local(target)
            known = seen.pages.get(file, {}).get("ids", [])
            if not file.is_file() or (anchor and unquote(anchor) not in known):
                missing.append(f"{path.name}: {address}")
    assert missing == []
    assert seen.broken == []


def test_every_download_is_offered(seen: Crawl, french: Layout) -> None:
    linked = {local(link) for page in seen.pages.values() for link in page["links"]}
    for name in cards():
        for kind in kinds_of(name):
            assert french.reports / "tables" / f"{name}.{kind}" in linked
    for name in specs():
        for kind in ("svg", "png", "csv"):
            assert french.reports / "figures" / f"{name}.{kind}" in linked


def test_nothing_overflows(seen: Crawl, seen_english: Crawl) -> None:
    assert seen.overflows == []
    assert seen_english.overflows == []


def test_images_have_a_text_and_pages_a_heading(seen: Crawl, seen_english: Crawl) -> None:
    images = 0
    for crawled in (seen, seen_english):
        for path, page in crawled.pages.items():
            images += len(page["alts"])
            assert all(len(alt) > 20 for alt in page["alts"]), path.name
            assert page["heading"] == 1, path.name
            assert page["title"].strip(), path.name
    assert images >= 2 * len(specs())


def test_pages_have_titles_of_their_own(seen: Crawl) -> None:
    titles = [page["title"] for page in seen.pages.values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_indicator_shows_its_origin(seen: Crawl, seen_english: Crawl, lang: Lang) -> None:
    crawled = seen if lang == "fr" else seen_english
    known = {label[lang] for label in vocabularies()["origine"].values()}
    pages = {
        path.stem: page for path, page in crawled.pages.items() if path.parent.name == "tables"
    }
    assert set(pages) == set(cards())
    for name, page in pages.items():
        assert page["badges"], name
        assert set(page["badges"]) <= known, name


def test_the_pages_say_their_language(seen: Crawl, seen_english: Crawl) -> None:
    assert {page["lang"] for page in seen.pages.values()} == {"fr"}
    assert {page["lang"] for page in seen_english.pages.values()} == {"en"}
    assert len(seen.pages) == len(seen_english.pages)


def test_the_filter_hides_rows(browser: Any, french: Layout) -> None:
    page = browser.new_page()
    page.goto((french.reports / "incoherences.html").as_uri())
    table = page.locator("table").first
    rows, visible = table.locator("tbody tr"), table.locator("tbody tr:visible")
    assert rows.count() == visible.count() == len(inconsistencies()) > 5
    wanted = inconsistencies()[0].title.fr
    page.fill("input.filter", wanted.upper())
    assert 1 <= visible.count() < rows.count()
    assert wanted in " ".join(visible.all_inner_texts())
    page.fill("input.filter", "aucune ligne ne dit cela")
    assert visible.count() == 0
    page.fill("input.filter", "")
    assert visible.count() == rows.count()
    page.close()


def test_the_search_for_overflow_can_fail(browser: Any, french: Layout, tmp_path: Path) -> None:
    text = (french.reports / "incoherences.html").read_text(encoding="utf-8")
    wide = tmp_path / "large.html"
    wide.write_text(text.replace("<main>", "<main><div style='width:2000px'>x</div>"), "utf-8")
    found = Crawl()
    page = browser.new_page()
    look(page, wide, found)
    page.close()
    assert len(found.overflows) == len(WIDTHS)
