"""A wrong input stops the run with one clear error, and every previous output stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core import build_core
from pipeline.errors import InputError, PipelineError
from pipeline.hashing import sha256
from pipeline.parameters import Parameters, read_parameters
from pipeline.paths import Layout
from pipeline.sources.add import accept
from pipeline.sources.manifest import read_manifest
from tests.outputs import copy_outputs
from tests.support import (
    csv_text,
    records_of,
    refresh_hashes,
    tree_hashes,
    with_value,
    without_column,
)

NAME = "data/raw/cpts/cpts.csv"
KEY = "44-ancenis"


@pytest.fixture
def ready(built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A project with its outputs, a page of the report among them."""
    found = copy_outputs(built, tmp_path / "projet")
    found.reports.mkdir(exist_ok=True)
    (found.reports / "index.html").write_text("<p>avant</p>", encoding="utf-8")
    monkeypatch.setenv("SNP_ROOT", str(found.root))
    return found


def source(layout: Layout) -> Path:
    return layout.root / NAME


def text_of(layout: Layout) -> str:
    return source(layout).read_text(encoding="utf-8")


def line_of(text: str, key: str = KEY) -> int:
    """Return the line of a key; no cell of the file spans two lines."""
    records = records_of(text)
    assert len(records) == len(text.splitlines())
    return next(line for line, row in enumerate(records, 1) if row[0] == key)


def refused(layout: Layout, parameters: Parameters | None = None) -> PipelineError:
    """Run, and return the one error; the outputs must be byte for byte as before."""
    before = tree_hashes(layout.processed, layout.reports)
    assert len(before) > 40
    with pytest.raises(PipelineError) as caught:
        build_core(layout, parameters)
    assert tree_hashes(layout.processed, layout.reports) == before
    return caught.value


def assert_told(
    error: PipelineError, *, line: int | None, column: str | None, expected: str, found: str
) -> None:
    """The error names the place, what was expected and what was found, in its one text."""
    assert isinstance(error, InputError)
    place = NAME + (f", line {line}" if line else "") + (f", column {column}" if column else "")
    text = str(error)
    assert text.startswith(f"{place}: expected ")
    told_expected, _, told_found = text.partition("; found ")
    assert expected in told_expected
    assert told_found.startswith(found)


def test_the_project_runs_before_any_fault(ready: Layout) -> None:
    """Otherwise the refusals below would prove nothing."""
    before = tree_hashes(ready.processed, ready.reports)
    build_core(ready)
    assert tree_hashes(ready.processed, ready.reports) == before


def doubled(text: str) -> str:
    records = records_of(text)
    return csv_text([*records, records[line_of(text) - 1]])


ROW_FAULTS: list[tuple[str, Callable[[str], str], str, str, str]] = [
    (
        "unknown department",
        lambda text: with_value(text, KEY, "departement_code", "99"),
        "departement_code", "a code of the list departement (", "99.",
    ),
    ("duplicate CPTS", doubled, "cpts_id", "each cpts_id once", f"{KEY}, also at {NAME}, line "),
    (
        "negative population",
        lambda text: with_value(text, KEY, "population_nb", "-85676"),
        "population_nb", "at least 1", "-85676.",
    ),
    (
        "missing name",
        lambda text: with_value(text, KEY, "cpts_nom", ""),
        "cpts_nom", "a value", "nothing.",
    ),
    (
        "misspelt key",
        lambda text: with_value(text, KEY, "cpts_id", "44-Ancenis"),
        "cpts_id", "a text like ", "44-Ancenis.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spoil", "column", "expected", "found"),
    [fault[1:] for fault in ROW_FAULTS],
    ids=[fault[0] for fault in ROW_FAULTS],
)
def test_a_wrong_row_is_named(
    ready: Layout, spoil: Callable[[str], str], column: str, expected: str, found: str
) -> None:
    text = text_of(ready)
    source(ready).write_text(spoil(text), encoding="utf-8")
    refresh_hashes(ready)
    assert_told(refused(ready), line=line_of(text), column=column, expected=expected, found=found)


def test_a_missing_column_is_named(ready: Layout) -> None:
    source(ready).write_text(without_column(text_of(ready), "population_nb"), encoding="utf-8")
    refresh_hashes(ready)
    assert_told(
        refused(ready),
        line=1,
        column="population_nb",
        expected="the columns of cpts, with population_nb",
        found="a header without it.",
    )


def test_a_wrong_hash_says_how_to_accept(ready: Layout) -> None:
    listed = next(e for e in read_manifest(ready).files if e.source == "cpts")
    text = with_value(text_of(ready), KEY, "note", "revue à la main")
    source(ready).write_text(text, encoding="utf-8")
    error = refused(ready)
    assert_told(
        error,
        line=None,
        column=None,
        expected=f"sha256 {listed.sha256[:12]}… ({listed.bytes} bytes) as listed",
        found=f"{sha256(source(ready))[:12]}… ({source(ready).stat().st_size} bytes",
    )
    assert str(error).endswith(f"snp add {NAME} --as cpts")


def cut(layout: Layout) -> tuple[int, int]:
    """Cut the file in the middle of a row; return its line and the cells it has left."""
    data = source(layout).read_bytes()
    kept = data[: data.index(b",", len(data) // 2)]
    source(layout).write_bytes(kept)
    records = records_of(kept.decode())
    assert 0 < len(records[-1]) < len(records[0])
    return len(records), len(records[-1])


def test_a_cut_file_is_refused_by_its_hash(ready: Layout) -> None:
    cut(ready)
    error = refused(ready)
    assert_told(error, line=None, column=None, expected="sha256 ", found="")
    assert "shorter: it may be cut" in str(error)


def test_a_cut_file_is_refused_by_its_last_row(ready: Layout) -> None:
    columns = len(records_of(text_of(ready))[0])
    line, cells = cut(ready)
    refresh_hashes(ready)
    error = refused(ready)
    assert_told(error, line=line, column=None, expected=f"{columns} cells", found=f"{cells}.")
    assert "cut short" in str(error)


def test_a_cut_file_is_not_accepted_either(ready: Layout) -> None:
    cut(ready)
    before = tree_hashes(ready.root)
    with pytest.raises(InputError, match="cut short"):
        accept(ready, source(ready), "cpts", {})
    assert tree_hashes(ready.root) == before


def test_a_latin_1_file_is_named_by_its_line(ready: Layout) -> None:
    text = text_of(ready)
    data = text.encode("latin-1", errors="ignore")
    accents = [n for n, line in enumerate(data.split(b"\n"), 1) if not line.isascii()]
    byte = next(byte for byte in data if byte > 127)
    source(ready).write_bytes(data)
    refresh_hashes(ready)
    error = refused(ready)
    assert_told(
        error,
        line=accents[0],
        column=None,
        expected="UTF-8 text",
        found=f"byte 0x{byte:02X}",
    )
    assert "Latin-1" in str(error)


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_named(ready: Layout, data: bytes) -> None:
    source(ready).write_bytes(data)
    refresh_hashes(ready)
    assert_told(
        refused(ready), line=None, column=None, expected="a header line", found="an empty file."
    )


def test_an_unreadable_population_is_counted_in_the_error_that_follows(ready: Layout) -> None:
    text = text_of(ready)
    spoilt = with_value(text, KEY, "population_nb", "environ 85 000")
    source(ready).write_text(spoilt, encoding="utf-8")
    refresh_hashes(ready)
    error = refused(ready)
    assert isinstance(error, InputError)
    # The CPTS is gone, so what refers to it fails; the text must lead back to the true cause.
    assert f"expected a value of cpts.cpts_id; found {KEY}." in str(error)
    assert str(error).endswith(
        f"Rows set aside before: 1, the first at {NAME}, line {line_of(text)}, column "
        "population_nb: expected an integer: digits only, no space, no decimal; "
        "found 'environ 85 000'."
    )


def test_an_unreadable_row_that_a_correction_names_is_told(ready: Layout) -> None:
    text = text_of(ready)
    key = "49-loire-et-mauges"
    source(ready).write_text(with_value(text, key, "regions_nb", "une"), encoding="utf-8")
    refresh_hashes(ready)
    error = str(refused(ready))
    assert error.startswith("data/raw/corrections.yml, column cor-")
    assert f"{NAME}, line {line_of(text, key)}, column regions_nb" in error


def test_too_many_unreadable_rows_stop_the_run(ready: Layout) -> None:
    records = records_of(text_of(ready))
    rank = records[0].index("sommaire_line")
    for row in records[1:11]:
        row[rank] = "?"
    source(ready).write_text(csv_text(records), encoding="utf-8")
    refresh_hashes(ready)
    assert "Rows set aside before: 10, the first at " in str(refused(ready))


def test_the_limit_on_quarantine_is_obeyed(ready: Layout) -> None:
    path = ready.raw / "densites" / "densites.csv"
    records = records_of(path.read_text(encoding="utf-8"))
    records[1][records[0].index("annee")] = "l'an dernier"
    path.write_text(csv_text(records), encoding="utf-8")
    refresh_hashes(ready)
    share = 100 / (len(records) - 1)
    told = ready.root / "essai.yml"
    told.write_text(f"quarantaine_part_max_pct: {share - 0.1}", encoding="utf-8")
    error = str(refused(ready, read_parameters(told)))
    assert "of the rows in quarantine" in error
    assert "data/raw/densites/densites.csv, line 2, column annee" in error
    told.write_text(f"quarantaine_part_max_pct: {share + 0.1}", encoding="utf-8")
    result = build_core(ready, read_parameters(told)).loaded.results["densites"]
    assert (result.rows_set_aside, len(result.rows)) == (1, result.rows_in - 1)


def test_the_other_tables_are_not_half_replaced(ready: Layout) -> None:
    """A good change in one file waits while another file is wrong."""
    densities = ready.raw / "densites" / "densites.csv"
    records = records_of(densities.read_text(encoding="utf-8"))
    densities.write_text(csv_text(records[:-1]), encoding="utf-8")
    text = with_value(text_of(ready), KEY, "departement_code", "99")
    source(ready).write_text(text, encoding="utf-8")
    refresh_hashes(ready)
    refused(ready)
    source(ready).write_text(with_value(text, KEY, "departement_code", "44"), encoding="utf-8")
    refresh_hashes(ready)
    before = tree_hashes(ready.processed)
    build_core(ready)
    changed = {p for p, digest in tree_hashes(ready.processed).items() if before[p] != digest}
    assert {Path(p).name for p in changed} >= {"densites.parquet"}
    assert "cpts.parquet" not in {Path(p).name for p in changed}
