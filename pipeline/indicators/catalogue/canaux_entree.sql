-- CPTS and running schemes by entry channel; a scheme that states no channel is 'non_precise'.
WITH dispositif_ouvert AS (
    SELECT dispositif_id, cpts_id
    FROM dispositifs
    WHERE perimetre_code = 'inventaire_pdl_2025' AND compte_snp AND cpts_id IS NOT NULL
),
canal_ouvert AS (
    SELECT DISTINCT d.dispositif_id, d.cpts_id, c.canal_code
    FROM dispositif_ouvert d
    JOIN dispositif_canaux c ON c.dispositif_id = d.dispositif_id
    WHERE c.canal_code <> 'non_precise' AND c.statut_code IN ('en_cours', 'experimental')
),
canal_complet AS (
    SELECT dispositif_id, cpts_id, canal_code FROM canal_ouvert
    UNION ALL
    SELECT dispositif_id, cpts_id, 'non_precise' AS canal_code
    FROM dispositif_ouvert
    WHERE dispositif_id NOT IN (SELECT dispositif_id FROM canal_ouvert)
),
base AS (
    SELECT count(DISTINCT cpts_id) AS n_cpts_nb FROM dispositif_ouvert
),
compte AS (
    SELECT
        canal_code,
        count(DISTINCT dispositif_id) AS dispositifs_nb,
        count(DISTINCT cpts_id) AS cpts_nb
    FROM canal_complet
    GROUP BY canal_code
)
SELECT
    c.canal_code,
    c.dispositifs_nb,
    c.cpts_nb,
    b.n_cpts_nb,
    100 * CAST(c.cpts_nb AS DOUBLE) / b.n_cpts_nb AS part_pct
FROM compte c
CROSS JOIN base b
ORDER BY c.canal_code
