"""The cells of a block of a flat feed, and what is worked out of them once for each text met.

A feed repeats a few providers, places, instants and codes on millions of lines: an identifier is
hashed, an instant read, a code judged once by desk for each combination, and joined back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.contracts.schema import sql_literal
from pipeline.sources.desk import LINE, Desk
from pipeline.sources.fields import Field
from pipeline.sources.flat_layout import FlatLayout

# Beyond this many texts, what was worked out of earlier blocks is let go.
KEPT_TEXTS = 100_000


@dataclass(frozen=True)
class Once:
    """Cells that make values together, and the SQL of each value over these cells alone."""

    name: str
    cells: tuple[str, ...]
    made: Mapping[str, str]


@dataclass(frozen=True)
class Cells:
    """A block of a flat feed: the SQL of its texts as found, those present, and its layout."""

    rows: str
    present: frozenset[str]
    layout: FlatLayout

    def all(self) -> str:
        """Return the SQL of rows with every cell of the layout, null where the file has none."""
        return self.read(self.rows, self.layout.headers, (LINE,))

    def read(self, rows: str, names: Iterable[str], kept: Iterable[str]) -> str:
        """Return the SQL of some cells read: trimmed, translated, fixed where there is nothing.

        Args:
            rows: the SQL of the texts as found.
            names: the cells to read.
            kept: other columns of the rows, that go along.
        """
        layout, others = self.layout, list(kept)
        there = [name for name in names if name in self.present]
        cells = [f"{layout.cell(name)} AS {name}" for name in there]
        for name in names:
            if name not in self.present:
                fixed = sql_literal(layout.fixed[name]) if name in layout.fixed else "NULL"
                cells.append(f"CAST({fixed} AS VARCHAR) AS {name}")
        trimmed = ", ".join([*others, *(f"{bare(name)} AS {name}" for name in there)])
        return f"SELECT {', '.join([*others, *cells])} FROM (SELECT {trimmed or 1} FROM ({rows}))"

    def settle(self, desk: Desk, groups: Sequence[Once]) -> str:
        """Work values out once for each combination of cells of this block.

        Returns:
            The SQL of rows that have every cell of the layout, and what was made of them.
        """
        joins, columns = [], []
        for group in groups:
            on = self.work_out(desk, group)
            joins.append(f"LEFT JOIN {group.name} ON {on}")
            columns += [f"{group.name}.{name}" for name in (*group.cells, *group.made)]
        grouped = {name for group in groups for name in group.cells}
        alone = [name for name in self.layout.headers if name not in grouped]
        there = [f"r.{name}" for name in alone if name in self.present]
        rows = f"SELECT r.{LINE}, {', '.join([*there, *columns])} FROM ({self.rows}) r "
        kept = [LINE, *(name.partition(".")[2] for name in columns)]
        return self.read(rows + " ".join(joins), alone, kept)

    def work_out(self, desk: Desk, group: Once) -> str:
        """Add to the table of a group what this block is the first to hold.

        Returns:
            The SQL of what joins it to the rows.
        """
        keys = [name for name in group.cells if name in self.present]
        same = [f"r.{name} IS NOT DISTINCT FROM {group.name}.cle_{name}" for name in keys]
        on = " AND ".join(same) or "true"
        names = ", ".join(keys) or "1 AS rien"
        texts = f"SELECT DISTINCT {names} FROM ({self.rows})"
        known = desk.kept.get(group.name, 0)
        grows = 0 < known < KEPT_TEXTS
        if grows:
            texts = f"SELECT * FROM ({texts}) r ANTI JOIN {group.name} ON {on}"
        both = "".join(f", {name} AS cle_{name}" for name in keys)
        cells = self.read(
            f"SELECT *{both} FROM ({texts})", group.cells, [f"cle_{name}" for name in keys]
        )
        made = "".join(f", {value} AS {name}" for name, value in group.made.items())
        verb = "INSERT INTO {0}" if grows else "CREATE OR REPLACE TEMP TABLE {0} AS"
        desk.connection.execute(f"{verb.format(group.name)} SELECT *{made} FROM ({cells})")
        desk.kept[group.name] = desk.count(group.name)
        return on


def bare(cell: str) -> str:
    """Return the SQL of a cell without the spaces around it, null when nothing is left.

    Most cells have none, and are seen to have none at a third of the cost: in ASCII, the space is
    the only character that `trim` takes off.
    """
    plain = (
        f"strlen({cell}) = length({cell}) AND NOT starts_with({cell}, ' ') "
        f"AND NOT ends_with({cell}, ' ')"
    )
    return f"nullif(CASE WHEN {plain} THEN {cell} ELSE trim({cell}) END, '')"


def judged(fields: Sequence[Field]) -> tuple[dict[str, str], list[Field]]:
    """Return the values of fields, to be made once, and the fields that take them as made."""
    made = {f"fait_{f.column}": f.value for f in fields}
    return made, [replace(f, value=f"fait_{f.column}") for f in fields]
