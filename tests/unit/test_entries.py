"""The record of contradictions: an entry says which rule finds it, or why none does."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.contracts.registry import vocabularies
from pipeline.reconciliation.inconsistencies import Inconsistency, inconsistencies

Row = dict[str, Any]
ENTRY = {
    "id": "inc-igas-999",
    "document_id": "igas_2023_034r",
    "lines": [1],
    "kind": "somme",
    "title": {"fr": "t", "en": "t"},
    "detail": {"fr": "d", "en": "d"},
    "values": [],
}


@pytest.mark.parametrize(
    ("told", "good"),
    [
        ({"detected_by": "manuel", "unseen": "sens"}, True),
        ({"detected_by": "relations_chiffres", "cases": ["a"]}, True),
        ({"detected_by": "manuel"}, False),
        ({"detected_by": "manuel", "unseen": "sens", "cases": ["a"]}, False),
        ({"detected_by": "relations_chiffres"}, False),
        ({"detected_by": "relations_chiffres", "cases": ["a"], "unseen": "sens"}, False),
    ],
)
def test_an_entry_names_its_rule_or_why_none_sees_it(told: Row, good: bool) -> None:
    if good:
        assert Inconsistency.model_validate({**ENTRY, **told})
        return
    with pytest.raises(ValueError, match="a rule with its cases"):
        Inconsistency.model_validate({**ENTRY, **told})


def test_why_no_rule_sees_an_entry_is_in_its_list() -> None:
    assert {e.unseen for e in inconsistencies() if e.unseen} == set(vocabularies()["motif_lecture"])
