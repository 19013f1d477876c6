"""SQL texts: one file each, with the parts several of them share.

A line `-- include: name` stands for the text of a file `name.sql`. What a printed number may be,
and the arithmetic between printed numbers, are said once, in `pipeline/contracts/blocks`, for the
rules and the indicators; the indicators have parts of their own next to their catalogue.
"""

from __future__ import annotations

import re
from pathlib import Path

from pipeline.errors import ContractError

BLOCKS = Path(__file__).resolve().parent / "blocks"
INCLUDE = re.compile(r"(?m)^-- include: ([a-z0-9_]+)$")


def part(name: str, folders: tuple[Path, ...]) -> str:
    """Return a shared part, its own parts put in; ContractError when there is none."""
    for folder in folders:
        path = folder / f"{name}.sql"
        if path.is_file():
            return expand(path.read_text(encoding="utf-8"), folders).rstrip("\n")
    raise ContractError(f"no SQL fragment is named {name!r}")


def expand(text: str, folders: tuple[Path, ...]) -> str:
    """Return a SQL text with each `-- include: name` line replaced by the part it names."""
    return INCLUDE.sub(lambda found: part(found[1], folders), text)


def read_sql(path: Path, *folders: Path) -> str:
    """Read one SQL file, its parts put in from some folders and the shared blocks."""
    return expand(path.read_text(encoding="utf-8"), (*folders, BLOCKS))
