"""Every column says what it is, in the contract and in the Parquet file an analyst opens."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import ValidationError

from pipeline.contracts.model import Column, TableContract
from pipeline.contracts.registry import contracts, vocabularies
from pipeline.contracts.schema import arrow_schema, arrow_type, frictionless_schema
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.store.parquet import table_path

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
    files = set(published.processed.rglob("*.parquet"))
    assert files == {table_path(published, described) for described in WRITTEN.values()}


@pytest.mark.parametrize("name", sorted(WRITTEN))
def test_a_parquet_file_carries_its_dictionary(published: Layout, name: str) -> None:
    schema = pq.read_schema(table_path(published, KNOWN[name]))
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
