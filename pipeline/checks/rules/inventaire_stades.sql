WITH synthese AS (
    SELECT departement_code, 'lettre_intention' AS stade, lettre_intention_nb AS n, source_file, source_line
    FROM cpts_departements WHERE annee = 2025 AND origin = 'published'
    UNION ALL
    SELECT departement_code, 'projet_sante', projet_sante_nb, source_file, source_line
    FROM cpts_departements WHERE annee = 2025 AND origin = 'published'
    UNION ALL
    SELECT departement_code, 'aci_signe', aci_signe_nb, source_file, source_line
    FROM cpts_departements WHERE annee = 2025 AND origin = 'published'
), fiches AS (
    SELECT departement_code, stade_code AS stade, count(*) AS n
    FROM cpts WHERE perimetre_code = 'inventaire_pdl_2025' AND stade_code IS NOT NULL
    GROUP BY departement_code, stade_code
)
SELECT s.departement_code || '/' || s.stade AS cle, s.source_file, s.source_line,
    s.stade || '_nb' AS colonne, CAST(s.n AS VARCHAR) AS attendu,
    CAST(COALESCE(f.n, 0) AS VARCHAR) || ' dans les fiches' AS trouve,
    s.n = COALESCE(f.n, 0) AS ok
FROM synthese s
LEFT JOIN fiches f ON f.departement_code = s.departement_code AND f.stade = s.stade
ORDER BY cle
