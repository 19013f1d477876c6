WITH attendue AS (
    SELECT cpts_id, source_file, source_line, taille_code, population_nb,
        CASE
            WHEN population_nb < {{taille_1_max_habitants}} THEN '1'
            WHEN population_nb < {{taille_2_max_habitants}} THEN '2'
            WHEN population_nb <= {{taille_3_max_habitants}} THEN '3'
            ELSE '4'
        END AS taille_attendue
    FROM cpts
    WHERE population_nb IS NOT NULL AND taille_code IS NOT NULL
)
SELECT cpts_id AS cle, source_file, source_line, 'taille_code' AS colonne,
    taille_attendue AS attendu,
    taille_code || ' pour ' || CAST(population_nb AS VARCHAR) || ' habitants' AS trouve,
    taille_code = taille_attendue AS ok
FROM attendue
ORDER BY cpts_id
