SELECT finess || '/' || CAST(annee AS VARCHAR) || '/' || profession_code AS cle,
    source_file, source_line, profession_code || '_nb' AS colonne,
    'au moins ' || CAST(effectif_etp AS VARCHAR) || ' personnes, comme les ETP' AS attendu,
    CAST(effectif_nb AS VARCHAR) AS trouve, effectif_nb >= effectif_etp AS ok
FROM ecds_effectifs
WHERE effectif_nb > 0
ORDER BY cle
