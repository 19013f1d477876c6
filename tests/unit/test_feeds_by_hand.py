"""What a person does with a feed: check it, add it, convert it, start from a template."""

from __future__ import annotations

import csv
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.convert import convert
from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.preview import inspect_file
from pipeline.sources.add import accept
from pipeline.sources.manifest import read_manifest
from pipeline.sources.pseudonyms import key_path
from pipeline.templates import write_template
from tests.feeds import Place, appointment, counters, diary, ndjson, practitioner, slot


def outside(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_check_tells_lines_and_columns_and_leaves_nothing(place: Place, tmp_path: Path) -> None:
    path = outside(tmp_path, "mien.csv", diary({}, {"debut": "?"}, {"statut_code": "honore"}))
    found = inspect_file(place.layout, path, "agendas")
    places = [(problem.line, problem.column) for problem in found.problems]
    assert places == [
        (2, "statut_code"),
        (3, "debut"),
        (4, "statut_code"),
        (4, "statut_rendez_vous_code"),
    ]
    assert {problem.file for problem in found.problems} == {"mien.csv"}
    assert "creneaux: 3 rows read, 0 kept, 3 set aside, 0 merged" in found.notes
    assert not key_path(place.layout).exists()
    assert not list(place.layout.processed.iterdir())
    assert not list(place.layout.build.iterdir())


def test_a_check_sees_the_slots_already_there(place: Place, tmp_path: Path) -> None:
    path = outside(tmp_path, "rdv.ndjson", ndjson(appointment()))
    assert len(inspect_file(place.layout, path, "sas_fhir").problems) == 1
    place.put("sas_fhir", "slots.ndjson", ndjson(slot(), *practitioner()), origin="real")
    assert inspect_file(place.layout, path, "sas_fhir").problems == []


def test_a_check_adds_what_the_standard_says(place: Place, tmp_path: Path) -> None:
    path = outside(tmp_path, "a.ndjson", ndjson(slot(), slot("s2", specialty="x"), *practitioner()))
    found = {p.column for p in inspect_file(place.layout, path, "sas_fhir").problems}
    assert found == {"codes", "Slot.specialty"}


def test_real_slots_put_synthetic_ones_to_sleep_whatever_their_source(
    place: Place, tmp_path: Path
) -> None:
    place.put("agendas", "defaut.csv", diary({}))
    place.put("sas_plateforme", "defaut.csv", counters({}))
    path = outside(tmp_path, "flux.ndjson", ndjson(slot(), *practitioner()))
    accept(place.layout, path, "sas_fhir", {})
    active = {e.path for e in read_manifest(place.layout).active()}
    assert active == {"sas_fhir/flux.ndjson", "sas_plateforme/defaut.csv"}
    accept(place.layout, outside(tmp_path, "rdv.ndjson", ndjson(appointment())), "sas_fhir", {})
    accept(place.layout, outside(tmp_path, "agenda.csv", diary({})), "agendas", {})
    active = {e.path for e in read_manifest(place.layout).active()}
    assert active == {
        "sas_fhir/flux.ndjson",
        "sas_fhir/rdv.ndjson",
        "agendas/agenda.csv",
        "sas_plateforme/defaut.csv",
    }


def test_a_file_that_holds_no_row_is_not_accepted(place: Place, tmp_path: Path) -> None:
    path = outside(tmp_path, "vide.ndjson", ndjson(*practitioner()))
    with pytest.raises(InputError, match="expected at least one row"):
        accept(place.layout, path, "sas_fhir", {})
    assert read_manifest(place.layout).files == ()


def test_a_converted_file_is_the_table_a_run_would_make(place: Place, tmp_path: Path) -> None:
    text = diary({"debut": "2025-03-03T08:50"}, {})
    path, target = outside(tmp_path, "a.csv", text), tmp_path / "out.parquet"
    assert convert(place.layout, path, "agendas", target) == ("creneaux", 2)
    place.put("agendas", "a.csv", text, origin="real")
    place.build()
    found = [row | {"source_file": "data/raw/agendas/a.csv"} for row in rows_of(target)]
    assert found == place.rows("creneaux")


def rows_of(path: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = pq.read_table(path).to_pylist()
    return found


def test_a_file_of_several_tables_wants_one_named(place: Place, tmp_path: Path) -> None:
    path = outside(tmp_path, "a.csv", diary({"statut_code": "honore"}))
    with pytest.raises(InputError, match="2 tables have rows"):
        convert(place.layout, path, "agendas", tmp_path / "out.parquet")
    assert convert(place.layout, path, "agendas", tmp_path / "out.parquet", "rendez_vous") == (
        "rendez_vous",
        1,
    )
    with pytest.raises(InputError, match="expected a new file"):
        convert(place.layout, path, "agendas", tmp_path / "out.parquet", "creneaux")


def test_any_source_converts(project: Layout, tmp_path: Path) -> None:
    target = tmp_path / "cpts.parquet"
    name, rows = convert(project, project.raw / "cpts" / "cpts.csv", "cpts", target)
    assert (name, rows) == ("cpts", pq.read_table(target).num_rows)
    assert pq.read_schema(target).names == contract("cpts").names


@pytest.mark.parametrize("source", ["agendas", "sas_plateforme"])
def test_a_template_once_filled_reads_without_fault(
    place: Place, tmp_path: Path, source: str
) -> None:
    target, guide = write_template(source, tmp_path / "modele.csv")
    header = next(csv.reader(target.open(encoding="utf-8")))
    explained = list(csv.DictReader(guide.open(encoding="utf-8")))
    assert [row["colonne"] for row in explained] == header
    assert all(row["description"] for row in explained)
    filled = diary({}) if source == "agendas" else counters({})
    values = dict(zip(*csv.reader(filled.splitlines()), strict=True))
    assert set(values) <= set(header)
    line = ",".join(values.get(name, "") for name in header)
    path = outside(tmp_path, "rempli.csv", ",".join(header) + "\n" + line + "\n")
    assert inspect_file(place.layout, path, source).problems == []


def test_a_feed_that_software_writes_has_no_template(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"docs/flux\.md"):
        write_template("sas_fhir", tmp_path / "modele.csv")
