WITH reperes AS (
    SELECT document_id, document_line AS ligne, source_file, source_line FROM cpts
    UNION ALL SELECT document_id, document_line, source_file, source_line FROM dispositifs
    UNION ALL SELECT document_id, document_line, source_file, source_line FROM published_figures
    UNION ALL SELECT document_id, document_line, source_file, source_line FROM published_tables
    UNION ALL SELECT document_id, document_line, source_file, source_line FROM creneaux_publies
    UNION ALL SELECT document_id, document_line, source_file, source_line FROM nombres_ecartes
    UNION ALL SELECT document_id, document_line, source_file, source_line FROM mentions
)
SELECT r.source_file || ':' || CAST(r.source_line AS VARCHAR) AS cle, r.source_file, r.source_line,
    'document_line' AS colonne, 'au plus ' || CAST(d.lignes_nb AS VARCHAR) AS attendu,
    CAST(max(r.ligne) AS VARCHAR) AS trouve, max(r.ligne) <= d.lignes_nb AS ok
FROM reperes r
JOIN documents d ON d.document_id = r.document_id
GROUP BY r.source_file, r.source_line, d.lignes_nb
ORDER BY cle
