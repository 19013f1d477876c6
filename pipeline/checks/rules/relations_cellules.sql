-- include: arithmetique
SELECT relation_id AS cle, source_file, source_line, colonne,
    'entre ' || CAST(CAST(recalcul_bas AS DECIMAL(18, 2)) AS VARCHAR) || ' et '
        || CAST(CAST(recalcul_haut AS DECIMAL(18, 2)) AS VARCHAR) AS attendu,
    COALESCE(CAST(CAST(cible AS DECIMAL(18, 2)) AS VARCHAR), 'vide') AS trouve,
    verdict <> 'incoherent' AS ok
FROM controles
WHERE tableau_id IS NOT NULL
ORDER BY cle
