WITH
-- include: intervalles
, ranges AS (
    -- the quantity without the name of its statistic
    SELECT f.figure_id, f.source_file, f.source_line, f.statistic, f.value, i.bas_possible,
        i.haut_possible, f.document_id, f.topic, f.unit, f.period,
        lower(COALESCE(f.population, '')) AS champ,
        replace(replace(replace(replace(replace(replace(replace(replace(lower(f.quantity),
            ', minimum', ''), ', maximum', ''), ', 1er décile', ''), ', 9e décile', ''),
            ', 1er quartile', ''), ', 3e quartile', ''), ', médiane', ''), ', moyenne', '')
            AS grandeur,
        CASE f.statistic WHEN 'min' THEN 0 WHEN 'd1' THEN 1 WHEN 'q1' THEN 2 WHEN 'median' THEN 3
            WHEN 'q3' THEN 4 WHEN 'd9' THEN 5 ELSE 6 END AS rang
    FROM published_figures f
    JOIN intervalles i ON i.figure_id = f.figure_id
    WHERE f.statistic IN ('min', 'd1', 'q1', 'median', 'q3', 'd9', 'max') AND f.value IS NOT NULL
),
suites AS (
    SELECT r.*,
        max(bas_possible) OVER (PARTITION BY document_id, topic, unit, period, champ, grandeur
            ORDER BY rang RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS plancher
    FROM ranges r
)
SELECT figure_id AS cle, source_file, source_line, 'value' AS colonne,
    'au moins ' || CAST(CAST(plancher AS DECIMAL(18, 2)) AS VARCHAR)
        || ', atteint par un quantile plus bas' AS attendu,
    CAST(CAST(value AS DECIMAL(18, 2)) AS VARCHAR) || ' (' || statistic || ')' AS trouve,
    haut_possible >= plancher AS ok
FROM suites
WHERE plancher IS NOT NULL
ORDER BY cle
