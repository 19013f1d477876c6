SELECT cpts_id AS cle, source_file, source_line, 'taille_code' AS colonne,
    CASE WHEN population_nb < 40000 THEN '1' WHEN population_nb < 80000 THEN '2'
        WHEN population_nb <= 175000 THEN '3' ELSE '4' END AS attendu,
    taille_code || ' pour ' || CAST(population_nb AS VARCHAR) || ' habitants' AS trouve,
    taille_code = CASE WHEN population_nb < 40000 THEN '1' WHEN population_nb < 80000 THEN '2'
        WHEN population_nb <= 175000 THEN '3' ELSE '4' END AS ok
FROM cpts
WHERE population_nb IS NOT NULL AND taille_code IS NOT NULL
ORDER BY cpts_id
