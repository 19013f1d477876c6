"""Settings of one run, as a Dagster resource."""

from pathlib import Path

import dagster as dg

from pipeline.contracts.model import Lang
from pipeline.parameters import Parameters, read_parameters


class RunSettings(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What a run may change: a file of parameters, the language of the report."""

    params_file: str = ""
    lang: str = "fr"

    def parameters(self) -> Parameters:
        """Return the parameters of the run."""
        return read_parameters(Path(self.params_file) if self.params_file else None)

    def language(self) -> Lang:
        """Return the language of the report."""
        return "en" if self.lang == "en" else "fr"
