-- GP FTE of the centres over the self-employed GPs of the country, known for one year.
WITH champs AS (
    SELECT 'cds_pluripro' AS population_code, annee, finess FROM cds_pluripro
    UNION ALL
    SELECT 'hors_livi', annee, finess FROM hors_livi
),
sommes AS (
    SELECT
        p.annee,
        p.population_code,
        COUNT(*) AS cds_nb,
        SUM(m.mg_et_mep_etp) AS mg_etp,
        CASE WHEN p.annee = {{comparateurs_annee}} THEN {{liberaux_mg_nb}} END AS liberaux_nb
    FROM champs p
    JOIN mesures_cds m ON m.annee = p.annee AND m.finess = p.finess
    GROUP BY p.annee, p.population_code
)
SELECT
    annee,
    population_code,
    cds_nb,
    mg_etp,
    liberaux_nb,
    100.0 * CAST(mg_etp AS DOUBLE) / NULLIF(liberaux_nb, 0) AS part_pct,
    CASE WHEN liberaux_nb > 0 THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN liberaux_nb IS NULL THEN 'comparateur_absent'
        WHEN liberaux_nb = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM sommes
ORDER BY annee, population_code
