WITH fiches AS (
    SELECT departement_code, count(DISTINCT cpts_id) AS n
    FROM dispositifs WHERE perimetre_code = 'inventaire_pdl_2025' AND compte_snp
    GROUP BY departement_code
)
SELECT s.departement_code AS cle, s.source_file, s.source_line, 'dispositif_snp_nb' AS colonne,
    CAST(s.dispositif_snp_nb AS VARCHAR) AS attendu,
    CAST(COALESCE(f.n, 0) AS VARCHAR) || ' dans les fiches' AS trouve,
    s.dispositif_snp_nb = COALESCE(f.n, 0) AS ok
FROM cpts_departements s
LEFT JOIN fiches f ON f.departement_code = s.departement_code
WHERE s.annee = 2025 AND s.origin = 'published' AND s.dispositif_snp_nb IS NOT NULL
ORDER BY s.departement_code
