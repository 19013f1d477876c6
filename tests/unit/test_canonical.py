"""The canonical reader: the header of the contract, an origin no stronger than the manifest's."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.contracts.origins import Origin
from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.sources.canonical import expected_header, read_canonical
from pipeline.sources.result import SourceResult
from tests.support import Records, csv_text, entry_of

TABLE = contract("cpts_departements")
HEADER = expected_header(TABLE)
VALUES = {"departement_code": "44", "annee": "2025", "cpts_nb": "16", "document_line": "80"}


def record(**cells: str) -> list[str]:
    return [(VALUES | cells).get(name, "") for name in HEADER]


def read(tmp_path: Path, records: Records, origin: Origin = "published") -> SourceResult:
    path = tmp_path / "essai.csv"
    path.write_text(csv_text(records), encoding="utf-8")
    return read_canonical(path, "essai.csv", TABLE, entry_of(origin=origin))


def test_a_row_keeps_its_file_line_and_origin(tmp_path: Path) -> None:
    result = read(tmp_path, [HEADER, record(), record(departement_code="49")], "real")
    assert [row["source_line"] for row in result.rows] == [2, 3]
    assert {row["source_file"] for row in result.rows} == {"essai.csv"}
    assert {row["origin"] for row in result.rows} == {"real"}
    assert result.rows[0]["cpts_nb"] == 16
    assert result.rows[0]["aci_signe_nb"] is None


def test_columns_may_come_in_any_order(tmp_path: Path) -> None:
    straight = read(tmp_path, [HEADER, record()]).to_arrow()
    assert read(tmp_path, [HEADER[::-1], record()[::-1]]).to_arrow().equals(straight)


def test_bad_cells_set_their_row_aside_once(tmp_path: Path) -> None:
    bad = record(annee="an 2025", cpts_nb="seize")
    result = read(tmp_path, [HEADER, record(), bad, record(departement_code="49")])
    assert (result.rows_in, len(result.rows), result.rows_set_aside) == (3, 2, 1)
    cells = {(c.source_line, c.colonne, c.valeur) for c in result.bad_cells}
    assert cells == {(3, "annee", "an 2025"), (3, "cpts_nb", "seize")}


def test_a_missing_column_names_the_one_that_may_be_it(tmp_path: Path) -> None:
    header = ["cpts_nbr" if name == "cpts_nb" else name for name in HEADER]
    with pytest.raises(InputError) as caught:
        read(tmp_path, [header, record()])
    assert (caught.value.line, caught.value.column) == (1, "cpts_nb")
    assert "'cpts_nbr'" in caught.value.hint


@pytest.mark.parametrize("name", ["remarque", "source_file", "source_line"])
def test_an_unknown_column_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, [[*HEADER, name], [*record(), "1"]])
    assert (caught.value.line, caught.value.column) == (1, name)


def test_a_row_may_be_weaker_than_its_file(tmp_path: Path) -> None:
    rows = [[*HEADER, "origin"], [*record(), "derived"], [*record(departement_code="49"), ""]]
    assert [row["origin"] for row in read(tmp_path, rows).rows] == ["derived", "published"]


@pytest.mark.parametrize("said", ["real", "synthetic", "autre"])
def test_a_row_cannot_claim_another_origin(tmp_path: Path, said: str) -> None:
    with pytest.raises(InputError) as caught:
        read(tmp_path, [[*HEADER, "origin"], [*record(), said]])
    assert (caught.value.line, caught.value.column) == (2, "origin")
    assert caught.value.found == repr(said)
