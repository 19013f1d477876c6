-- Which centres receive each kind of revenue, and how much: share that receives nothing, median
-- amount with those zeros, median among the recipients.
WITH postes AS (
    SELECT poste_code
    FROM (VALUES
        ('honoraires_totaux'),
        ('rfs'),
        ('teulade'),
        ('autres_forfaits'),
        ('rosp'),
        ('permanence_soins'),
        ('aides_demographiques'),
        ('prevention'),
        ('education_therapeutique'),
        ('education_sante'),
        ('protocoles'),
        ('actes_non_remboursables'),
        ('autres_recettes_activite'),
        ('ars'),
        ('autres_sources')
    ) AS v (poste_code)
),
montants AS (
    SELECT
        p.annee,
        l.poste_code,
        m.gestionnaire_code,
        CAST(COALESCE(f.montant_eur, 0) AS DOUBLE) AS eur,
        CASE WHEN f.montant_eur > 0 THEN CAST(f.montant_eur AS DOUBLE) END AS percu_eur
    FROM champ_recours p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    CROSS JOIN postes l
    LEFT JOIN postes_cds f
        ON f.annee = p.annee AND f.finess = p.finess AND f.poste_code = l.poste_code
)
SELECT
    annee,
    poste_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN 'gestionnaire' ELSE 'ensemble' END
        AS dimension_code,
    CASE WHEN GROUPING(gestionnaire_code) = 0 THEN gestionnaire_code ELSE 'ensemble' END
        AS modalite_code,
    COUNT(*) AS cds_nb,
    COUNT(percu_eur) AS percevant_nb,
    100.0 * CAST(COUNT(percu_eur) AS DOUBLE) / COUNT(*) AS recours_pct,
    100.0 * CAST(COUNT(*) - COUNT(percu_eur) AS DOUBLE) / COUNT(*) AS non_recours_pct,
    CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY eur) AS DECIMAL(14, 2))
        AS montant_median_eur,
    CAST(percentile_cont(0.5) WITHIN GROUP (ORDER BY percu_eur) AS DECIMAL(14, 2))
        AS montant_median_percu_eur
FROM montants
GROUP BY GROUPING SETS ((annee, poste_code), (annee, poste_code, gestionnaire_code))
ORDER BY annee, poste_code, dimension_code, modalite_code
