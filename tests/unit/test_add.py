"""A user's file takes the place of the default; a file that does not read changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.hashing import sha256
from pipeline.paths import Layout
from pipeline.sources.add import accept
from pipeline.sources.load import load
from pipeline.sources.manifest import Entry, read_manifest
from pipeline.sources.registry import SEVERAL_FILES, sources
from tests.ecds_centres import centre_years
from tests.ecds_exports import write_export
from tests.support import tree_hashes, with_value, without_column

CPTS = "cpts/cpts.csv"


def entries(layout: Layout, source: str = "cpts") -> dict[str, Entry]:
    return {entry.path: entry for entry in read_manifest(layout).files if entry.source == source}


def own_file(layout: Layout, folder: Path, name: str = "mes_cpts.csv") -> Path:
    """Write what a user may have: the columns of the default without its origin."""
    text = (layout.raw / CPTS).read_text(encoding="utf-8")
    path = folder / name
    path.write_text(without_column(text, "origin"), encoding="utf-8")
    return path


def test_a_user_file_puts_the_default_to_sleep(project: Layout, tmp_path: Path) -> None:
    default = (project.raw / CPTS).read_bytes()
    entry = accept(project, own_file(project, tmp_path), "cpts", {"producer": "CPTS Essai"})
    assert (entry.path, entry.origin, entry.producer) == (
        "cpts/mes_cpts.csv",
        "real",
        "CPTS Essai",
    )
    found = entries(project)
    assert (found[CPTS].active, found[entry.path].active) == (False, True)
    assert (project.raw / CPTS).read_bytes() == default
    rows = load(project, ["cpts"]).results["cpts"].rows
    assert {row["origin"] for row in rows} == {"real"}
    assert {row["source_file"] for row in rows} == {"data/raw/cpts/mes_cpts.csv"}


def test_a_told_origin_is_kept(project: Layout, tmp_path: Path) -> None:
    entry = accept(project, own_file(project, tmp_path), "cpts", {"origin": "synthetic"})
    assert entry.origin == "synthetic"


def test_the_default_comes_back_by_its_name(project: Layout, tmp_path: Path) -> None:
    accept(project, own_file(project, tmp_path), "cpts", {})
    accept(project, project.raw / CPTS, "cpts", {})
    found = entries(project)
    assert (found[CPTS].active, found["cpts/mes_cpts.csv"].active) == (True, False)
    assert found[CPTS].origin == "published"


def test_new_bytes_in_place_keep_what_the_manifest_says(project: Layout) -> None:
    before = entries(project)[CPTS]
    path = project.raw / CPTS
    text = path.read_text(encoding="utf-8")
    path.write_text(with_value(text, "44-ancenis", "note", "revue"), encoding="utf-8")
    with pytest.raises(InputError, match=r"snp add data/raw/cpts/cpts\.csv --as cpts"):
        load(project, ["cpts"])
    after = accept(project, path, "cpts", {})
    new = {"sha256": sha256(path), "bytes": path.stat().st_size}
    assert after == before.model_copy(update=new)
    assert entries(project) == {CPTS: after}
    assert load(project, ["cpts"]).results["cpts"].rows


@pytest.mark.parametrize("origin", ["real", "published", "synthetic"])
def test_no_outside_file_passes_for_the_default(
    project: Layout, tmp_path: Path, origin: str
) -> None:
    before = tree_hashes(project.raw)
    path = own_file(project, tmp_path, "cpts.csv")
    if origin != "real":
        text = (project.raw / CPTS).read_text(encoding="utf-8")
        path.write_text(text.replace(",published,", f",{origin},"), encoding="utf-8")
    with pytest.raises(InputError, match="Rename your file"):
        accept(project, path, "cpts", {"origin": origin})
    assert tree_hashes(project.raw) == before


def test_a_new_version_of_an_own_file_takes_its_place(project: Layout, tmp_path: Path) -> None:
    path = own_file(project, tmp_path)
    accept(project, path, "cpts", {"producer": "une URPS"})
    path.write_text(path.read_text(encoding="utf-8").replace("Ancenis", "Ancenis 2"), "utf-8")
    entry = accept(project, path, "cpts", {})
    assert entry.sha256 == sha256(project.raw / entry.path) == sha256(path)
    assert (entry.origin, entry.producer) == ("real", "une URPS")


@pytest.mark.parametrize("source", sorted({*SEVERAL_FILES} - {"published_tables"}))
def test_some_tables_take_several_files(project: Layout, tmp_path: Path, source: str) -> None:
    before = entries(project, source)
    first = project.raw / next(iter(before))
    more = tmp_path / "de_plus.csv"
    more.write_bytes(first.read_bytes())
    accept(project, more, source, {"origin": "published"})
    after = entries(project, source)
    assert set(after) == {*before, f"{source}/de_plus.csv"}
    assert all(entry.active for entry in after.values())


def test_an_unknown_source_is_refused_by_name(project: Layout, tmp_path: Path) -> None:
    before = tree_hashes(project.root)
    with pytest.raises(InputError) as caught:
        accept(project, own_file(project, tmp_path), "inconnue", {})
    assert all(name in caught.value.expected for name in sources())
    assert caught.value.found == "'inconnue'"
    assert tree_hashes(project.root) == before


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"cpts_id,cpts_nom\n44-essai,Essai\n",
        "cpts_id\nÉ\n".encode("latin-1"),
        b'cpts_id\n"44',
    ],
)
def test_a_file_that_does_not_read_changes_nothing(
    project: Layout, tmp_path: Path, data: bytes
) -> None:
    path = tmp_path / "mes_cpts.csv"
    path.write_bytes(data)
    before = tree_hashes(project.root)
    with pytest.raises(InputError, match=r"mes_cpts\.csv"):
        accept(project, path, "cpts", {})
    assert tree_hashes(project.root) == before


def test_no_file_changes_nothing(project: Layout, tmp_path: Path) -> None:
    before = tree_hashes(project.root)
    with pytest.raises(InputError, match="expected a file; found none"):
        accept(project, tmp_path / "absent.csv", "cpts", {})
    assert tree_hashes(project.root) == before


def test_a_broken_manifest_is_met_before_the_copy(project: Layout, tmp_path: Path) -> None:
    path = own_file(project, tmp_path)
    project.manifest.write_text("files: [{path: x}]\n", encoding="utf-8")
    before = tree_hashes(project.root)
    with pytest.raises(InputError, match=r"manifest\.yml"):
        accept(project, path, "cpts", {})
    assert tree_hashes(project.root) == before


def ecds_entries(layout: Layout) -> dict[str, tuple[str, bool]]:
    return {path: (e.origin, e.active) for path, e in entries(layout, "ecds").items()}


def test_real_files_join_each_other_and_put_the_synthetic_one_to_sleep(
    project: Layout, tmp_path: Path
) -> None:
    default = set(ecds_entries(project))
    assert {origin for origin, _ in ecds_entries(project).values()} == {"synthetic"}
    rows = centre_years(3, (2021, 2022), real=True)
    for year in (2021, 2022):
        of_year = [row for row in rows if row["annee"] == year]
        (path,) = write_export(tmp_path, of_year, name=f"mes_centres_{year}")
        accept(project, path, "ecds", {})
    found = ecds_entries(project)
    assert {path for path, (_, active) in found.items() if active} == {
        "ecds/mes_centres_2021.csv",
        "ecds/mes_centres_2022.csv",
    }
    assert default == {path for path, (_, active) in found.items() if not active}
    results = load(project, ["ecds_finances"]).results
    assert len(results["ecds_centres"].rows) == 6
    assert {row["origin"] for r in results.values() for row in r.rows} == {"real"}
    accept(project, project.raw / next(iter(default)), "ecds", {})
    assert {path for path, (_, active) in ecds_entries(project).items() if active} == {
        next(iter(default))
    }


def test_a_file_without_a_row_is_not_accepted(project: Layout, tmp_path: Path) -> None:
    path = tmp_path / "vide.csv"
    path.write_text("annee,finess,ars_eur\n2022,440000001,NC\n", encoding="utf-8")
    before = tree_hashes(project.root)
    with pytest.raises(InputError, match="expected at least one row; found none"):
        accept(project, path, "ecds", {})
    assert tree_hashes(project.root) == before
