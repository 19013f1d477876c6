"""Parameters of the pipeline: one file, each value with its unit and source."""

from __future__ import annotations

import math
import re
from pathlib import Path

from pydantic import ValidationError, model_validator

from pipeline.contracts.model import Strict, Text
from pipeline.contracts.registry import read_yaml, vocabularies
from pipeline.errors import ContractError, InputError
from pipeline.paths import PACKAGE

NAME = re.compile(r"(?m)^([a-z0-9_]+)\s*:")
MARK = re.compile(r"\{\{([a-z0-9_]+)\}\}")
DEFAULTS = PACKAGE / "parameters.yml"


Value = float | int | str


class Parameter(Strict):
    """One parameter: a number, or a text out of a closed list.

    `grid` holds other numbers worth trying, for its sensitivity, and `max` bounds them; `choices`
    are the texts it may be, codes of the closed list `vocabulary`.
    """

    value: Value
    unit: str
    source: str
    description: Text
    grid: tuple[float | int, ...] = ()
    max: float | None = None
    choices: tuple[str, ...] = ()
    vocabulary: str | None = None

    @model_validator(mode="after")
    def check_kind(self) -> Parameter:
        """Refuse what is of two kinds, a text outside its list and a number past its bound."""
        if self.is_text:
            if self.grid or self.max is not None or self.vocabulary is None:
                raise ValueError("a text has choices of a vocabulary, no grid and no bound")
            if odd := set(self.choices) - set(vocabularies().get(self.vocabulary, {})):
                raise ValueError(f"no code of {self.vocabulary}: {sorted(odd)}")
        elif self.choices or self.vocabulary:
            raise ValueError("a number has a grid, not choices")
        if wrong := [found for found in (self.value, *self.grid) if not self.accepts(found)]:
            raise ValueError(f"expected {self.wanted()}, found {wrong[0]!r}")
        return self

    @property
    def is_text(self) -> bool:
        """Is it a text, not a number?"""
        return isinstance(self.value, str)

    @property
    def tried(self) -> tuple[Value, ...]:
        """The values worth trying: its grid, or every choice."""
        return self.choices if self.is_text else self.grid

    def wanted(self) -> str:
        """Say what a value of it must be."""
        if self.is_text:
            return f"one of {', '.join(self.choices)}"
        return "a finite number, zero or more" + (f", at most {self.max:g}" if self.max else "")

    def accepts(self, value: object) -> bool:
        """May it take this value?"""
        if self.is_text:
            return value in self.choices
        return is_threshold(value) and (self.max is None or float(str(value)) <= self.max)


class Parameters(Strict):
    """All parameters, and the names of those a user's file changed."""

    entries: dict[str, Parameter]
    changed: tuple[str, ...] = ()

    def setting(self, name: str) -> Value:
        """Return a value, number or text; ContractError when no parameter has that name."""
        if name not in self.entries:
            raise ContractError(f"no parameter is named {name!r}")
        return self.entries[name].value

    def value(self, name: str) -> float | int:
        """Return a number; ContractError when no parameter has that name, or it is a text."""
        found = self.setting(name)
        if isinstance(found, str):
            raise ContractError(f"parameter {name!r} is a text, not a number")
        return found

    def replaced(self, name: str, value: Value) -> Parameters:
        """Return the same parameters, one of them with another value."""
        changed = self.entries[name].model_copy(update={"value": value})
        return self.model_copy(update={"entries": {**self.entries, name: changed}})


def names_in(sql: str) -> set[str]:
    """Return the parameters a SQL text uses, written `{{name}}`."""
    return set(MARK.findall(sql))


def bind(sql: str, parameters: Parameters) -> str:
    """Return a SQL text with its `{{name}}` marks replaced by the values of the parameters."""
    return MARK.sub(lambda found: str(parameters.setting(found[1])), sql)


def default_parameters() -> Parameters:
    """Read `parameters.yml`."""
    try:
        return Parameters(entries=read_yaml(DEFAULTS))
    except ValidationError as error:
        raise ContractError(f"parameters.yml: {error}") from error


def read_parameters(override: Path | None = None) -> Parameters:
    """Return the parameters, a user's `name: value` file laid over the defaults.

    Raises:
        InputError: the file names an unknown parameter, or gives a value it cannot take.
    """
    base = default_parameters()
    if override is None:
        return base
    if not override.is_file():
        raise InputError(file=str(override), expected="a YAML file of parameters", found="no file")
    entries, changed = dict(base.entries), []
    for name, value in read_override(override).items():
        if name not in entries:
            known = ", ".join(entries)
            raise InputError(
                file=override.name, column=name, expected=f"one of {known}", found=name
            )
        if not entries[name].accepts(value):
            raise InputError(
                file=override.name,
                column=name,
                expected=entries[name].wanted(),
                found=repr(value),
            )
        if value != entries[name].value:
            entries[name] = entries[name].model_copy(update={"value": value})
            changed.append(name)
    return Parameters(entries=entries, changed=tuple(sorted(changed)))


def is_threshold(value: object) -> bool:
    """Is it a finite number, zero or more?"""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and value >= 0


def read_override(path: Path) -> dict[str, object]:
    """Read a user's `name: value` file; a fault of it is the user's, not the project's.

    Raises:
        InputError: not UTF-8, not YAML, no mapping, or a name given twice.
    """
    try:
        given = read_yaml(path)
        text = path.read_text(encoding="utf-8")
    except (ContractError, UnicodeDecodeError) as error:
        raise InputError(
            file=path.name, expected="UTF-8 lines `name: value`", found=str(error)
        ) from None
    if not isinstance(given, dict):
        raise InputError(file=path.name, expected="lines `name: value`", found=repr(given))
    names = NAME.findall(text)
    for name in names:
        if names.count(name) > 1:
            raise InputError(
                file=path.name, column=name, expected="each name once", found="it twice"
            )
    return given
