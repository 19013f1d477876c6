"""Accounting of every number printed in a source document against the registry.

A document is a text file with numbered lines. Every run of digits and every number word of
it must be claimed once: by a row of `published_figures` (column `printed`), or by a row of
`nombres_ecartes` (a number that is no figure: page, telephone, heading ...). In = kept + set
aside, line by line.
"""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from pathlib import Path

WORDS = [
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "quinze",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "cent",
    "mille",
    "million",
    "millions",
    "milliard",
    "milliards",
    "dizaine",
    "dizaines",
    "douzaine",
    "quinzaine",
    "vingtaine",
    "trentaine",
    "quarantaine",
    "cinquantaine",
    "centaine",
    "centaines",
    "millier",
    "milliers",
    "moitié",
    "tiers",
    "quart",
    "quarts",
    "double",
    "doublé",
    "doubler",
    "triple",
    "triplé",
]
TOKEN = re.compile(r"\d+|" + "|".join(rf"\b{w}\b" for w in WORDS), re.IGNORECASE)


def tokens(text: str) -> Counter[str]:
    """Count the digit runs and number words of a text, lower case."""
    return Counter(t.lower() for t in TOKEN.findall(text))


def read_rows(paths: list[Path], column: str) -> list[tuple[int, int, str]]:
    """Read `(first line, last line, printed)` from registry or set-aside files."""
    rows = []
    for path in paths:
        with path.open(encoding="utf-8", newline="") as handle:
            for row in csv.DictReader(handle):
                first = int(row["document_line"])
                last = int(row.get("document_line_end") or first)
                if row[column] and row.get("origin", "published") == "published":
                    rows.append((first, last, row[column]))
    return rows


def balance(
    lines: list[str], claims: list[tuple[int, int, str]], first: int = 1, last: int | None = None
) -> tuple[dict[int, Counter[str]], list[str]]:
    """Subtract the claims from the tokens printed on each line.

    Args:
        lines: the text of the document, one item a line.
        claims: `(first line, last line, text)` of registry and set-aside rows.
        first: first line to account for, from 1.
        last: last line to account for; the end of the document when None.

    Returns:
        Tokens nobody claims, by line number; and the claims that find no token, as messages.
    """
    left = {n: tokens(text) for n, text in enumerate(lines, 1)}
    wrong = []
    for start, end, text in claims:
        for token, count in tokens(text).items():
            for _ in range(count):
                where = next((n for n in range(start, end + 1) if left.get(n, {}).get(token)), None)
                if where is None:
                    wrong.append(
                        f"line {start}-{end}: {token!r} of {text!r} is not (or no more) there"
                    )
                else:
                    left[where][token] -= 1
    stop = last or len(lines)
    rest = {n: +c for n, c in left.items() if first <= n <= stop and +c}
    return rest, wrong


def main(argv: list[str]) -> int:
    """`transcription.py SEED FIGURES[,FIGURES] SET_ASIDE[,SET_ASIDE] [FIRST LAST]`."""
    seed, figures, aside = argv[:3]
    first, last = (int(argv[3]), int(argv[4])) if len(argv) > 3 else (1, None)
    claims = read_rows([Path(p) for p in figures.split(",")], "printed")
    claims += read_rows([Path(p) for p in aside.split(",") if p], "token")
    lines = Path(seed).read_text(encoding="utf-8").split("\n")
    rest, wrong = balance(lines, claims, first, last)
    for number, counter in rest.items():
        print(f"unclaimed line {number}: {dict(counter)} | {lines[number - 1][:160]}")
    print("\n".join(wrong))
    print(f"{sum(sum(c.values()) for c in rest.values())} unclaimed, {len(wrong)} wrong claims")
    return 1 if rest or wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
