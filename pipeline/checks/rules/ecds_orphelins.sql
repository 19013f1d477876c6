WITH lignes AS (
    SELECT 'ecds_effectifs' AS table_nom, annee, finess, source_file,
        min(source_line) AS source_line
    FROM ecds_effectifs GROUP BY annee, finess, source_file
    UNION ALL
    SELECT 'ecds_finances', annee, finess, source_file, min(source_line)
    FROM ecds_finances GROUP BY annee, finess, source_file
    UNION ALL
    SELECT 'ecds_activite', annee, finess, source_file, min(source_line)
    FROM ecds_activite GROUP BY annee, finess, source_file
), centres AS (
    SELECT DISTINCT annee, finess FROM ecds_centres
)
SELECT l.table_nom || '/' || l.finess || '/' || CAST(l.annee AS VARCHAR) || '/' || l.source_file
        AS cle,
    l.source_file, l.source_line, 'finess' AS colonne,
    'un centre de ecds_centres la même année' AS attendu,
    l.finess || ' en ' || CAST(l.annee AS VARCHAR) || ' dans ' || l.table_nom || ' seulement'
        AS trouve,
    c.finess IS NOT NULL AS ok
FROM lignes l
LEFT JOIN centres c ON c.annee = l.annee AND c.finess = l.finess
ORDER BY cle
