"""The partitions to build: found from what changed, made from every input that fills them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import duckdb

from pipeline.contracts.registry import contract
from pipeline.contracts.schema import sql_literal
from pipeline.events.ledger import Ledger
from pipeline.events.lists import create_types, typed
from pipeline.events.reading import Read
from pipeline.sources.desk import FILE, LINE, staged_columns
from pipeline.sources.registry import event_tables

HERE = Path(__file__).resolve().parent
SLOTS, APPOINTMENTS = "creneaux", "rendez_vous"
REPEATED = "each {0} once; it comes again with other values"
FILES = "liste_fichiers"
WITHOUT_SLOT = "a slot of the same provider, start and end, or the one it names"
# A file may hold this many lines before the ranks of two files would mix.
LINES_PER_FILE = 1 << 40


def split_name(contract_split: Sequence[str]) -> str:
    """Return the SQL of the name of a row's partition."""
    parts = [f"'{'/' if rank else ''}{column}=' || {column}" for rank, column in
             enumerate(contract_split)]  # fmt: skip
    return " || ".join(parts)


class Work:
    """The rows of every input in one database, and the partitions made of them."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        reads: Sequence[Read],
        before: Ledger,
        lost: Mapping[str, set[str]],
    ) -> None:
        self.connection, self.reads, self.before = connection, list(reads), before
        self.lost = lost
        self.kept = {read.name: read.key for read in reads}
        run = connection.execute
        run(
            "CREATE TABLE ecartes (table_cible VARCHAR, source_file VARCHAR, source_line BIGINT, "
            "colonne VARCHAR, valeur VARCHAR, motif VARCHAR, partition VARCHAR)"
        )
        run("CREATE TABLE fusions (table_cible VARCHAR, partition VARCHAR, nb BIGINT)")
        run("CREATE TABLE a_faire (table_cible VARCHAR, partition VARCHAR)")
        names = ", ".join(map(sql_literal, sorted({"", *self.kept})))
        run(f"CREATE TYPE {FILES} AS ENUM ({names})")
        create_types(connection, {table: self.rows_read(table) for table in event_tables()})

    def changed(self, table: str) -> set[str]:
        """Return the partitions of a table an input added, changed or removed touches, or lost."""
        old, gone = self.before.inputs, set()
        for name, found in old.items():
            if self.kept.get(name) != found.key:
                gone.add(name)
        touched = {
            partition
            for partition, held in self.before.tables[table].partitions.items()
            if gone & set(held.inputs)
        } if table in self.before.tables else set()  # fmt: skip
        for read in self.reads:
            if read.name not in old or old[read.name].key != read.key:
                touched |= set(read.partitions.get(table, ()))
        return touched | self.lost.get(table, set())

    def all_rows(self, table: str) -> str:
        """Return the SQL of every row read for a table, codes under the types of their lists."""
        columns = ", ".join(typed(table, name) for name in staged_columns(table))
        file = f"CAST({FILE} AS {FILES}) AS {FILE}"
        return f"SELECT {columns}, {file}, fichier_rang, rang FROM ({self.rows_read(table)})"

    def rows_read(self, table: str) -> str:
        """Return the SQL of every row read for a table, whatever its file."""
        columns = ", ".join(staged_columns(table))
        parts = [
            f"SELECT {columns}, {sql_literal(read.name)} AS source_file, {rank} AS fichier_rang, "
            f"{rank * LINES_PER_FILE} + source_line AS rang "
            f"FROM ({read.rows(table)})"
            for rank, read in enumerate(self.reads)
            if table in read.rows_in
        ]
        none = ", ".join(f"CAST(NULL AS {k}) AS {n}" for n, k in staged_columns(table).items())
        parts.append(
            f"SELECT {none}, '' AS source_file, 0 AS fichier_rang, CAST(0 AS BIGINT) AS rang "
            "WHERE false"
        )
        return " UNION ALL ".join(parts)

    def list_partitions(self, table: str, partitions: Iterable[str]) -> None:
        """Say which partitions of a table are to be built."""
        if names := ", ".join(sql_literal(name) for name in sorted(partitions)):
            self.connection.execute(
                f"INSERT INTO a_faire SELECT {sql_literal(table)}, unnest([{names}])"
            )

    def fill(self, table: str, target: str, to_do: set[str]) -> None:
        """Bring the rows of the partitions to build together, as a view on what was read."""
        split = contract(table).partition
        held = {name for read in self.reads for name in read.partitions.get(table, ())}
        chosen = " AND ".join(f"{column} IS NOT NULL" for column in split)
        if held - to_do:
            chosen = (
                f"{split_name(split)} IN "
                f"(SELECT partition FROM a_faire WHERE table_cible = '{table}')"
            )
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {target} AS "
            f"SELECT * FROM ({self.all_rows(table)}) WHERE {chosen}"
        )

    def build_single(self, table: str) -> None:
        """Build the rows of a table that stands alone: `sortie_<table>`."""
        known = contract(table)
        key = [name for name in known.key if name not in known.partition]
        to_do = self.changed(table)
        self.list_partitions(table, to_do)
        self.fill(table, f"entree_{table}", to_do)
        text = (HERE / "single.sql").read_text(encoding="utf-8")
        self.connection.execute(
            text.format(
                table=table,
                columns=", ".join(n for n in known.names if n not in (FILE, LINE)),
                key=", ".join([*known.partition, *key]),
                order=", ".join([*known.partition, *known.order]),
                split_name=split_name(known.partition),
                reason=REPEATED.format(" + ".join(key)),
            )
        )
        if known.summed:
            # A row that sums up lines of its file accounts for all of them.
            self.connection.execute(
                f"INSERT INTO fusions SELECT '{table}', {split_name(known.partition)}, "
                f"sum({known.summed} - 1) FROM entree_{table} GROUP BY ALL"
            )

    def link(self) -> dict[str, str]:
        """Give each appointment its slot; returns a hash of the links of each partition.

        Another version of the engine may hash otherwise: it reads every file again, too.
        """
        run = self.connection.execute
        for table in (SLOTS, APPOINTMENTS):
            run(f"CREATE OR REPLACE VIEW tous_{table} AS {self.all_rows(table)}")
        run((HERE / "links.sql").read_text(encoding="utf-8"))
        name = split_name(contract(SLOTS).partition)
        marks = run(
            f"SELECT {name} AS partition, count(*) || ':' || "
            "bit_xor(hash(source_file, source_line, creneau_id)) "
            "FROM liens WHERE creneau_id IS NOT NULL GROUP BY 1 ORDER BY 1"
        ).fetchall()
        run(
            f"INSERT INTO ecartes SELECT '{APPOINTMENTS}', source_file, source_line, 'creneau_id', "
            f"'', {sql_literal(WITHOUT_SLOT)}, '' FROM liens WHERE creneau_id IS NULL "
            "ORDER BY source_file, source_line"
        )
        return {str(partition): str(mark) for partition, mark in marks}

    def build_slots(self) -> dict[str, str]:
        """Build slots and appointments together; returns the hash of the links by partition."""
        links = self.link()
        touched = self.changed(SLOTS) | self.changed(APPOINTMENTS)
        held = self.before.tables.get(SLOTS)
        known = {name: p.links for name, p in held.partitions.items()} if held else {}
        touched |= {n for n in {*links, *known} if links.get(n, "") != known.get(n, "")}
        for table in (SLOTS, APPOINTMENTS):
            self.list_partitions(table, touched)
        self.fill(SLOTS, f"entree_{SLOTS}", touched)
        name = split_name(contract(SLOTS).partition)
        columns = ", ".join(
            c for c in staged_columns(APPOINTMENTS)
            if c not in ("creneau_id", "annee", "departement_code")
        )  # fmt: skip
        self.connection.execute(
            f"CREATE OR REPLACE TABLE entree_{APPOINTMENTS} AS SELECT * FROM ("
            f"SELECT {columns}, source_file, rang, coalesce(t.creneau_id, l.creneau_id) "
            "AS creneau_id, CASE WHEN t.creneau_id IS NULL THEN l.annee ELSE t.annee END AS annee, "
            "CASE WHEN t.creneau_id IS NULL THEN l.departement_code ELSE t.departement_code END "
            f"AS departement_code FROM tous_{APPOINTMENTS} t LEFT JOIN "
            "(SELECT fichier_rang, source_line, creneau_id, annee, departement_code FROM liens) l "
            "USING (fichier_rang, source_line)) WHERE creneau_id IS NOT NULL AND "
            f"{name} IN (SELECT partition FROM a_faire WHERE table_cible = '{SLOTS}')"
        )
        orders = {t: ", ".join(contract(t).order) for t in (SLOTS, APPOINTMENTS)}
        self.connection.execute((HERE / "slots.sql").read_text(encoding="utf-8").format(**orders))
        return links
