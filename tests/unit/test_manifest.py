"""The manifest: what is not listed is not read, and no byte changes unseen."""

from __future__ import annotations

import pytest
import yaml

from pipeline.acts import ACTS, acts_state
from pipeline.errors import InputError
from pipeline.panel import PANEL
from pipeline.paths import Layout
from pipeline.sources.add import files_of
from pipeline.sources.load import load
from pipeline.sources.manifest import Manifest, read_manifest, verify, write_manifest
from pipeline.sources.registry import WIDE, core_tables, event_sources, sources
from tests.support import entry_of

CPTS = "cpts/cpts.csv"


def listed(layout: Layout, path: str = CPTS):  # type: ignore[no-untyped-def]
    return next(entry for entry in read_manifest(layout).files if entry.path == path)


def test_every_source_of_the_project_has_verified_files(project: Layout) -> None:
    manifest = read_manifest(project)
    # Nothing is shipped for these: they wait for a file of the user's.
    waiting = {s.name for s in sources().values() if s.stage is None and not s.needed}
    assert not waiting & set(manifest.sources())
    assert {*manifest.sources(), *event_sources(), *waiting} == set(sources())
    for entry in manifest.active():
        assert verify(project, entry) == project.raw / entry.path


def test_a_changed_byte_is_refused_and_says_how_to_accept(project: Layout) -> None:
    path = project.raw / CPTS
    data = path.read_bytes()
    path.write_bytes(data.replace(b"85676", b"85677", 1))
    with pytest.raises(InputError) as caught:
        verify(project, listed(project))
    error = caught.value
    assert error.file == "data/raw/cpts/cpts.csv"
    assert listed(project).sha256[:12] in error.expected
    assert error.hint.endswith("snp add data/raw/cpts/cpts.csv --as cpts")
    assert "cut" not in str(error)


def test_a_shorter_file_may_be_cut(project: Layout) -> None:
    path = project.raw / CPTS
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(InputError, match="shorter: it may be cut"):
        verify(project, listed(project))


def test_a_missing_file_is_refused(project: Layout) -> None:
    (project.raw / CPTS).unlink()
    with pytest.raises(InputError, match=r"data/raw/cpts/cpts\.csv: .*found no file"):
        verify(project, listed(project))


def test_a_file_that_is_not_listed_is_not_read(project: Layout) -> None:
    before = load(project, ["cpts"]).results["cpts"].rows
    (project.raw / "cpts" / "autre.csv").write_bytes((project.raw / CPTS).read_bytes())
    assert load(project, ["cpts"]).results["cpts"].rows == before


def test_tables_are_read_in_one_order_whatever_the_run(project: Layout) -> None:
    """The first fault of a run is then the same for everyone; the index comes before its tables."""
    read = list(load(project).results)
    assert read == sorted(read, key=lambda name: (name == WIDE, name))
    assert set(read) == set(core_tables())


def test_a_sleeping_file_is_not_read(project: Layout) -> None:
    files = [
        entry.model_copy(update={"active": entry.path != CPTS})
        for entry in read_manifest(project).files
    ]
    write_manifest(project, Manifest(files=tuple(files)))
    with pytest.raises(InputError, match="snp add FILE --as cpts"):
        load(project, ["cpts"])


def test_a_manifest_comes_back_as_written(project: Layout) -> None:
    before = project.manifest.read_bytes()
    write_manifest(project, read_manifest(project))
    assert project.manifest.read_bytes() == before
    assert not list(project.raw.glob("*.tmp"))


@pytest.mark.parametrize(
    ("field", "value"),
    [("sha256", "abc"), ("bytes", -1), ("licence", ""), ("origin", "invented"), ("autre", "x")],
)
def test_a_wrong_entry_is_refused_by_its_place(project: Layout, field: str, value: object) -> None:
    entry = entry_of().model_dump() | {field: value}
    project.manifest.write_text(yaml.safe_dump({"files": [entry]}), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_manifest(project)
    assert (caught.value.file, caught.value.column) == ("data/raw/manifest.yml", f"files.0.{field}")


def test_no_manifest_is_refused(project: Layout) -> None:
    project.manifest.unlink()
    with pytest.raises(InputError, match=r"data/raw/manifest\.yml: .*no file"):
        read_manifest(project)


def test_a_file_drawn_from_another_sleeps_with_it(project: Layout) -> None:
    """Acts drawn from the synthetic panel must not stay beside a real export of centres."""
    assert [entry.path for entry in read_manifest(project).active("actes")] == [ACTS]
    files = tuple(
        entry.model_copy(update={"active": entry.path != PANEL})
        for entry in read_manifest(project).files
    )
    write_manifest(project, Manifest(files=files))
    assert read_manifest(project).active("actes") == []
    assert not acts_state(project).active
    assert files_of(project, "actes", active=False) == [ACTS]
