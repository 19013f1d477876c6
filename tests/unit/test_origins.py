"""Origins: a mixture is as weak as its weakest part; no synthetic number passes for another."""

from __future__ import annotations

import pyarrow as pa
import pytest

from pipeline.contracts.origins import STRENGTH, shown_origin, weakest, weakest_of
from pipeline.contracts.registry import vocabularies


def test_every_origin_has_its_strength() -> None:
    assert set(STRENGTH) == set(vocabularies()["origine"])


@pytest.mark.parametrize("other", STRENGTH)
def test_synthetic_always_wins(other: str) -> None:
    assert weakest([other, "synthetic"]) == "synthetic"
    assert weakest_of(pa.table({"origin": [other, "synthetic"]})) == "synthetic"


@pytest.mark.parametrize("nature", ["transcription", "calcul"])
@pytest.mark.parametrize("inherited", ["synthetic", "real", "published"])
def test_only_a_derived_origin_can_be_shown_as_published(nature: str, inherited: str) -> None:
    assert shown_origin(nature, inherited) == inherited


def test_printed_values_of_a_computing_indicator_stay_published() -> None:
    assert shown_origin("transcription", "derived") == "published"
    assert shown_origin("calcul", "derived") == "derived"
