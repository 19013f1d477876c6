"""`snp check`, `add` and `template` on files of the register, and a run that reads them."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.core import build_core
from pipeline.errors import InputError
from pipeline.indicators.runner import build_indicators
from pipeline.parameters import read_parameters
from pipeline.paths import Layout
from pipeline.preview import inspect_file
from pipeline.sources.add import accept, files_of
from pipeline.sources.load import load
from pipeline.sources.peek import glance
from pipeline.store.parquet import table_path
from pipeline.templates import default_target, write_template
from tests.finess_files import archive, ej, et, geo, history, stock, write


def test_a_check_tells_every_problem_by_its_line(project: Layout, tmp_path: Path) -> None:
    text = stock(et(), et(nofinesset="44"), et(), et(nofinesset="440000003", dateouv="2015-13-01"))
    found = inspect_file(project, write(tmp_path, "s.csv", text), "finess")
    assert [(p.line, p.column) for p in found.problems] == [
        (2, "date_extraction + nofinesset"),
        (3, "nofinesset"),
        (4, "date_extraction + nofinesset"),
        (5, "dateouv"),
    ]
    assert any("extract of 2026-05-12" in note for note in found.notes)


def test_a_check_sees_the_file_it_would_join(project: Layout, tmp_path: Path) -> None:
    accept(project, write(tmp_path, "s.csv", stock(et())), "finess", {})
    geolocated = write(tmp_path, "g_20260512.csv", stock(geo(), first=None))
    assert inspect_file(project, geolocated, "finess").problems == []
    other = write(tmp_path, "g_20260513.csv", stock(geo(), first=None))
    (problem,) = inspect_file(project, other, "finess").problems
    assert problem.expected == "the establishments of the extract of 2026-05-13 too"
    stray = write(tmp_path, "i_20260512.csv", stock(geo(), geo("440000009"), first=None))
    (problem,) = inspect_file(project, stray, "finess").problems
    assert (problem.line, problem.column) == (2, "nofinesset")


def test_files_of_the_register_join_each_other(project: Layout, tmp_path: Path) -> None:
    accept(project, write(tmp_path, "s.csv", stock(et(), ej())), "finess", {})
    accept(project, write(tmp_path, "g_20260512.csv", stock(geo(), first=None)), "finess", {})
    old = write(tmp_path, "h.csv", history({}))
    with pytest.raises(InputError, match="the date of the extract"):
        accept(project, old, "finess", {})
    accept(project, old, "finess", {"vintage": "2012-12-31"})
    assert len(files_of(project, "finess", active=True)) == 3
    rows = load(project, ["etablissements"]).results["etablissements"].to_arrow().to_pylist()
    found = sorted((row["date_extraction"].year, row["coord_x_m"]) for row in rows)
    assert found == [(2012, 355000.5), (2026, 355000.5)]


def test_made_up_files_put_real_ones_to_sleep_and_never_mix(
    project: Layout, tmp_path: Path
) -> None:
    accept(project, write(tmp_path, "s.csv", stock(et())), "finess", {})
    accept(project, write(tmp_path, "t.csv", stock(et())), "finess", {"origin": "synthetic"})
    assert files_of(project, "finess", active=True) == ["finess/t.csv"]


def test_without_a_file_the_tables_are_empty_and_the_rest_is_there(built: Layout) -> None:
    for name in ("etablissements", "entites_juridiques"):
        table = pq.read_table(table_path(built, contract(name)))
        assert table.num_rows == 0
        assert table.schema.names == contract(name).names


def test_a_run_counts_the_establishments_of_a_real_file(project: Layout, tmp_path: Path) -> None:
    text = stock(et(), et(nofinesset="440000002", categetab="604"), et(nofinesset="44"), ej())
    # One row of three in quarantine is too many for a run: forty good ones make it bearable.
    more = [et(nofinesset=f"44000{rank:04d}", categetab="355") for rank in range(100, 140)]
    accept(project, write(tmp_path, "s.csv", text + "\n".join(more) + "\n"), "finess", {})
    build = build_core(project)
    account = {a.table: a for a in build.report.tables}
    assert "etablissements" in account
    result = build.loaded.results["etablissements"]
    assert (result.rows_in, result.kept, result.rows_set_aside) == (43, 42, 1)
    build_indicators(project, read_parameters(), {"etablissements_par_habitant", "finess_ecds"})
    path = project.processed / "indicators" / "etablissements_par_habitant.parquet"
    found = {
        (row["territoire_code"], row["famille_code"]): row
        for row in pq.read_table(path).to_pylist()
    }
    assert found["44", "cpts"]["etablissements_nb"] == 1
    assert found["44", "cpts"]["motif_refus"] == "population_absente"
    assert {row["origin"] for row in found.values()} == {"derived"}
    path = project.processed / "indicators" / "finess_ecds.parquet"
    rows = pq.read_table(path).to_pylist()
    assert {row["motif_refus"] for row in rows} == {"centres_synthetiques"}


def test_a_template_reads_back_once_filled(project: Layout, tmp_path: Path) -> None:
    assert default_target("finess") == Path("finess.csv")
    target, guide = write_template("finess", tmp_path / "finess_20251231.csv")
    header = target.read_text("utf-8")
    with guide.open(encoding="utf-8", newline="") as handle:
        told = list(csv.DictReader(handle))
    assert [row["en_tete"] for row in told] == header.strip().split(";")
    assert all(row["description"] for row in told)
    needed = {row["en_tete"] for row in told if row["obligatoire"] == "oui"}
    assert needed == {"nofinesset", "nofinessej", "rs", "departement", "cog", "categetab"}
    target.write_text(header + history({}).splitlines()[1] + "\n", "utf-8")
    assert inspect_file(project, target, "finess").problems == []
    with pytest.raises(InputError, match="an existing one"):
        write_template("finess", target)
    with pytest.raises(InputError, match=r"a name in \.csv"):
        write_template("finess", tmp_path / "x.xlsx")


def test_a_glance_at_what_is_compressed(tmp_path: Path) -> None:
    seen = glance(archive(tmp_path, "a.zip", un__csv="1\n", deux__csv="2\n"))
    assert (seen.rows, seen.first) == (2, ["un.csv", "deux.csv"])
    seen = glance(write(tmp_path, "s.csv.gz", stock(et())))
    assert (seen.rows, seen.first[0]) == (1, "finess;etalab;111;2026-05-12")
