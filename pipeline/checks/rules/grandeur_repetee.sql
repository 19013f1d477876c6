WITH
-- include: intervalles
, groupes AS (
    SELECT
        min(f.figure_id) AS figure_id,
        max(i.bas_possible) AS bas,
        min(i.haut_possible) AS haut,
        count(*) AS n,
        -- an exact count is a point: it may touch the bound of another interval
        max(CASE WHEN i.bas_possible = i.haut_possible THEN 1 ELSE 0 END) AS compte
    FROM published_figures f
    JOIN intervalles i ON i.figure_id = f.figure_id
    WHERE f.statistic NOT IN ('age', 'threshold', 'definition', 'category', 'rank', 'example')
    GROUP BY f.document_id, f.topic, f.statistic, f.unit, f.period, lower(f.quantity),
        lower(COALESCE(f.population, ''))
    HAVING count(*) > 1
)
SELECT g.figure_id AS cle, f.source_file, f.source_line, 'value' AS colonne,
    'un nombre commun aux ' || CAST(g.n AS VARCHAR) || ' mentions de « ' || f.quantity || ' »'
        AS attendu,
    'au moins ' || CAST(CAST(g.bas AS DECIMAL(18, 2)) AS VARCHAR) || ' et au plus '
        || CAST(CAST(g.haut AS DECIMAL(18, 2)) AS VARCHAR) AS trouve,
    g.bas < g.haut OR (g.bas = g.haut AND g.compte = 1) AS ok
FROM groupes g
JOIN published_figures f ON f.figure_id = g.figure_id
ORDER BY cle
