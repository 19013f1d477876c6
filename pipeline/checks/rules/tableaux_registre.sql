SELECT t.tableau_id || '/' || CAST(t.ligne_rang AS VARCHAR) || '/' || t.colonne AS cle,
    t.source_file, t.source_line, t.colonne,
    'un chiffre du registre entre les lignes ' || CAST(t.document_line AS VARCHAR) || ' et '
        || CAST(COALESCE(t.document_line_end, t.document_line) AS VARCHAR) AS attendu,
    t.valeur_imprimee AS trouve, count(f.figure_id) > 0 AS ok
FROM published_tables t
LEFT JOIN published_figures f
    ON f.document_id = t.document_id AND f.value = t.valeur AND f.decimals = t.decimales
    AND f.document_line BETWEEN t.document_line
        AND COALESCE(t.document_line_end, t.document_line)
WHERE t.valeur IS NOT NULL AND t.origin = 'published'
    AND t.tableau_id IN ('igas_tableau_1', 'igas_tableau_2', 'igas_tableau_3', 'igas_tableau_4',
        'igas_tableau_6', 'igas_tableau_7', 'igas_tableau_8', 'igas_tableau_9', 'igas_tableau_10')
GROUP BY t.tableau_id, t.ligne_rang, t.colonne, t.source_file, t.source_line, t.document_line,
    t.document_line_end, t.valeur_imprimee
ORDER BY cle
