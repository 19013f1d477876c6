-- One case by extract, file and legal status.
SELECT CAST(j.date_extraction AS VARCHAR) || '/' || j.statut_juridique_code || '/' || j.source_file
        AS cle,
    j.source_file, min(j.source_line) AS source_line, 'statut_juridique_code' AS colonne,
    'un statut de finess_statuts' AS attendu,
    j.statut_juridique_code || ', ' || CAST(count(*) AS VARCHAR) || ' entités' AS trouve,
    min(s.statut_juridique_code) IS NOT NULL AS ok
FROM entites_juridiques j
LEFT JOIN finess_statuts s ON s.statut_juridique_code = j.statut_juridique_code
WHERE j.statut_juridique_code IS NOT NULL
GROUP BY j.date_extraction, j.source_file, j.statut_juridique_code
ORDER BY cle
