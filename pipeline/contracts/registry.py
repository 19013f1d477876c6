"""Read the contracts, the shared columns and the closed lists from their YAML files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from pipeline.contracts.model import Code, Column, TableContract, Vocabulary
from pipeline.errors import ContractError

HERE = Path(__file__).resolve().parent
LOADED_COLUMNS = ("source_file", "source_line")
# Lists made of others, each with a prefix that keeps their codes apart.
UNIONS = {
    "departement_ou_collectivite": (("", "departement"), ("", "collectivite_outre_mer")),
    "modalite_cds": (
        ("", "modalite_hors_liste"),
        ("", "gestionnaire"),
        ("", "gestionnaire_detail"),
        ("region_", "region"),
        ("departement_", "departement"),
        ("", "categorie_cnam"),
        ("", "adhesion"),
        ("", "service_cds"),
        ("", "territoire_cds"),
    ),
    "mode_densite": (("", "mode_exercice_rpps"), ("", "mode_hors_liste")),
    "effectif_cds": (
        ("", "effectif_hors_liste"),
        ("", "groupe_effectif"),
        ("", "categorie_effectif"),
        ("", "profession_ecds"),
    ),
}


class OneKeyLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Reads YAML, and refuses a key said twice: a plain reader keeps the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> Any:
        """Return a mapping as a dictionary; ConstructorError names a key that is there twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key.value!r} is there twice", key.start_mark
                )
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_yaml(path: Path) -> Any:
    """Read one YAML file; ContractError names the file and the fault."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=OneKeyLoader)
    except yaml.YAMLError as error:
        raise ContractError(f"{path.name} is not valid YAML: {error}") from error


@cache
def vocabularies() -> dict[str, Vocabulary]:
    """Return every closed list: name -> code -> labels."""
    raw = read_yaml(HERE / "vocabularies.yml")
    found = {
        name: {str(code): Code.model_validate(text) for code, text in codes.items()}
        for name, codes in raw.items()
    }
    for name, parts in UNIONS.items():
        found[name] = {
            f"{head}{code}": c for head, part in parts for code, c in found[part].items()
        }
    return found


@cache
def shared_columns() -> dict[str, dict[str, Any]]:
    """Return the columns said once for several tables."""
    return dict(read_yaml(HERE / "columns.yml"))


def resolve_column(raw: dict[str, Any], default_source: str) -> Column:
    """Build a column from its YAML: own keys over shared ones, then the table's source.

    Args:
        raw: the YAML mapping, with `name` or `use`.
        default_source: source of the table, for columns that do not name theirs.
    """
    own = dict(raw)
    shared = own.pop("use", None)
    if shared is not None:
        if shared not in shared_columns():
            raise ContractError(f"no shared column is named {shared!r}")
        own = {"name": shared, **shared_columns()[shared], **own}
    own.setdefault("source", default_source)
    return Column.model_validate(own)


def resolve_table(raw: dict[str, Any], where: str) -> dict[str, Any]:
    """Replace the YAML columns of a contract or card by resolved ones."""
    try:
        columns = [resolve_column(column, raw["source"]) for column in raw["columns"]]
    except (KeyError, ValidationError, ContractError) as error:
        raise ContractError(f"{where}: {error}") from error
    return {**raw, "columns": columns}


def with_provenance(raw: dict[str, Any]) -> dict[str, Any]:
    """Append the two columns every loaded row carries: its file and its line there.

    A file of events may have more lines than 32 bits count.
    """
    if raw["group"] in ("controles", "publication"):
        return raw
    wide = {"type": "int64"} if raw.get("partition") else {}
    loaded = [{"use": "source_file"}, {"use": "source_line", **wide}]
    return {**raw, "columns": [*raw["columns"], *loaded]}


def check_vocabularies(columns: tuple[Column, ...], where: str) -> None:
    """Refuse a column whose closed list does not exist."""
    for column in columns:
        name = column.constraints.vocabulary
        if name is not None and name not in vocabularies():
            raise ContractError(f"{where}, column {column.name}: no list is named {name!r}")


def load_contract(path: Path) -> TableContract:
    """Read one table contract."""
    raw = resolve_table(with_provenance(read_yaml(path)), path.name)
    try:
        contract = TableContract.model_validate(raw)
    except ValidationError as error:
        raise ContractError(f"{path.name}: {error}") from error
    if contract.table != path.stem:
        raise ContractError(f"{path.name} describes a table named {contract.table!r}")
    check_vocabularies(contract.columns, path.name)
    return contract


@cache
def contracts() -> dict[str, TableContract]:
    """Return every core contract, by table name, in alphabetical order."""
    return {path.stem: load_contract(path) for path in sorted((HERE / "tables").glob("*.yml"))}


def contract(table: str) -> TableContract:
    """Return one contract; ContractError names those that exist."""
    if table not in contracts():
        raise ContractError(f"no table is named {table!r}; there are: {', '.join(contracts())}")
    return contracts()[table]


def holds_microdata(table: str) -> bool:
    """Does a core table hold observed units, from which a printed aggregate can be recomputed?"""
    found = contract(table)
    return found.group == "core" and found.microdata
