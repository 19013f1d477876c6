SELECT finess || '/' || CAST(annee AS VARCHAR) AS cle, source_file, source_line,
    'patients_mt_adultes_nb' AS colonne,
    'au plus ' || CAST(patients_mt_nb AS VARCHAR) || ', adultes et enfants' AS attendu,
    CAST(patients_mt_adultes_nb AS VARCHAR) AS trouve, patients_mt_adultes_nb <= patients_mt_nb AS ok
FROM ecds_activite
WHERE patients_mt_adultes_nb IS NOT NULL AND patients_mt_nb IS NOT NULL
ORDER BY cle
