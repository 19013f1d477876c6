"""A transcribed table melts into one row per cell, blanks included, each with its unit and line."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.paths import Layout
from pipeline.sources.load import load
from pipeline.sources.result import Row, SourceResult
from pipeline.sources.wide_tables import read_wide_table
from tests.support import entry_of, refresh_hashes

INDEX: Row = {
    "tableau_id": "essai",
    "document_id": "igas_2023_034r",
    "document_line": 10,
    "document_line_end": 20,
    "colonnes_libelle": "poste;detail",
    "unites": "nb=centres;part=%",
    "source_file": "index.csv",
}


def melt(tmp_path: Path, text: str, **described: object) -> SourceResult:
    path = tmp_path / "essai.csv"
    path.write_text(text, encoding="utf-8")
    return read_wide_table(path, "essai.csv", entry_of(), INDEX | described)


def refused(tmp_path: Path, text: str, **described: object) -> InputError:
    with pytest.raises(InputError) as caught:
        melt(tmp_path, text, **described)
    return caught.value


def test_every_cell_becomes_a_row(tmp_path: Path) -> None:
    result = melt(tmp_path, "poste,detail,nb,part\nA,x,12,3.50\nB,,,n.d.\n")
    assert result.rows_in == len(result.rows) == 4
    seen = [
        (r["ligne_rang"], r["ligne"], r["colonne"], r["valeur"], r["decimales"], r["unite"])
        for r in result.rows
    ]
    assert seen == [
        (1, "A · x", "nb", Decimal(12), 0, "centres"),
        (1, "A · x", "part", Decimal("3.50"), 2, "%"),
        (2, "B", "nb", None, None, "centres"),
        (2, "B", "part", None, None, "%"),
    ]
    assert [r["valeur_imprimee"] for r in result.rows] == ["12", "3.50", None, "n.d."]
    assert [r["source_line"] for r in result.rows] == [2, 2, 3, 3]
    assert result.to_arrow().num_rows == 4


def test_a_unit_by_row_and_lines_by_row(tmp_path: Path) -> None:
    text = "poste,unite,ligne,ligne_fin,nb\nA,M€,12,13,1.0\nB,ETP,15,,2\nC,%,,,3\n"
    result = melt(tmp_path, text, colonnes_libelle="poste;unite", unites="nb=selon la ligne")
    assert [row["unite"] for row in result.rows] == ["M€", "ETP", "%"]
    assert [row["ligne"] for row in result.rows] == ["A", "B", "C"]
    lines = [(row["document_line"], row["document_line_end"]) for row in result.rows]
    assert lines == [(12, 13), (15, None), (10, 20)]


@pytest.mark.parametrize(
    ("text", "described", "line", "column"),
    [
        ("poste,nb,part\nA,1,2\n", {}, 1, "detail"),
        ("poste,detail,nb\nA,x,1\n", {}, 1, "part"),
        ("poste,detail,nb,part,total\nA,x,1,2,3\n", {}, 1, "total"),
        ("poste,detail,nb\nA,x,1\n", {"unites": "nb=selon la ligne"}, 1, "unite"),
        ("poste,detail,nb,part\nA,x,1,2.1234567\n", {}, 2, "part"),
        (f"poste,detail,nb,part\nA,x,{'9' * 30},2\n", {}, 2, "nb"),
        ("poste,detail,ligne,nb,part\nA,x,²,1,2\n", {}, 2, "ligne"),
        ("poste,detail,ligne,ligne_fin,nb,part\nA,x,1,fin,1,2\n", {}, 2, "ligne_fin"),
    ],
)
def test_a_fault_names_its_line_and_column(
    tmp_path: Path, text: str, described: dict[str, object], line: int, column: str
) -> None:
    error = refused(tmp_path, text, **described)
    assert (error.file, error.line, error.column) == ("essai.csv", line, column)


def test_a_unit_without_its_column_is_refused(tmp_path: Path) -> None:
    error = refused(tmp_path, "poste,detail,nb\nA,x,1\n", unites="centres")
    assert (error.file, error.column, error.found) == ("index.csv", "unites", "'centres'")


def test_a_table_that_nobody_describes_is_refused(project: Layout) -> None:
    index = project.raw / "tableaux_index" / "igas_2023_034r.csv"
    lines = index.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith("igas_tableau_1,")]
    assert len(kept) == len(lines) - 1
    index.write_text("".join(kept), encoding="utf-8")
    refresh_hashes(project)
    with pytest.raises(InputError, match=r"igas_tableau_1\.csv.*tableaux_index"):
        load(project, ["published_tables"])
