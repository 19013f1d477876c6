-- ARS money declared by the centres: how many receive some, how much, and its share of all funding;
-- the share of recipients is also averaged over five years.
WITH centres AS (
    SELECT
        m.annee,
        m.gestionnaire_code,
        COALESCE(m.region_code, 'inconnue') AS region_code,
        CASE WHEN m.ars_eur > 0 THEN 1 ELSE 0 END AS percevant,
        COALESCE(m.ars_eur, 0) AS ars_eur,
        COALESCE(m.financements_eur, 0) AS financements_eur
    FROM hors_livi p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
groupes AS (
    SELECT
        annee,
        CASE
            WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire'
            WHEN GROUPING(region_code) = 0 THEN 'region'
            ELSE 'ensemble'
        END AS dimension_code,
        CASE
            WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code
            WHEN GROUPING(region_code) = 0 THEN concat('region_', region_code)
            ELSE 'ensemble'
        END AS modalite_code,
        COUNT(*) AS cds_nb,
        SUM(percevant) AS percevant_nb,
        100.0 * CAST(SUM(percevant) AS DOUBLE) / COUNT(*) AS recours_pct,
        CAST(SUM(ars_eur) AS DECIMAL(18, 2)) AS montant,
        CAST(SUM(financements_eur) AS DECIMAL(18, 2)) AS financements
    FROM centres
    GROUP BY GROUPING SETS ((annee), (annee, gestionnaire_code), (annee, region_code))
),
moyennes AS (
    -- five years in a row, or nothing
    SELECT
        g.annee,
        g.dimension_code,
        g.modalite_code,
        CASE WHEN COUNT(*) = 5
            THEN CAST(SUM(CAST(ROUND(10000000000.0 * b.recours_pct) AS BIGINT)) AS DOUBLE)
                / (10000000000.0 * COUNT(*)) END
            AS recours_moyen_5_ans_pct
    FROM groupes g
    JOIN groupes b
        ON b.dimension_code = g.dimension_code
        AND b.modalite_code = g.modalite_code
        AND b.annee BETWEEN g.annee - 4 AND g.annee
    GROUP BY g.annee, g.dimension_code, g.modalite_code
)
SELECT
    g.annee,
    g.dimension_code,
    g.modalite_code,
    g.cds_nb,
    g.percevant_nb,
    g.recours_pct,
    m.recours_moyen_5_ans_pct,
    CAST(g.montant * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8)) AS montant_meur,
    CAST(g.financements * CAST(0.000001 AS DECIMAL(7, 6)) AS DECIMAL(18, 8))
        AS financements_meur,
    100.0 * CAST(g.montant AS DOUBLE) / NULLIF(CAST(g.financements AS DOUBLE), 0.0) AS part_pct
FROM groupes g
JOIN moyennes m
    ON m.annee = g.annee
    AND m.dimension_code = g.dimension_code
    AND m.modalite_code = g.modalite_code
ORDER BY g.annee, g.dimension_code, g.modalite_code
