"""Grids of texts, of quantiles and of minimum counts: what each moves, and how it is said."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.contracts.registry import contract
from pipeline.errors import InputError
from pipeline.indicators.card import card
from pipeline.indicators.grids import Axis, axes_of
from pipeline.indicators.sensitivity import COMPUTED_ROWS, sensitivity
from pipeline.parameters import default_parameters
from pipeline.paths import Layout
from pipeline.publication.moves import moves
from pipeline.publication.sensitivity import moving_measures, publish
from pipeline.store.parquet import conform, table_path
from tests.densites import departements, insee, rpps, rpps_line

PARAMETERS = default_parameters()
DENSITIES, BOARD, DEFICIT = map(card, ("densites_territoires", "tableau_territorial",
                                       "deficit_median"))  # fmt: skip
VARIANT, GAP = "densite_population_variante", "densite_ecart_annees_max"


def values(table: pa.Table, measure: str, **where: object) -> list[float | None]:
    """Return the values of a measure along a grid, of the one row that holds some pairs."""
    pairs = {f"{name}={value}" for name, value in where.items()}
    rows = [
        r
        for r in table.to_pylist()
        if r["mesure"] == measure and pairs <= set(r["cle"].split(" ; "))
    ]
    assert len({r["cle"] for r in rows}) == 1
    return [r["valeur"] for r in sorted(rows, key=lambda r: r["rang_parametre"])]


@pytest.fixture(scope="module")
def counted(built: Layout, tmp_path_factory: pytest.TempPathFactory) -> Layout:
    """The built project, with headcounts of two departments and populations of two variants."""
    folder = tmp_path_factory.mktemp("denses")
    place = Layout(folder)
    core = place.processed / "core"
    core.mkdir(parents=True)
    titles = ("effectif_2023", "effectif_2025")
    lines = [rpps_line("2A", 100, 110), rpps_line("44", 1000, 1100)]
    given = {
        "effectifs_rpps": rpps(folder, titles, *lines),
        "populations": pa.concat_tables(
            [departements(folder, 2023, {"44": 1_000_000}),
             insee(folder, 2024, "2A004;1;1;2")]
        ),
    }  # fmt: skip
    totals = given["populations"].slice(0, 1).to_pylist()
    totals[0] |= {"variante_code": "totale", "population_nb": 1_250_000}
    extra = pa.Table.from_pylist(totals, schema=given["populations"].schema)
    given["populations"] = pa.concat_tables([given["populations"], extra])
    for source in (built.processed / "core").iterdir():
        (core / source.name).symlink_to(source)
    for name, table in given.items():
        path = table_path(place, contract(name))
        path.unlink()
        pq.write_table(conform(table, contract(name)), path)
    return place


def test_a_text_takes_values_of_its_list_in_their_order() -> None:
    (found,) = axes_of(DENSITIES, PARAMETERS, (f"{VARIANT}=totale",))
    assert found == Axis(VARIANT, ("municipale", "totale"), "municipale")
    (found,) = axes_of(DENSITIES, PARAMETERS, (f"{VARIANT}=totale,municipale",))
    assert found.values == ("municipale", "totale")


@pytest.mark.parametrize(
    ("chosen", "asked", "said"),
    [
        (DENSITIES, f"{VARIANT}=municipale,standardisee_apl", "one of municipale, totale"),
        (DENSITIES, f"{VARIANT}=1:3:1", "one of municipale, totale"),
        (DENSITIES, f"{VARIANT}=1,2", "one of municipale, totale"),
        (DENSITIES, f"{VARIANT}=municipale' OR 1=1", "one of municipale, totale"),
        (DENSITIES, f"{GAP}=municipale", "a number, zero or more"),
        (DEFICIT, "solde_quantile=0.5,1.5", "at most 1"),
        (DEFICIT, f"{VARIANT}=totale", "one of its parameters"),
    ],
)
def test_a_value_of_another_kind_is_refused(chosen: object, asked: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        axes_of(chosen, PARAMETERS, (asked,))  # type: ignore[arg-type]


def test_the_parameters_of_the_views_are_those_of_the_card() -> None:
    moved = {axis.parameter for axis in axes_of(DENSITIES, PARAMETERS, ())}
    assert moved == {VARIANT, GAP}


def test_a_variant_moves_the_density_and_a_gap_what_is_computed(counted: Layout) -> None:
    axes = axes_of(DENSITIES, PARAMETERS, (f"{VARIANT}=totale", f"{GAP}=0,3"))
    table = sensitivity(counted, DENSITIES, PARAMETERS, axes)
    here = {"territoire_code": "44", "periode_code": 2023}
    by = {name: table.filter(pa.compute.equal(table["parametre"], name)) for name in (VARIANT, GAP)}
    assert values(by[VARIANT], "densite", **here) == [100.0, 80.0]
    assert values(by[VARIANT], "population_nb", **here) == [1_000_000, 1_250_000]
    later = here | {"periode_code": 2025}
    assert values(by[GAP], "densite", **later) == [None, pytest.approx(110)]
    level = {"territoire_niveau": "departement"}
    low, high = values(by[GAP], COMPUTED_ROWS, **level)
    assert low is not None
    assert high is not None
    assert 0 < low < high
    texts = {(r["rang_parametre"], r["texte_parametre"]) for r in by[VARIANT].to_pylist()}
    assert texts == {(0, "municipale"), (1, "totale")}
    assert by[VARIANT]["valeur_parametre"].null_count == by[VARIANT].num_rows


def test_the_figure_of_a_text_has_its_labels(
    counted: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    axes = axes_of(DENSITIES, PARAMETERS, (f"{VARIANT}=totale",))
    table = sensitivity(counted, DENSITIES, PARAMETERS, axes, {"periode_code": "2023"})
    publish(DENSITIES, PARAMETERS, table, tmp_path, None, "fr")
    said = capsys.readouterr().out
    assert "Population municipale, Population totale" in said
    assert "[densite]" in said
    drawn = (tmp_path / f"sensibilite_densites_territoires_{VARIANT}.svg").read_text()
    assert "Population totale" in drawn
    publish(DENSITIES, PARAMETERS, table, tmp_path, None, "fr")
    again = (tmp_path / f"sensibilite_densites_territoires_{VARIANT}.svg").read_text()
    assert again == drawn


def test_a_minimum_count_moves_how_many_rows_are_computed(
    built: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    axes = axes_of(BOARD, PARAMETERS, ("territoire_centres_minimum=1,5,1000",))
    table = sensitivity(built, BOARD, PARAMETERS, axes)
    counts = values(table, COMPUTED_ROWS, mesure_code="cds_r1_median_pct")
    assert counts == sorted(counts, key=lambda n: -(n or 0))
    assert counts[0]
    assert counts[-1] == 0
    publish(BOARD, PARAMETERS, table, tmp_path, None, "fr")
    said = capsys.readouterr().out
    assert f"[{COMPUTED_ROWS}]" in said
    assert (tmp_path / "sensibilite_tableau_territorial_territoire_centres_minimum.svg").exists()
    # A measure that no parameter touches says which do.
    publish(BOARD, PARAMETERS, table, tmp_path, "valeur", "fr")
    assert COMPUTED_ROWS in capsys.readouterr().out


def test_quantiles_rise_and_a_minimum_empties(built: Layout) -> None:
    asked = ("solde_quantile=0:1:0.25", "solde_centres_minimum=1,100000")
    where = {"annee": "2022", "dimension_code": "ensemble"}
    table = sensitivity(built, DEFICIT, PARAMETERS, axes_of(DEFICIT, PARAMETERS, asked), where)
    by = {
        name: table.filter(pa.compute.equal(table["parametre"], name))
        for name in ("solde_quantile", "solde_centres_minimum")
    }
    here = {"ratio_code": "resultat_exploitation"}
    found = values(by["solde_quantile"], "solde_quantile_pct", **here)
    assert len(found) == 5
    assert found == sorted(found, key=float)  # type: ignore[arg-type]
    assert found[2] == values(by["solde_quantile"], "solde_median_pct", **here)[2]
    said_empty = {(m.empty, m.points) for m in moves(by["solde_centres_minimum"])
                  if m.measure == "solde_quantile_pct"}  # fmt: skip
    assert said_empty == {(1, 2)}
    kept, emptied = values(by["solde_centres_minimum"], "solde_quantile_pct", **here)
    assert (kept, emptied) == (found[2], None)


def test_what_is_there_or_not_moves_after_what_changes(built: Layout) -> None:
    axes = axes_of(DEFICIT, PARAMETERS, ("solde_centres_minimum=1,100000",))
    found = moves(sensitivity(built, DEFICIT, PARAMETERS, axes))
    assert moving_measures(DEFICIT, found) == ["solde_quantile_pct"]
    axes = axes_of(BOARD, PARAMETERS, ())
    found = moves(sensitivity(built, BOARD, PARAMETERS, axes))
    assert moving_measures(BOARD, found) == [COMPUTED_ROWS, "valeur"]


def test_an_indicator_whose_rows_are_all_refused_says_where_to_look(
    built: Layout, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = sensitivity(built, DENSITIES, PARAMETERS, axes_of(DENSITIES, PARAMETERS, ()))
    publish(DENSITIES, PARAMETERS, table, tmp_path, None, "fr")
    assert "snp indicator densites_territoires" in capsys.readouterr().out
    assert [path.suffix for path in tmp_path.iterdir()] == [".csv"]
