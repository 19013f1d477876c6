"""Errors a user can act on: one clear paragraph, an exit code that means something."""

from __future__ import annotations

# Under this name the orchestrator carries the exit code of a failure.
EXIT_CODE = "code_sortie"


class PipelineError(Exception):
    """Base of the errors shown to users. `exit_code` is what `snp` returns."""

    exit_code = 1


class InputError(PipelineError):
    """An input is wrong: names the file, line, column, what was expected and what was found."""

    exit_code = 2

    def __init__(
        self,
        *,
        file: str,
        expected: str,
        found: str,
        line: int | None = None,
        column: str | None = None,
        hint: str = "",
    ) -> None:
        self.file, self.line, self.column = file, line, column
        self.expected, self.found, self.hint = expected, found, hint
        place = file + (f", line {line}" if line else "") + (f", column {column}" if column else "")
        text = f"{place}: expected {expected}; found {found}."
        super().__init__(f"{text} {hint}".strip())


class CheckError(PipelineError):
    """A critical check failed; nothing was written."""

    exit_code = 3


class ContractError(PipelineError):
    """A contract, card or parameter file of the project is wrong."""

    exit_code = 4


class UnknownNameError(PipelineError):
    """What a command names does not exist: an indicator, a figure."""

    exit_code = 2


class NothingToDrawError(PipelineError):
    """The data hold none of the rows a figure draws."""

    exit_code = 5


class MissingOutputError(PipelineError):
    """A command needs an output that has not been produced yet."""

    exit_code = 5


class EngineError(PipelineError):
    """The engine asked for cannot be reached, is not installed, or refuses a query."""

    exit_code = 7


class FetchError(PipelineError):
    """A file could not be fetched from its publisher; nothing was replaced."""

    exit_code = 1
