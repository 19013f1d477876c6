"""From a printed figure to the cells that recompute it: the `published:` lists of the cards."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.errors import ContractError
from pipeline.indicators.card import Card, PublishedValue

Row = dict[str, Any]


@dataclass(frozen=True)
class Recomputed:
    """A cell of a computing indicator that stands for a printed figure.

    `rank` orders the cells that stand for one figure: microdata first, then those that state N.
    """

    card: Card
    quoted: PublishedValue
    value: float | None
    n: int | None
    origin: str

    @property
    def rank(self) -> tuple[bool, bool, bool, str, str]:
        """Best documented first; never by agreement with the printed value."""
        return (
            not self.card.from_microdata,
            self.value is None,
            self.n is None,
            self.card.table,
            self.quoted.column,
        )

    @property
    def key(self) -> str:
        """The row of the indicator, as `column=value` pairs."""
        return " ".join(f"{name}={value}" for name, value in self.quoted.where.items())


def n_column(card: Card, quoted: PublishedValue) -> str | None:
    """Return the column that holds the N of a quoted value.

    The one the quotation names; else the one its headlines share; else the first other column
    whose French label says N.
    """
    if quoted.n_column:
        return quoted.n_column
    shared = {headline.n_column for headline in card.headlines}
    if len(shared) == 1 and (named := shared.pop()):
        return named
    said = (c.name for c in card.columns if c.label.fr.split()[0] == "N")
    return next((name for name in said if name != quoted.column), None)


def named_rows(table: pa.Table, names: tuple[str, ...]) -> dict[tuple[Any, ...], list[Row]]:
    """Return the rows of an indicator by the values of some columns."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in table.to_pylist():
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def cells(card: Card, table: pa.Table) -> Iterable[tuple[PublishedValue, Row | None]]:
    """Yield each quotation of a card that is no transcription, with the row it names.

    A user's own data may lack what a row is about, a status or a year: the row is None.

    Raises:
        ContractError: a quotation names several rows.
    """
    indexes: dict[tuple[str, ...], dict[tuple[Any, ...], list[Row]]] = {}
    for quoted in card.published:
        if quoted.nature == "transcription":
            continue
        names = tuple(quoted.where)
        if names not in indexes:
            indexes[names] = named_rows(table, names)
        rows = indexes[names].get(tuple(quoted.where.values()), [])
        if len(rows) > 1:
            raise ContractError(
                f"{card.table}: the figure {quoted.figure_id} names {len(rows)} rows "
                f"with {dict(quoted.where)}"
            )
        yield quoted, rows[0] if rows else None


def number(value: object) -> float | None:
    """Return a cell as a number; booleans and texts are none."""
    if value is None or isinstance(value, bool | str):
        return None
    return float(value)  # type: ignore[arg-type]


def read_cell(card: Card, quoted: PublishedValue, row: Row) -> Recomputed:
    """Return what a row holds of a quoted value: nothing when the row is empty."""
    column = n_column(card, quoted)
    total = number(row.get(column)) if column else None
    return Recomputed(
        card=card,
        quoted=quoted,
        value=number(row.get(quoted.column)),
        n=None if total is None else int(total),
        origin=str(row.get("origin", "")),
    )


def recomputed(
    known: Mapping[str, Card], indicators: Mapping[str, pa.Table]
) -> dict[str, list[Recomputed]]:
    """Return, for each figure that computing indicators quote, their cells, the best first.

    Args:
        known: the cards by id.
        indicators: the computed tables by id; a card without its table is left out.
    """
    found: dict[str, list[Recomputed]] = {}
    for name, card in known.items():
        if card.nature != "calcul" or name not in indicators:
            continue
        for quoted, row in cells(card, indicators[name]):
            cell = read_cell(card, quoted, row or {})
            found.setdefault(quoted.figure_id, []).append(cell)
    return {figure: sorted(each, key=lambda cell: cell.rank) for figure, each in found.items()}
