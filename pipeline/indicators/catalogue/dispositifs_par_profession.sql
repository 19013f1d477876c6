-- Schemes and CPTS by profession and status; departmental schemes are counted apart.
WITH base AS (
    SELECT count(*) AS n_cpts_nb FROM cpts WHERE perimetre_code = 'inventaire_pdl_2025'
),
compte AS (
    SELECT
        profession_code,
        statut_code,
        count(*) FILTER (WHERE cpts_id IS NOT NULL) AS dispositifs_nb,
        count(*) FILTER (WHERE cpts_id IS NOT NULL AND compte_snp) AS dispositifs_snp_nb,
        count(DISTINCT cpts_id) AS cpts_nb,
        count(*) FILTER (WHERE cpts_id IS NULL) AS dispositifs_departement_nb
    FROM dispositifs
    WHERE perimetre_code = 'inventaire_pdl_2025' AND type_code <> 'aucun'
    GROUP BY profession_code, statut_code
)
SELECT
    c.profession_code,
    c.statut_code,
    c.dispositifs_nb,
    c.dispositifs_snp_nb,
    c.cpts_nb,
    b.n_cpts_nb,
    100 * CAST(c.cpts_nb AS DOUBLE) / b.n_cpts_nb AS part_pct,
    c.dispositifs_departement_nb
FROM compte c
CROSS JOIN base b
ORDER BY c.profession_code, c.statut_code
