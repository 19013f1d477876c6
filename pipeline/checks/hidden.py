"""Keep a package out of the sight of a library that imports whatever it finds."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def hidden(package: str) -> Iterator[None]:
    """Let nothing import a package for a while, unless it is there already.

    Great Expectations imports the whole Spark client when it finds one: a second lost in each
    process, and warnings, for an engine it is not given here.
    """
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[package]
