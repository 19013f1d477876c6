"""Fixed texts of the publications, in the language of the reader."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from pipeline.contracts.model import Lang
from pipeline.contracts.registry import read_yaml
from pipeline.errors import ContractError

FILE = Path(__file__).resolve().parent / "messages.yml"


@cache
def messages() -> dict[str, Any]:
    """Return the messages file."""
    return dict(read_yaml(FILE))


def text(key: str, lang: Lang) -> str:
    """Return one message; dots go down, as in `themes.centres`."""
    found: Any = messages()
    for part in key.split("."):
        if part not in found:
            raise ContractError(f"messages.yml has no {key!r}")
        found = found[part]
    return str(found[lang])
