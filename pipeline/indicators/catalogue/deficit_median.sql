-- How deep the deficits are: among all centres of the field, then among those in deficit, for R1
-- (operating result) and R2 (total net funding). A deficit is counted as a positive amount.
WITH soldes AS (
    SELECT
        'resultat_exploitation' AS ratio_code,
        m.annee,
        m.gestionnaire_code,
        m.charges_exploitation_eur,
        m.recettes_exploitation_eur - m.charges_exploitation_eur AS solde_eur
    FROM champ_r1 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    UNION ALL
    SELECT
        'financements_nets',
        m.annee,
        m.gestionnaire_code,
        m.charges_exploitation_eur,
        m.financements_eur - m.charges_exploitation_eur
    FROM champ_r2 p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
),
valeurs AS (
    SELECT
        ratio_code,
        annee,
        gestionnaire_code,
        CAST(solde_eur AS DOUBLE) AS eur,
        100.0 * CAST(solde_eur AS DOUBLE) / CAST(charges_exploitation_eur AS DOUBLE) AS pct,
        CASE WHEN solde_eur < 0 THEN -CAST(solde_eur AS DOUBLE) END AS deficit_eur,
        CASE WHEN solde_eur < 0 THEN
            -100.0 * CAST(solde_eur AS DOUBLE) / CAST(charges_exploitation_eur AS DOUBLE)
        END AS deficit_pct
    FROM soldes
)
SELECT
    annee,
    ratio_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire' ELSE 'ensemble' END
        AS dimension_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code ELSE 'ensemble' END
        AS modalite_code,
    COUNT(*) AS cds_nb,
    CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY eur) AS DECIMAL(14, 2))
        AS solde_median_eur,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY pct) AS solde_median_pct,
    -percentile_cont(0.5) WITHIN GROUP (ORDER BY pct) AS deficit_moitie_pct,
    -percentile_cont(0.25) WITHIN GROUP (ORDER BY pct) AS deficit_quart_pct,
    -percentile_cont(0.1) WITHIN GROUP (ORDER BY pct) AS deficit_dixieme_pct,
    COUNT(deficit_pct) AS deficit_nb,
    100.0 * CAST(COUNT(deficit_pct) AS DOUBLE) / COUNT(*) AS part_deficit_pct,
    CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY deficit_eur) AS DECIMAL(14, 2))
        AS deficit_median_eur,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY deficit_pct) AS deficit_median_pct,
    CASE WHEN COUNT(*) >= {{solde_centres_minimum}}
        THEN percentile_cont({{solde_quantile}}) WITHIN GROUP (ORDER BY pct)
    END AS solde_quantile_pct
FROM valeurs
GROUP BY GROUPING SETS ((annee, ratio_code), (annee, ratio_code, gestionnaire_code))
ORDER BY annee, ratio_code, dimension_code, modalite_code
