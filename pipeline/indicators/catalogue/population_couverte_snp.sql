-- Printed population of the CPTS, and of those that have an unscheduled care scheme.
-- Exact and approximate populations stay apart.
WITH cpts_snp AS (
    SELECT DISTINCT cpts_id FROM dispositifs WHERE compte_snp AND cpts_id IS NOT NULL
),
fiche AS (
    SELECT
        c.departement_code,
        c.population_nb,
        COALESCE(c.population_approx, false) AS approchee,
        c.regions_nb > 1 AS deux_regions,
        s.cpts_id IS NOT NULL AS avec_snp
    FROM cpts c
    LEFT JOIN cpts_snp s ON s.cpts_id = c.cpts_id
    WHERE c.perimetre_code = 'inventaire_pdl_2025'
),
somme AS (
    SELECT
        departement_code AS departement,
        count(*) AS cpts_nb,
        count(*) FILTER (WHERE population_nb IS NULL) AS sans_population_nb,
        count(*) FILTER (WHERE avec_snp) AS avec_snp_nb,
        count(*) FILTER (WHERE deux_regions) AS deux_regions_nb,
        SUM(population_nb) AS imprimee,
        SUM(population_nb) FILTER (WHERE NOT approchee) AS exacte,
        SUM(population_nb) FILTER (WHERE avec_snp AND NOT approchee) AS snp_exacte,
        SUM(population_nb) FILTER (WHERE avec_snp AND approchee) AS snp_approchee,
        SUM(population_nb) FILTER (WHERE deux_regions) AS sur_deux_regions,
        SUM(population_nb) FILTER (WHERE avec_snp AND deux_regions) AS snp_deux_regions
    FROM fiche
    GROUP BY GROUPING SETS ((departement_code), ())
),
complet AS (
    SELECT
        COALESCE(departement, 'ensemble') AS departement_code,
        cpts_nb,
        avec_snp_nb,
        sans_population_nb,
        deux_regions_nb,
        CAST(imprimee AS BIGINT) AS population_nb,
        CAST(COALESCE(exacte, 0) AS BIGINT) AS population_exacte_nb,
        CAST(imprimee - COALESCE(exacte, 0) AS BIGINT) AS population_approchee_nb,
        CAST(COALESCE(snp_exacte, 0) AS BIGINT) AS population_snp_exacte_nb,
        CAST(COALESCE(snp_approchee, 0) AS BIGINT) AS population_snp_approchee_nb,
        CAST(COALESCE(sur_deux_regions, 0) AS BIGINT) AS population_deux_regions_nb,
        CAST(COALESCE(snp_deux_regions, 0) AS BIGINT) AS population_snp_deux_regions_nb
    FROM somme
)
SELECT
    departement_code,
    cpts_nb,
    avec_snp_nb,
    sans_population_nb,
    population_nb,
    population_exacte_nb,
    population_approchee_nb,
    population_snp_exacte_nb,
    population_snp_approchee_nb,
    population_snp_exacte_nb + population_snp_approchee_nb AS population_snp_nb,
    100 * CAST(population_snp_exacte_nb + population_snp_approchee_nb AS DOUBLE)
        / population_nb AS part_pct,
    deux_regions_nb,
    population_deux_regions_nb,
    population_snp_deux_regions_nb,
    CASE WHEN population_nb IS NULL THEN 'refuse' ELSE 'calcule' END AS statut_calcul,
    CASE WHEN population_nb IS NULL THEN 'population_absente' END AS motif_refus
FROM complet
ORDER BY departement_code
