"""Printed values beside recomputed ones: matched by the registry, never invented."""

from __future__ import annotations

import pyarrow as pa

from pipeline.indicators.card import card
from pipeline.publication.figures.printed import with_printed

ASSOCIATIONS = {
    "annee": 2022,
    "population_code": "champ_r1",
    "dimension_code": "gestionnaire",
    "modalite_code": "association",
}


def recomputed() -> pa.Table:
    rows = [
        {**ASSOCIATIONS, "cds_nb": 190, "mediane_pct": -6.0},
        {**ASSOCIATIONS, "annee": 2021, "cds_nb": 180, "mediane_pct": -4.0},
    ]
    return pa.Table.from_pylist(rows)


def printed() -> pa.Table:
    columns = {published.column for published in card("igas_tableau_6").published}
    empty = dict.fromkeys(columns)
    rows = [
        {**empty, "ligne_rang": 1, "cds_nb": 192, "mediane_pct": -5.1, "decile_1_pct": -56.3},
        {**empty, "ligne_rang": 2, "mediane_pct": -7.6},
    ]
    return pa.Table.from_pylist(rows)


def test_the_printed_value_of_the_same_cell_stands_beside() -> None:
    table = with_printed(
        recomputed(), card("resultat_exploitation"), card("igas_tableau_6"), printed()
    )
    first, other_year = table.to_pylist()
    assert (first["mediane_pct"], first["mediane_pct_imprime"]) == (-6.0, -5.1)
    assert (first["cds_nb"], first["cds_nb_imprime"]) == (190, 192.0)
    assert first["decile_1_pct_imprime"] == -56.3
    # printed for 2022 only; a cell printed empty gives no column at all
    assert other_year["mediane_pct_imprime"] is None
    assert "max_pct_imprime" not in table.column_names


def test_another_transcription_has_nothing_to_say() -> None:
    table = recomputed()
    same = with_printed(table, card("resultat_exploitation"), card("igas_tableau_6"), printed()[:0])
    assert same.equals(table)
