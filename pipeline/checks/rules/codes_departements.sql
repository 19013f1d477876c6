WITH codes AS (
    SELECT departement_code, source_file, source_line, 'finess_code' AS colonne,
        finess_code AS code FROM departements
    UNION ALL
    SELECT departement_code, source_file, source_line, 'drees_code', drees_code FROM departements
    UNION ALL
    SELECT departement_code, source_file, source_line, 'anct_code', anct_code FROM departements
    UNION ALL
    SELECT departement_code, source_file, source_line, 'sas_code', sas_code FROM departements
    UNION ALL
    SELECT departement_code, source_file, source_line, 'sans_zero_code', sans_zero_code
    FROM departements
)
SELECT departement_code || ' ' || colonne AS cle, source_file, source_line, colonne,
    'un code pour ce seul département' AS attendu,
    code AS trouve,
    COUNT(*) OVER (PARTITION BY colonne, code) = 1 AS ok
FROM codes
WHERE code IS NOT NULL
ORDER BY cle
