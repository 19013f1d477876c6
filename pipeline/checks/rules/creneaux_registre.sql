WITH valeurs AS (
    SELECT creneaux_id, document_id, document_line, document_line_end, source_file, source_line,
        'offerts_min_nb' AS colonne, CAST(offerts_min_nb AS DECIMAL(24, 6)) AS valeur
    FROM creneaux_publies WHERE origin = 'published'
    UNION ALL
    SELECT creneaux_id, document_id, document_line, document_line_end, source_file, source_line,
        'offerts_max_nb', CAST(offerts_max_nb AS DECIMAL(24, 6))
    FROM creneaux_publies WHERE origin = 'published'
    UNION ALL
    SELECT creneaux_id, document_id, document_line, document_line_end, source_file, source_line,
        'taux_pct', CAST(taux_pct AS DECIMAL(24, 6))
    FROM creneaux_publies WHERE origin = 'published'
    UNION ALL
    SELECT creneaux_id, document_id, document_line, document_line_end, source_file, source_line,
        'patients_nb', CAST(patients_nb AS DECIMAL(24, 6))
    FROM creneaux_publies WHERE origin = 'published'
)
SELECT v.creneaux_id || '/' || v.colonne AS cle, v.source_file, v.source_line, v.colonne,
    'un chiffre du registre à la ligne ' || CAST(v.document_line AS VARCHAR) AS attendu,
    CAST(v.valeur AS VARCHAR) AS trouve, count(f.figure_id) > 0 AS ok
FROM valeurs v
LEFT JOIN published_figures f
    ON f.document_id = v.document_id
    AND f.document_line BETWEEN v.document_line AND COALESCE(v.document_line_end, v.document_line)
    AND (f.value = v.valeur OR f.value_min = v.valeur OR f.value_max = v.valeur)
WHERE v.valeur IS NOT NULL
GROUP BY v.creneaux_id, v.colonne, v.source_file, v.source_line, v.document_line, v.valeur
ORDER BY cle
