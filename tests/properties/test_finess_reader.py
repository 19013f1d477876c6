"""Whatever names hold and whatever cells are damaged, no row is lost and none moves."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.sources.encoding import broken_accent
from tests.finess_files import et, feed, history, read, rows, stock

SPACES = " \u00a0\u202f\n"
# No broken accent: such a file is refused as a whole. No mark of a closed establishment either.
NAMES = st.text(st.sampled_from("ABZÉèç\"';,.-()&«»" + SPACES), min_size=1, max_size=20).filter(
    lambda text: not broken_accent(text)
)
BAD = ("", "44", "4400000011", "44O000001", " 44000001")


def cleaned(text: str) -> str | None:
    """Return a name as the table holds it; a cell of spaces alone is missing."""
    return " ".join(text.split()) or None


@settings(max_examples=40)
@given(st.lists(NAMES, min_size=1, max_size=5))
def test_any_name_comes_back_from_the_stock_and_the_history(names: list[str]) -> None:
    numbers = [f"44000000{rank}" for rank in range(len(names))]
    pairs = list(zip(numbers, names, strict=True))
    texts = {
        "s_20260512.csv": stock(*(et(nofinesset=n, rs=name) for n, name in pairs)),
        "h_20251231.csv": history(*({"nofinesset": n, "rs": name} for n, name in pairs)),
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            found = rows(read(Path(folder), text, name))
            assert [row["raison_sociale"] for row in found] == [cleaned(n) for n in names]
            assert [row["categorie_code"] for row in found] == ["124"] * len(names)
            lines = [row["source_line"] for row in found]
            starts = [2 + sum(n.count("\n") for n in names[:r]) + r for r in range(len(names))]
            assert lines == starts


@settings(max_examples=40)
@given(st.lists(st.sampled_from(("440000001", *BAD)), min_size=1, max_size=8))
def test_every_row_is_kept_or_set_aside(numbers: list[str]) -> None:
    texts = {
        "s_20260512.csv": stock(*(et(nofinesset=number) for number in numbers)),
        "f_20211214.xml": feed(*({"nofinesset": number} for number in numbers)),
    }
    good = numbers.count("440000001")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            if name.endswith("xml") and not any(numbers):
                continue
            result = read(Path(folder), text, name).results["etablissements"]
            assert (result.rows_in, result.kept) == (len(numbers), good)
            assert result.rows_set_aside == len(numbers) - good
