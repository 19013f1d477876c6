SELECT finess || '/' || CAST(annee AS VARCHAR) AS cle, source_file, source_line,
    'file_active_mg_c2s_nb' AS colonne,
    'C2S et AME dans la file active de ' || CAST(file_active_mg_nb AS VARCHAR) || ' patients'
        AS attendu,
    CAST(COALESCE(file_active_mg_c2s_nb, 0) + COALESCE(file_active_mg_ame_nb, 0) AS VARCHAR)
        AS trouve,
    COALESCE(file_active_mg_c2s_nb, 0) + COALESCE(file_active_mg_ame_nb, 0) <= file_active_mg_nb
        AS ok
FROM ecds_activite
WHERE file_active_mg_nb IS NOT NULL
    AND (file_active_mg_c2s_nb IS NOT NULL OR file_active_mg_ame_nb IS NOT NULL)
ORDER BY cle
