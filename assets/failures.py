"""A pipeline error as a Dagster failure: its text, and the exit code it stands for."""

import dagster as dg

from pipeline.errors import EXIT_CODE, PipelineError


def failure(error: PipelineError) -> dg.Failure:
    """Return the failure of a step that met a pipeline error; it is not worth a retry."""
    metadata = {EXIT_CODE: error.exit_code}
    return dg.Failure(description=str(error), metadata=metadata, allow_retries=False)
