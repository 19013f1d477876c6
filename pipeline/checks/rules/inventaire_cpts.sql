WITH fiches AS (
    SELECT departement_code, count(*) AS n
    FROM cpts WHERE perimetre_code = 'inventaire_pdl_2025'
    GROUP BY departement_code
)
SELECT s.departement_code AS cle, s.source_file, s.source_line, 'cpts_nb' AS colonne,
    CAST(s.cpts_nb AS VARCHAR) AS attendu,
    CAST(COALESCE(f.n, 0) AS VARCHAR) || ' à l''inventaire' AS trouve,
    s.cpts_nb = COALESCE(f.n, 0) AS ok
FROM cpts_departements s
LEFT JOIN fiches f ON f.departement_code = s.departement_code
WHERE s.annee = 2025 AND s.origin = 'published'
ORDER BY s.departement_code
