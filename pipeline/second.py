"""A second process, for work that needs nothing of the first one while it runs.

Great Expectations takes seconds to import and figures take seconds to draw: the second process
imports the one while the first reads the inputs, and draws while the first writes tables.
"""

from __future__ import annotations

import atexit
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import ParamSpec, TypeVar

Given = ParamSpec("Given")
Found = TypeVar("Found")


class SecondProcess:
    """One more process, that takes one piece of work after the other."""

    def __init__(self) -> None:
        self._pool = ProcessPoolExecutor(1, mp_context=get_context("spawn"))

    def submit(
        self, work: Callable[Given, Found], *args: Given.args, **kwargs: Given.kwargs
    ) -> Future[Found]:
        """Ask for a piece of work; its result, or its error, comes with the future."""
        return self._pool.submit(work, *args, **kwargs)

    def close(self) -> None:
        """Stop the process without waiting for work nobody asked for."""
        self._pool.shutdown(wait=False, cancel_futures=True)


@cache
def second_process() -> SecondProcess:
    """Return the second process of this one, started at its first work, stopped at exit."""
    found = SecondProcess()
    atexit.register(found.close)
    return found
