"""What derives from a contract: pyarrow schema, SQL comments, Frictionless descriptor."""

from __future__ import annotations

import re
from typing import Any

import pyarrow as pa

from pipeline.contracts.model import Column, Lang, TableContract
from pipeline.contracts.registry import vocabularies

SIMPLE = {
    "string": pa.string(),
    "int32": pa.int32(),
    "int64": pa.int64(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us", tz="UTC"),
}
SQL = {
    "string": "VARCHAR",
    "int32": "INTEGER",
    "int64": "BIGINT",
    "float64": "DOUBLE",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMPTZ",
}
FRICTIONLESS = {
    "string": "string",
    "int32": "integer",
    "int64": "integer",
    "float64": "number",
    "bool": "boolean",
    "date": "date",
    "timestamp": "datetime",
}


def decimal_scale(type_name: str) -> tuple[int, int] | None:
    """Return (precision, scale) of a `decimal(p,s)` type, else None."""
    match = re.fullmatch(r"decimal\((\d+),(\d+)\)", type_name)
    return (int(match[1]), int(match[2])) if match else None


def arrow_type(type_name: str) -> pa.DataType:
    """Return the pyarrow type of a contract type."""
    scale = decimal_scale(type_name)
    return pa.decimal128(*scale) if scale else SIMPLE[type_name]


def sql_type(type_name: str) -> str:
    """Return the DuckDB type of a contract type."""
    return SQL.get(type_name, type_name.upper())


def field_metadata(column: Column) -> dict[str, str]:
    """Return what a Parquet column carries about itself."""
    return {
        "type": column.type,
        "unit": column.unit,
        "label_fr": column.label.fr,
        "label_en": column.label.en,
        "description_fr": column.description.fr,
        "description_en": column.description.en,
        "source": column.source,
    }


def arrow_schema(table: TableContract) -> pa.Schema:
    """Return the pyarrow schema, with unit, labels, description and source in the metadata."""
    fields = [
        pa.field(
            column.name,
            arrow_type(column.type),
            nullable=not column.constraints.required,
            metadata=field_metadata(column),
        )
        for column in table.columns
    ]
    metadata = {
        "table": table.table,
        "title_fr": table.title.fr,
        "title_en": table.title.en,
        "grain_fr": table.grain.fr,
        "key": ",".join(table.key),
        "warnings": ",".join(table.warnings),
    }
    if table.partition:
        metadata["partition"] = ",".join(table.partition)
    return pa.schema(fields, metadata=metadata)


def sql_literal(text: str) -> str:
    """Quote a text for SQL."""
    return "'" + text.replace("'", "''") + "'"


def column_text(column: Column, lang: Lang) -> str:
    """Return a column in one line: label, unit, description."""
    unit = "" if column.unit == "none" else f" [{column.unit}]"
    return f"{column.label[lang]}{unit}. {column.description[lang]}"


def comment_statements(table: TableContract, view: str, lang: Lang = "fr") -> list[str]:
    """Return the COMMENT statements of a view and its columns."""
    lines = [f"COMMENT ON VIEW {view} IS {sql_literal(table.description[lang])}"]
    for column in table.columns:
        text = sql_literal(column_text(column, lang))
        lines.append(f"COMMENT ON COLUMN {view}.{column.name} IS {text}")
    return lines


def frictionless_field(column: Column, lang: Lang) -> dict[str, Any]:
    """Return the Frictionless description of one column."""
    rules = column.constraints
    limits: dict[str, Any] = {
        key: value
        for key, value in {
            "required": rules.required or None,
            "unique": rules.unique or None,
            "pattern": rules.pattern,
            "minimum": rules.min,
            "maximum": rules.max,
            "enum": list(vocabularies()[rules.vocabulary]) if rules.vocabulary else None,
        }.items()
        if value is not None
    }
    described = {
        "name": column.name,
        "type": FRICTIONLESS.get(column.type, "number"),
        "title": column.label[lang],
        "description": column.description[lang],
        "unit": column.unit,
        "source": column.source,
    }
    return {**described, "constraints": limits} if limits else described


def frictionless_schema(table: TableContract, lang: Lang = "fr") -> dict[str, Any]:
    """Return the Frictionless table schema of what a contract releases."""
    foreign = []
    for column in table.released:
        if column.constraints.references:
            target, field = column.constraints.references.split(".")
            reference = {"resource": target.replace("_", "-"), "fields": [field]}
            foreign.append({"fields": [column.name], "reference": reference})
    described: dict[str, Any] = {
        "fields": [frictionless_field(column, lang) for column in table.released],
        "primaryKey": list(table.key),
        "missingValues": [""],
    }
    return {**described, "foreignKeys": foreign} if foreign else described
