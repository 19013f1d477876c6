"""SQL texts: one file each, with the blocks several of them share.

A line `{{> name}}`, or `{{> name}},`, stands for the text of `pipeline/contracts/blocks/name.sql`: what a printed
number may be, and the arithmetic between printed numbers, are said once.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import ContractError

BLOCKS = Path(__file__).resolve().parent / "blocks"
INCLUDE = re.compile(r"(?m)^\{\{> ([a-z0-9_]+)\}\}(,?)$")


def block(name: str) -> str:
    """Return a shared block, its own blocks put in; ContractError when there is none."""
    path = BLOCKS / f"{name}.sql"
    if not path.is_file():
        raise ContractError(f"no SQL block is named {name!r}")
    return expand(path.read_text(encoding="utf-8")).rstrip("\n")


def expand(text: str) -> str:
    """Return a SQL text with each `{{> name}}` line replaced by the block it names."""
    return INCLUDE.sub(lambda found: block(found[1]) + found[2], text)


def read_sql(path: Path) -> str:
    """Read one SQL file, its blocks put in."""
    return expand(path.read_text(encoding="utf-8"))
