"""What is known of publishers: renamed titles, licences in doubt, guesses said as such."""

from __future__ import annotations

import re

import pytest
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.errors import FetchError
from pipeline.fetch import Fetched, Resource, Wanted, choose, publishers, spoken
from pipeline.paths import PACKAGE, Layout

GUESSES = ("cog_mouvements", "finess")
# The attachments of the APL as two editions named them.
BEFORE, SINCE = "indicateur_d_accessibilite_potentielle_localisee_apl_aux", "indicateur_d_apl_aux"
RENAMED = {
    "medecins_generalistes": ("medecins_generalistes", "medecins_generalistes"),
    "infirmiers": ("infirmieres", "infirmiers"),
    "masseurs_kinesitherapeutes": ("masseurs_kinesitherapeutes", "masseurs_kinesitherapeutes"),
    "chirurgiens_dentistes": ("chirurgiens_dentistes", "chirurgiens_dentistes"),
    "sages_femmes": ("sages_femmes", "sages_femmes"),
}


@pytest.mark.parametrize("item", sorted(RENAMED))
def test_an_attachment_is_found_under_both_its_names_and_no_other(item: str) -> None:
    (publisher,) = [one for one in publishers()["apl"] if one.item == item]
    for rank, head in enumerate((BEFORE, SINCE)):
        titles = {name: f"{head}_{both[rank]}_xlsx" for name, both in RENAMED.items()}
        offered = [Resource(title, title) for title in titles.values()]
        assert choose(publisher, offered, None).title == titles[item]


def test_the_workbook_of_physicians_is_found_in_each_year() -> None:
    (publisher,) = publishers()["effectifs_rpps"]
    for title in ("Médecins RPPS 2012-2025.xlsx", "Médecins RPPS 2012-2026.xlsx"):
        assert re.fullmatch(publisher.title, spoken(title))
    assert not re.fullmatch(publisher.title, spoken("Infirmiers RPPS 2012-2026.xlsx"))


def test_a_licence_in_doubt_is_not_settled() -> None:
    """Readers of ameli say two licences: the entry tells where to read it."""
    (publisher,) = publishers()["densites_ameli"]
    assert publisher.licence.startswith("à lire")
    assert {"Licence Ouverte", "ODbL"} <= set(re.findall("Licence Ouverte|ODbL", publisher.licence))


def test_guesses_are_those_the_page_names() -> None:
    found = {name for name, items in publishers().items() if any(one.unverified for one in items)}
    assert found == set(GUESSES)
    text = (PACKAGE.parent / "docs" / "territory.md").read_text("utf-8")
    page = text.partition("**unverified**")[2]
    assert set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)) == found


@pytest.mark.parametrize("source", [*GUESSES, "grille_densite"])
def test_a_guess_is_said_before_the_call_and_nothing_else_is(
    project: Layout, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    def refuse(_layout: Layout, wanted: Wanted, *_rest: object) -> Fetched:
        raise FetchError(f"{wanted.source}: called")

    monkeypatch.setattr("pipeline.fetch.fetch", refuse)
    done = CliRunner().invoke(main, ["fetch", source])
    assert done.exit_code == 1
    called = done.output.index(f"{source}: called")
    (publisher,) = publishers()[source]
    said = f"{publisher.item}: unverified: {publisher.unverified}"
    assert (said in done.output[:called]) == (source in GUESSES)
    assert ("unverified" in done.output) == (source in GUESSES)
