"""Monthly files of Open DAMIR (CNAM), any size, summed as they are read into `damir_regions`.

A month is 0.5 to 1 GB of lines that carry neither person nor establishment. What is kept is a few
thousand sums: month of care, month of the flow, region, place, specialty, family of service.

What is summed follows the lexicon of Open DAMIR: acts by the filtered quantity (FLT_ACT_QTE), since
the raw one counts an act again for each of its reimbursements and the count (PRS_ACT_NBR) is empty
for some schemes; fees by FLT_PAI_MNT. A reversal is a line of negative quantity, and so deducts.
"""

from __future__ import annotations

from pathlib import Path

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal
from pipeline.sources.csv_stream import csv_relations
from pipeline.sources.damir_codes import DamirCodes, damir_codes, translated
from pipeline.sources.desk import LINE, sound_rows, staged_name
from pipeline.sources.fields import Field, decimal_value
from pipeline.sources.flat_layout import names_for
from pipeline.sources.staging import Staging

SOURCE = "open_damir"
TABLE = "damir_regions"
SUMS, BLOCK = "cumul", "cumul_bloc"
MONEY = "decimal(18,2)"
A_CODE, A_NUMBER = "a code, a whole number", "a number, point as decimal mark"
A_REGION = "a region code of Open DAMIR"
FLOW = "(20[0-9]{2})(0[1-9]|1[0-2])"
MONTH = "0?[1-9]|1[0-2]"
FIRST_YEAR, LAST_YEAR = 2005, 2060
KEYS = (
    "annee",
    "mois",
    "flux_mois",
    "region_damir_code",
    "lieu_code",
    "specialite_code",
    "prestation_code",
)
MEASURES = (
    "actes_nb",
    "honoraires_eur",
    "rembourse_eur",
    "lignes_nb",
    "lignes_annulation_nb",
    "lignes_sans_nombre_nb",
    "lignes_complement_nb",
)


def stage_damir(path: Path, staging: Staging) -> None:
    """Read one monthly file of Open DAMIR.

    Raises:
        InputError: a header that is not that of Open DAMIR, damaged or oversized bytes.
    """
    codes, run = damir_codes(), staging.connection.execute
    wanted, started = fields(codes), False

    def aside(line: int, found: str, expected: str) -> None:
        staging.set_aside(TABLE, line, "ligne", found, expected)

    for rows in csv_relations(staging, path, names_for(codes.layout, staging.job.name), aside):
        found = staging.lay_rows(TABLE, placed(rows, codes))
        run(f"CREATE OR REPLACE TEMP TABLE {BLOCK} AS {block_sums(wanted, codes)}")
        verb = f"INSERT INTO {SUMS}" if started else f"CREATE TEMP TABLE {SUMS} AS"
        run(f"{verb} SELECT * FROM {BLOCK}")
        started = True
        if summed_lines(staging) < found:
            staging.keep_faults(TABLE, wanted)
    if started:
        run(all_sums(staging.job.origin))


def summed_lines(staging: Staging) -> int:
    """Return how many lines the sums of the last block hold."""
    found = staging.connection.execute(f"SELECT sum(lignes_nb) FROM {BLOCK}").fetchone()
    return int(found[0] or 0) if found else 0


def placed(rows: str, codes: DamirCodes) -> str:
    """Return the SQL of rows with both regions read, and the place of the act."""
    establishment = translated("etablissement_region", codes.regions, "")
    professional = translated("executant_region", codes.regions, "")
    place = translated("etablissement_categorie", codes.places, codes.other_place)
    return (
        f"SELECT *, {establishment} AS region_etablissement, {professional} AS region_executant, "
        f"{place} AS lieu FROM ({rows})"
    )


def region_value(codes: DamirCodes) -> str:
    """Return the SQL of the region of an act: of its establishment, else of the professional.

    Both must be known codes; unknown is one, kept apart under its own.
    """
    unknown = sql_literal(codes.unknown_region)
    return (
        "CASE WHEN region_etablissement IS NULL OR region_executant IS NULL THEN NULL "
        f"WHEN lieu <> 'ville' AND region_etablissement <> {unknown} THEN region_etablissement "
        "ELSE region_executant END"
    )


def fields(codes: DamirCodes) -> list[Field]:
    """Return what each line must hold, and the value it gives."""
    in_years = f"CAST(annee_soins AS INTEGER) BETWEEN {FIRST_YEAR} AND {LAST_YEAR}"
    year = (
        f"CASE WHEN regexp_full_match(annee_soins, '[0-9]{{4}}') AND {in_years} "
        "THEN CAST(annee_soins AS INTEGER) END"
    )
    month = (
        f"CASE WHEN regexp_full_match(mois_soins, '{MONTH}') THEN CAST(mois_soins AS INTEGER) END"
    )
    flow = f"CASE WHEN regexp_full_match(flux, '{FLOW}') THEN flux END"
    regions = "etablissement_region || ' / ' || executant_region"
    service = translated("nature", codes.services, codes.other_service)
    specialty = translated("specialite", codes.specialties, codes.other_specialty)
    years = f"a year of care from {FIRST_YEAR} to {LAST_YEAR}"
    return [
        Field("annee", "annee_soins", year, years, True, header="SOI_ANN"),
        Field("mois", "mois_soins", month, "a month of care, 01 to 12", True, header="SOI_MOI"),
        Field("flux_mois", "flux", flow, "a month of flow, YYYYMM", True, header="FLX_ANN_MOI"),
        Field("region_damir_code", regions, region_value(codes), A_REGION, True,
              header="ETE_REG_COD, EXE_INS_REG"),
        Field("lieu_code", "etablissement_categorie", "lieu", A_CODE, True, header="ETE_CAT_SNDS"),
        Field("specialite_code", "specialite", specialty, A_CODE, True, header="PSE_SPE_SNDS"),
        Field("prestation_code", "nature", service, A_CODE, True, header="PRS_NAT"),
        Field("complement", "complement", whole("complement"), A_CODE, True, header="CPL_COD"),
        amount("nombre", "PRS_ACT_NBR", required=False),
        amount("quantite", "FLT_ACT_QTE"),
        amount("paye", "FLT_PAI_MNT"),
        amount("rembourse", "FLT_REM_MNT"),
    ]  # fmt: skip


def whole(cell: str) -> str:
    """Return the SQL of a code that is a whole number."""
    return f"CASE WHEN regexp_full_match({cell}, '[0-9]{{1,5}}') THEN {cell} END"


def amount(cell: str, header: str, *, required: bool = True) -> Field:
    """Return the field of a number; `.81` is one, an empty cell is none."""
    return Field(cell, cell, decimal_value(cell, MONEY), A_NUMBER, required, header=header)


def block_sums(wanted: list[Field], codes: DamirCodes) -> str:
    """Return the SQL of the sums of the sound lines of a block, one row by key."""
    plain = ", ".join(sql_literal(code) for code in codes.no_complement)
    act = f"complement IN ({plain})"
    return f"""
        SELECT {", ".join(KEYS)},
            CAST(sum(CASE WHEN {act} THEN quantite ELSE 0 END) AS {MONEY}) AS actes_nb,
            CAST(sum(paye) AS {MONEY}) AS honoraires_eur,
            CAST(sum(rembourse) AS {MONEY}) AS rembourse_eur,
            count(*) AS lignes_nb,
            count(*) FILTER (WHERE quantite < 0 OR paye < 0) AS lignes_annulation_nb,
            count(*) FILTER (WHERE nombre IS NULL) AS lignes_sans_nombre_nb,
            count(*) FILTER (WHERE NOT ({act})) AS lignes_complement_nb,
            min({LINE}) AS {LINE}
        FROM ({sound_rows(wanted)})
        GROUP BY {", ".join(KEYS)}"""


def all_sums(origin: str) -> str:
    """Return the SQL that puts the sums of every block in the table; each at its first line."""
    kinds = {column.name: column.type for column in contract(TABLE).columns}
    sums = ", ".join(
        f"CAST(sum({name}) AS {MONEY if kinds[name] == MONEY else 'BIGINT'})" for name in MEASURES
    )
    keys = ", ".join(KEYS)
    return f"""
        INSERT INTO {staged_name(TABLE)} ({keys}, {", ".join(MEASURES)}, origin, {LINE})
        SELECT {keys}, {sums}, {sql_literal(origin)}, min({LINE})
        FROM {SUMS}
        GROUP BY {keys}"""
