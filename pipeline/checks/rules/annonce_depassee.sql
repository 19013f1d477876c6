WITH
-- include: dates
SELECT f.figure_id AS cle, f.source_file, f.source_line, 'value_text' AS colonne,
    'pas avant la date du document (' || d.date_publication || ')' AS attendu,
    f.value_text || ', annoncé au futur' AS trouve,
    -- the document is dated by its month or its year: compare with its first day
    n.fin >= CAST(substring(replace(d.date_publication, '-', '') || '0101', 1, 8) AS INT) AS ok
FROM published_figures f
JOIN dates n ON n.figure_id = f.figure_id
JOIN documents d ON d.document_id = f.document_id
WHERE f.qualifier IN ('projection', 'cible', 'objectif', 'proposition')
    AND d.date_publication IS NOT NULL
ORDER BY cle
