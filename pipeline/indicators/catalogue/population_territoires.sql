-- Inhabitants by territory and edition. The nation is the mainland and the overseas departments, as
-- the report on centres counts it; overseas collectivities have a row each, outside the total.
WITH lignes AS (
    SELECT
        c.annee,
        c.departement_code,
        c.region_code,
        d.zone_code,
        c.population_nb,
        c.population_annee
    FROM communes c
    LEFT JOIN departements d ON d.departement_code = c.departement_code
),
niveaux AS (
    SELECT annee, 'national' AS territoire_niveau, 'FR' AS territoire_code,
        population_nb, population_annee
    FROM lignes
    WHERE zone_code IN ('metropole', 'drom')
    UNION ALL
    SELECT annee, 'region', region_code, population_nb, population_annee
    FROM lignes
    WHERE zone_code IN ('metropole', 'drom')
    UNION ALL
    SELECT annee, 'departement', departement_code, population_nb, population_annee
    FROM lignes
    WHERE zone_code IN ('metropole', 'drom')
    UNION ALL
    SELECT annee, 'collectivite', departement_code, population_nb, population_annee
    FROM lignes
    WHERE zone_code = 'com'
    UNION ALL
    SELECT annee, 'non_place', 'aucun', population_nb, population_annee
    FROM lignes
    WHERE zone_code IS NULL
)
SELECT
    annee,
    territoire_niveau,
    territoire_code,
    COUNT(*) AS communes_nb,
    COUNT(*) FILTER (WHERE population_nb IS NULL) AS communes_sans_population_nb,
    CAST(SUM(population_nb) AS BIGINT) AS population_nb,
    MIN(population_annee) AS population_annee_min,
    MAX(population_annee) AS population_annee_max,
    CASE WHEN SUM(population_nb) IS NULL THEN 'refuse' ELSE 'calcule' END AS statut_calcul,
    CASE WHEN SUM(population_nb) IS NULL THEN 'population_non_donnee' END AS motif_refus
FROM niveaux
GROUP BY annee, territoire_niveau, territoire_code
ORDER BY annee, territoire_niveau, territoire_code
