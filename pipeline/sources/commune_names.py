"""From the name of a municipality in its department to its code, former names included.

Never a guess: a name that no edition knows, or that two municipalities of the department share, is
refused with its reason.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from pipeline.paths import Layout
from pipeline.sources.cells import CellError
from pipeline.sources.french import folded
from pipeline.sources.insee import CHANGES, read_changes
from pipeline.sources.large import read_large
from pipeline.sources.manifest import read_manifest, verify
from pipeline.sources.text import read_csv

ARTICLE_LAST = re.compile(r"^(.*?)\s*\((le|la|les|l'|l)\)$")
ARTICLE_FIRST = re.compile(r"^(?:les|le|la|l) ")
SAINT = re.compile(r"\b(st|ste)\b")
SAINTS = {"st": "saint", "ste": "sainte"}
# A district is written `Marseille 1er Arrondissement`, `Marseille 1er`, `Marseille 01`.
DISTRICT = re.compile(r"(paris|lyon|marseille)[ -]*0?([0-9]{1,2})(?: ?(?:er|e|eme))?(?: arr.*)?")
DAMAGED = re.compile(r"[?\ufffd]|[ÂÃ][\u0080-\u00bf]")
Key = tuple[str, str]


# A list and two editions hold the same names, about thirty-five thousand of them.
@lru_cache(maxsize=1 << 17)
def name_key(name: str) -> str:
    """Return what two writings of one name share: articles, saints, hyphens and accents apart."""
    text = folded(name)
    if found := ARTICLE_LAST.fullmatch(text):
        article = found[2].rstrip("'")
        text = f"{article}'{found[1]}" if article == "l" else f"{article} {found[1]}"
    if found := DISTRICT.fullmatch(text):
        return f"{found[1]} {int(found[2])}"
    text = SAINT.sub(lambda match: SAINTS[match[1]], text)
    return re.sub(r"[^a-z0-9]+", " ", text).strip()


def bare_key(name: str) -> str:
    """Return the key of a name without the article it begins with."""
    return ARTICLE_FIRST.sub("", name_key(name))


@dataclass(frozen=True)
class Found:
    """A municipality told by its name, how it was found, and the edition that knows it."""

    commune_code: str
    resolution: str
    edition: int


@dataclass
class Names:
    """Names by department: those of the last edition, and former ones with what they became."""

    today: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    former: dict[Key, set[str]] = field(default_factory=lambda: defaultdict(set))
    codes: set[str] = field(default_factory=set)
    edition: int = 0

    def add(self, names: dict[Key, set[str]], departement: str, name: str, code: str) -> None:
        """Learn a name under both its keys."""
        for key in {name_key(name), bare_key(name)}:
            names[departement, key].add(code)

    def find(self, departement: str, name: str) -> Found:
        """Return the municipality of that name in a department.

        Raises:
            CellError: no name, a damaged one, an unknown one, or one that two of them share.
        """
        if DAMAGED.search(name):
            raise CellError("a name whose letters are whole: one was lost by a conversion")
        for key in (name_key(name), bare_key(name)):
            for names, how in ((self.today, "nom"), (self.former, "mouvement")):
                found = names.get((departement, key), set())
                if len(found) > 1:
                    listed = ", ".join(sorted(found))
                    raise CellError(f"a name of one municipality; {departement} has {listed}")
                if found:
                    return Found(next(iter(found)), how, self.edition)
        raise CellError(f"a municipality of department {departement}, of today or merged since")


def department_of(commune: str) -> str:
    """Return the department of a municipality code."""
    return commune[:3] if commune.startswith(("97", "98")) else commune[:2]


def follow(changes: dict[str, set[str]], code: str, codes: set[str]) -> set[str]:
    """Return the municipalities of today a former code became, through every change."""
    ends, seen, waiting = set(), set(), [code]
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        ends |= {one} & codes
        waiting += sorted(changes.get(one, set()) - {one})
    return ends


def rows_of(layout: Layout, source: str) -> Iterable[dict[str, str]]:
    """Yield the rows of the active files of a source, as texts."""
    for entry in read_manifest(layout).active(source):
        path = verify(layout, entry)
        file = read_csv(path, layout.relative(path))
        for _, cells in file.rows:
            yield dict(zip(file.header, cells, strict=True))


def communes_of(layout: Layout) -> list[dict[str, Any]]:
    """Return year, code, name and department of the municipalities of the active files."""
    rows: list[dict[str, Any]] = []
    for entry in read_manifest(layout).active("communes"):
        path = verify(layout, entry)
        found = read_large(path, layout.relative(path), entry).results["communes"].to_arrow()
        rows += found.select(
            ["annee", "commune_code", "commune_nom", "departement_code"]
        ).to_pylist()
    return rows


def learn_links(layout: Layout, names: Names, changes: dict[str, set[str]]) -> None:
    """Learn the passages shipped with the municipalities: merges, and districts as they are."""
    for row in rows_of(layout, "communes_liens"):
        old = row["ancien_code"]
        if row["lien_code"] == "arrondissement_municipal":
            names.add(names.today, department_of(old), row["ancien_nom"], old)
            names.codes.add(old)
        elif row["lien_code"] == "fusion":
            changes[old].add(row["commune_code"])
            if row["ancien_nom"]:
                ends = {row["commune_code"]} & names.codes
                for code in ends:
                    names.add(names.former, department_of(code), row["ancien_nom"], code)


def learn_changes(layout: Layout, changes: dict[str, set[str]], named: dict[str, set[str]]) -> None:
    """Learn the changes of INSEE where their file was added: merges, new names, new codes."""
    manifest = read_manifest(layout)
    for entry in manifest.active(CHANGES):
        path = verify(layout, entry)
        found = read_changes(path, layout.relative(path), entry).results[CHANGES]
        for row in found.to_arrow().to_pylist():
            before, after = str(row["commune_avant_code"]), str(row["commune_apres_code"])
            named[before].add(str(row["commune_avant_nom"] or ""))
            if row["type_apres_code"] == "COM":
                changes[before].add(after)


def read_names(layout: Layout) -> Names:
    """Return the names of municipalities: those shipped, and those of added changes."""
    names = Names()
    changes: dict[str, set[str]] = defaultdict(set)
    named: dict[str, set[str]] = defaultdict(set)
    rows = communes_of(layout)
    names.edition = max((row["annee"] for row in rows), default=0)
    spelt: dict[str, str] = {}
    for row in rows:
        if row["annee"] == names.edition:
            names.codes.add(row["commune_code"])
            spelt[row["commune_code"]] = row["commune_nom"]
            names.add(names.today, row["departement_code"], row["commune_nom"], row["commune_code"])
        else:
            named[row["commune_code"]].add(row["commune_nom"])
    learn_links(layout, names, changes)
    learn_changes(layout, changes, named)
    for old, texts in named.items():
        ends = follow(changes, old, names.codes)
        # A name that still is that of its municipality is found before any former one.
        for text in sorted(texts - {"", spelt.get(old, "")}):
            for code in ends:
                names.add(names.former, department_of(old), text, code)
    return names
