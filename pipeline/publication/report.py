"""Build the whole publication beside the old one, then put it in its place."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from pipeline.contracts.model import Lang
from pipeline.contracts.registry import contract
from pipeline.parameters import Parameters
from pipeline.paths import Layout
from pipeline.publication.context import ReportContext, gather
from pipeline.publication.exports import exported_tables, write_csv, write_xlsx
from pipeline.publication.figures.build import draw_all
from pipeline.publication.provenance import write_datapackage, write_provenance
from pipeline.publication.reconciliation import Reconciled
from pipeline.publication.render import render_all
from pipeline.publication.territories import TABLE as TERRITORIES
from pipeline.publication.territories import WIDE_FOLDER, write_wide
from pipeline.reconciliation.table import REGISTRY, TABLE, reconcile
from pipeline.second import SecondProcess
from pipeline.store.parquet import conform, write_all

KEPT = ".gitkeep"


def export_tables(folder: Path, context: ReportContext) -> None:
    """Write the downloads: CSV of public tables, CSV and XLSX of indicators, territories wide."""
    tables = folder / "tables"
    tables.mkdir(parents=True, exist_ok=True)
    for name in exported_tables():
        write_csv(context.core[name], tables / f"{name}.csv")
    for name, view in context.indicators.items():
        write_csv(view.released, tables / f"{name}.csv")
        if view.fits_a_sheet:
            write_xlsx(view.released, view.card, tables / f"{name}.xlsx", context.lang)
    write_wide(context.indicators[TERRITORIES].released, folder / WIDE_FOLDER)


def add_reconciliation(layout: Layout, folder: Path, context: ReportContext) -> None:
    """Give every published figure its status: as Parquet, as CSV, and for the pages."""
    tables = {name: view.table for name, view in context.indicators.items()}
    found = reconcile(context.core[REGISTRY], tables, context.parameters)
    table = conform(found, contract(TABLE))
    write_all(layout, [(contract(TABLE), table)])
    write_csv(table, folder / f"{TABLE}.csv")
    context.reconciled = Reconciled(table)


def swap(built: Path, place: Path) -> None:
    """Put a built folder in the place of the old one; the old one survives until then."""
    old = built.with_name("old")
    shutil.rmtree(old, ignore_errors=True)
    if (place / KEPT).is_file():
        shutil.copyfile(place / KEPT, built / KEPT)
    if place.exists():
        os.replace(place, old)
    os.replace(built, place)
    shutil.rmtree(old, ignore_errors=True)


def build_report(
    layout: Layout,
    parameters: Parameters,
    lang: Lang = "fr",
    second: SecondProcess | None = None,
) -> ReportContext:
    """Build `reports/`: downloads, figures, reconciliation, pages, provenance, data package.

    Args:
        layout: the project root; core tables and indicators must exist.
        parameters: thresholds, named on the first page when changed.
        lang: language of the pages.
        second: where the figures are drawn meanwhile; here when None.

    Returns:
        What was published.
    """
    built = layout.root / ".build" / "reports"
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    context = gather(layout, parameters, lang)
    asked = (layout, built / "figures", lang)
    drawing = second.submit(draw_all, *asked) if second else None
    export_tables(built, context)
    add_reconciliation(layout, built, context)
    context.figures = drawing.result() if drawing else draw_all(*asked)
    render_all(built, context)
    write_provenance(layout, built, context)
    write_datapackage(built, context)
    swap(built, layout.reports)
    for figure in context.figures:
        figure.files = {k: layout.reports / "figures" / p.name for k, p in figure.files.items()}
    return context
