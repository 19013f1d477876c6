WITH reperes AS (
    SELECT document_line, document_line_end, source_file, source_line FROM cpts
    UNION ALL SELECT document_line, document_line_end, source_file, source_line FROM dispositifs
    UNION ALL
    SELECT document_line, document_line_end, source_file, source_line FROM published_figures
    UNION ALL
    SELECT document_line, document_line_end, source_file, source_line FROM published_tables
    UNION ALL
    SELECT document_line, document_line_end, source_file, source_line FROM creneaux_publies
)
SELECT source_file || ':' || CAST(source_line AS VARCHAR) AS cle, source_file, source_line,
    'document_line_end' AS colonne, 'au moins ' || CAST(document_line AS VARCHAR) AS attendu,
    CAST(min(document_line_end) AS VARCHAR) AS trouve,
    min(document_line_end) >= document_line AS ok
FROM reperes
WHERE document_line_end IS NOT NULL
GROUP BY source_file, source_line, document_line
ORDER BY cle
