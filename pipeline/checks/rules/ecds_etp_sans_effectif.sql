SELECT finess || '/' || CAST(annee AS VARCHAR) || '/' || profession_code AS cle,
    source_file, source_line, profession_code || '_etp' AS colonne,
    'aucun ETP sans personne employée' AS attendu,
    CAST(effectif_etp AS VARCHAR) || ' ETP pour 0 personne' AS trouve,
    effectif_nb <> 0 OR effectif_etp = 0 AS ok
FROM ecds_effectifs
ORDER BY cle
