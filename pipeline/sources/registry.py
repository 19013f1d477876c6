"""What may be added: each source, the tables its files fill, what a new file does to others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pipeline.contracts.model import Text
from pipeline.contracts.registry import contract, contracts
from pipeline.sources.actes import stage_acts
from pipeline.sources.agendas import stage_diary
from pipeline.sources.ameli import read_ameli
from pipeline.sources.anct import read_anct
from pipeline.sources.apl import read_apl
from pipeline.sources.canonical import read_canonical
from pipeline.sources.cpts_communes import read_cpts_communes
from pipeline.sources.cpts_communes import settle as settle_cpts_communes
from pipeline.sources.ecds import read_ecds, settle
from pipeline.sources.ecds_cells import TABLES as ECDS_TABLES
from pipeline.sources.ecds_template import write_ecds_template
from pipeline.sources.fhir_explain import explain_fhir
from pipeline.sources.finess import TABLES as FINESS_TABLES
from pipeline.sources.finess import read_finess
from pipeline.sources.finess import settle as settle_finess
from pipeline.sources.finess_template import write_finess_template
from pipeline.sources.insee import read_changes, read_grid, read_populations
from pipeline.sources.large import read_large
from pipeline.sources.manifest import Entry
from pipeline.sources.open_damir import stage_damir
from pipeline.sources.result import Reading
from pipeline.sources.rpps import read_rpps
from pipeline.sources.sas_fhir import stage_fhir
from pipeline.sources.sas_platform import stage_platform
from pipeline.sources.sas_rayons import read_sas_rayons
from pipeline.sources.staging import Staging
from pipeline.sources.zonage import read_zonage

WIDE = "published_tables"
INDEX = "tableaux_index"
# Several files together fill these tables: a new one joins the others instead of replacing them.
SEVERAL_FILES = (
    "published_figures",
    "nombres_ecartes",
    WIDE,
    INDEX,
    "tableaux_relations",
    "chiffres_relations",
    "mentions",
)

# `none`: a new file takes the place of the others. `all`: it joins them. `same_origin`: it joins
# those of its origin and puts the others to sleep, so that real rows never mix with synthetic ones.
Joins = Literal["none", "all", "same_origin"]
Reader = Callable[[Path, str, Entry], Reading]
# Reads a file of events as a stream, into the tables of its source.
Stager = Callable[[Path, Staging], None]
# Says what a standard finds wrong in a file: line, place, what was expected, what was found.
Explainer = Callable[[Path], list[tuple[int, str, str, str]]]


def read_one_table(path: Path, name: str, entry: Entry) -> Reading:
    """Read a file whose header is that of the contract of its source."""
    return Reading({entry.source: read_canonical(path, name, contract(entry.source), entry)})


def nothing(_: Reading) -> None:
    """Leave what the files of a source gave as it is."""


@dataclass(frozen=True)
class Source:
    """One kind of input.

    `read` reads one file; `settle` ends the reading of all of them, once they are merged.
    `template` writes the files to fill, where a CSV with the header of a table would not do, and
    returns them; the first has the suffix `template_suffix`. A source of events has `stage` instead
    of `read`: its files are read as streams and may all be absent. `explain` says more of a file
    than its reader does. `version` is to be raised when its reader gives other rows from the same
    bytes.
    """

    name: str
    tables: tuple[str, ...]
    title: Text
    joins: Joins
    formats: tuple[str, ...] = ("csv",)
    read: Reader = read_one_table
    settle: Callable[[Reading], None] = nothing
    template: Callable[[Path], list[Path]] | None = None
    template_suffix: str = ".xlsx"
    stage: Stager | None = None
    explain: Explainer | None = None
    version: int = 1

    @property
    def needed(self) -> bool:
        """Must it have a file? Not where nothing may be shipped, nor of events: empty then."""
        return self.stage is None and any(contract(table).shipped for table in self.tables)


GRIDS = ("csv", "xlsx", "ods")


def territory(
    table: str, read: Reader, settle: Callable[[Reading], None] = nothing, joins: Joins = "all"
) -> Source:
    """Return a source of territory files, whose editions and years stand side by side."""
    return Source(table, (table,), contract(table).title, joins, GRIDS, read, settle)


# Sources that fill other tables than the one of their name. The others have one table each.
SEVERAL_TABLES = (
    Source(
        name="actes",
        tables=("actes",),
        title=Text(fr="Actes des centres de santé", en="Acts of health centres"),
        joins="same_origin",
        formats=("csv", "ndjson", "gz", "zst"),
        stage=stage_acts,
        version=2,
    ),
    Source(
        name="agendas",
        tables=("creneaux", "rendez_vous"),
        title=Text(fr="Agendas partagés des CPTS", en="Shared diaries of CPTS"),
        joins="same_origin",
        formats=("csv", "xlsx", "ndjson", "gz", "zst"),
        stage=stage_diary,
        version=2,
    ),
    Source(
        name="ecds",
        tables=ECDS_TABLES,
        title=Text(fr="Exports e-CDS des centres de santé", en="e-CDS exports of health centres"),
        joins="same_origin",
        formats=("csv", "xlsx"),
        read=read_ecds,
        settle=settle,
        template=write_ecds_template,
    ),
    Source(
        name="finess",
        tables=FINESS_TABLES,
        title=Text(
            fr="Répertoire FINESS des établissements", en="FINESS register of establishments"
        ),
        joins="same_origin",
        formats=("csv", "xml", "json"),
        read=read_finess,
        settle=settle_finess,
        template=write_finess_template,
        template_suffix=".csv",
    ),
    Source(
        name="open_damir",
        tables=("damir_regions",),
        title=Text(fr="Fichiers mensuels Open DAMIR", en="Monthly files of Open DAMIR"),
        joins="same_origin",
        formats=("csv", "gz"),
        stage=stage_damir,
    ),
    Source(
        name="sas_fhir",
        tables=("creneaux", "rendez_vous"),
        title=Text(fr="Flux FHIR du guide national du SAS", en="FHIR feeds of the SAS guide"),
        joins="same_origin",
        formats=("json", "ndjson", "gz", "zst"),
        stage=stage_fhir,
        explain=explain_fhir,
    ),
    Source(
        name="sas_plateforme",
        tables=("capacites",),
        title=Text(fr="Compteurs de la plateforme SAS", en="Counters of the SAS platform"),
        joins="same_origin",
        formats=("csv", "ndjson", "gz", "zst"),
        stage=stage_platform,
        version=2,
    ),
    # Files of different years stand side by side; tens of thousands of rows.
    Source(
        name="communes",
        tables=("communes",),
        title=contract("communes").title,
        joins="all",
        read=read_large,
    ),
    Source(
        name="contours",
        tables=("contours",),
        title=contract("contours").title,
        joins="none",
        read=read_large,
    ),
    territory("apl", read_apl),
    territory("densites_ameli", read_ameli),
    territory("densites_anct", read_anct),
    territory("effectifs_rpps", read_rpps),
    territory("populations", read_populations),
    territory("cog_mouvements", read_changes, joins="none"),
    territory("grille_densite", read_grid),
    territory("zonage_communes", read_zonage),
    territory("cpts_communes", read_cpts_communes, settle_cpts_communes),
    territory("sas_rayons", read_sas_rayons),
)


def core_tables() -> list[str]:
    """Return the names of the tables that files of `data/raw` fill, read whole."""
    return [n for n, table in contracts().items() if table.group == "core" and not table.partition]


def event_tables() -> list[str]:
    """Return the names of the tables of events, read as streams into partitions."""
    return [n for n, table in contracts().items() if table.group == "core" and table.partition]


@cache
def sources() -> dict[str, Source]:
    """Return every source by name, in alphabetical order."""
    shared = {table for source in SEVERAL_TABLES for table in source.tables}
    alone = [
        Source(name, (name,), contract(name).title, "all" if name in SEVERAL_FILES else "none")
        for name in core_tables()
        if name not in shared
    ]
    return {source.name: source for source in sorted([*SEVERAL_TABLES, *alone], key=by_name)}


def by_name(source: Source) -> str:
    """Return the name of a source."""
    return source.name


def event_sources() -> dict[str, Source]:
    """Return the sources whose files are read as streams, by name."""
    return {name: source for name, source in sources().items() if source.stage}


@cache
def source_of(table: str) -> str:
    """Return the source that fills a core table."""
    return next(source.name for source in sources().values() if table in source.tables)
