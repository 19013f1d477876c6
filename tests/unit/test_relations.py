"""What figures promise each other: one kept and one broken example of each kind of rule."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.contracts.registry import vocabularies
from pipeline.contracts.sql import BLOCKS, expand, part, read_sql
from pipeline.errors import ContractError
from tests.registry import block, core_table, failing, figure, registry, relation

TARGET, FIRST, SECOND, THIRD = "001-A0001", "001-A0002", "001-A0003", "001-A0004"
COUNT = {"statistic": "count", "unit": "centres"}
Row = dict[str, Any]

# kind, cells of the target, terms as (role, value, factor, cells), is it kept?
KINDS: list[tuple[str, Row, list[tuple[str, object, object, Row]], bool]] = [
    # IGAS, l. 1407: 234 of 586 centres are "nearly 40 %"
    (
        "part",
        {"value": 40, "qualifier": "presque", "unit": "%"},
        [("numerateur", 234, 100, COUNT), ("denominateur", 586, 1, COUNT)],
        True,
    ),
    (
        "part",
        {"value": 40, "unit": "%"},
        [("numerateur", 231, 100, COUNT), ("denominateur", 586, 1, COUNT)],
        False,
    ),
    # 39.5 rounds to 40: the bound is inside
    (
        "part",
        {"value": 40, "unit": "%"},
        [("numerateur", 79, 100, COUNT), ("denominateur", 200, 1, {**COUNT, "decimals": 1})],
        True,
    ),
    (
        "somme",
        {"value": 586, **COUNT},
        [("addende", 234, 1, COUNT), ("addende", 352, 1, COUNT)],
        True,
    ),
    (
        "somme",
        {"value": 586, **COUNT},
        [("addende", 234, 1, COUNT), ("addende", 351, 1, COUNT)],
        False,
    ),
    # a difference is a sum with a negative factor
    ("somme", {"value": 12, **COUNT}, [("addende", 20, 1, COUNT), ("addende", 8, -1, COUNT)], True),
    (
        "somme",
        {"value": 12, **COUNT},
        [("addende", 20, 1, COUNT), ("addende", 9, -1, COUNT)],
        False,
    ),
    # IGAS, tableau 3, l. 2745: 463.8 to 842.6 is + 81.7 %
    (
        "evolution",
        {"value": "81.7", "decimals": 1, "unit": "%"},
        [
            ("numerateur", "842.6", 1, {"decimals": 1}),
            ("denominateur", "463.8", 1, {"decimals": 1}),
        ],
        True,
    ),
    (
        "evolution",
        {"value": "82.7", "decimals": 1, "unit": "%"},
        [
            ("numerateur", "842.6", 1, {"decimals": 1}),
            ("denominateur", "463.8", 1, {"decimals": 1}),
        ],
        False,
    ),
    # a multiplier: 3 centres with 4.2 doctors each, over 2
    (
        "rapport",
        {"value": "6.3", "decimals": 1},
        [
            ("numerateur", 3, 1, COUNT),
            ("multiplicateur", "4.2", 1, {"decimals": 1}),
            ("denominateur", 2, 1, COUNT),
        ],
        True,
    ),
    (
        "rapport",
        {"value": "6.5", "decimals": 1},
        [
            ("numerateur", 3, 1, COUNT),
            ("multiplicateur", "4.2", 1, {"decimals": 1}),
            ("denominateur", 2, 1, COUNT),
        ],
        False,
    ),
    # a denominator that may be zero says nothing
    ("rapport", {"value": 7}, [("numerateur", 3, 1, {}), ("denominateur", 0, 1, {})], True),
    ("meme_grandeur", {"value": 59, "unit": "%"}, [("addende", "59.4", 1, {"decimals": 1})], True),
    ("meme_grandeur", {"value": 59, "unit": "%"}, [("addende", 60, 1, {"unit": "%"})], False),
    ("meme_grandeur", {"value": 586, **COUNT}, [("addende", 586, 1, COUNT)], True),
    ("meme_grandeur", {"value": 586, **COUNT}, [("addende", 588, 1, COUNT)], False),
    ("meme_grandeur", {"value": 600, **COUNT}, [("addende", 588, 1, COUNT)], True),
    (
        "meme_grandeur",
        {"value": 70, **COUNT, "qualifier": "plus_de"},
        [("addende", 76, 1, COUNT)],
        True,
    ),
    (
        "meme_grandeur",
        {"value": 70, **COUNT, "qualifier": "plus_de"},
        [("addende", 70, 1, COUNT)],
        False,
    ),
    ("inclusion", {"value": 16, **COUNT}, [("addende", 14, 1, COUNT)], True),
    ("inclusion", {"value": 16, **COUNT}, [("addende", 17, 1, COUNT)], False),
    ("ordre", {"value": 20}, [("predecesseur", 18, 1, {})], True),
    ("ordre", {"value": 20}, [("predecesseur", 22, 1, {})], False),
]


def declared(
    kind: str, target: Row, terms: list[tuple[str, object, object, Row]]
) -> dict[str, pa.Table]:
    rows = [figure(TARGET, **target)]
    listed = []
    for n, (role, value, factor, cells) in enumerate(terms, 2):
        name = f"001-A{n:04}"
        rows.append(figure(name, value, **cells))
        listed.append((role, name, factor))
    return {
        "published_figures": registry(*rows),
        "chiffres_relations": relation(kind, TARGET, *listed),
    }


@pytest.mark.parametrize(("kind", "target", "terms", "kept"), KINDS)
def test_a_relation_is_kept_or_broken(
    kind: str, target: Row, terms: list[tuple[str, object, object, Row]], kept: bool
) -> None:
    tables = declared(kind, target, terms)
    assert failing("relations_termes", **tables) == set()
    assert failing("relations_chiffres", **tables) == (set() if kept else {"essai"})


def test_a_share_written_as_a_fraction_is_about() -> None:
    tables = {
        "chiffres_relations": relation(
            "part", TARGET, ("numerateur", FIRST, 100), ("denominateur", SECOND)
        )
    }
    terms = (figure(FIRST, 32, **COUNT), figure(SECOND, 101, **COUNT))
    words = figure(TARGET, 33, unit="%", printed="un tiers")
    tenths = figure(TARGET, 33, unit="%", printed="33 centres sur 100")
    digits = figure(TARGET, 33, unit="%", printed="33 %")
    assert (
        failing("relations_chiffres", published_figures=registry(tenths, *terms), **tables) == set()
    )
    assert (
        failing("relations_chiffres", published_figures=registry(words, *terms), **tables) == set()
    )
    assert failing("relations_chiffres", published_figures=registry(digits, *terms), **tables)


def test_every_kind_of_relation_has_both_examples() -> None:
    tried = {(kind, kept) for kind, _, _, kept in KINDS}
    kinds = set(vocabularies()["relation"])
    elsewhere = {"croissance_quantiles", "meme_date", "ordre_dates", "meme_periode", "meme_champ"}
    assert {kind for kind, _ in tried} == kinds - elsewhere
    assert {(kind, kept) for kind in kinds - elsewhere for kept in (True, False)} == tried


def test_a_constant_is_worth_its_factor() -> None:
    table = registry(figure(TARGET, 4), figure(FIRST, 48))
    good = relation("rapport", TARGET, ("numerateur", FIRST), ("denominateur", "", 12))
    wrong = relation("rapport", TARGET, ("numerateur", FIRST), ("denominateur", "", 10))
    for rows, found in ((good, set()), (wrong, {"essai"})):
        assert (
            failing("relations_chiffres", published_figures=table, chiffres_relations=rows) == found
        )


@pytest.mark.parametrize(
    ("target", "term", "kind", "kept"),
    [
        ("2018-06", "2018-06-15", "meme_date", True),
        ("2018-06", "2018-07-01", "meme_date", False),
        ("2025-S2", "2025-T4", "meme_date", True),
        ("2025-S1", "2025-T4", "meme_date", False),
        ("2023-04-19/2023-05-01", "2023-05", "meme_date", True),
        ("2023-04-19/2023-05-01", "2023-05-23/2023-05-25", "meme_date", False),
        ("2022-06", "2022", "ordre_dates", True),
        ("2022-06", "2023", "ordre_dates", False),
    ],
)
def test_dates_agree_when_they_share_a_day(target: str, term: str, kind: str, kept: bool) -> None:
    dated = {"statistic": "date", "decimals": None}
    table = registry(
        figure(TARGET, value_text=target, **dated), figure(FIRST, value_text=term, **dated)
    )
    rows = relation(kind, TARGET, ("predecesseur", FIRST)).to_pylist()
    dates = core_table("chiffres_relations", [{**row, "mesure_code": "date"} for row in rows])
    tables = {"published_figures": table, "chiffres_relations": dates}
    assert failing("relations_termes", **tables) == set()
    assert failing("relations_dates", **tables) == (set() if kept else {"essai"})


@pytest.mark.parametrize(
    ("shown", "days"),
    [
        ("2018", (20180101, 20181231, 20181231)),
        ("2018-10", (20181001, 20181031, 20181031)),
        ("2018-10-15", (20181015, 20181015, 20181015)),
        ("2025-T1", (20250101, 20250331, 20250331)),
        ("2025-T2", (20250401, 20250630, 20250630)),
        ("2025-T3", (20250701, 20250930, 20250930)),
        ("2025-T4", (20251001, 20251231, 20251231)),
        ("2025-S1", (20250101, 20250630, 20250630)),
        ("2025-S2", (20250701, 20251231, 20251231)),
        ("2019-06/2024-07", (20190601, 20190631, 20240731)),
        ("2025-T1/2025-S2", (20250101, 20250331, 20251231)),
    ],
)
def test_a_printed_date_is_a_span_of_days(shown: str, days: tuple[int, int, int]) -> None:
    (found,) = block("dates", figure(FIRST, value_text=shown, statistic="date")).values()
    assert (found["debut"], found["debut_fin"], found["fin"]) == days


@pytest.mark.parametrize("shown", ["fin 2024", "2018-1", "été", "20-10", "2025-T"])
def test_a_date_that_cannot_be_read_is_left_out(shown: str) -> None:
    assert block("dates", figure(FIRST, value_text=shown, statistic="date")) == {}


@pytest.mark.parametrize("kind", ["meme_periode", "meme_champ"])
@pytest.mark.parametrize("kept", [True, False])
def test_a_repeated_figure_keeps_its_period_and_its_population(kind: str, kept: bool) -> None:
    other = {} if kept else {"period": "2016-2023", "population": "autre champ"}
    table = registry(figure(TARGET, 82), figure(FIRST, 82, **other))
    rows = relation(kind, TARGET, ("addende", FIRST))
    found = failing("relations_libelles", published_figures=table, chiffres_relations=rows)
    assert found == (set() if kept else {"essai"})


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ([(FIRST, "numerateur")], "essai/1"),  # a ratio without a figure behind it
        ([("001-A9999", "numerateur"), (SECOND, "denominateur")], "essai/1"),
        ([(THIRD, "numerateur"), (SECOND, "denominateur")], "essai/1"),  # a text has no value
    ],
)
def test_a_term_without_its_figure_is_refused(rows: list[tuple[str, str]], wrong: str) -> None:
    table = registry(
        figure(TARGET, 1), figure(SECOND, 2), figure(THIRD, value_text="mots", decimals=None)
    )
    declared = relation("rapport", TARGET, *((role, name) for name, role in rows))
    assert wrong in failing(
        "relations_termes", published_figures=table, chiffres_relations=declared
    )


def test_a_part_is_put_in_where_its_line_stands(tmp_path: Path) -> None:
    (tmp_path / "un.sql").write_text("a AS (\n-- include: deux\n)\n", "utf-8")
    (tmp_path / "deux.sql").write_text("SELECT 1\n", "utf-8")
    (tmp_path / "texte.sql").write_text("WITH\n-- include: un\nSELECT * FROM a\n", "utf-8")
    found = read_sql(tmp_path / "texte.sql", tmp_path)
    assert found == "WITH\na AS (\nSELECT 1\n)\nSELECT * FROM a\n"


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(ContractError, match="'absente'"):
        expand("-- include: absente\n", (BLOCKS,))
    assert "bas_possible" in part("arithmetique", (BLOCKS,))
