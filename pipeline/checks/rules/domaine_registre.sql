WITH domaines AS (
    -- a share lies within 0 and 100; a count, an amount, an age, a ratio of counts is not negative
    SELECT f.*,
        CASE
            WHEN statistic = 'share' AND substring(unit, 1, 1) = '%' THEN 100
        END AS plafond
    FROM published_figures f
    WHERE value IS NOT NULL
        AND (statistic IN ('count', 'share', 'age', 'density', 'distance', 'duration', 'threshold')
            OR (statistic <> 'growth' AND unit <> '%' AND unit LIKE '%/%'))
)
SELECT figure_id AS cle, source_file, source_line, 'value' AS colonne,
    'au moins 0' || CASE WHEN plafond IS NULL THEN '' ELSE ' et au plus 100' END AS attendu,
    CAST(value AS VARCHAR) || ' ' || unit AS trouve,
    value >= 0 AND value <= COALESCE(plafond, value) AS ok
FROM domaines
ORDER BY cle
