-- include: arithmetique
SELECT relation_id AS cle, source_file, source_line, 'value' AS colonne,
    'entre ' || CAST(CAST(recalcul_bas AS DECIMAL(18, 2)) AS VARCHAR) || ' et '
        || CAST(CAST(recalcul_haut AS DECIMAL(18, 2)) AS VARCHAR) || ' : ' || fondement AS attendu,
    CAST(CAST(cible AS DECIMAL(18, 2)) AS VARCHAR) || ' (' || figure_id || ', ' || libelle || ')'
        AS trouve,
    verdict <> 'incoherent' AS ok
FROM controles
WHERE tableau_id IS NULL
ORDER BY cle
