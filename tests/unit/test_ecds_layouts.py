"""Layouts of e-CDS exports: each reads what it writes; a header nobody knows is named."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

from pipeline.errors import ContractError, InputError
from pipeline.paths import PACKAGE
from pipeline.sources import equivalence
from pipeline.sources.ecds import read_ecds
from pipeline.sources.ecds_cells import FINANCES, KEYS, STAFF, TABLES, targets
from pipeline.sources.ecds_long import Variables
from pipeline.sources.ecds_parts import parts
from pipeline.sources.equivalence import equivalences
from pipeline.sources.result import Reading, SourceResult
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import FRENCH, Style, write_export
from tests.support import Records, csv_text, entry_of, records_of
from tests.unit.test_ecds import balance, cells_of

LAYOUTS = [layout.name for layout in equivalences("ecds")]
ROWS = centre_years(4)
PLAIN = Style(layout="export_large")


def read_all(paths: list[Path]) -> Reading:
    reading = Reading({table: SourceResult(table) for table in TABLES})
    for path in paths:
        reading.merge(read_ecds(path, path.name, entry_of(source="ecds", origin="synthetic")))
    return reading


def same(reading: Reading, rows: list[CentreYear]) -> bool:
    balance(reading)
    found = {(row["annee"], row["finess"]): row for row in cells_of(reading)}
    return found == {(row["annee"], row["finess"]): row for row in rows}


def own(layout: str, **told: object) -> Style:
    return Style(**{**vars(FRENCH), "layout": layout, **told})  # type: ignore[arg-type]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    "style",
    [
        {"encoding": "utf-8", "delimiter": ",", "group": "", "mark": ".", "labels": False},
        {"encoding": "cp1252", "delimiter": ";", "group": "\u00a0"},
        {"encoding": "utf-8-sig", "delimiter": "\t", "group": "\u202f", "yes_no": ("O", "N")},
        {"encoding": "utf-8", "delimiter": ";", "group": "'", "mark": ".", "missing": "-"},
        {"container": "xlsx"},
        {"container": "xlsx", "labels": False, "missing": "NS"},
    ],
    ids=["plain", "cp1252", "tab", "apostrophe", "xlsx", "xlsx-codes"],
)
def test_every_layout_reads_in_every_container(
    tmp_path: Path, layout: str, style: dict[str, object]
) -> None:
    reading = read_all(write_export(tmp_path, ROWS, own(layout, **style)))
    assert [c for result in reading.results.values() for c in result.bad_cells] == []
    assert same(reading, ROWS)
    assert all(f"layout {layout}, " in note for note in reading.notes)


def test_the_shipped_layouts_reach_every_cell() -> None:
    for layout in LAYOUTS:
        reached: set[str] = set()
        for known in (part for part in parts() if part.layout.name == layout):
            if known.part.form == "long":
                names = Variables(known).names.values()
                reached |= {m[0].name for named in names for m in named.values() if m}
            elif known.part.form == "table":
                table = known.part.table
                reached |= {name for name, target in targets().items() if target.table == table}
            else:
                reached |= {heading.cell for heading in known.headings.values()}
        assert set(targets()) <= reached, layout


def edited(folder: Path, style: Style, change: Callable[[Records], Records]) -> Path:
    """Write an export of one CSV whose records are changed."""
    (path,) = write_export(folder, ROWS, style)
    records = change(records_of(path.read_text(style.encoding)))
    path.write_text(csv_text(records), encoding=style.encoding)
    return path


def renamed(old: str, new: str) -> Callable[[Records], Records]:
    def change(records: Records) -> Records:
        assert old in records[0]
        return [[new if title == old else title for title in records[0]], *records[1:]]

    return change


def refused(folder: Path, style: Style, change: Callable[[Records], Records]) -> InputError:
    with pytest.raises(InputError) as caught:
        read_all([edited(folder, style, change)])
    assert caught.value.file == "export.csv"
    return caught.value


def test_an_unknown_header_names_the_nearest_and_the_file_to_edit(tmp_path: Path) -> None:
    old, new = "Charges de personnel (en euros)", "Charges du personnel"
    error = refused(tmp_path, PLAIN, renamed(old, new))
    assert (error.line, error.column) == (1, new)
    assert repr(old) in error.found
    assert "pipeline/sources/layouts/ecds/export_large.yml" in error.hint
    assert (PACKAGE.parent / "pipeline/sources/layouts/ecds/export_large.yml").is_file()


def test_a_missing_key_names_the_header_it_looks_like(tmp_path: Path) -> None:
    error = refused(tmp_path, PLAIN, renamed("N° FINESS", "No FINESS"))
    assert (error.line, error.column) == (1, "N° FINESS")
    assert "'No FINESS'" in error.found
    assert all(layout in error.expected for layout in LAYOUTS)


def test_a_header_is_known_whatever_its_case_accents_and_spaces(tmp_path: Path) -> None:
    change = renamed("Échographie", " ECHOGRAPHIE ")
    assert same(read_all([edited(tmp_path, PLAIN, change)]), ROWS)


def test_a_cell_given_twice_is_refused(tmp_path: Path) -> None:
    error = refused(
        tmp_path, PLAIN, lambda rows: [[*row, row[rows[0].index("IRM")] + " "] for row in rows]
    )
    assert (error.column, error.expected) == ("IRM", "each column once")
    error = refused(
        tmp_path,
        PLAIN,
        lambda rows: [[*rows[0], "irm"], *([*row, "Non"] for row in rows[1:])],
    )
    assert (error.column, error.expected) == ("irm", "one column for irm")


def test_columns_a_layout_ignores_are_not_read(tmp_path: Path) -> None:
    change = lambda rows: [[*rows[0], "Raison sociale"], *([*r, "CDS, été"] for r in rows[1:])]  # noqa: E731
    assert same(read_all([edited(tmp_path, PLAIN, change)]), ROWS)


def test_empty_columns_and_rows_at_the_edges_are_dropped(tmp_path: Path) -> None:
    def change(rows: Records) -> Records:
        return [*([*row, "", " "] for row in rows), [""] * (len(rows[0]) + 2)]

    reading = read_all([edited(tmp_path, PLAIN, change)])
    assert same(reading, ROWS)
    error = refused(tmp_path, PLAIN, lambda rows: [[*rows[0], ""], *([*r, "5"] for r in rows[1:])])
    assert error.expected == f"a header for column {len(targets()) + len(KEYS) + 1}"


@pytest.mark.parametrize(
    ("column", "text", "near"),
    [
        ("rubrique", "Efectifs", "'Effectifs'"),
        ("indicateur", "Médecin générliste", "'Médecin généraliste'"),
    ],
)
def test_an_unknown_variable_names_the_nearest(
    tmp_path: Path, column: str, text: str, near: str
) -> None:
    style = Style("export_long", labels=True)
    sought = ["Effectifs", "Médecin généraliste"]

    def change(rows: Records) -> Records:
        wanted = next(n for n, row in enumerate(rows) if row[2:4] == sought)
        rows[wanted][rows[0].index(column)] = text
        return rows

    error = refused(tmp_path, style, change)
    assert error.column == "indicateur"
    assert error.line is not None
    assert error.line > 1
    assert near in error.found
    assert "ignored_variables" in error.hint


def test_a_variable_given_twice_names_both_lines(tmp_path: Path) -> None:
    error = refused(tmp_path, Style("export_long"), lambda rows: [*rows, rows[4]])
    assert error.line == sum(len(row) - len(KEYS) for row in ROWS) + 2
    assert "as on line 5" in error.found


def test_a_long_export_needs_no_section(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        "annee;finess;indicateur;valeur\n2022;SYN000001;mg_etp;1,5\n2022;SYN000001;mg_nb;2\n"
        "2022;SYN000001;Médecins généralistes (ETP);NC\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError, match="again, as on line 2"):
        read_all([path])
    path.write_text(path.read_text("utf-8").rsplit("\n", 2)[0], encoding="utf-8")
    (row,) = read_all([path]).results[STAFF].rows
    assert (row["effectif_nb"], row["effectif_etp"]) == (2, Decimal("1.5"))


def test_half_a_pair_in_a_long_export_is_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("annee;finess;indicateur;valeur\n2022;SYN000001;mg_nb;2\n", encoding="utf-8")
    reading = read_all([path])
    balance(reading)
    (bad,) = reading.results[STAFF].bad_cells
    assert (bad.source_line, bad.colonne, bad.motif) == (2, "mg_etp", "a value")


def test_a_copied_layout_reads_other_headers_and_units(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What docs/ecds.md tells an analyst to do."""
    folder = tmp_path / "layouts" / "ecds"
    folder.mkdir(parents=True)
    mine = {
        "title": {"fr": "Le mien", "en": "Mine"},
        "description": {"fr": "Le mien", "en": "Mine"},
        "parts": [
            {
                "form": "wide",
                "headers": {
                    "Exercice": "annee",
                    "Structure": "finess",
                    "Personnel (k€)": {"cell": "charges_personnel_eur", "factor": 1000},
                },
                "ignored": ["Remarque"],
            }
        ],
    }
    (folder / "mon_export.yml").write_text(yaml.safe_dump(mine), encoding="utf-8")
    monkeypatch.setattr(equivalence, "HERE", tmp_path / "layouts")
    monkeypatch.setattr(equivalence, "PACKAGE", tmp_path / "pipeline")
    equivalences.cache_clear()
    parts.cache_clear()
    try:
        path = tmp_path / "export.csv"
        text = "Exercice;Structure;Personnel (k€);Remarque\n2022;SYN000001;1 234,5;bof\n"
        path.write_text(text, encoding="cp1252")
        reading = read_all([path])
        (row,) = reading.results[FINANCES].rows
        assert row["montant_eur"] == Decimal(1234500)
        assert "layout mon_export" in reading.notes[0]
        mine["parts"][0]["headers"]["Total"] = "charges_totales_eur"  # type: ignore[index]
        (folder / "mon_export.yml").write_text(yaml.safe_dump(mine), encoding="utf-8")
        equivalences.cache_clear()
        parts.cache_clear()
        with pytest.raises(ContractError, match="charges_totales_eur"):
            read_all([path])
    finally:
        monkeypatch.undo()
        equivalences.cache_clear()
        parts.cache_clear()
