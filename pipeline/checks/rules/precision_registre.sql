SELECT figure_id AS cle, source_file, source_line, 'decimals' AS colonne,
    CAST(decimals AS VARCHAR) || ' décimales' AS attendu, CAST(value AS VARCHAR) AS trouve,
    value = CASE decimals WHEN 0 THEN round(value, 0) WHEN 1 THEN round(value, 1)
        WHEN 2 THEN round(value, 2) WHEN 3 THEN round(value, 3) ELSE value END AS ok
FROM published_figures
WHERE value IS NOT NULL AND decimals IS NOT NULL
ORDER BY cle
