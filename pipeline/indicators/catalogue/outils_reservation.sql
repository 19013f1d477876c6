-- CPTS and running schemes by booking tool; a scheme that names no tool is 'non_precise'.
WITH dispositif_ouvert AS (
    SELECT dispositif_id, cpts_id
    FROM dispositifs
    WHERE perimetre_code = 'inventaire_pdl_2025' AND compte_snp AND cpts_id IS NOT NULL
),
outil_ouvert AS (
    SELECT DISTINCT d.dispositif_id, d.cpts_id, c.outil_code
    FROM dispositif_ouvert d
    JOIN dispositif_canaux c ON c.dispositif_id = d.dispositif_id
    WHERE c.outil_code IS NOT NULL AND c.statut_code IN ('en_cours', 'experimental')
),
outil_complet AS (
    SELECT dispositif_id, cpts_id, outil_code FROM outil_ouvert
    UNION ALL
    SELECT dispositif_id, cpts_id, 'non_precise' AS outil_code
    FROM dispositif_ouvert
    WHERE dispositif_id NOT IN (SELECT dispositif_id FROM outil_ouvert)
),
base AS (
    SELECT count(DISTINCT cpts_id) AS n_cpts_nb FROM dispositif_ouvert
),
compte AS (
    SELECT
        outil_code,
        count(DISTINCT dispositif_id) AS dispositifs_nb,
        count(DISTINCT cpts_id) AS cpts_nb
    FROM outil_complet
    GROUP BY outil_code
)
SELECT
    c.outil_code,
    c.dispositifs_nb,
    c.cpts_nb,
    b.n_cpts_nb,
    100 * CAST(c.cpts_nb AS DOUBLE) / b.n_cpts_nb AS part_pct
FROM compte c
CROSS JOIN base b
ORDER BY c.outil_code
