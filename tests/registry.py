"""Small registries made for one test: figures, relations declared between them, verdicts."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pyarrow as pa

from pipeline.checks.rules import RuleOutcome, evaluate_rules, rules
from pipeline.contracts.registry import contract
from pipeline.contracts.schema import arrow_schema
from pipeline.contracts.sql import BLOCKS, part
from pipeline.parameters import bind, default_parameters
from pipeline.store.engine import DuckDBEngine

Row = dict[str, Any]
NUMBERS = ("value", "value_min", "value_max")
FIGURE = {
    "document_id": "igas_2023_034r",
    "document_line": 1,
    "topic": "essai",
    "quantity": "grandeur",
    "statistic": "share",
    "qualifier": "exact",
    "decimals": 0,
    "unit": "u",
    "population": "champ",
    "period": "2022",
    "origin": "published",
    "source_file": "data/raw/essai.csv",
    "source_line": 2,
}


def core_table(name: str, rows: list[Row]) -> pa.Table:
    """Return a core table; missing cells are empty, decimal cells may be given as texts."""
    schema = arrow_schema(contract(name))
    blank = dict.fromkeys(schema.names)
    decimals = {f.name for f in schema if pa.types.is_decimal(f.type)}
    full = [
        blank
        | {k: Decimal(str(v)) if k in decimals and v is not None else v for k, v in row.items()}
        for row in rows
    ]
    return pa.Table.from_pylist(full, schema=schema)


def figure(figure_id: str, value: object = None, **cells: object) -> Row:
    """Return a row of the registry that says little."""
    return {**FIGURE, "figure_id": figure_id, "value": value, "printed": str(value), **cells}


def registry(*rows: Row) -> pa.Table:
    """Return a table `published_figures`."""
    return core_table("published_figures", list(rows))


def relation(kind: str, target: str, *terms: tuple[str, str] | tuple[str, str, object]) -> pa.Table:
    """Return one declared relation: its target, then `(role, figure)` or `(role, figure, factor)`.

    A term whose figure is "" is a constant, worth its factor.
    """
    rows = [("cible", target), *terms]
    return core_table(
        "chiffres_relations",
        [
            {
                "relation_id": "essai",
                "terme_rang": rank,
                "relation_code": kind,
                "role_code": role,
                "figure_id": name or None,
                "mesure_code": "valeur" if name else "constante",
                "facteur": factor[0] if factor else 1,
                "fondement": None if rank else "essai",
                "origin": "derived",
                "source_file": "data/raw/essai.csv",
                "source_line": rank + 2,
            }
            for rank, (role, name, *factor) in enumerate(rows)
        ],
    )


def outcome(rule_id: str, **tables: pa.Table) -> RuleOutcome:
    """Evaluate one rule on tables made for a test; an input not given is empty."""
    rule = rules()[rule_id]
    given = {name: tables.get(name, core_table(name, [])) for name in rule.inputs}
    (found,) = evaluate_rules(given, {}, [rule])
    return found


def failing(rule_id: str, **tables: pa.Table) -> set[str]:
    """Return the cases one rule finds wrong."""
    return {case for case, _ in outcome(rule_id, **tables).failing}


def block(name: str, *rows: Row) -> dict[str, Row]:
    """Return the row of a shared block of SQL for each figure."""
    sql = f"WITH {part(name, (BLOCKS,))}\nSELECT * FROM {name}"
    with DuckDBEngine() as engine:
        engine.register_table("published_figures", registry(*rows))
        found = engine.query(bind(sql, default_parameters())).to_pylist()
    return {row["figure_id"]: row for row in found}
