"""Where everything comes from, for machines: provenance and data package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pipeline.contracts.model import Lang, TableContract
from pipeline.contracts.registry import contracts
from pipeline.contracts.schema import frictionless_schema
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.publication.context import ReportContext
from pipeline.publication.exports import exported_tables
from pipeline.reconciliation.table import REGISTRY, TABLE
from pipeline.sources.manifest import read_manifest
from pipeline.store.parquet import table_path


def dump(path: Path, content: Any) -> None:
    """Write JSON with stable bytes."""
    text = json.dumps(content, ensure_ascii=False, indent=2, sort_keys=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def described_inputs(layout: Layout) -> list[dict[str, Any]]:
    """Return the active inputs of the manifest."""
    return [
        {
            "path": f"data/raw/{entry.path}",
            "source": entry.source,
            "sha256": entry.sha256,
            "producer": entry.producer,
            "document": entry.document,
            "vintage": entry.vintage,
            "licence": entry.licence,
            "origin": entry.origin,
        }
        for entry in read_manifest(layout).active()
    ]


def described_outputs(layout: Layout, context: ReportContext) -> list[dict[str, Any]]:
    """Return every table with its rows, hash, origin and inputs."""
    found = []
    for name, table in context.core.items():
        path = table_path(layout, contracts()[name])
        found.append({"table": name, "rows": table.num_rows, "sha256": sha256(path)})
    for name, view in context.indicators.items():
        path = table_path(layout, view.card)
        found.append(
            {
                "table": name,
                "rows": view.table.num_rows,
                "sha256": sha256(path),
                "origin": view.origin,
                "inputs": list(view.card.core_inputs),
            }
        )
    if context.reconciled:
        found.append(
            {
                "table": TABLE,
                "rows": context.reconciled.table.num_rows,
                "sha256": sha256(table_path(layout, contracts()[TABLE])),
                "inputs": [REGISTRY, *context.indicators],
            }
        )
    return found


def write_provenance(layout: Layout, folder: Path, context: ReportContext) -> None:
    """Write `provenance.json`: inputs, tables, figures, parameters changed. No date, no host."""
    figures = [
        {
            "figure": figure.spec.id,
            "indicator": figure.spec.indicator,
            "origin": figure.origin,
            "files": {kind: sha256(path) for kind, path in sorted(figure.files.items())},
        }
        for figure in context.figures
    ]
    dump(
        folder / "provenance.json",
        {
            "inputs": described_inputs(layout),
            "tables": described_outputs(layout, context),
            "figures": figures,
            "parameters": {n: p.value for n, p in sorted(context.parameters.entries.items())},
            "parameters_changed": list(context.parameters.changed),
        },
    )


def resource(contract: TableContract, folder: Path, lang: Lang) -> dict[str, Any]:
    """Return the Frictionless resource of one exported CSV."""
    published = contract.group == "publication"
    path = f"{contract.table}.csv" if published else f"tables/{contract.table}.csv"
    return {
        "name": contract.table.replace("_", "-"),
        "path": path,
        "title": contract.title[lang],
        "description": contract.description[lang],
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": (folder / path).stat().st_size,
        "hash": f"sha256:{sha256(folder / path)}",
        "schema": frictionless_schema(contract, lang),
    }


def write_datapackage(folder: Path, context: ReportContext) -> None:
    """Write `datapackage.json` for the CSV files of `tables/` and the reconciliation."""
    exported = [*exported_tables().values(), contracts()[TABLE]]
    described = [*exported, *(view.card for view in context.indicators.values())]
    dump(
        folder / "datapackage.json",
        {
            "profile": "tabular-data-package",
            "name": "snp-observatoire",
            "title": "Observatoire ouvert des soins non programmés",
            "licenses": [{"name": "MIT", "title": "MIT (code) ; sources : chacune la sienne"}],
            "resources": [resource(c, folder, context.lang) for c in described],
        },
    )
