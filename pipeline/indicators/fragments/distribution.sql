groupes AS (
    SELECT
        annee,
        population_code,
        CASE
            WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire'
            WHEN GROUPING(region_code) = 0 THEN 'region'
            WHEN GROUPING(categorie_cnam_code) = 0 THEN 'categorie_cnam'
            ELSE 'ensemble'
        END AS dimension_code,
        CASE
            WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code
            WHEN GROUPING(region_code) = 0 THEN concat('region_', region_code)
            WHEN GROUPING(categorie_cnam_code) = 0 THEN categorie_cnam_code
            ELSE 'ensemble'
        END AS modalite_code,
        COUNT(*) AS cds_nb,
        MIN(valeur) AS minimum,
        percentile_cont(0.1) WITHIN GROUP (ORDER BY valeur) AS decile_1,
        percentile_cont(0.25) WITHIN GROUP (ORDER BY valeur) AS quartile_1,
        percentile_cont(0.5) WITHIN GROUP (ORDER BY valeur) AS mediane,
        -- a sum of decimals does not depend on the order of the rows
        CAST(AVG(CAST(valeur AS DECIMAL(18, 6))) AS DOUBLE) AS moyenne,
        percentile_cont(0.75) WITHIN GROUP (ORDER BY valeur) AS quartile_3,
        percentile_cont(0.9) WITHIN GROUP (ORDER BY valeur) AS decile_9,
        MAX(valeur) AS maximum,
        100.0 * COUNT(*) FILTER (WHERE valeur >= 0) / COUNT(*) AS part_positive_pct
    FROM valeurs
    GROUP BY GROUPING SETS (
        (annee, population_code),
        (annee, population_code, gestionnaire_code),
        (annee, population_code, region_code),
        (annee, population_code, categorie_cnam_code)
    )
)
