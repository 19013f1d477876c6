"""`python -m pipeline.calibration.damir CSV YEAR OUT`: write a synthetic month, once or many times.

CSV is the transcription of the printed shares (`data/raw/published_tables`). With `--megabytes`,
the lines of the month are repeated up to that size, for measures: its sums then mean nothing.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from pipeline.calibration.damir.month import TABLE, month, month_lines, printed_shares

MEGA = 1_000_000


def cells_of(path: Path) -> list[dict[str, object]]:
    """Return the cells of the printed table as rows of `published_tables`."""
    with path.open(encoding="utf-8", newline="") as handle:
        return [
            {"tableau_id": TABLE, "ligne_rang": rank, "colonne": name, "valeur_imprimee": value}
            for rank, row in enumerate(csv.DictReader(handle))
            for name, value in row.items()
        ]


@contextmanager
def opened(path: Path) -> Iterator[IO[str]]:
    """Open a text to write, compressed when its name ends with .gz; same bytes each time."""
    with path.open("wb") as raw:
        if path.suffix != ".gz":
            with io.TextIOWrapper(raw, encoding="utf-8", newline="") as text:
                yield text
            return
        with (
            gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed,
            io.TextIOWrapper(packed, encoding="utf-8", newline="") as text,
        ):
            yield text


def write_month(cells: list[dict[str, object]], year: int, target: Path, megabytes: int = 0) -> int:
    """Write the month of a year; returns how many lines it has, header left out."""
    header, *lines = month_lines(month().flows[year], printed_shares(cells, year))
    block = "".join(lines)
    times = max(1, megabytes * MEGA // len(block))
    with opened(target) as handle:
        handle.write(header)
        for _ in range(times):
            handle.write(block)
    return times * len(lines)


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.calibration.damir")
    parser.add_argument("shares", type=Path)
    parser.add_argument("year", type=int, choices=sorted(month().flows))
    parser.add_argument("out", type=Path)
    parser.add_argument("--megabytes", type=int, default=0)
    given = parser.parse_args()
    lines = write_month(cells_of(given.shares), given.year, given.out, given.megabytes)
    print(f"{given.out}: {lines} lines")


if __name__ == "__main__":
    main()
