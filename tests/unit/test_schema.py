"""Every column says what it is, in the contract and in the Parquet file an analyst opens."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from pipeline.contracts.model import Column, TableContract
from pipeline.contracts.registry import contracts, read_yaml, vocabularies
from pipeline.contracts.schema import arrow_schema, arrow_type, frictionless_schema
from pipeline.errors import ContractError
from pipeline.events.ledger import bad_path
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.store.parquet import table_path
from pipeline.store.partitions import SCHEMA_FILE, is_built, partition_files

CARRIED = (
    "type", "unit", "label_fr", "label_en", "description_fr", "description_en", "source",
)  # fmt: skip
KNOWN: dict[str, TableContract] = {**contracts(), **cards()}
# What a run writes; other tables are written where a command is told to.
WRITTEN = {name: described for name, described in KNOWN.items() if not described.on_demand}


def texts(column: Column) -> dict[str, str]:
    """Return what a column must say, under the names its Parquet field carries."""
    said = (
        column.type, column.unit, column.label.fr, column.label.en, column.description.fr,
        column.description.en, column.source,
    )  # fmt: skip
    return dict(zip(CARRIED, said, strict=True))


def lacking(schema: pa.Schema) -> list[str]:
    """Return the `column.key` that a Parquet schema does not carry."""
    found = []
    for field in schema:
        carried = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
        found += [f"{field.name}.{k}" for k in CARRIED if not carried.get(k, "").strip()]
    return found


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_every_column_says_what_it_is(name: str) -> None:
    described = KNOWN[name]
    silent = [
        f"{column.name}.{key}"
        for column in described.columns
        for key, text in texts(column).items()
        if not text.strip()
    ]
    assert silent == []
    tables = (described.title, described.description, described.grain)
    assert all(text.fr.strip() and text.en.strip() for text in tables)


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_required_key_and_a_sourced_bound(name: str) -> None:
    described = KNOWN[name]
    for column in described.columns:
        rules = column.constraints
        said = rules.bound_source
        assert (said and said.fr.strip() and said.en.strip()) or (
            rules.min is None and rules.max is None
        ), column.name
        assert arrow_type(column.type) is not None
    assert set(described.key) <= set(described.names)


@pytest.mark.parametrize("name", sorted(vocabularies()))
def test_every_code_has_its_labels(name: str) -> None:
    codes = vocabularies()[name]
    assert codes
    assert all(label.fr.strip() and label.en.strip() for label in codes.values())


def test_every_table_has_its_file_and_every_file_its_table(published: Layout) -> None:
    files = set(published.processed.rglob("*.parquet")) - {bad_path(published)}
    paths = [table_path(published, described) for described in WRITTEN.values()]
    found = {path for path in paths if path.is_file()}
    for folder in (path for path in paths if path.is_dir()):
        found |= {folder / SCHEMA_FILE, *partition_files(folder)}
    assert all(is_built(path) for path in paths)
    assert files == found


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_parquet_file_carries_its_dictionary(published: Layout, name: str) -> None:
    path = table_path(published, KNOWN[name])
    schema = pq.read_schema(path / SCHEMA_FILE if path.is_dir() else path)
    assert lacking(schema) == []
    assert schema.equals(arrow_schema(KNOWN[name]), check_metadata=True)
    carried = {
        field.name: {key.decode(): value.decode() for key, value in field.metadata.items()}
        for field in schema
    }
    for column in KNOWN[name].columns:
        assert {key: carried[column.name][key] for key in CARRIED} == texts(column)


@pytest.mark.parametrize("key", CARRIED)
def test_a_file_that_lacks_a_text_is_seen(tmp_path: Path, published: Layout, key: str) -> None:
    source = pq.read_table(table_path(published, KNOWN["cpts"]))
    rank = source.schema.get_field_index("population_nb")
    field = source.schema.field(rank)
    kept = {k: v for k, v in field.metadata.items() if k.decode() != key}
    bare = source.schema.set(rank, field.with_metadata(kept))
    pq.write_table(source.cast(bare), tmp_path / "cpts.parquet")
    assert lacking(pq.read_schema(tmp_path / "cpts.parquet")) == [f"population_nb.{key}"]


@pytest.mark.parametrize("key", ["unit", "label", "description", "source", "type"])
def test_a_contract_refuses_a_column_that_says_too_little(key: str) -> None:
    said = contracts()["cpts"].column("population_nb").model_dump()
    assert Column.model_validate(said)
    with pytest.raises(ValidationError, match=key):
        Column.model_validate({k: v for k, v in said.items() if k != key})


def test_the_descriptor_names_every_column_and_key() -> None:
    for described in KNOWN.values():
        found = frictionless_schema(described)
        assert [field["name"] for field in found["fields"]] == [c.name for c in described.released]
        assert found["primaryKey"] == list(described.key)


def test_a_key_said_twice_is_refused_by_name_and_line(tmp_path: Path) -> None:
    """A plain reader would keep the last: two descriptions of a column, and nobody told."""
    path = tmp_path / "table.yml"
    path.write_text("a: 1\nb: {c: 2, d: 3}\nb: 4\n", encoding="utf-8")
    with pytest.raises(ContractError, match=r"(?s)table\.yml is not valid YAML.*'b'.*line 3"):
        read_yaml(path)
    path.write_text("a: 1\nb: {c: 2, c: 3}\n", encoding="utf-8")
    with pytest.raises(ContractError, match="'c' is there twice"):
        read_yaml(path)
    path.write_text("a: 1\nb: {a: 2, c: 3}\n", encoding="utf-8")
    assert read_yaml(path) == {"a": 1, "b": {"a": 2, "c": 3}}
