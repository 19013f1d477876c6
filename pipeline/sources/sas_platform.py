"""Counters of the national platform, CSV or one JSON object to a line, into `capacites`.

Rule of the platform (ansforge/SAS-moteur-recherche): full when referrals equal a bounded capacity;
a counter without limit (`max_patients = -1`) is full from its first referral.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.sources.csv_stream import csv_relations
from pipeline.sources.fields import Field, contract_field, expected_text, local_value
from pipeline.sources.flat_layout import FlatLayout, all_cells, layout_of, names_for
from pipeline.sources.json_stream import json_relations
from pipeline.sources.places import cpts_department, cpts_id, known_department, person
from pipeline.sources.staging import LINE, Staging
from pipeline.sources.streams import stem_of

SOURCE = "sas_plateforme"
TABLE = "capacites"
WHOLE = "regexp_full_match({0}, '-?[0-9]{{1,9}}')"
PARIS = "Europe/Paris"


def stage_platform(path: Path, staging: Staging) -> None:
    """Read one file of counters.

    Raises:
        InputError: a header no layout knows, damaged or oversized bytes.
    """
    name, layout = layout_of(SOURCE, path)
    staging.notes.append(f"layout {name}")
    for rows in relations(path, staging, layout):
        staging.put(TABLE, typed(staging, rows), fields(staging))


def relations(path: Path, staging: Staging, layout: FlatLayout) -> Iterator[str]:
    """Yield the rows of each block with every cell of the layout."""

    def aside(line: int, found: str, expected: str) -> None:
        staging.set_aside(TABLE, line, "ligne", found, expected)

    if stem_of(path).lower().endswith((".ndjson", ".jsonl", ".json")):
        members = {said: "VARCHAR" for heads in layout.headers.values() for said in heads}
        for rows in json_relations(staging, path, members, aside):
            cells = [
                "coalesce(" + ", ".join(f'"{h}"' for h in heads) + f") AS {cell}"
                for cell, heads in layout.headers.items()
            ]
            found = f"SELECT {', '.join(cells)}, {LINE} FROM ({rows})"
            yield all_cells(layout, found, set(layout.headers))
        return
    choose = names_for(layout, staging.job.name)
    present: set[str] = set()

    def names(form: object) -> dict[str, str]:
        chosen = choose(form)  # type: ignore[arg-type]
        present.update(chosen.values())
        return chosen

    for rows in csv_relations(staging, path, names, aside):
        yield all_cells(layout, rows, present)


def typed(staging: Staging, rows: str) -> str:
    """Return the SQL of the rows with what several columns are made of."""
    return f"""
        SELECT *, timezone('{PARIS}', debut_utc) AS debut_local
        FROM (
            SELECT *, {local_value("debut")} AS debut_utc, {local_value("fin")} AS fin_utc,
                CASE WHEN {WHOLE.format("max_patients")} THEN CAST(max_patients AS INTEGER) END
                    AS maximum,
                CASE WHEN {WHOLE.format("orientation_count")}
                    THEN CAST(orientation_count AS INTEGER) END AS orientations,
                {cpts_id("cpts")} AS cpts_lu, {person(staging, "effecteur")} AS personne
            FROM ({rows})
        )"""


def fields(staging: Staging) -> list[Field]:
    """Return what gives each column of `capacites`."""
    table = contract(TABLE)
    bounded = "CASE WHEN maximum > 0 THEN maximum END"
    made_of = "concat_ws('|', personne, epoch(debut_utc), epoch(fin_utc), type, service_code)"
    number = staging.pseudonym("compteur", f"coalesce(id, {made_of})")
    place = f"coalesce({known_department('departement_code')}, {cpts_department('cpts_lu')})"
    return [
        Field("compteur_id", "id", number, "an identifier", True, True, "id"),
        Field("annee", "debut", "year(debut_local)", "an instant", True, header="debut"),
        Field("departement_code", "departement_code", place, "a department code, or a CPTS that "
              "tells it", True),
        Field("cpts_id", "cpts", "cpts_lu", "an identifier of the inventory, or 9 digits of FINESS",
              header="cpts"),
        Field("effecteur_id", "effecteur", "personne", "an identifier", True, True, "effecteur"),
        contract_field(table.column("profession_code"), "coalesce(profession_code, 'non_precise')"),
        contract_field(table.column("type_capacite_code"), "type", "type"),
        contract_field(table.column("service_code"), "service_code"),
        Field("debut_utc", "debut", "debut_utc", expected_text(table.column("debut_utc")), True,
              header="debut"),
        Field("fin_utc", "fin", "CASE WHEN fin_utc > debut_utc THEN fin_utc END",
              "an instant after the start", True, header="fin"),
        Field("jour_local", "debut", "CAST(debut_local AS DATE)", "an instant", True),
        Field("heure_locale", "debut", "CAST(hour(debut_local) AS INTEGER)", "an instant", True),
        Field("illimite", "max_patients", "CASE WHEN maximum = -1 THEN true WHEN maximum > 0 "
              "THEN false END", "a capacity of 1 or more, or -1 for no limit", True,
              header="max_patients"),
        Field("capacite_nb", "CASE WHEN maximum <> -1 THEN max_patients END", bounded,
              "a capacity of 1 or more, or -1 for no limit", header="max_patients"),
        Field("orientations_nb", "orientation_count", "CASE WHEN orientations >= 0 AND "
              f"orientations <= coalesce({bounded}, orientations) THEN orientations END",
              "a count from 0 to the capacity", True, header="orientation_count"),
        Field("complet", "orientation_count", "CASE WHEN maximum = -1 THEN orientations >= 1 "
              "ELSE orientations = maximum END", "a count", header="orientation_count"),
    ]  # fmt: skip
