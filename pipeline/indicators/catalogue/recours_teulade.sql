-- Centres of the national agreement that declare a Teulade subsidy, by manager.
WITH centres AS (
    SELECT
        m.annee,
        m.gestionnaire_code,
        CASE WHEN m.teulade_eur > 0 THEN m.teulade_eur END AS percu_eur
    FROM adherents p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
)
SELECT
    annee,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire' ELSE 'ensemble' END
        AS dimension_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code ELSE 'ensemble' END
        AS modalite_code,
    COUNT(*) AS cds_nb,
    COUNT(percu_eur) AS percevant_nb,
    100.0 * CAST(COUNT(percu_eur) AS DOUBLE) / COUNT(*) AS recours_pct,
    100.0 * CAST(COUNT(*) - COUNT(percu_eur) AS DOUBLE) / COUNT(*) AS non_recours_pct,
    CAST(SUM(percu_eur) AS DECIMAL(18, 2)) AS montant_eur
FROM centres
GROUP BY GROUPING SETS ((annee), (annee, gestionnaire_code))
ORDER BY annee, dimension_code, modalite_code
