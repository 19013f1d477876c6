"""Dealt acts give back what the centre declares, whatever it declares."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from pipeline.calibration.acts.centres import Centre, sample
from pipeline.calibration.acts.codes import KINDS
from pipeline.calibration.acts.deal import HEADER, Deal

COUNTS = st.integers(0, 60)


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    """A centre whose acts can be dealt."""
    acts = {kind: draw(COUNTS) for kind in KINDS}
    acts["consultation_mg"] += 1
    patients = draw(st.integers(1, sum(acts.values())))
    c2s = draw(st.integers(0, patients))
    return Centre(
        finess=f"SYN{draw(st.integers(1, 999999)):06d}",
        year=2022,
        department="44",
        manager=draw(st.sampled_from(["association", "mutualiste"])),
        patients=patients,
        c2s=c2s,
        ame=draw(st.integers(0, patients - c2s)),
        nurse_patients=draw(st.integers(0, 2 * patients)),
        doctors=draw(st.integers(1, 5)),
        acts=acts,
    )


@given(centres())
def test_totals_are_those_declared(centre: Centre) -> None:
    rows = [dict(zip(HEADER, row, strict=True)) for row in Deal(centre, "25.00").rows()]
    seen: dict[tuple[object, object], int] = defaultdict(int)
    kinds: dict[object, int] = defaultdict(int)
    cover: dict[object, tuple[object, object]] = {}
    for row in rows:
        seen[row["profession"], row["patient"]] += int(str(row["quantite"]))
        kinds[row["nature"]] += int(str(row["quantite"]))
        assert cover.setdefault(row["patient"], (row["c2s"], row["ame"])) == (
            row["c2s"], row["ame"],
        )  # fmt: skip
    gp = {patient for (profession, patient), n in seen.items() if profession == "mg" and n > 0}
    nurse = {p for (profession, p), n in seen.items() if profession == "infirmier" and n > 0}
    assert (len(gp), len(nurse)) == (centre.patients, centre.nurse_patients)
    assert sum(cover[patient][0] == "oui" for patient in gp) == centre.c2s
    assert sum(cover[patient][1] == "oui" for patient in gp) == centre.ame
    assert {kind: kinds[kind] for kind in KINDS} == centre.acts
    assert all(str(row["patient"]).startswith("SYN-P-") for row in rows)


@given(centres())
def test_the_same_centre_gives_the_same_acts(centre: Centre) -> None:
    assert list(Deal(centre, "25.00").rows()) == list(Deal(centre, "25.00").rows())


@given(st.lists(centres(), max_size=12), st.integers(1, 3))
def test_the_sample_has_every_kind_of_manager(found: list[Centre], by_manager: int) -> None:
    chosen = sample(found, by_manager)
    for manager in {centre.manager for centre in found}:
        own = [centre for centre in found if centre.manager == manager]
        kept = [centre for centre in chosen if centre.manager == manager]
        assert len(kept) == min(by_manager, len(own))
        assert max(c.acts_total for c in kept) <= max(c.acts_total for c in own)
