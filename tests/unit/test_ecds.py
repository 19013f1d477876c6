"""The e-CDS reader: four tables from one export, every row kept or set aside with its reason."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.contracts.registry import contract, vocabularies
from pipeline.errors import InputError
from pipeline.sources.ecds import read_ecds, settle
from pipeline.sources.ecds_cells import (
    ACTIVITY,
    CENTRES,
    FINANCES,
    KEYS,
    STAFF,
    TABLES,
    derived,
    single_columns,
    targets,
)
from pipeline.sources.result import Reading, quarantine_table
from tests.ecds_centres import CentreYear, centre_years
from tests.ecds_exports import Style, write_export
from tests.support import entry_of

NAME = "data/raw/ecds/export.csv"


def read(path: Path, origin: str = "synthetic") -> Reading:
    return read_ecds(path, NAME, entry_of(source="ecds", origin=origin))


def told(folder: Path, rows: list[CentreYear], style: Style | None = None) -> Reading:
    (path,) = write_export(folder, rows, style)
    return read(path)


def spoilt(folder: Path, rows: list[CentreYear], **cells: str) -> Reading:
    """Read an export whose second row holds other texts."""
    (path,) = write_export(folder, rows)
    records = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    for column, text in cells.items():
        records[2][records[0].index(column)] = text
    path.write_text("\n".join(",".join(row) for row in records), "utf-8")
    return read(path)


def balance(reading: Reading) -> dict[str, tuple[int, int, int]]:
    counts = {
        table: (result.rows_in, len(result.rows), result.rows_set_aside)
        for table, result in reading.results.items()
    }
    assert all(came == kept + aside for came, kept, aside in counts.values()), counts
    return counts


def cells_of(reading: Reading) -> list[CentreYear]:
    """Return the rows read as centre-years again, missing values left out."""
    found: dict[tuple[object, object], CentreYear] = {}
    for name, target in targets().items():
        for row in reading.results[target.table].rows:
            code = row.get("profession_code") or row.get("poste_code") or ""
            if code == target.code and row[target.column] is not None:
                key = (row["annee"], row["finess"])
                found.setdefault(key, dict(zip(KEYS, key, strict=True)))[name] = row[target.column]
    return list(found.values())


def test_an_export_fills_the_four_tables(tmp_path: Path) -> None:
    rows = centre_years(5)
    reading = told(tmp_path, rows)
    by_key = {(r["annee"], r["finess"]): r for r in cells_of(reading)}
    assert len(by_key) == len(rows)
    for row in rows:
        assert by_key[row["annee"], row["finess"]] == row
    counts = balance(reading)
    assert counts[CENTRES] == counts[ACTIVITY] == (10, 10, 0)
    assert counts[FINANCES][0] == sum(1 for row in rows for name in row if name.endswith("_eur"))
    assert counts[STAFF][0] == sum(1 for row in rows for name in row if name.endswith("_etp"))
    assert reading.notes == [f"{NAME}: 10 rows, layout observatoire, UTF-8, comma between columns"]


def test_every_row_says_where_it_comes_from(tmp_path: Path) -> None:
    reading = told(tmp_path, centre_years(3, (2022,)))
    for table in TABLES:
        rows = reading.results[table].rows
        assert {row["source_line"] for row in rows} == {2, 3, 4}
        assert {(row["source_file"], row["origin"]) for row in rows} == {(NAME, "synthetic")}
        assert {frozenset(row) for row in rows} == {frozenset(contract(table).names)}
        assert reading.results[table].to_arrow().num_rows == len(rows)


def test_derived_columns_follow_from_the_lists() -> None:
    assert derived(STAFF, "ipa") == {
        "profession_code": "ipa",
        "categorie_code": "paramedicaux",
        "groupe_code": "paramedicaux",
    }
    assert derived(STAFF, "mep")["groupe_code"] == "professionnels_medicaux"
    families = {
        code: (derived(FINANCES, code)["famille_code"], derived(FINANCES, code)["niveau_code"])
        for code in vocabularies()["poste_ecds"]
    }
    assert families["charges_exploitation"] == ("charges", "total")
    assert families["amortissements"] == ("charges", "detail")
    assert families["financements_total"] == ("total_general", "total")
    assert families["recettes_exploitation"] == ("recettes_exploitation", "total")
    assert families["honoraires_totaux"] == ("recettes_exploitation", "total")
    assert families["rosp"] == ("recettes_exploitation", "detail")
    assert families["ars"] == families["autres_sources"] == ("autres_financements", "detail")
    assert families["rfs_assurance_maladie"] == ("memoire", "total")
    assert families["rfs_acces_soins"] == ("memoire", "detail")
    assert {level for _, level in families.values()} == set(vocabularies()["niveau_poste"])
    assert {family for family, _ in families.values()} == set(vocabularies()["famille_poste"])


def test_nothing_known_makes_no_row_and_zero_makes_one(tmp_path: Path) -> None:
    rows = centre_years(1, (2022,))
    keep = {name: rows[0][name] for name in (*KEYS, *single_columns(CENTRES)) if name in rows[0]}
    reading = told(tmp_path, [{**keep, "ars_eur": Decimal(0), "mg_nb": 0, "mg_etp": Decimal(0)}])
    assert balance(reading) == {
        ACTIVITY: (0, 0, 0), CENTRES: (1, 1, 0), STAFF: (1, 1, 0), FINANCES: (1, 1, 0),
    }  # fmt: skip


@pytest.mark.parametrize("mark", ["", "NC", "n.c.", "ND", "NS", "-", " "])
def test_a_missing_mark_is_not_zero(tmp_path: Path, mark: str) -> None:
    reading = told(tmp_path, centre_years(4, (2022,)), Style(missing=mark))
    clean = told(tmp_path, centre_years(4, (2022,)))
    assert balance(reading) == balance(clean)
    assert cells_of(reading) == cells_of(clean)


def test_a_bad_amount_sets_itself_aside(tmp_path: Path) -> None:
    rows = centre_years(4, (2022,))
    clean = balance(told(tmp_path, rows))
    reading = spoilt(tmp_path, rows, rfs_eur="environ 12")
    came = clean[FINANCES][0]
    assert balance(reading) == {**clean, FINANCES: (came, came - 1, 1)}
    (bad,) = reading.results[FINANCES].bad_cells
    assert (bad.source_file, bad.source_line, bad.colonne) == (NAME, 3, "rfs_eur")
    assert (bad.valeur, bad.motif) == ("environ 12", "a number, such as 1 234,5")
    assert quarantine_table([bad]).num_rows == 1


@pytest.mark.parametrize(("half", "other"), [("", "2.5"), ("3", "NC")])
def test_half_a_pair_sets_its_row_aside(tmp_path: Path, half: str, other: str) -> None:
    reading = spoilt(tmp_path, centre_years(4, (2022,)), mg_nb=half, mg_etp=other)
    assert reading.results[STAFF].rows_set_aside == 1
    (bad,) = reading.results[STAFF].bad_cells
    assert (bad.colonne, bad.motif) == ("mg_nb" if not half else "mg_etp", "a value")
    balance(reading)


@pytest.mark.parametrize(
    ("column", "text"),
    [("finess", "44-000"), ("finess", ""), ("annee", "l'an dernier"), ("annee", "2022.5")],
)
def test_a_bad_key_sets_the_line_aside_in_every_table(
    tmp_path: Path, column: str, text: str
) -> None:
    rows = centre_years(4, (2022,))
    clean = balance(told(tmp_path, rows))
    reading = spoilt(tmp_path, rows, **{column: text})
    amounts = sum(1 for name in rows[1] if name.endswith("_eur"))
    staff = sum(1 for name in rows[1] if name.endswith("_etp"))
    gone = {CENTRES: 1, ACTIVITY: 1, FINANCES: amounts, STAFF: staff}
    found = balance(reading)
    assert found == {t: (n, n - gone[t], gone[t]) for t, (n, _, _) in clean.items()}
    cells = [cell for result in reading.results.values() for cell in result.bad_cells]
    assert {cell.table_cible for cell in cells} == set(TABLES)
    assert len(cells) == len(TABLES)
    assert {(c.source_line, c.colonne, c.valeur) for c in cells} == {(3, column, text)}


def test_a_centre_set_aside_takes_its_rows_with_it(tmp_path: Path) -> None:
    rows = centre_years(4, (2022,))
    reading = spoilt(tmp_path, rows, date_ouverture="au printemps")
    assert reading.results[CENTRES].rows_set_aside == 1
    assert reading.results[FINANCES].rows_set_aside == 0
    settle(reading)
    balance(reading)
    for table in TABLES:
        assert {row["source_line"] for row in reading.results[table].rows} == {2, 4, 5}
    for cell in reading.results[FINANCES].bad_cells:
        assert cell.motif == f"a centre whose own row is kept: that of {NAME}, line 3 is set aside"
    settle(reading)
    balance(reading)


@pytest.mark.parametrize(
    ("gone", "needs"),
    [("mg_etp", "mg_etp"), ("gestionnaire_code", "gestionnaire_code"), ("finess", "finess")],
)
def test_a_column_that_others_need_is_named(tmp_path: Path, gone: str, needs: str) -> None:
    (path,) = write_export(tmp_path, centre_years(2, (2022,)))
    records = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
    rank = records[0].index(gone)
    path.write_text("\n".join(",".join(r[:rank] + r[rank + 1 :]) for r in records), "utf-8")
    with pytest.raises(InputError) as caught:
        read(path)
    assert (caught.value.line, caught.value.column) == (1, needs)
    assert "observatoire" in str(caught.value)


def test_no_synthetic_centre_passes_for_real(tmp_path: Path) -> None:
    (path,) = write_export(tmp_path, centre_years(3, (2022,)))
    with pytest.raises(InputError, match="SYN000001, a synthetic one") as caught:
        read(path, "real")
    assert (caught.value.line, caught.value.column) == (2, "finess")
    (path,) = write_export(tmp_path, centre_years(3, (2022,), real=True))
    assert {row["origin"] for row in read(path, "real").results[CENTRES].rows} == {"real"}


def test_a_row_of_another_origin_is_refused(tmp_path: Path) -> None:
    (path,) = write_export(tmp_path, centre_years(3, (2022,), real=True))
    lines = path.read_text("utf-8").splitlines()
    text = "\n".join([f"{lines[0]},origin", *(f"{line},synthetic" for line in lines[1:])])
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match="expected 'real' as the manifest says"):
        read(path, "real")
    assert balance(read(path))[CENTRES] == (3, 3, 0)
