"""Settings of one run, as a Dagster resource."""

from pathlib import Path

import dagster as dg

from pipeline.contracts.model import Lang
from pipeline.parameters import Parameters, read_parameters
from pipeline.store.engine import EngineChoice, EngineName


class RunSettings(dg.ConfigurableResource):  # type: ignore[type-arg]
    """What a run may change: a file of parameters, the language of the report, the engine."""

    params_file: str = ""
    lang: str = "fr"
    engine: str = "duckdb"
    remote: str = ""
    workers: int = 0
    data_root: str = ""

    def parameters(self) -> Parameters:
        """Return the parameters of the run."""
        return read_parameters(Path(self.params_file) if self.params_file else None)

    def language(self) -> Lang:
        """Return the language of the report."""
        return "en" if self.lang == "en" else "fr"

    def engine_choice(self) -> EngineChoice:
        """Return the engine that computes the indicators."""
        name: EngineName = "spark" if self.engine == "spark" else "duckdb"
        return EngineChoice(name, self.remote, self.workers, self.data_root)
