WITH nommees AS (
    -- the first word of the source named: e-CDS, INSEE, CNAM...
    SELECT f.*, regexp_extract(source_named, '^[^ ,(]+', 0) AS racine
    FROM published_figures f
    WHERE value IS NOT NULL AND source_named IS NOT NULL
), groupes AS (
    SELECT min(figure_id) AS figure_id, min(racine) AS premiere, max(racine) AS derniere
    FROM nommees
    GROUP BY document_id, statistic, unit, period, value, lower(quantity),
        lower(COALESCE(population, ''))
    HAVING count(*) > 1
)
SELECT g.figure_id AS cle, f.source_file, f.source_line, 'source_named' AS colonne,
    'une seule source pour « ' || f.quantity || ' »' AS attendu,
    g.premiere || ' et ' || g.derniere AS trouve, g.premiere = g.derniere AS ok
FROM groupes g
JOIN published_figures f ON f.figure_id = g.figure_id
ORDER BY cle
