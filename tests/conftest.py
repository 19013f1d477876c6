"""What the tests share: a project to change, a built one to read, the seed documents."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from pipeline.contracts.registry import contracts
from pipeline.core import build_core
from pipeline.events.build import build_events
from pipeline.indicators.card import cards
from pipeline.indicators.runner import build_indicators
from pipeline.parameters import default_parameters, read_parameters
from pipeline.paths import PACKAGE, Layout
from pipeline.publication.report import build_report
from pipeline.store.catalogue import write_catalogue
from tests.feeds import Place
from tests.outputs import ROOT_FILES, copy_outputs
from tests.support import tree_hashes

CHECKOUT = PACKAGE.parent

# Same examples at every run, no clock, nothing left on disk: a failure is a failure for everyone.
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile("house")


def copy_inputs(target: Path) -> Layout:
    """Copy what a run needs; the code stays in the checkout."""
    shutil.copytree(CHECKOUT / "data" / "raw", target / "data" / "raw")
    for name in ROOT_FILES:
        if (CHECKOUT / name).is_file():
            shutil.copyfile(CHECKOUT / name, target / name)
    found = Layout(target)
    found.processed.mkdir(parents=True)
    found.reports.mkdir()
    return found


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Layout:
    """A project of one test, not built yet; `SNP_ROOT` points to it."""
    root = tmp_path / "projet"
    root.mkdir()
    monkeypatch.setenv("SNP_ROOT", str(root))
    return copy_inputs(root)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A project of one test that holds feeds alone."""
    found = Place(Layout(tmp_path / "flux"))
    found.list()
    return found


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Layout]:
    """A project with core tables and indicators, for reading only: the tests share it."""
    found = copy_inputs(tmp_path_factory.mktemp("construit"))
    build_events(found)
    build_core(found)
    build_indicators(found, read_parameters())
    before = tree_hashes(found.root)
    yield found
    assert tree_hashes(found.root) == before, "a test wrote in the shared project"


@pytest.fixture(scope="session")
def published(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """A project as a run leaves it, with report and catalogue; for reading only."""
    place = copy_outputs(built, tmp_path_factory.mktemp("publie"))
    build_report(place, default_parameters())
    write_catalogue(place, [*contracts().values(), *cards().values()])
    return place


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of the seed documents, which lies beside the checkout."""
    found = CHECKOUT.parent / "shared"
    if not found.is_dir():
        pytest.skip("the seed documents do not lie beside this checkout")
    return found
