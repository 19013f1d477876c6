"""Rules of the house a linter does not see: sizes, no wall crossed, nothing unfinished."""

from __future__ import annotations

import ast
import gzip
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MAX_FILE_LINES = 300
MAX_FUNCTION_LINES = 40
TOP_LEVEL = {
    ".ci", ".gitignore", "assets", "CHANGELOG.md", "CONTRIBUTING.md", "dagster.yaml", "data",
    "docs", "LICENSE", "Makefile", "notebooks", "pipeline", "pyproject.toml", "README.md",
    "reports", "requirements.bootstrap.lock", "requirements.lock", "tests", "benchmarks",
}  # fmt: skip


def tracked(pattern: str = "*") -> list[Path]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no git checkout here")
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def long_functions(path: Path) -> list[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {body_lines(node)} lines"
        for node in ast.walk(tree)
        if isinstance(node, kinds) and body_lines(node) > MAX_FUNCTION_LINES
    ]


def body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code of a function: its signature and docstring are not counted."""
    first = node.body[0]
    is_doc = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = (node.body[1] if is_doc and len(node.body) > 1 else first).lineno
    return (node.end_lineno or start) - start + 1


def test_no_file_is_too_long() -> None:
    sizes = {p: len(p.read_text(encoding="utf-8").splitlines()) for p in tracked("*.py")}
    assert sizes
    assert {str(p): n for p, n in sizes.items() if n > MAX_FILE_LINES} == {}


def test_no_function_is_too_long() -> None:
    assert [found for path in tracked("*.py") for found in long_functions(path)] == []


def test_only_the_planned_rooms_stand_at_the_top() -> None:
    assert {p.relative_to(ROOT).parts[0] for p in tracked()} <= TOP_LEVEL


def test_no_file_names_a_machine_path() -> None:
    banned = ("/work/", "/tmp/", "/root/", "/home/")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in tracked()
        if path.suffix in {".py", ".md", ".yml", ".yaml", ".sql", ".toml", ".lock", ".csv", ""}
        and path != Path(__file__)
        for word in banned
        if word in path.read_text(encoding="utf-8", errors="ignore")
    ]
    assert found == []


def test_the_locks_name_no_address() -> None:
    locks = tracked("*.lock")
    assert locks
    assert [str(p) for p in locks if "://" in p.read_text(encoding="utf-8")] == []


def content(path: Path) -> bytes:
    """Return the bytes of a file, those inside when it is compressed."""
    found = path.read_bytes()
    return gzip.decompress(found) if path.suffix == ".gz" else found


def test_data_lines_end_with_a_newline_only() -> None:
    bad = [
        str(path.relative_to(ROOT))
        for path in tracked("data/raw/*")
        if b"\r" in content(path) or not content(path).endswith(b"\n")
    ]
    assert bad == []
