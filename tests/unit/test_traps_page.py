"""The page of traps names tests that exist, for every source whose format somebody else decides."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from pipeline.fetch import publishers
from pipeline.paths import PACKAGE
from pipeline.sources.registry import event_sources

ROOT = PACKAGE.parent
PAGE = ROOT / "docs" / "traps.md"
NODE = re.compile(r"`(tests/[a-z_/0-9]+\.py)::(test_[a-z_0-9]+)`")
HEAD = ["Trap", "Where it would bite", "What is done", "Test"]
# Layouts of the project itself: nobody else sets traps in them.
OWN = {"actes", "agendas"}


def tables() -> dict[str, list[list[str]]]:
    """Return the rows of the table under each title, header first."""
    found: dict[str, list[list[str]]] = {}
    title = ""
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith("## "):
            title = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith("| ---"):
            cells = [cell.strip() for cell in line.strip("|").split(" | ")]
            found.setdefault(title, []).append(cells)
    return found


@cache
def named_in(file: str) -> frozenset[str]:
    """Return the names of the tests of a file, read without running it."""
    path = ROOT / file
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def rows() -> list[list[str]]:
    """Return the traps, of every table that lists some."""
    return [row for lines in tables().values() if lines[0] == HEAD for row in lines[1:]]


def test_every_trap_names_a_test_that_exists() -> None:
    assert len(rows()) > 80
    for row in rows():
        assert len(row) == len(HEAD), row
        named = NODE.findall(row[-1])
        assert named, f"no test: {row[0]}"
        assert NODE.sub("", row[-1]).strip() == "", row[-1]
        assert [name for file, name in named if name not in named_in(file)] == []


def test_every_source_of_others_has_its_traps() -> None:
    titles = " ".join(title for title, lines in tables().items() if lines[0] == HEAD)
    found = set(re.findall(r"`([a-z_]+)`", titles))
    assert found == (set(publishers()) | set(event_sources()) | {"ecds"}) - OWN


def test_every_file_without_a_reader_says_so() -> None:
    listed = tables()["No reader"]
    assert listed[0] == ["File", "Why"]
    assert all(row[1].startswith("no reader") for row in listed[1:])


FILES = sorted((ROOT / "tests" / "unit").glob("test_*traps*.py"))


@pytest.mark.parametrize("file", [f.name for f in FILES if f.name != Path(__file__).name])
def test_every_test_of_a_trap_is_on_the_page(file: str) -> None:
    """A trap that has a test of its own has a line."""
    name, page = f"tests/unit/{file}", PAGE.read_text("utf-8")
    known = sorted(test for test in named_in(name) if test.startswith("test_"))
    assert len(known) > 10
    assert [test for test in known if f"`{name}::{test}`" not in page] == []
