"""Read the made-up national files of territory with one reader; print its time and memory.

    python benchmarks/territory/readers.py FOLDER READER [apl,populations,zoning,cpts] [--check]

Readers: project, pandas (workbooks by calamine), pandas-openpyxl, polars. Each gives the same
columns of the same rows: an access by municipality, year and measure, its two populations;
populations by variant; zones with their day; lists of CPTS as written. `--check` prints a hash of
the rows of the first three: it is the same for all readers. Of the lists, the
project alone finds the municipality behind each name, and sets aside what it cannot.

The project also parses every other column of the contract, refuses an unknown header or unit, keeps
the line of each row, says why a cell is empty, and counts what it sets aside.
"""

from __future__ import annotations

import hashlib
import json
import re
import resource
import sys
import time
from pathlib import Path

FILES = {
    "apl": "apl_medecins_generalistes.xlsx",
    "populations": "donnees_communes_2023.csv",
    "zoning": "zonage_20240115.csv",
    "cpts": "listing_cpts_012026.xlsx",
}
TABLES = {"zoning": "zonage_communes", "cpts": "cpts_communes"}
COLUMNS = {
    "apl": ["territoire_code", "annee", "mesure_code", "valeur", "population_standardisee_nb",
            "population_totale_nb"],
    "populations": ["territoire_code", "variante_code", "population_nb"],
    "zoning": ["territoire_code", "territoire_vie_sante", "zone_code", "date_arrete"],
    "cpts": ["cpts_nom", "commune_nom"],
}  # fmt: skip
# As many decimals as the generator writes.
DECIMALS = {"valeur": 9, "population_standardisee_nb": 5}
VARIANTS = {"PMUN": "municipale", "PCAP": "comptee_a_part", "PTOT": "totale"}
ZONES = {"1_ZIP": "zip", "2_ZAC": "zac", "3_ZV": "zv", "HV": "hv"}
TITLES = 8
MEASURE = re.compile(r"APL aux .*? de (6[025]) ans")


def with_project(part: str, path: Path):
    """Return the table of the project's reader."""
    from pipeline.sources.manifest import Entry
    from pipeline.sources.registry import sources
    from pipeline.sources.result import Reading

    table = TABLES.get(part, part)
    said = dict.fromkeys(("producer", "title", "licence", "document", "obtained"), "?")
    entry = Entry(path="x/x", source=table, sha256="0" * 64, bytes=0, origin="synthetic",
                  vintage="2024", **said)  # fmt: skip
    whole, known = Reading({}), sources()[table]
    whole.merge(known.read(path, path.name, entry))
    known.settle(whole)
    return whole.results[table].to_arrow().select(COLUMNS[part])


def measures(titles: list[str]) -> dict[str, str]:
    """Return the measure each column of a sheet of the APL holds."""
    found = {"APL aux médecins généralistes": "ensemble"}
    return found | {t: f"ans_{m[1]}" for t in titles if (m := MEASURE.match(t))}


def weights(titles: list[str]) -> dict[str, str]:
    """Return the names of the two populations of a sheet of the APL."""
    names = {"Population st": "population_standardisee_nb", "Population to": "population_totale_nb"}
    return {t: names[t[:13]] for t in titles if t[:13] in names}


def apl_by_pandas(path: Path, engine: str):
    """Return the sheets of the APL by pandas, wide to long."""
    import pandas as pd

    book = pd.ExcelFile(path, engine=engine)
    frames = []
    for title in book.sheet_names:
        if not title.startswith("APL"):
            continue
        sheet = pd.read_excel(book, sheet_name=title, header=TITLES)
        names = list(sheet.columns)
        rows = sheet[sheet[names[1]].notna() & sheet[names[0]].notna()]
        kept = rows.rename(columns={names[0]: "territoire_code", **weights(names)})
        long = kept.melt(
            id_vars=["territoire_code", *weights(names).values()],
            value_vars=list(measures(names)), var_name="mesure_code", value_name="valeur",
        )  # fmt: skip
        long["mesure_code"] = long["mesure_code"].map(measures(names))
        long["annee"] = int(title[-4:])
        frames.append(long)
    whole = pd.concat(frames)
    numbers = ["valeur", "population_standardisee_nb", "population_totale_nb"]
    return whole.astype({**dict.fromkeys(numbers, "float64"), "territoire_code": "str"})


def with_pandas(part: str, path: Path, engine: str = "calamine"):
    """Return the table of pandas."""
    import pandas as pd
    import pyarrow as pa

    if part == "apl":
        found = apl_by_pandas(path, engine)
    elif part == "cpts":
        found = pd.read_excel(path, header=1, engine=engine, dtype="str")
        found = found.rename(columns={"Nom CPTS": "cpts_nom", "Territoire CPTS": "commune_nom"})
    elif part == "populations":
        read = pd.read_csv(path, sep=";", dtype={"COM": "str", "DEP": "str"}, engine="pyarrow")
        found = read.melt(id_vars=["COM"], value_vars=list(VARIANTS), var_name="variante_code",
                          value_name="population_nb")  # fmt: skip
        found = found.rename(columns={"COM": "territoire_code"})
        found["variante_code"] = found["variante_code"].map(VARIANTS)
    else:
        read = pd.read_csv(path, dtype="str", engine="pyarrow")
        found = read.rename(columns={"com_code": "territoire_code", "tvs_lib": TVS})
        found["zone_code"] = found["zmed_niveau"].map(ZONES)
        days = pd.to_datetime(found["zmed_date_arrete"], format="%d/%m/%Y")
        found["date_arrete"] = days.dt.date
    return pa.Table.from_pandas(found[COLUMNS[part]], preserve_index=False)


TVS = "territoire_vie_sante"


def with_openpyxl(part: str, path: Path):
    """Return the table of pandas, workbooks by openpyxl."""
    return with_pandas(part, path, "openpyxl")


def apl_by_polars(path: Path):
    """Return the sheets of the APL by polars, wide to long."""
    import fastexcel
    import polars as pl

    frames = []
    for title in fastexcel.read_excel(path).sheet_names:
        if not title.startswith("APL"):
            continue
        # Past the line of units, columns are numbers.
        how = {"header_row": TITLES, "skip_rows": 1}
        sheet = pl.read_excel(path, sheet_name=title, engine="calamine", read_options=how)
        names = sheet.columns
        rows = sheet.filter(pl.col(names[1]).is_not_null() & pl.col(names[0]).is_not_null())
        kept = rows.rename({names[0]: "territoire_code", **weights(names)})
        long = kept.unpivot(
            on=list(measures(names)), index=["territoire_code", *weights(names).values()],
            variable_name="mesure_code", value_name="valeur",
        )  # fmt: skip
        known = pl.col("mesure_code").replace(measures(names))
        frames.append(long.with_columns(known, pl.lit(int(title[-4:])).alias("annee")))
    numbers = ["valeur", "population_standardisee_nb", "population_totale_nb"]
    return pl.concat(frames).with_columns(pl.col(numbers).cast(pl.Float64))


def with_polars(part: str, path: Path):
    """Return the table of polars."""
    import polars as pl

    if part == "apl":
        found = apl_by_polars(path)
    elif part == "cpts":
        read = pl.read_excel(path, engine="calamine", infer_schema_length=0,
                             read_options={"header_row": 1})  # fmt: skip
        found = read.rename({"Nom CPTS": "cpts_nom", "Territoire CPTS": "commune_nom"})
    elif part == "populations":
        read = pl.read_csv(path, separator=";", schema_overrides={"COM": pl.String,
                                                                  "DEP": pl.String})  # fmt: skip
        found = read.unpivot(on=list(VARIANTS), index=["COM"], variable_name="variante_code",
                             value_name="population_nb")  # fmt: skip
        found = found.rename({"COM": "territoire_code"})
        found = found.with_columns(pl.col("variante_code").replace(VARIANTS))
    else:
        read = pl.read_csv(path, infer_schema=False)
        zone = pl.col("zmed_niveau").replace_strict(ZONES, default=None).alias("zone_code")
        day = pl.col("zmed_date_arrete").str.to_date("%d/%m/%Y").alias("date_arrete")
        found = read.with_columns(zone, day)
        found = found.rename({"com_code": "territoire_code", "tvs_lib": TVS})
    return found.select(COLUMNS[part]).to_arrow()


READERS = {
    "project": with_project,
    "pandas": with_pandas,
    "pandas-openpyxl": with_openpyxl,
    "polars": with_polars,
}


def fingerprint(part: str, table) -> str:
    """Return a hash of the rows, in their order, numbers as the contract rounds them."""
    import duckdb

    connection = duckdb.connect()
    connection.register("lu", table)
    shown = ", ".join(
        f"round({name}::DOUBLE, {DECIMALS[name]})::DECIMAL(24, {DECIMALS[name]})"
        if name in DECIMALS
        else f"{name}::DATE::VARCHAR" if name.startswith("date")
        else f"{name}::BIGINT" if name.endswith(("_nb", "annee"))
        else name
        for name in COLUMNS[part]
    )  # fmt: skip
    digest = hashlib.sha256()
    for row in connection.execute(f"SELECT {shown} FROM lu ORDER BY ALL").fetchall():
        digest.update(repr(row).encode())
    return digest.hexdigest()[:16]


def main() -> None:
    """Time one reader in this process, imports included."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    chosen = [word for word in sys.argv[3:] if not word.startswith("--")]
    parts = chosen[0].split(",") if chosen else list(FILES)
    started = time.perf_counter()
    tables = {part: READERS[name](part, folder / FILES[part]) for part in parts}
    told = {"reader": name, "seconds": round(time.perf_counter() - started, 2)}
    used = resource.getrusage(resource.RUSAGE_SELF)
    told |= {"cpu": round(used.ru_utime + used.ru_stime, 2)}
    told |= {"peak_mb": round(used.ru_maxrss / 1024)}
    told |= {"rows": {part: table.num_rows for part, table in tables.items()}}
    if "--check" in sys.argv:
        known = {part: fingerprint(part, table) for part, table in tables.items() if part != "cpts"}
        told["fingerprint"] = known
    print(json.dumps(told))


if __name__ == "__main__":
    main()
