SELECT dispositif_id || '/' || CAST(ordre AS VARCHAR) AS cle, source_file, source_line,
    'effectif_nb' AS colonne,
    'au plus ' || CAST(COALESCE(effectif_max_nb, effectif_total_nb) AS VARCHAR) AS attendu,
    CAST(effectif_nb AS VARCHAR) AS trouve,
    effectif_nb <= COALESCE(effectif_max_nb, effectif_nb)
        AND COALESCE(effectif_max_nb, effectif_nb)
            <= COALESCE(effectif_total_nb, effectif_max_nb, effectif_nb) AS ok
FROM dispositif_effecteurs
ORDER BY cle
