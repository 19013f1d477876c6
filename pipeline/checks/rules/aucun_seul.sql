SELECT a.cpts_id AS cle, a.source_file, a.source_line, 'type_code' AS colonne,
    'aucun autre dispositif' AS attendu,
    CAST(count(b.dispositif_id) AS VARCHAR) || ' autres décrits' AS trouve,
    count(b.dispositif_id) = 0 AS ok
FROM dispositifs a
LEFT JOIN dispositifs b ON b.cpts_id = a.cpts_id AND b.type_code <> 'aucun'
WHERE a.type_code = 'aucun'
GROUP BY a.cpts_id, a.source_file, a.source_line
ORDER BY cle
