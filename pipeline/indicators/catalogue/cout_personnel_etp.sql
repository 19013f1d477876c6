-- Staff costs per yearly FTE: aggregated (sum over sum) and by centre (quantiles), by manager. Local
-- authorities and LIVI are left out; a centre without declared costs or staff is not counted.
WITH termes AS (
    SELECT
        m.annee,
        m.gestionnaire_code,
        m.charges_personnel_eur,
        m.personnel_etp,
        CAST(m.charges_personnel_eur AS DOUBLE) / CAST(m.personnel_etp AS DOUBLE) AS cout_eur
    FROM hors_livi_hors_collectivites p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    WHERE m.charges_personnel_eur > 0
        AND m.personnel_etp > 0
)
SELECT
    annee,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire' ELSE 'ensemble' END
        AS dimension_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code ELSE 'ensemble' END
        AS modalite_code,
    COUNT(*) AS cds_nb,
    CAST(CAST(SUM(charges_personnel_eur) AS DECIMAL(18, 2)) * CAST(0.000001 AS DECIMAL(7, 6))
        AS DECIMAL(18, 8)) AS montant_meur,
    CAST(SUM(personnel_etp) AS DECIMAL(12, 2)) AS personnel_etp,
    CAST(CAST(SUM(charges_personnel_eur) AS DOUBLE) / CAST(SUM(personnel_etp) AS DOUBLE)
        AS DECIMAL(14, 2)) AS cout_agrege_eur,
    CAST(percentile_cont(0.25) WITHIN GROUP (ORDER BY cout_eur) AS DECIMAL(14, 2))
        AS cout_quartile_1_eur,
    CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY cout_eur) AS DECIMAL(14, 2))
        AS cout_median_eur,
    CAST(percentile_cont(0.75) WITHIN GROUP (ORDER BY cout_eur) AS DECIMAL(14, 2))
        AS cout_quartile_3_eur
FROM termes
GROUP BY GROUPING SETS ((annee), (annee, gestionnaire_code))
ORDER BY annee, dimension_code, modalite_code
