SELECT c.cpts_id AS cle, c.source_file, c.source_line, 'population_nb' AS colonne,
    'un chiffre du registre près de la ligne ' || CAST(c.document_line AS VARCHAR) AS attendu,
    CAST(c.population_nb AS VARCHAR) AS trouve, count(f.figure_id) > 0 AS ok
FROM cpts c
LEFT JOIN published_figures f
    ON f.document_id = c.document_id AND f.value = c.population_nb
    AND f.document_line BETWEEN c.document_line AND COALESCE(c.document_line_end, c.document_line + 12)
WHERE c.population_nb IS NOT NULL AND c.origin = 'published'
GROUP BY c.cpts_id, c.source_file, c.source_line, c.document_line, c.population_nb
ORDER BY cle
