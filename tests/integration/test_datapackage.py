"""The data package says what its files hold: every resource is there, and keeps its schema."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.hashing import sha256
from pipeline.paths import Layout

Resource = dict[str, Any]


@pytest.fixture(scope="module")
def package(published: Layout) -> list[Resource]:
    text = (published.reports / "datapackage.json").read_text(encoding="utf-8")
    found: list[Resource] = json.loads(text)["resources"]
    assert len(found) > 40
    return found


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def test_every_resource_is_the_file_it_names(published: Layout, package: list[Resource]) -> None:
    for resource in package:
        path = published.reports / resource["path"]
        assert path.stat().st_size == resource["bytes"]
        assert resource["hash"] == f"sha256:{sha256(path)}"
        with path.open(encoding="utf-8") as handle:
            header = handle.readline().rstrip("\n").split(",")
        assert header == [field["name"] for field in resource["schema"]["fields"]]


def test_every_csv_of_tables_is_described(published: Layout, package: list[Resource]) -> None:
    listed = {resource["path"] for resource in package}
    there = {f"tables/{path.name}" for path in (published.reports / "tables").glob("*.csv")}
    assert listed == there | {"reconciliation.csv"}


def test_the_rows_keep_their_schema(published: Layout, package: list[Resource]) -> None:
    for resource in package:
        rows = read(published.reports / resource["path"])
        key = resource["schema"]["primaryKey"]
        assert len({tuple(row[name] for name in key) for row in rows}) == len(rows)
        for field in resource["schema"]["fields"]:
            limits = field.get("constraints", {})
            values = [row[field["name"]] for row in rows]
            if limits.get("required"):
                assert "" not in values, (resource["name"], field["name"])
            if "enum" in limits:
                assert set(values) - {""} <= set(limits["enum"]), (resource["name"], field["name"])


def test_the_foreign_keys_lead_somewhere(published: Layout, package: list[Resource]) -> None:
    by_name = {resource["name"]: resource for resource in package}
    followed = 0
    for resource in package:
        for link in resource["schema"].get("foreignKeys", []):
            (column,), (target,) = link["fields"], link["reference"]["fields"]
            there = by_name[link["reference"]["resource"]]
            known = {row[target] for row in read(published.reports / there["path"])}
            found = {row[column] for row in read(published.reports / resource["path"])} - {""}
            assert found <= known
            followed += 1
    assert followed >= 8
