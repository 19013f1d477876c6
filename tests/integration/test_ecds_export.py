"""A user's e-CDS export from `snp check` to the tables: real throughout, or one clear error."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from pipeline.checks.results import TableChecks
from pipeline.cli import main
from pipeline.contracts.registry import contract
from pipeline.core import build_core
from pipeline.errors import InputError, PipelineError
from pipeline.paths import Layout
from pipeline.sources.add import accept
from pipeline.sources.ecds_cells import CENTRES, FINANCES, TABLES
from pipeline.sources.load import load
from pipeline.sources.manifest import read_manifest
from pipeline.store.parquet import conform, table_path
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import FRENCH, Dirty, Style, write_export
from tests.outputs import copy_outputs
from tests.support import tree_hashes

ROWS = centre_years(30, (2021, 2022), real=True)


@pytest.fixture
def ready(built: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A project with its outputs, which a wrong input must leave as they are."""
    found = copy_outputs(built, tmp_path / "projet")
    monkeypatch.setenv("SNP_ROOT", str(found.root))
    return found


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "recus"
    folder.mkdir()
    return folder


def snp(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments)], catch_exceptions=False)


def origins(layout: Layout) -> set[str]:
    tables = [pq.read_table(table_path(layout, contract(name))) for name in TABLES]
    return {str(value) for table in tables for value in table.column("origin").unique().to_pylist()}


def refused(layout: Layout) -> PipelineError:
    before = tree_hashes(layout.processed)
    with pytest.raises(PipelineError) as caught:
        build_core(layout)
    assert tree_hashes(layout.processed) == before
    return caught.value


@pytest.mark.parametrize(
    "style",
    [FRENCH, Style("modele", container="xlsx")],
    ids=["wide cp1252", "workbook"],
)
def test_a_real_export_makes_everything_real(ready: Layout, inbox: Path, style: Style) -> None:
    assert origins(ready) == {"synthetic"}
    (path,) = write_export(inbox, ROWS, style, "mes_centres")
    checked = snp("check", path, "--as", "ecds")
    assert checked.exit_code == 0
    assert checked.stdout.endswith(f"0 problem(s) in {path.name}.\n")
    assert f"layout {style.layout}, " in checked.stdout
    added = snp("add", path, "--as", "ecds")
    assert f"Read: ecds/{path.name}." in added.stdout
    assert "Asleep: ecds/" in added.stdout
    build = build_core(ready)
    assert origins(ready) == {"real"}
    assert build.tables[CENTRES].num_rows == len(ROWS)
    rules = {outcome.rule.id: outcome for outcome in build.report.outcomes}
    assert all(outcome.result.passed for name, outcome in rules.items() if name.startswith("ecds_"))


def test_all_layouts_make_the_same_tables(project: Layout, inbox: Path) -> None:
    """But for the place each row comes from."""
    seen = []
    styles = (Style(), FRENCH, Style("export_long", labels=True), Style("modele", container="xlsx"))
    for rank, style in enumerate(styles):
        (path,) = write_export(inbox, ROWS, style, f"export_{rank}")
        accept(project, path, "ecds", {}, alone=True)
        results = load(project, [CENTRES]).results
        tables = {name: conform(results[name].to_arrow(), contract(name)) for name in TABLES}
        places = ["source_file", "source_line"]
        seen.append({name: table.drop_columns(places) for name, table in tables.items()})
    assert all(tables == seen[0] for tables in seen[1:])


def test_files_by_year_and_by_table_are_read_together(ready: Layout, inbox: Path) -> None:
    by_year = [[row for row in ROWS if row["annee"] == year] for year in (2021, 2022)]
    (whole,) = write_export(inbox, by_year[0], FRENCH, "tout_2021")
    parts = write_export(inbox, by_year[1], Style("modele", labels=True), "en_2022")
    assert len(parts) == 4
    for path in (whole, *parts):
        accept(ready, path, "ecds", {})
    build = build_core(ready)
    assert build.tables[CENTRES].num_rows == len(ROWS)
    assert len({row["source_file"] for row in build.tables[FINANCES].to_pylist()}) == 2
    notes = build.loaded.notes["ecds"]
    assert len(notes) == 5
    accept(ready, whole, "ecds", {}, alone=True)
    active = [entry.path for entry in read_manifest(ready).active("ecds")]
    assert active == ["ecds/tout_2021.csv"]
    assert len(load(ready, [CENTRES]).results[CENTRES].rows) == len(by_year[0])


def test_the_same_centre_and_year_in_two_files_names_both(ready: Layout, inbox: Path) -> None:
    for name, rows in (("un", ROWS), ("deux", ROWS[3:4])):
        (path,) = write_export(inbox, rows, Style(), name)
        accept(ready, path, "ecds", {})
    error = refused(ready)
    assert isinstance(error, InputError)
    assert "each annee + finess once" in error.expected
    told = str(error)
    assert "data/raw/ecds/un.csv, line 5" in told
    assert "data/raw/ecds/deux.csv, line 2" in told


def test_an_orphan_stops_the_run(ready: Layout, inbox: Path) -> None:
    stray = {k: v for k, v in ROWS[0].items() if k in ("annee", "finess", "rfs_eur")}
    (path,) = write_export(inbox, [*ROWS, {**stray, "finess": "990000009"}])
    accept(ready, path, "ecds", {})
    error = refused(ready)
    assert isinstance(error, InputError)
    assert (error.line, error.column) == (len(ROWS) + 2, "finess")
    assert "990000009 en 2021 dans ecds_finances seulement" in str(error)


def spoilt(**cells: str) -> list[CentreYear]:
    rows = [dict(row) for row in ROWS]
    rows[2] |= {name: Dirty(text) for name, text in cells.items()}
    return rows


def test_a_bad_amount_goes_to_quarantine_and_the_run_goes_on(ready: Layout, inbox: Path) -> None:
    (path,) = write_export(inbox, spoilt(rfs_eur="1.234", date_ouverture="hier"), FRENCH)
    checked = snp("check", path, "--as", "ecds")
    assert checked.exit_code == 2
    assert "export.csv, line 4, column Date d'ouverture: expected a date" in checked.stdout
    accept(ready, path, "ecds", {})
    build = build_core(ready)
    accounts = {
        a["table_nom"]: a
        for a in pq.read_table(table_path(ready, contract("comptabilite"))).to_pylist()
    }
    for name in TABLES:
        account = accounts[name]
        assert account["lues_nb"] == account["gardees_nb"] + account["ecartees_nb"]
    assert accounts[CENTRES]["ecartees_nb"] == 1
    amounts = sum(1 for name in ROWS[2] if name.endswith("_eur"))
    assert accounts[FINANCES]["ecartees_nb"] == amounts
    quarantine = pq.read_table(table_path(ready, contract("quarantaine"))).to_pylist()
    bad = {(r["table_cible"], r["colonne"], r["valeur"]) for r in quarantine}
    assert (FINANCES, "Rémunération forfaitaire spécifique (en euros)", "1.234") in bad
    assert (CENTRES, "Date d'ouverture", "hier") in bad
    assert {r["source_line"] for r in quarantine} == {4}
    assert ROWS[2]["finess"] not in [
        row["finess"] for row in build.tables[FINANCES].to_pylist() if row["annee"] == 2021
    ]


def renamed(path: Path, old: str, new: str, encoding: str = "cp1252") -> None:
    path.write_text(path.read_text(encoding).replace(old, new), encoding=encoding)


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "unknown header": (
        lambda path: renamed(path, "Amortissements (en euros)", "Dotations aux amortissements"),
        "line 1, column Dotations aux amortissements: expected only headers of layout export_large",
    ),
    "no key": (lambda path: renamed(path, "N° FINESS", "Identifiant"), "line 1, column N° FINESS"),
    "broken accents": (
        lambda path: path.write_bytes(
            path.read_text("cp1252").encode().decode("cp1252", "replace").encode()
        ),
        "line 1: expected accents as they are written",
    ),
    "other system": (
        lambda path: path.write_bytes(path.read_text("cp1252").encode("mac_roman", "replace")),
        "line 1: expected UTF-8 or cp1252 text",
    ),
    "cut file": (
        lambda path: path.write_bytes(path.read_bytes()[:-40]),
        f"line {len(ROWS) + 1}: expected ",
    ),
    "no row": (
        lambda path: path.write_bytes(path.read_bytes().split(b"\r\n")[0]),
        "line 2: expected at least one row",
    ),
    "synthetic centres": (
        lambda path: path.write_bytes(
            write_export(path.parent, centre_years(2), FRENCH, "faux")[0].read_bytes()
        ),
        "line 2, column finess: expected the number of a real centre",
    ),
    "a workbook by its name alone": (
        lambda path: os.replace(path, path.with_suffix(".xlsx")),
        "expected an XLSX workbook that opens",
    ),
}


@pytest.mark.parametrize("fault", sorted(WRONG))
def test_a_wrong_file_gets_one_clear_error(ready: Layout, inbox: Path, fault: str) -> None:
    (path,) = write_export(inbox, ROWS, FRENCH)
    spoil, told = WRONG[fault]
    spoil(path)
    (path,) = [found for found in inbox.iterdir() if found.stem == "export"]
    before = tree_hashes(ready.root)
    checked = snp("check", path, "--as", "ecds")
    assert checked.exit_code == 2
    assert checked.stdout.endswith(f"1 problem(s) in {path.name}.\n")
    assert told in checked.stdout
    added = snp("add", path, "--as", "ecds")
    assert added.exit_code == 2
    assert told in added.stderr
    assert added.stderr.count("Error") == 1
    assert tree_hashes(ready.root) == before


def test_a_changed_byte_is_refused_and_says_how_to_accept(ready: Layout, inbox: Path) -> None:
    (path,) = write_export(inbox, ROWS, FRENCH)
    accept(ready, path, "ecds", {})
    with (ready.raw / "ecds" / path.name).open("ab") as handle:
        handle.write(b"\r\n")
    assert str(refused(ready)).endswith("snp add data/raw/ecds/export.csv --as ecds")


def test_warnings_leave_the_run_green_and_the_cases_recorded(ready: Layout, inbox: Path) -> None:
    rows = [dict(row) for row in ROWS]
    rows[1]["actes_visite_mg_nb"] = -1
    (path,) = write_export(inbox, rows)
    accept(ready, path, "ecds", {})
    build = build_core(ready)
    failed = [r for checks in build.report.tables for r in failing(checks) if r.startswith("ecds_")]
    assert failed == ["ecds_actes_negatifs"]
    cases = pq.read_table(table_path(ready, contract("ecarts"))).to_pylist()
    (case,) = [row for row in cases if row["regle"] == "ecds_actes_negatifs"]
    assert (case["fichier"], case["ligne"], case["trouve"]) == ("data/raw/ecds/export.csv", 3, "-1")


def failing(checks: TableChecks) -> list[str]:
    return [result.family for result in checks.results if not result.passed]
