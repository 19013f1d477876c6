"""The `snp` command as a user types it: what it prints, what it writes, its exit codes."""

from __future__ import annotations

import csv
import io
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.indicators.card import cards
from pipeline.paths import Layout
from pipeline.publication.figures.model import specs
from pipeline.sources.registry import core_tables, event_tables
from pipeline.store.parquet import built_path
from tests.outputs import copy_outputs, hashes

LONGEST_PARAGRAPH = 1200


def snp(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments), catch_exceptions=False)


@pytest.fixture
def here(published: Layout, monkeypatch: pytest.MonkeyPatch) -> Iterator[Layout]:
    """The published project as the current one; no command of these tests may change it."""
    monkeypatch.setenv("SNP_ROOT", str(published.root))
    before = hashes(published)
    yield published
    assert hashes(published) == before


def one_paragraph(result: Result) -> str:
    """Return an error message after checking that it is short, and no traceback."""
    text = result.stderr.strip()
    assert text.startswith("Error: ")
    assert "Traceback" not in text
    assert "\n\n" not in text
    assert len(text) < LONGEST_PARAGRAPH
    assert result.stdout == ""
    return text


def test_help_teaches() -> None:
    result = snp("--help")
    assert result.exit_code == 0
    assert "A first tour" in result.stdout
    for name, command in main.commands.items():
        assert name in result.stdout
        assert command.help, name
        shown = snp(name, "--help")
        assert shown.exit_code == 0
        assert command.help.split("\n")[0].split(".")[0] in " ".join(shown.stdout.split())
    assert snp("-h").stdout == result.stdout


def test_the_tour_of_the_help_works(here: Layout) -> None:
    """Every command the help shows, but for those that run or add."""
    lines = [line.strip() for line in (main.help or "").splitlines()]
    commands = [re.split(r"\s{2,}", line)[0] for line in lines if line.startswith("snp ")]
    shown = [shlex.split(command)[1:] for command in commands]
    tour = [words for words in shown if words[0] not in ("run", "add")]
    assert {words[0] for words in tour} == {"indicator", "trace", "query"}
    for words in tour:
        result = snp(*words)
        assert result.exit_code == 0, words
        assert result.stdout


def test_version() -> None:
    assert snp("--version").stdout.startswith("snp, version ")


def test_query_prints_rows_and_their_number(here: Layout) -> None:
    result = snp(
        "query", "SELECT cpts_nom, population_nb FROM cpts WHERE cpts_id = '44-erdre-et-cens'"
    )
    assert result.exit_code == 0
    assert "CPTS Erdre & Cens" in result.stdout
    assert "56715" in result.stdout
    assert "1 rows" in result.stdout


def test_query_prints_csv(here: Layout) -> None:
    sql = "SELECT departement_code, annee, part_cpts_pct FROM couverture_snp_departement"
    result = snp("query", "--csv", f"{sql} WHERE annee = 2025 ORDER BY departement_code")
    found = list(csv.reader(io.StringIO(result.stdout)))
    assert found[0] == ["departement_code", "annee", "part_cpts_pct"]
    assert ["44", "2025", "87.5"] in found
    assert ["53", "2025", ""] in found


def test_every_table_can_be_queried(here: Layout) -> None:
    for name in (*core_tables(), *event_tables(), *cards()):
        assert snp("query", f"SELECT count(*) FROM {name}").exit_code == 0, name


@pytest.mark.parametrize(
    "sql",
    [
        "SELEC 1",
        "SELECT * FROM nulle_part",
        "SELECT colonne_absente FROM cpts",
        "CREATE TABLE essai (a INT)",
        "DROP VIEW cpts",
        "",
    ],
)
def test_a_wrong_query_is_refused_in_one_paragraph(here: Layout, sql: str) -> None:
    result = snp("query", sql)
    assert result.exit_code == 2
    assert "query: expected" in one_paragraph(result)


def test_a_query_writes_no_file(
    published: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SNP_ROOT", str(published.root))
    target = tmp_path / "copie.parquet"
    result = snp("query", f"COPY (SELECT 1 AS a) TO '{target}'")
    assert not target.exists()
    assert result.exit_code == 2


def test_indicators_are_listed(here: Layout) -> None:
    for lang in ("fr", "en"):
        result = snp("indicator", "--lang", lang)
        assert result.exit_code == 0
        lines = result.stdout.strip().splitlines()
        assert [line.split()[0] for line in lines] == list(cards())
        for line, card in zip(lines, cards().values(), strict=True):
            assert line.endswith(card.title.fr if lang == "fr" else card.title.en)


def test_an_indicator_shows_definition_caveats_rows_and_n(here: Layout) -> None:
    result = snp("indicator", "taux_remplissage_publies")
    card = cards()["taux_remplissage_publies"]
    assert card.title.fr in result.stdout
    assert card.definition.fr in result.stdout
    for caveat in card.caveats:
        assert caveat.fr in result.stdout
    assert "3\u202f076" in result.stdout
    assert "91,0" in result.stdout
    assert "Dérivé" in result.stdout
    english = snp("indicator", "taux_remplissage_publies", "--lang", "en").stdout
    assert card.definition.en in english
    assert "3,076" in english


def test_an_indicator_prints_csv(here: Layout) -> None:
    for name in cards():
        printed = snp("indicator", name, "--csv").stdout
        assert printed == (here.reports / "tables" / f"{name}.csv").read_text(encoding="utf-8")


def test_a_figure_goes_to_a_folder(here: Layout, tmp_path: Path) -> None:
    folder = tmp_path / "figures" / "neuf"
    result = snp("figure", "canaux_entree", "-o", str(folder))
    assert result.exit_code == 0
    names = {path.name for path in folder.iterdir()}
    assert names == {"canaux_entree.svg", "canaux_entree.png", "canaux_entree.csv"}
    for name in names:
        drawn = (here.reports / "figures" / name).read_bytes()
        assert (folder / name).read_bytes() == drawn
        assert str(folder / name) in result.stdout
    assert list(specs()) == [line.split()[0] for line in snp("figure").stdout.splitlines()]


@pytest.mark.parametrize(
    ("arguments", "file", "row", "document"),
    [
        (
            ("taux_remplissage_publies", "creneaux_id=44-erdre-et-cens-1-2"),
            "creneaux_publies.csv",
            "44-erdre-et-cens-1-2,",
            "l. 338",
        ),
        (
            ("couverture_snp_departement", "departement_code=44", "annee=2025"),
            "cpts_departements.csv",
            "44,2025,",
            "l. 80",
        ),
    ],
)
def test_trace_prints_file_and_line(
    here: Layout, arguments: tuple[str, ...], file: str, row: str, document: str
) -> None:
    result = snp("trace", *arguments)
    assert result.exit_code == 0
    found = re.findall(rf"<-\s+(\S*{re.escape(file)}):(\d+)\s", result.stdout)
    ((path, line),) = found
    lines = (here.root / path).read_text(encoding="utf-8").splitlines()
    assert lines[int(line) - 1].startswith(row)
    assert document in result.stdout


def test_trace_tells_events_by_file_and_not_one_by_one(here: Layout) -> None:
    """A rate of eleven thousand slots is one line of trace: the file, its rows, its bounds."""
    whole = ("niveau_code=cpts", "dimension_code=ensemble", "territoire_code=44-erdre-et-cens")
    result = snp("trace", "remplissage_rendez_vous", *whole)
    assert result.exit_code == 0
    told = [line for line in result.stdout.splitlines() if "<-" in line]
    assert len(told) == 1
    rows = pq.read_table(built_path(here, cards()["remplissage_rendez_vous"])).to_pylist()
    wanted = dict(pair.split("=") for pair in whole)
    (row,) = [r for r in rows if wanted.items() <= r.items()]
    counted = re.search(r"creneaux \(\D*([\d\u202f]+)\)\s+<-\s+\S+\.csv\.gz:\d+-\d+", told[0])
    assert counted
    assert int(counted[1].replace("\u202f", "")) == row["offerts_nb"] > 500


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("indicator", "couverture_snp"), 2, "nearest: couverture_snp_"),
        (("indicator", "zzz"), 2, "`snp indicator` lists the "),
        (("figure", "absente"), 2, "canaux_entree"),
        (("trace", "taux_remplissage_publies"), 2, "creneaux_id="),
        (("trace", "taux_remplissage_publies", "sans_egal"), 2, "column=value"),
        (("trace", "taux_remplissage_publies", "colonne=1"), 2, "creneaux_id"),
        (("trace", "taux_remplissage_publies", "creneaux_id=rien"), 2, "0 rows"),
        (("template", "absente"), 2, "cpts"),
        (("check", "absent.csv", "--as", "cpts"), 2, "absent.csv"),
        (("add", "absent.csv", "--as", "cpts"), 2, "absent.csv"),
    ],
)
def test_errors_say_what_to_do(
    here: Layout, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = snp(*arguments)
    assert result.exit_code == code
    assert said in one_paragraph(result)


@pytest.mark.parametrize(
    "arguments",
    [
        ("query", "SELECT 1"),
        ("indicator", "taux_remplissage_publies"),
        ("figure", "canaux_entree"),
        ("trace", "taux_remplissage_publies", "creneaux_id=44-erdre-et-cens-1-2"),
    ],
)
def test_before_any_run_the_error_says_to_run(project: Layout, arguments: tuple[str, ...]) -> None:
    result = snp(*arguments)
    assert result.exit_code == 5
    assert "run `snp run` first" in one_paragraph(result)


def test_doctor_finds_nothing_wrong(here: Layout) -> None:
    result = snp("doctor")
    assert "!!" not in result.stdout
    assert result.exit_code == 0
    assert "core tables are those that were checked" in result.stdout


def test_doctor_names_each_fault(
    published: Layout, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = copy_outputs(published, tmp_path)
    monkeypatch.setenv("SNP_ROOT", str(place.root))
    with (place.raw / "densites" / "densites.csv").open("ab") as handle:
        handle.write(b"\n")
    (place.raw / "protocoles" / "protocoles.csv").unlink()
    (place.raw / "cpts" / "oubli.csv").write_text("a\n", encoding="utf-8")
    shutil.copyfile(
        place.processed / "core/cpts.parquet", place.processed / "core/densites.parquet"
    )
    result = snp("doctor")
    assert result.exit_code == 6
    for said in (
        "!!  data/raw/densites/densites.csv",
        "snp add data/raw/densites/densites.csv --as densites",
        "!!  data/raw/protocoles/protocoles.csv",
        "!!  data/raw/cpts/oubli.csv is not in the manifest",
        "Changed since: densites",
        "!!  report reports/index.html",
    ):
        assert said in result.stdout
