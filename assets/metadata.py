"""Metadata of assets, derived from contracts: column schema, preview, hash, origin."""

from typing import Any

import dagster as dg
import pyarrow as pa

from pipeline.checks.results import ExpectationResult
from pipeline.contracts.model import TableContract
from pipeline.contracts.schema import column_text
from pipeline.publication.exports import plain
from pipeline.store.parquet import Written

PREVIEW_ROWS = 5
PREVIEW_COLUMNS = 8


def column_schema(contract: TableContract) -> dg.TableSchema:
    """Return the Dagster column schema of a contract."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                name=column.name,
                type=column.type,
                description=column_text(column, "fr"),
                constraints=dg.TableColumnConstraints(nullable=not column.constraints.required),
            )
            for column in contract.columns
        ]
    )


def table_spec(contract: TableContract, deps: list[list[str]]) -> dg.AssetSpec:
    """Return the asset of a table: key, upstream keys, description, columns."""
    return dg.AssetSpec(
        key=[contract.group, contract.table],
        deps=[dg.AssetKey(key) for key in deps],
        group_name=contract.group,
        description=f"{contract.title.fr}. {contract.description.fr}",
        metadata={"dagster/column_schema": column_schema(contract), "grain": contract.grain.fr},
        kinds={"parquet"},
    )


def preview(table: pa.Table) -> str:
    """Return the first rows and columns as a Markdown table."""
    names = table.column_names[:PREVIEW_COLUMNS]
    lines = ["| " + " | ".join(names) + " |", "|" + " --- |" * len(names)]
    for row in table.slice(0, PREVIEW_ROWS).to_pylist():
        cells = [plain(row[name]).replace("|", "\\|").replace("\n", " ") for name in names]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def table_metadata(
    contract: TableContract, written: Written, table: pa.Table, origin: str, path: str
) -> dict[str, Any]:
    """Return what a materialization of a table carries."""
    return {
        "dagster/column_schema": column_schema(contract),
        "dagster/row_count": written.rows,
        "sha256": written.sha256,
        "origine": origin,
        "fichier": path,
        "apercu": dg.MetadataValue.md(preview(table)),
    }


def results_markdown(results: list[ExpectationResult]) -> str:
    """Return the expectations of a check as a Markdown table, failures first."""
    lines = [
        "| attendu | colonnes | évalué | inattendu | connu |",
        "| --- | --- | --- | --- | --- |",
    ]
    for result in sorted(results, key=lambda r: r.passed):
        text = result.text.fr.replace("|", "\\|")
        lines.append(
            f"| {text} | {', '.join(result.columns)} | {result.evaluated} "
            f"| {result.unexpected} | {result.known} |"
        )
    return "\n".join(lines)
