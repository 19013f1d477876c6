SELECT creneaux_id AS cle, source_file, source_line, 'offerts_max_nb' AS colonne,
    'au moins ' || CAST(offerts_min_nb AS VARCHAR) AS attendu,
    CAST(offerts_max_nb AS VARCHAR) AS trouve, offerts_min_nb <= offerts_max_nb AS ok
FROM creneaux_publies
WHERE offerts_min_nb IS NOT NULL AND offerts_max_nb IS NOT NULL
ORDER BY cle
