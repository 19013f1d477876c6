"""Turn the context into static pages: they open from disk and load nothing from elsewhere."""

from __future__ import annotations

import html
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipeline.contracts.model import Lang
from pipeline.contracts.registry import contracts, vocabularies
from pipeline.publication.context import THEMES, ReportContext
from pipeline.publication.format import cell, code_label, number
from pipeline.publication.printed_tables import (
    FOLDER,
    export_printed_tables,
    printed_tables,
    shown,
)
from pipeline.publication.territories import wide_links
from pipeline.publication.texts import text

TEMPLATES = Path(__file__).resolve().parent / "templates"
STYLE = "style.css"


def badge(origin: str, lang: Lang) -> Markup:
    """Return the badge of an origin."""
    label = html.escape(code_label("origine", origin, lang))
    return Markup(f'<span class="badge badge-{html.escape(origin)}">{label}</span>')


@cache
def environment() -> Environment:
    """Return the template environment: everything escaped, an unknown name is an error."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(badge=badge, code_label=code_label, number=number, cell=cell, text=text)
    return found


def page(name: str, target: Path, root: str, context: ReportContext, **values: Any) -> None:
    """Render one template into a file.

    Args:
        name: the template.
        target: the file written.
        root: relative path from the page to the report's folder (`` or `../`).
        context: what the report shows.
        **values: what this page alone needs.
    """
    template = environment().get_template(f"{name}.html.j2")
    target.parent.mkdir(parents=True, exist_ok=True)

    def t(key: str) -> str:
        return text(key, context.lang)

    rendered = template.render(ctx=context, lang=context.lang, root=root, t=t, **values)
    target.write_text(rendered, encoding="utf-8", newline="\n")


def by_theme(context: ReportContext) -> dict[str, list[Any]]:
    """Group the indicators by theme, themes in the order of the messages file."""
    grouped: dict[str, list[Any]] = {theme: [] for theme in THEMES}
    for view in context.indicators.values():
        grouped[view.card.theme].append(view)
    return {theme: views for theme, views in grouped.items() if views}


def registry_pages(folder: Path, context: ReportContext) -> None:
    """Write the registry: a summary, then one page per document."""
    figures = context.rows("published_figures")
    documents = context.rows("documents")
    set_aside = context.rows("nombres_ecartes")
    columns = {c.name: c for c in contracts()["published_figures"].columns}
    for document in documents:
        own = [f for f in figures if f["document_id"] == document["document_id"]]
        document["chiffres_nb"] = len(own)
        document["ecartes_nb"] = sum(
            1 for row in set_aside if row["document_id"] == document["document_id"]
        )
        target = folder / "registre" / f"{document['document_id']}.html"
        page(
            "registre_document",
            target,
            "../",
            context,
            document=document,
            figures=own,
            columns=columns,
        )
    tables = printed_tables(context)
    export_printed_tables(folder / "tables" / FOLDER, tables)
    page(
        "tableaux",
        folder / "registre" / "tableaux.html",
        "../",
        context,
        tables=tables,
        shown=shown,
    )
    page("registre", folder / "registre" / "index.html", "../", context, documents=documents)


def render_all(folder: Path, context: ReportContext) -> None:
    """Write every page of the report into a folder."""
    style = (TEMPLATES / STYLE).read_text(encoding="utf-8")
    (folder / STYLE).write_text(style, encoding="utf-8", newline="\n")
    themes = by_theme(context)
    documents = context.rows("documents")
    page("index", folder / "index.html", "", context, themes=themes, documents=documents)
    page("figures", folder / "figures" / "index.html", "../", context)
    page("incoherences", folder / "incoherences.html", "", context)
    page("reconciliation", folder / "reconciliation.html", "", context)
    page("validation", folder / "validation" / "index.html", "../", context)
    page(
        "dictionnaire",
        folder / "dictionnaire.html",
        "",
        context,
        tables=[*contracts().values(), *(v.card for v in context.indicators.values())],
        vocabularies=vocabularies(),
    )
    for view in context.indicators.values():
        target = folder / "tables" / f"{view.card.table}.html"
        figures = [f for f in context.figures if f.spec.indicator == view.card.table]
        wide = wide_links(view.card.table)
        page("indicateur", target, "../", context, view=view, figures=figures, wide=wide)
    registry_pages(folder, context)
