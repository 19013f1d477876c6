WITH valeurs AS (
    SELECT dispositif_id, ordre, document_id, document_line, document_line_end, source_file,
        source_line, 'effectif_nb' AS colonne, effectif_nb AS valeur
    FROM dispositif_effecteurs WHERE origin = 'published'
    UNION ALL
    SELECT dispositif_id, ordre, document_id, document_line, document_line_end, source_file,
        source_line, 'effectif_max_nb', effectif_max_nb
    FROM dispositif_effecteurs WHERE origin = 'published'
    UNION ALL
    SELECT dispositif_id, ordre, document_id, document_line, document_line_end, source_file,
        source_line, 'effectif_total_nb', effectif_total_nb
    FROM dispositif_effecteurs WHERE origin = 'published'
)
SELECT v.dispositif_id || '/' || CAST(v.ordre AS VARCHAR) || '/' || v.colonne AS cle,
    v.source_file, v.source_line, v.colonne,
    'un chiffre du registre à la ligne ' || CAST(v.document_line AS VARCHAR) AS attendu,
    CAST(v.valeur AS VARCHAR) AS trouve, count(f.figure_id) > 0 AS ok
FROM valeurs v
LEFT JOIN published_figures f
    ON f.document_id = v.document_id
    AND f.document_line BETWEEN v.document_line AND COALESCE(v.document_line_end, v.document_line)
    AND (f.value = v.valeur OR f.value_min = v.valeur OR f.value_max = v.valeur)
WHERE v.valeur IS NOT NULL
GROUP BY v.dispositif_id, v.ordre, v.colonne, v.source_file, v.source_line, v.document_line,
    v.valeur
ORDER BY cle
