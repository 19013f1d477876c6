"""Acts of health centres, one to a line of a CSV of any size, into `actes`.

The layout is the project's: billing exports of centres are not public. Patients and professionals
are hashed at the door (docs/actes.md).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.sources.csv_stream import CsvForm, csv_relations
from pipeline.sources.fields import Field, bounded, contract_field, date_value
from pipeline.sources.flat_layout import all_cells, layout_of, names_for
from pipeline.sources.places import finess_department, known_department, person
from pipeline.sources.staging import LINE, Staging

SOURCE = "actes"
TABLE = "actes"


def stage_acts(path: Path, staging: Staging) -> None:
    """Read one file of acts.

    Raises:
        InputError: a header no layout knows, damaged or oversized bytes.
    """
    name, layout = layout_of(SOURCE, path)
    staging.notes.append(f"layout {name}")
    choose = names_for(layout, staging.job.name)
    present: set[str] = set()

    def names(form: CsvForm) -> dict[str, str]:
        chosen = choose(form)
        present.update(chosen.values())
        return chosen

    def aside(line: int, found: str, expected: str) -> None:
        staging.set_aside(TABLE, line, "ligne", found, expected)

    for rows in csv_relations(staging, path, names, aside):
        staging.put(TABLE, typed(all_cells(layout, rows, present)), fields(staging))


def typed(rows: str) -> str:
    """Return the SQL of the rows with their day and their place."""
    place = f"coalesce({known_department('departement_code')}, {finess_department('centre')})"
    return (
        f"SELECT *, {date_value('date_acte')} AS jour, {place} AS lieu, "
        # Without a number of its own, an act is known by its line: two equal lines are two acts.
        f"coalesce(id, CAST({LINE} AS VARCHAR)) AS numero FROM ({rows})"
    )


def fields(staging: Staging) -> list[Field]:
    """Return what gives each column of `actes`."""
    table = contract(TABLE)
    file = staging.job.entry.sha256[:16]
    number = staging.pseudonym("acte", f"'{file}|' || numero")
    return [
        Field("acte_id", "id", number, "an identifier", True, True, "id"),
        Field("annee", "date_acte", bounded(table.column("annee"), "year(jour)"),
              "a day of a year from 2010 to 2060", True, header="date_acte"),
        Field("departement_code", "departement_code", "lieu",
              "a department code, or a FINESS number that tells it", True),
        contract_field(table.column("finess"), "centre", "centre"),
        Field("patient_id", "patient", staging.pseudonym("patient", "patient"), "an identifier",
              True, True, "patient"),
        Field("effecteur_id", "effecteur", person(staging, "effecteur"),
              "an identifier", False, True, "effecteur"),
        contract_field(table.column("profession_acte_code"), "profession", "profession"),
        contract_field(table.column("nature_acte_code"), "nature", "nature"),
        Field("date_acte", "date_acte", "jour", "a date, 2025-03-31 or 31/03/2025", True,
              header="date_acte"),
        contract_field(table.column("acte_code"), "acte", "acte"),
        Field("quantite_nb", "quantite", "CASE WHEN regexp_full_match(quantite, '-?[0-9]{1,6}') "
              "AND CAST(quantite AS INTEGER) <> 0 THEN CAST(quantite AS INTEGER) END",
              "a whole number other than 0", True, header="quantite"),
        contract_field(table.column("montant_eur"), "montant", "montant"),
        contract_field(table.column("c2s"), "c2s", "c2s"),
        contract_field(table.column("ame"), "ame", "ame"),
    ]  # fmt: skip
