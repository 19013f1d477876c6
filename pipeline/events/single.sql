-- Rows of a table that stands alone, for the partitions to build. A row met several times with the
-- same values is one row; with other values, none of them can be trusted. Rows are sorted once, for
-- all the partitions that are written from them.
CREATE OR REPLACE TABLE repetees AS
WITH plusieurs AS (
    SELECT {key}
    FROM entree_{table}
    GROUP BY {key}
    HAVING count(*) > 1
)
SELECT {key}, count(DISTINCT row({columns})) AS versions_nb, count(*) AS lignes_nb
FROM entree_{table} SEMI JOIN plusieurs USING ({key})
GROUP BY {key};

CREATE OR REPLACE TABLE sortie_{table} AS
SELECT {columns}, source_file, source_line
FROM (
    SELECT e.*
    FROM entree_{table} e ANTI JOIN repetees USING ({key})
    UNION ALL
    SELECT e.*
    FROM entree_{table} e JOIN (SELECT {key} FROM repetees WHERE versions_nb = 1) USING ({key})
    QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY fichier_rang, source_line) = 1
)
ORDER BY {order};

INSERT INTO ecartes
SELECT '{table}', e.source_file, e.source_line, '{key}', '', '{reason}', {split_name}
FROM entree_{table} e JOIN (SELECT {key} FROM repetees WHERE versions_nb > 1) USING ({key});

INSERT INTO fusions
SELECT '{table}', {split_name}, sum(lignes_nb - 1)
FROM repetees WHERE versions_nb = 1
GROUP BY ALL;
