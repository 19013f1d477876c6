"""`python -m assets.run`: run everything in this process, with progress, and say where it is.

Heavy imports stay inside functions: the process that checks starts first, and it must not import
the orchestrator again.
"""

import argparse
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

from pipeline.checks.core import warm
from pipeline.errors import EXIT_CODE, PipelineError
from pipeline.paths import layout
from pipeline.second import second_process
from pipeline.store.engine import EngineChoice

GROUPS = {
    "raw": "inputs",
    "panel": "panel",
    "feed": "feeds",
    "acts": "acts",
    "events": "events",
    "core": "tables",
    "indicators": "indicators",
    "publication": "report",
}


class Progress(logging.Handler):
    """Prints one line per step as Dagster finishes it."""

    def __init__(self, steps: int) -> None:
        super().__init__(logging.DEBUG)
        self.steps, self.done, self.assets, self.checks = steps, 0, 0, 0
        self.failure = self.engine = ""
        self.exit_code = 1
        self.started = time.perf_counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count materializations and checks; print a line when a step ends."""
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None:
            return
        kind = event.event_type_value
        if kind == "ASSET_MATERIALIZATION":
            self.assets += 1
            self.engine = engine_of(event)
        elif kind == "ASSET_CHECK_EVALUATION":
            self.checks += 1
        elif kind == "STEP_SUCCESS":
            self.done += 1
            elapsed = time.perf_counter() - self.started
            checked = f", {self.checks} checks" if self.checks else ""
            name = GROUPS.get(event.step_key, event.step_key)
            by = f" by {self.engine}" if self.engine else ""
            done = f"{self.assets} assets{checked}{by} ({elapsed:.1f} s)"
            print(f"[{self.done}/{self.steps}] {name}: {done}", flush=True)
            self.assets, self.checks, self.engine = 0, 0, ""
        elif kind == "STEP_FAILURE" and not self.failure:
            self.failure, self.exit_code = read_failure(event)


def engine_of(event: Any) -> str:
    """Return the engine that computed an asset, as its materialization says; empty for others."""
    said = event.step_materialization_data.materialization.metadata.get("moteur")
    return str(said.value) if said else ""


def read_failure(event: Any) -> tuple[str, int]:
    """Return the one clear paragraph of a failed step, and the exit code it stands for."""
    data = event.step_failure_data
    told = data.user_failure_data
    if told and told.description:
        code = told.metadata.get(EXIT_CODE)
        return str(told.description), int(code.value) if code else 1
    error = data.error
    while error and error.cause:
        error = error.cause
    return (str(error.message).strip() if error else "failed without a message"), 1


def execute(settings: dict[str, Any]) -> Progress:
    """Run the whole graph; returns what was seen, with the first failure if any."""
    import dagster as dg

    from assets.definitions import defs

    progress = Progress(len(GROUPS))

    @dg.logger
    def console(_: dg.InitLoggerContext) -> logging.Logger:
        found = logging.getLogger("snp.progress")
        found.setLevel(logging.DEBUG)
        found.propagate = False
        found.handlers = [progress]
        return found

    job = dg.Definitions(
        assets=defs.assets,
        resources=defs.resources,
        executor=defs.executor,
        loggers={"console": console},
    ).resolve_implicit_global_asset_job_def()
    config = {
        "resources": {"settings": {"config": settings}},
        "loggers": {"console": {}},
    }
    with dg.DagsterInstance.get() as instance:
        result = job.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
    if not result.success and not progress.failure:
        progress.failure = "the run failed without a message; see the log of Dagster"
    return progress


def main() -> int:
    """Parse the arguments, run, print the headline numbers."""
    parser = argparse.ArgumentParser(prog="snp run")
    parser.add_argument("--params", default="")
    parser.add_argument("--lang", default="fr", choices=("fr", "en"))
    parser.add_argument("--engine", default="duckdb", choices=("duckdb", "spark"))
    parser.add_argument("--remote", default="")
    parser.add_argument("--workers", default=0, type=int)
    parser.add_argument("--data-root", default="")
    given = parser.parse_args()
    # Before anything is read: a run would find out after most of its work.
    EngineChoice(given.engine, given.remote, given.workers, given.data_root).check()
    params = os.path.abspath(given.params) if given.params else ""
    root = layout().root
    os.chdir(root)
    os.environ.setdefault("DAGSTER_HOME", str(root))
    second_process().submit(warm)
    settings = {**vars(given), "params_file": params}
    del settings["params"]
    seen = execute(settings)
    if seen.failure:
        print(f"\nFailed: {seen.failure}", file=sys.stderr)
        return seen.exit_code
    from pipeline.parameters import read_parameters
    from pipeline.publication.summary import print_summary

    chosen = read_parameters(Path(params) if params else None)
    print_summary(layout(), chosen, given.lang)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except PipelineError as error:
        print(f"Failed: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
