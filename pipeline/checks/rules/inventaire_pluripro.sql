WITH synthese AS (
    SELECT departement_code, profession_code, dispositifs_nb, source_file, source_line
    FROM cpts_departements_pluripro WHERE annee = 2025 AND origin = 'published'
), fiches AS (
    SELECT departement_code, profession_code, count(*) AS n
    FROM dispositifs
    WHERE perimetre_code = 'inventaire_pdl_2025' AND compte_snp
        AND profession_code IN ('masseur_kinesitherapeute', 'infirmier', 'sage_femme',
            'chirurgien_dentiste', 'radiologue', 'orthophoniste')
    GROUP BY departement_code, profession_code
)
SELECT COALESCE(s.departement_code, f.departement_code) || '/'
        || COALESCE(s.profession_code, f.profession_code) AS cle,
    COALESCE(s.source_file, 'data/raw/cpts_departements_pluripro/cpts_departements_pluripro.csv')
        AS source_file,
    s.source_line, 'dispositifs_nb' AS colonne,
    CASE WHEN s.profession_code IS NULL THEN 'aucun' WHEN s.dispositifs_nb IS NULL THEN 'au moins 1'
        ELSE CAST(s.dispositifs_nb AS VARCHAR) END AS attendu,
    CAST(COALESCE(f.n, 0) AS VARCHAR) || ' dans les fiches' AS trouve,
    CASE WHEN s.profession_code IS NULL THEN false
        WHEN s.dispositifs_nb IS NULL THEN COALESCE(f.n, 0) > 0
        ELSE s.dispositifs_nb = COALESCE(f.n, 0) END AS ok
FROM synthese s
FULL OUTER JOIN fiches f
    ON f.departement_code = s.departement_code AND f.profession_code = s.profession_code
ORDER BY cle
