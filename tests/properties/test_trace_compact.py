"""Properties of the short locators: every document and line once, in order, and no other."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.indicators.trace import compact

DOCUMENTS = st.sampled_from(["cpts_coeur_essonne", "delegues_2018", "igas_2023_034r", "a"])
Place = tuple[str, int, int | None]


def spans() -> st.SearchStrategy[Place]:
    """A first line, and a last one that may be missing."""
    first = st.integers(1, 9000)
    return st.tuples(DOCUMENTS, first, st.none() | st.integers(9000, 9600))


PLACES = st.lists(spans(), max_size=30)


def expand(text: str) -> list[tuple[str, int, int]]:
    """Read short locators back."""
    found = []
    for part in text.split(" ; ") if text else []:
        document, _, lines = part.partition(":")
        for line in lines.split(", "):
            first, _, last = line.partition("-")
            found.append((document, int(first), int(last or first)))
    return found


@given(places=PLACES)
def test_every_place_stands_once_in_order(places: list[Place]) -> None:
    whole = {(document, first, last or first) for document, first, last in places}
    assert expand(compact(places)) == sorted(whole)


@given(places=PLACES, data=st.data())
def test_the_order_and_repeats_of_the_rows_do_not_matter(
    places: list[Place], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*places, *places[:3]]))
    assert compact(list(shuffled)) == compact(places)


@given(places=PLACES)
def test_each_document_is_named_once(places: list[Place]) -> None:
    text = compact(places)
    assert text.count(":") == len({document for document, *_ in places})


def test_the_shape_readers_know() -> None:
    assert compact([("b", 12, 14), ("a", 9, None), ("b", 3, 3), ("a", 9, 9)]) == "a:9 ; b:3, 12-14"
    assert compact([]) == ""
