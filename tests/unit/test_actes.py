"""Acts: read as a stream, counted one by one, reversals deducted, nobody named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.errors import CheckError, InputError
from pipeline.events.build import EventsBuild, build_events
from pipeline.events.ledger import bad_path
from pipeline.indicators.views import views
from pipeline.paths import Layout
from pipeline.store.engine import DuckDBEngine
from pipeline.store.parquet import table_path
from tests.actes import CENTRE, act, add_acts, list_acts

Rows = list[dict[str, str]]


def read(engine: DuckDBEngine, layout: Layout, view: str) -> dict[str, object]:
    engine.register("actes", table_path(layout, contract("actes")))
    (found,) = engine.query(views()[view].sql).to_pylist()
    return found


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as found:
        yield found


def built(layout: Layout, folder: Path, rows: Rows) -> EventsBuild:
    add_acts(layout, folder, rows)
    return build_events(layout)


def test_a_patient_counts_once_however_often_seen(
    project: Layout, tmp_path: Path, engine: DuckDBEngine
) -> None:
    built(project, tmp_path, [act(), act(), act(date="2024-06-01"), act(patient="P2")])
    found = read(engine, project, "actes_centres")
    assert (found["annee"], found["finess"]) == (2024, CENTRE)
    assert (found["file_active_mg_nb"], found["actes_mg_nb"]) == (2, 4)


def test_a_reversal_cancels_its_act(project: Layout, tmp_path: Path, engine: DuckDBEngine) -> None:
    undone = act(patient="P2", quantite="-1", montant="-30,00")
    built(project, tmp_path, [act(), act(patient="P2"), undone])
    found = read(engine, project, "actes_centres")
    assert (found["file_active_mg_nb"], found["actes_mg_nb"], found["annules_nb"]) == (1, 1, 1)
    assert float(str(found["honoraires_mg_eur"])) == 30


def test_a_nurse_makes_no_gp_patient_and_a_technical_act_no_clinical_one(
    project: Layout, tmp_path: Path, engine: DuckDBEngine
) -> None:
    nurse = act(patient="P3", profession="infirmier", acte="AMI", nature="soin_infirmier")
    rows = [act(), act(patient="P2", acte="ECG", nature="acte_technique"), nurse]
    built(project, tmp_path, rows)
    found = read(engine, project, "actes_centres")
    assert (found["file_active_mg_nb"], found["actes_mg_nb"]) == (2, 1)
    assert found["file_active_infirmier_nb"] == 1


def test_an_unknown_cover_is_counted_apart(
    project: Layout, tmp_path: Path, engine: DuckDBEngine
) -> None:
    rows = [act(c2s="oui"), act(patient="P2", ame="oui"), act(patient="P3", c2s="", ame="")]
    built(project, tmp_path, rows)
    found = read(engine, project, "actes_centres")
    assert (found["file_active_mg_c2s_nb"], found["file_active_mg_ame_nb"]) == (1, 1)
    assert found["couverture_inconnue_nb"] == 1


def test_the_degree_of_cooperation_gives_back_the_printed_example(
    project: Layout, tmp_path: Path, engine: DuckDBEngine
) -> None:
    """Two doctors, 1 000 patients of their own each and 100 in common: 4.76 % (l. 4765-4820)."""
    own = [act(effecteur=f"M{m}", patient=f"P{m}-{rank}") for m in (1, 2) for rank in range(1000)]
    common = [act(effecteur=f"M{m}", patient=f"C{rank}") for m in (1, 2) for rank in range(100)]
    built(project, tmp_path, own + common)
    found = read(engine, project, "listes_centres")
    assert (found["medecins_nb"], found["listes_nb"], found["patients_nb"]) == (2, 2200, 2100)
    assert round(100 * (2200 / 2100 - 1), 2) == 4.76


@pytest.mark.parametrize("view", ["actes_centres", "listes_centres"])
def test_centres_counted_by_lots_are_those_counted_at_once(
    project: Layout, tmp_path: Path, view: str
) -> None:
    # A centre whose acts lie in two departments: its patients are counted together all the same.
    said = [
        ("440000123", "44"), ("440000123", "49"), ("440000123", "49"), ("750000999", "75"),
        ("350000555", "35"), ("350000555", "35"),
    ]  # fmt: skip
    rows = [
        act(centre=centre, departement=place, patient=patient, date=date)
        for centre, place in said
        for patient, date in (("P1", "2024-03-05"), (f"P-{place}", "2023-02-01"))
    ]
    built(project, tmp_path, rows)
    with DuckDBEngine(threads=2, lot_rows=1) as engine:
        engine.register("actes", table_path(project, contract("actes")))
        at_once, known = engine.query(views()[view].sql), views()[view]
        engine.register_query("par_lots", known.sql, known.lots)
        assert engine.query("SELECT * FROM par_lots ORDER BY annee, finess") == at_once
        (common,) = engine.query(
            "SELECT * FROM par_lots WHERE annee = 2024 AND finess = '440000123'"
        ).to_pylist()
    assert common["file_active_mg_nb" if view == "actes_centres" else "patients_nb"] == 1


def test_no_identifier_of_a_person_is_in_any_output(project: Layout, tmp_path: Path) -> None:
    rows = [
        act(patient="1850944123456", effecteur="10003456789"),
        act(patient="2770375654321", effecteur="10003456789", date="hier"),
        act(patient="1601099888777", acte="é" * 5),
        # typed in cells that are no identifier
        act(montant="1720644555666"),
        act(quantite="2 81 12 75 123 456"),
        act(acte="06.12.34.56.78"),
    ]
    with pytest.raises(CheckError, match="quarantine"):
        built(project, tmp_path, rows)
    built(project, tmp_path, [*rows, *(act(patient=f"18{n:011d}") for n in range(120))])
    found = b"".join(
        path.read_bytes() for path in sorted(project.processed.rglob("*")) if path.is_file()
    )
    tables = pq.read_table(table_path(project, contract("actes"))).to_pylist()
    text = repr(tables).encode() + found
    assert tables
    for secret in (b"1850944123456", b"2770375654321", b"1601099888777", b"10003456789"):
        assert secret not in text
    for secret in (b"1720644555666", b"12 75 123", b"12.34.56"):
        assert secret not in text
    shown = pq.read_table(bad_path(project)).column("valeur").to_pylist()
    assert shown.count("(numéro masqué)") == 3
    assert "hier" in shown


@pytest.mark.parametrize(
    ("wrong", "column"),
    [
        ({"date": "2024-13-05"}, "date"),
        ({"quantite": "0"}, "quantite"),
        ({"quantite": "1,5"}, "quantite"),
        ({"montant": "trente"}, "montant"),
        ({"profession": "magicien"}, "profession"),
        ({"patient": ""}, "patient"),
        ({"centre": "44"}, "centre"),
        ({"c2s": "peut-être"}, "c2s"),
        ({"nature": "inconnue"}, "nature"),
    ],
)
def test_a_cell_that_does_not_parse_sets_its_act_aside(
    project: Layout, tmp_path: Path, wrong: dict[str, str], column: str
) -> None:
    good = [act(patient=f"P{rank}") for rank in range(40)]
    build = built(project, tmp_path, [*good, act(**wrong)])
    account = build.account("actes")
    assert (account.rows_in, account.kept, account.set_aside) == (41, 40, 1)
    bad = pq.read_table(project.processed / "evenements_ecartes.parquet").to_pylist()
    assert [(row["source_line"], column in row["colonne"]) for row in bad] == [(42, True)]


@pytest.mark.parametrize(
    ("finess", "department"),
    [("440000123", "44"), ("2A0000154", "2A"), ("970100123", "971"), ("970400123", "974"),
     ("980500123", "976")],
)  # fmt: skip
def test_a_finess_number_tells_its_department(
    project: Layout, tmp_path: Path, finess: str, department: str
) -> None:
    built(project, tmp_path, [act(centre=finess, departement="")])
    folder = table_path(project, contract("actes")) / "annee=2024"
    assert [path.name for path in folder.iterdir()] == [f"departement_code={department}"]


def test_an_unknown_header_is_refused(project: Layout, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("centre;patient;profession;date;acte;couleur\n", encoding="utf-8")
    list_acts(project, path)
    with pytest.raises(InputError, match="couleur"):
        build_events(project)
