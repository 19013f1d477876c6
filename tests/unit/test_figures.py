"""Figures: three files each, the same bytes every time, notes that come from the data."""

from __future__ import annotations

import csv
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.model import Lang
from pipeline.errors import MissingOutputError, UnknownNameError
from pipeline.indicators.card import card, cards
from pipeline.paths import Layout
from pipeline.publication.exports import plain
from pipeline.publication.figures.build import DRAWINGS, MAPS, draw_all, draw_figure, figure_table
from pipeline.publication.figures.model import Figure, specs
from pipeline.publication.figures.style import footer_lines
from pipeline.publication.format import unbreakable
from pipeline.store.parquet import table_path
from tests.outputs import copy_outputs
from tests.quoted import QUOTED
from tests.support import with_cell

LANGUAGES: tuple[Lang, Lang] = ("fr", "en")
PNG = b"\x89PNG\r\n\x1a\n"
SVG = "{http://www.w3.org/2000/svg}"
Drawn = dict[Lang, dict[str, Figure]]


@pytest.fixture(scope="module")
def drawn(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Drawn:
    return {
        lang: {f.spec.id: f for f in draw_all(built, tmp_path_factory.mktemp(lang), lang)}
        for lang in LANGUAGES
    }


def each() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("figure_id", list(specs()))


def both() -> pytest.MarkDecorator:
    return pytest.mark.parametrize("lang", LANGUAGES)


def texts(figure: Figure, lang: Lang) -> dict[str, str]:
    spec = figure.spec
    fixed = {"title": spec.title, "subtitle": spec.subtitle, "champ": spec.champ}
    found = {name: text[lang] for name, text in {**fixed, "source": spec.source}.items()}
    return {**found, "lecture": figure.lecture, "alt": figure.alt}


def svg_texts(figure: Figure) -> list[str]:
    """Return the texts drawn: letters are outlines, each text stands beside them as a comment."""
    parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
    root = ET.parse(figure.files["svg"], parser).getroot()
    comments = root.iter(ET.Comment)  # type: ignore[arg-type]
    return [(node.text or "").strip() for node in comments]


def test_every_figure_has_texts_a_drawing_and_an_indicator() -> None:
    assert set(DRAWINGS) | set(MAPS) == set(specs())
    assert set(MAPS) == {name for name, spec in specs().items() if spec.carte and spec.mesure}
    assert {spec.indicator for spec in specs().values()} <= set(cards())
    assert set(QUOTED) == set(specs()), "a new figure needs a cell its note quotes"


@both()
@each()
def test_svg_png_and_csv_are_there(drawn: Drawn, figure_id: str, lang: Lang) -> None:
    figure = drawn[lang][figure_id]
    assert {kind: path.name for kind, path in figure.files.items()} == {
        kind: f"{figure_id}.{kind}" for kind in ("svg", "png", "csv")
    }
    assert ET.parse(figure.files["svg"]).getroot().tag == f"{SVG}svg"
    assert figure.files["png"].read_bytes().startswith(PNG)
    with figure.files["csv"].open(encoding="utf-8", newline="") as handle:
        head, *rows = list(csv.reader(handle))
    assert head == figure.data.column_names
    assert len(rows) == figure.data.num_rows > 0


@each()
def test_the_csv_holds_rows_of_the_indicator(built: Layout, drawn: Drawn, figure_id: str) -> None:
    figure = drawn["fr"][figure_id]
    table = figure_table(built, figure.spec)
    whole = pq.read_table(table_path(built, card(figure.spec.indicator)))
    if figure.spec.mesure is not None:
        of_cells = [{**row, "origin": row["origine_code"]} for row in whole.to_pylist()]
        assert table.num_rows == 101
        assert all(row in of_cells for row in table.to_pylist())
    elif figure.spec.beside is None:
        assert table.equals(whole)
    # a map adds the class of each row, after the columns of the indicator
    names = [name for name in figure.data.column_names if name != "classe"]
    assert figure.data.column_names[: len(names)] == names
    known = {tuple(plain(row[name]) for name in names) for row in table.to_pylist()}
    with figure.files["csv"].open(encoding="utf-8", newline="") as handle:
        rows = [tuple(row[: len(names)]) for row in list(csv.reader(handle))[1:]]
    assert set(rows) <= known


@both()
@each()
def test_the_same_bytes_twice(
    built: Layout, drawn: Drawn, tmp_path: Path, figure_id: str, lang: Lang
) -> None:
    again = draw_figure(built, figure_id, tmp_path, lang)
    first = drawn[lang][figure_id]
    for kind, path in again.files.items():
        assert path.read_bytes() == first.files[kind].read_bytes(), kind
    svg = again.files["svg"].read_text(encoding="utf-8")
    assert "<dc:date>" not in svg
    assert "matplotlib.org" not in svg.lower()
    assert b"Software" not in again.files["png"].read_bytes()


@both()
@each()
def test_no_text_holds_an_unfilled_mark(drawn: Drawn, figure_id: str, lang: Lang) -> None:
    for name, text in texts(drawn[lang][figure_id], lang).items():
        assert text.strip(), name
        assert not re.search(r"[{}]|\bNone\b|\bnan\b", text), f"{name}: {text}"


@both()
@each()
def test_the_drawing_carries_title_notes_and_badge(
    drawn: Drawn, figure_id: str, lang: Lang
) -> None:
    figure = drawn[lang][figure_id]
    shown = svg_texts(figure)
    assert unbreakable(figure.spec.title[lang]) in shown
    badge = {
        "published": ("PUBLIÉ", "PUBLISHED"),
        "derived": ("DÉRIVÉ", "DERIVED"),
        "synthetic": ("SYNTHÉTIQUE", "SYNTHETIC"),
    }
    assert badge[figure.origin][LANGUAGES.index(lang)] in shown
    joined = " ".join(shown)
    for line in footer_lines(figure.spec, figure.lecture, lang):
        assert line in joined


@each()
def test_french_numbers_keep_their_spaces(drawn: Drawn, figure_id: str) -> None:
    """A thousands separator is U+202F, the space before % is U+00A0, decimals take a comma."""
    figure = drawn["fr"][figure_id]
    assert len(svg_texts(figure)) > 5
    for shown in (figure.lecture, figure.alt, *svg_texts(figure)):
        text = re.sub(r"116\s117", "", shown)  # a telephone number, no quantity
        assert not re.search(r"\d ?%", text), text
        assert not re.search(r"\d[ \u00a0]\d{3}\b", text), text
        assert not re.search(r"\d\.\d", text), text
        assert not re.search(r"(?<![\w-])-\d", text), text


@each()
def test_english_numbers_have_none(drawn: Drawn, figure_id: str) -> None:
    figure = drawn["en"][figure_id]
    for text in (figure.lecture, figure.alt, *svg_texts(figure)):
        assert not re.search(r"\d\s%|\d,\d{1,2}\b|\u202f", text), text


def test_a_share_and_a_thousand_in_french(drawn: Drawn) -> None:
    lecture = drawn["fr"]["taux_remplissage_publies"].lecture
    assert "3\u202f076 créneaux" in lecture
    assert "91\u00a0%" in lecture
    assert "3,076 slots" in drawn["en"]["taux_remplissage_publies"].lecture


@each()
def test_the_note_quotes_the_data(
    built: Layout, drawn: Drawn, tmp_path: Path, figure_id: str
) -> None:
    """Change one number of the indicator: the note and the drawing say the new one."""
    where, changes, before, after = QUOTED[figure_id]
    place = copy_outputs(built, tmp_path / "copie")
    path = table_path(place, card(specs()[figure_id].indicator))
    changed = with_cell(pq.read_table(path), lambda row: where.items() <= row.items(), **changes)
    pq.write_table(changed, path)
    first = drawn["fr"][figure_id]
    again = draw_figure(place, figure_id, tmp_path, "fr")
    assert [text for text in before if text not in first.lecture] == []
    assert [text for text in after if text not in again.lecture] == []
    assert again.alt != first.alt
    for kind in ("csv", "svg", "png"):
        assert again.files[kind].read_bytes() != first.files[kind].read_bytes(), kind


def test_a_synthetic_indicator_is_watermarked(built: Layout, tmp_path: Path) -> None:
    place = copy_outputs(built, tmp_path / "copie")
    path = table_path(place, card("canaux_entree"))
    table = pq.read_table(path)
    rows = [{**row, "origin": "synthetic"} for row in table.to_pylist()]
    pq.write_table(table.from_pylist(rows, schema=table.schema), path)
    marks = ("DONNÉES SYNTHÉTIQUES", "SYNTHETIC DATA")
    for lang, mark in zip(LANGUAGES, marks, strict=True):
        figure = draw_figure(place, "canaux_entree", tmp_path, lang)
        assert figure.origin == "synthetic"
        assert mark in svg_texts(figure)
    assert "DONNÉES SYNTHÉTIQUES" not in svg_texts(
        draw_figure(built, "canaux_entree", tmp_path, "fr")
    )


def test_an_unknown_figure_names_those_that_exist(built: Layout, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="charges_financements"):
        draw_figure(built, "absente", tmp_path, "fr")


def test_a_figure_before_any_run_says_to_run(project: Layout, tmp_path: Path) -> None:
    with pytest.raises(MissingOutputError, match="snp run"):
        draw_figure(project, "canaux_entree", tmp_path, "fr")
    assert not list(tmp_path.glob("*.svg"))
