"""Read the made-up national files with one reader, and print its time, memory and a fingerprint.

    python benchmarks/finess/readers.py FOLDER (project|pandas|polars)

The three give the same columns of the same rows: number, entity, names without repeated spaces,
category, municipality rebuilt, opening date (1900-01-01 is missing), X, Y and their system. The
project also types and checks every other column, keeps the line of each row, counts what it sets
aside, refuses broken accents and computes longitude and latitude.
"""

from __future__ import annotations

import hashlib
import io
import json
import resource
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

COLUMNS = [
    "date_extraction", "finess_et", "finess_ej", "raison_sociale", "categorie_code",
    "commune_code", "date_ouverture", "coord_x_m", "coord_y_m", "coord_crs",
]  # fmt: skip
STOCK = "etalab-cs1100507-stock-20260512-0000.csv"
STOCK_FIELDS = {1: "et", 2: "ej", 3: "rs", 12: "commune", 13: "dep", 18: "cat", 28: "ouv"}
HISTORY_FIELDS = {
    "nofinesset": "et", "nofinessej": "ej", "rs": "rs", "cog": "cog", "categetab": "cat",
    "dateouvert": "ouv", "coordx": "x", "coordy": "y", "sourcegeocod": "source",
}  # fmt: skip
MOVED = {"97123": "97701", "97127": "97801"}
OVERSEAS = {f"9{letter}": "97" for letter in "ABCDEF"} | {"9J": "98"}


def with_project(folder: Path):
    """Return the table of the project's reader."""
    from pipeline.sources.manifest import Entry
    from pipeline.sources.registry import sources
    from pipeline.sources.result import Reading

    known = sources()["finess"]
    said = dict.fromkeys(("producer", "title", "licence", "document", "vintage", "obtained"), "?")
    entry = Entry(
        path="finess/x", source="finess", sha256="0" * 64, bytes=0, origin="synthetic", **said
    )
    whole = Reading({})
    for path in [folder / STOCK, *sorted(folder.glob("etalab_stock_et_*.csv"))]:
        whole.merge(known.read(path, path.name, entry))
    known.settle(whole)
    assert not whole.results["etablissements"].bad_cells
    return whole.results["etablissements"].to_arrow().select(COLUMNS)


def split_stock(path: Path) -> tuple[bytes, bytes]:
    """Return the two sections of a stock; neither pandas nor polars reads both at once."""
    data = path.read_bytes()
    first, second = data.index(b"\n") + 1, data.index(b"\ngeolocalisation;") + 1
    return data[first:second], data[second:]


def finish_pandas(frame: pd.DataFrame, day: str) -> pd.DataFrame:
    """Return the columns of the comparison, by pandas."""
    import pandas as pd

    names = frame["rs"].str.replace(r"\s+", " ", regex=True).str.strip()
    opened = pd.to_datetime(frame["ouv"].mask(frame["ouv"] == "1900-01-01"))
    crs = frame["source"].str.extract(r"(EPSG:[0-9]+)", expand=False)
    lambert = frame["source"].str.contains("LAMBERT_93", regex=False)
    return pd.DataFrame(
        {
            "date_extraction": pd.to_datetime(day).date(),
            "finess_et": frame["et"],
            "finess_ej": frame["ej"],
            "raison_sociale": names,
            "categorie_code": frame["cat"],
            "commune_code": frame["cog"].replace(MOVED),
            "date_ouverture": opened.dt.date,
            "coord_x_m": frame["x"].astype(float),
            "coord_y_m": frame["y"].astype(float),
            "coord_crs": crs.mask(lambert, "EPSG:2154"),
        }
    )


def with_pandas(folder: Path):
    """Return the table of pandas, by its Arrow engine, the fastest it has."""
    import pandas as pd
    import pyarrow as pa

    def read(data: bytes, **how: object) -> pd.DataFrame:
        return pd.read_csv(
            io.BytesIO(data), sep=";", dtype="str", engine="pyarrow", keep_default_na=False,
            na_values=[""], **how,
        )  # fmt: skip

    sites, places = split_stock(folder / STOCK)
    first = read(sites, header=None).rename(columns=STOCK_FIELDS)
    first = first[list(STOCK_FIELDS.values())]
    second = read(places, header=None).rename(columns={1: "et", 2: "x", 3: "y", 4: "source"})
    first["cog"] = first["dep"].replace(OVERSEAS) + first["commune"]
    joined = first.merge(second[["et", "x", "y", "source"]], on="et", how="left")
    frames = [finish_pandas(joined, "2026-05-12")]
    for path in sorted(folder.glob("etalab_stock_et_*.csv")):
        data = path.read_bytes().decode("cp1252").encode()
        frame = read(data)[list(HISTORY_FIELDS)].rename(columns=HISTORY_FIELDS)
        frames.append(finish_pandas(frame, f"{path.stem[-8:-4]}-12-31"))
    return pa.Table.from_pandas(pd.concat(frames), preserve_index=False)


def finish_polars(frame: pl.DataFrame, day: str) -> pl.DataFrame:
    """Return the columns of the comparison, by polars."""
    import polars as pl

    source = pl.col("source")
    crs = pl.when(source.str.contains("LAMBERT_93", literal=True)).then(pl.lit("EPSG:2154"))
    opened = pl.when(pl.col("ouv") != "1900-01-01").then(pl.col("ouv"))
    return frame.select(
        pl.lit(day).str.to_date().alias("date_extraction"),
        pl.col("et").alias("finess_et"),
        pl.col("ej").alias("finess_ej"),
        pl.col("rs").str.replace_all(r"\s+", " ").str.strip_chars().alias("raison_sociale"),
        pl.col("cat").alias("categorie_code"),
        pl.col("cog").replace(MOVED).alias("commune_code"),
        opened.str.to_date("%Y-%m-%d").alias("date_ouverture"),
        pl.col("x").cast(pl.Float64).alias("coord_x_m"),
        pl.col("y").cast(pl.Float64).alias("coord_y_m"),
        crs.otherwise(source.str.extract(r"(EPSG:[0-9]+)")).alias("coord_crs"),
    )


def with_polars(folder: Path):
    """Return the table of polars."""
    import polars as pl

    def read(data: bytes, header: bool) -> pl.DataFrame:
        return pl.read_csv(
            data, separator=";", has_header=header, infer_schema=False, null_values=[""]
        )

    sites, places = split_stock(folder / STOCK)
    first, second = read(sites, False), read(places, False)
    first = first.select(pl.col(first.columns[r]).alias(n) for r, n in STOCK_FIELDS.items())
    where = {1: "et", 2: "x", 3: "y", 4: "source"}
    second = second.select(pl.col(second.columns[r]).alias(n) for r, n in where.items())
    first = first.with_columns((pl.col("dep").replace(OVERSEAS) + pl.col("commune")).alias("cog"))
    frames = [finish_polars(first.join(second, on="et", how="left"), "2026-05-12")]
    for path in sorted(folder.glob("etalab_stock_et_*.csv")):
        data = path.read_bytes().decode("cp1252").encode()
        frame = read(data, True).select(list(HISTORY_FIELDS)).rename(HISTORY_FIELDS)
        frames.append(finish_polars(frame, f"{path.stem[-8:-4]}-12-31"))
    return pl.concat(frames).to_arrow()


READERS = {"project": with_project, "pandas": with_pandas, "polars": with_polars}


def fingerprint(table) -> str:
    """Return a hash of the rows, in the order of their key, whatever the types of the columns."""
    import duckdb

    shown = (
        "SELECT date_extraction::DATE, finess_et, finess_ej, raison_sociale, categorie_code,"
        " commune_code, date_ouverture::DATE, coord_x_m, coord_y_m, coord_crs FROM lu"
        " ORDER BY 1, 2"
    )
    connection = duckdb.connect()
    connection.register("lu", table)
    digest = hashlib.sha256()
    for row in connection.execute(shown).fetchall():
        digest.update(repr(row).encode())
    return digest.hexdigest()[:16]


def main() -> None:
    """Time one reader in this process, imports included."""
    folder, name = Path(sys.argv[1]), sys.argv[2]
    started = time.perf_counter()
    table = READERS[name](folder)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = {"reader": name, "rows": table.num_rows, "seconds": round(seconds, 2)}
    told |= {"cpu": round(time.process_time(), 2), "peak_mb": round(peak)}
    if "--check" in sys.argv:
        told["fingerprint"] = fingerprint(table)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
