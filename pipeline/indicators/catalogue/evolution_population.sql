-- Growth of the population between two editions, on the departments of the last one. The first
-- population is carried by the passage; a territory read twice at one census has no growth.
WITH avant AS (
    SELECT
        arrivee_departement_code AS departement_code,
        SUM(depart_population_nb) AS population_nb,
        MIN(depart_population_annee) AS annee_min,
        MAX(depart_population_annee) AS annee_max
    FROM passage_communes
    WHERE rang = 1 AND arrivee_code IS NOT NULL
    GROUP BY arrivee_departement_code
),
apres AS (
    SELECT
        c.departement_code,
        c.region_code,
        COUNT(*) AS communes_nb,
        SUM(c.population_nb) AS population_nb,
        MIN(c.population_annee) AS annee_min,
        MAX(c.population_annee) AS annee_max
    FROM communes c
    JOIN (SELECT MAX(annee) AS annee FROM communes) d ON d.annee = c.annee
    GROUP BY c.departement_code, c.region_code
),
departement AS (
    SELECT
        p.departement_code,
        p.region_code,
        p.communes_nb,
        a.population_nb AS debut_nb,
        p.population_nb AS fin_nb,
        a.annee_min AS debut_min,
        a.annee_max AS debut_max,
        p.annee_min AS fin_min,
        p.annee_max AS fin_max
    FROM apres p
    JOIN departements d ON d.departement_code = p.departement_code AND d.zone_code <> 'com'
    LEFT JOIN avant a ON a.departement_code = p.departement_code
),
territoires AS (
    SELECT 'departement' AS territoire_niveau, departement_code AS territoire_code, communes_nb,
        debut_nb, fin_nb, debut_min, debut_max, fin_min, fin_max
    FROM departement
    UNION ALL
    SELECT 'region', region_code, SUM(communes_nb), SUM(debut_nb), SUM(fin_nb), MIN(debut_min),
        MAX(debut_max), MIN(fin_min), MAX(fin_max)
    FROM departement
    GROUP BY region_code
    UNION ALL
    SELECT 'national', 'FR', SUM(communes_nb), SUM(debut_nb), SUM(fin_nb), MIN(debut_min),
        MAX(debut_max), MIN(fin_min), MAX(fin_max)
    FROM departement
    HAVING COUNT(*) > 0
),
juges AS (
    SELECT
        *,
        CASE
            WHEN debut_nb IS NULL OR fin_nb IS NULL THEN 'population_non_donnee'
            WHEN debut_nb = 0 THEN 'population_nulle'
            WHEN debut_min <> debut_max OR fin_min <> fin_max THEN 'recensements_meles'
            WHEN debut_max = fin_min THEN 'meme_recensement'
        END AS motif_refus
    FROM territoires
)
SELECT
    territoire_niveau,
    territoire_code,
    CAST(communes_nb AS BIGINT) AS communes_nb,
    debut_max AS annee_debut,
    fin_max AS annee_fin,
    CAST(debut_nb AS BIGINT) AS population_debut_nb,
    CAST(fin_nb AS BIGINT) AS population_fin_nb,
    CASE WHEN motif_refus IS NULL
        THEN 100.0 * CAST(fin_nb - debut_nb AS DOUBLE) / CAST(debut_nb AS DOUBLE)
    END AS evolution_pct,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM juges
ORDER BY territoire_niveau, territoire_code
