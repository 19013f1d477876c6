SELECT figure_id AS cle, source_file, source_line, 'value' AS colonne,
    'une valeur, une fourchette ordonnée ou un texte' AS attendu,
    COALESCE(CAST(value_min AS VARCHAR), '') || '..' || COALESCE(CAST(value_max AS VARCHAR), '')
        AS trouve,
    CASE
        WHEN value IS NOT NULL THEN value_min IS NULL AND value_max IS NULL
        WHEN value_min IS NOT NULL AND value_max IS NOT NULL THEN value_min <= value_max
        ELSE value_min IS NOT NULL OR value_max IS NOT NULL OR value_text IS NOT NULL
    END AS ok
FROM published_figures
ORDER BY cle
