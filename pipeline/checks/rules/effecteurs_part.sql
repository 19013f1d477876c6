SELECT dispositif_id || '/' || CAST(ordre AS VARCHAR) AS cle, source_file, source_line,
    'effectif_nb' AS colonne, 'au plus ' || CAST(effectif_total_nb AS VARCHAR) AS attendu,
    CAST(effectif_nb AS VARCHAR) AS trouve, effectif_nb <= effectif_total_nb AS ok
FROM dispositif_effecteurs
WHERE effectif_total_nb IS NOT NULL
ORDER BY cle
