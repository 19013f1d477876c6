"""Acts of health centres, one to a line of a CSV of any size, into `actes`.

The layout is the project's: billing exports of centres are not public. Patients and professionals
are hashed at the door (docs/actes.md).
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.sources.desk import LINE, Desk
from pipeline.sources.fields import Field, bounded, contract_field, date_value
from pipeline.sources.flat_cells import Cells, Once, judged
from pipeline.sources.flat_stream import read_flat
from pipeline.sources.places import finess_department, known_department, person
from pipeline.sources.staging import Staging

SOURCE = "actes"
TABLE = "actes"


def stage_acts(path: Path, staging: Staging) -> None:
    """Read one file of acts.

    Raises:
        InputError: a header no layout knows, damaged or oversized bytes.
    """
    read_flat(SOURCE, TABLE, path, staging, put_acts)


def put_acts(desk: Desk, cells: Cells) -> None:
    """Put the acts of a block."""
    made, coded = judged(code_fields())
    place = f"coalesce({known_department('departement_code')}, {finess_department('centre')})"
    groups = (
        Once("lieux", ("centre", "departement_code"), {"lieu": place}),
        Once("gens", ("effecteur",), {"personne": person(desk, "effecteur")}),
        Once("jours", ("date_acte",), {"jour": date_value("date_acte")}),
        Once("genres", ("profession", "nature", "acte", "quantite", "montant", "c2s", "ame"), made),
    )
    # Without a number of its own, an act is known by its line: two equal lines are two acts.
    rows = f"SELECT *, coalesce(id, CAST({LINE} AS VARCHAR)) AS numero FROM "
    desk.put(TABLE, f"{rows} ({cells.settle(desk, groups)})", fields(desk, coded))


def code_fields() -> list[Field]:
    """Return what gives the columns of codes and numbers."""
    table = contract(TABLE)
    return [
        contract_field(table.column("profession_acte_code"), "profession", "profession"),
        contract_field(table.column("nature_acte_code"), "nature", "nature"),
        contract_field(table.column("acte_code"), "acte", "acte"),
        Field("quantite_nb", "quantite", "CASE WHEN regexp_full_match(quantite, '-?[0-9]{1,6}') "
              "AND CAST(quantite AS INTEGER) <> 0 THEN CAST(quantite AS INTEGER) END",
              "a whole number other than 0", True, header="quantite"),
        contract_field(table.column("montant_eur"), "montant", "montant"),
        contract_field(table.column("c2s"), "c2s", "c2s"),
        contract_field(table.column("ame"), "ame", "ame"),
    ]  # fmt: skip


def fields(desk: Desk, coded: list[Field]) -> list[Field]:
    """Return what gives each column of `actes`."""
    table = contract(TABLE)
    file = desk.job.entry.sha256[:16]
    number = desk.row_number("acte", f"'{file}|' || numero")
    return [
        Field("acte_id", "id", number, "an identifier", True, True, "id"),
        Field("annee", "date_acte", bounded(table.column("annee"), "year(jour)"),
              "a day of a year from 2010 to 2060", True, header="date_acte"),
        Field("departement_code", "departement_code", "lieu",
              "a department code, or a FINESS number that tells it", True),
        contract_field(table.column("finess"), "centre", "centre"),
        Field("patient_id", "patient", desk.pseudonym("patient", "patient"), "an identifier",
              True, True, "patient"),
        Field("effecteur_id", "effecteur", "personne",
              "an identifier", False, True, "effecteur"),
        Field("date_acte", "date_acte", "jour", "a date, 2025-03-31 or 31/03/2025", True,
              header="date_acte"),
        *coded,
    ]  # fmt: skip
