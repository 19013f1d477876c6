-- Inhabitants of each department, region and CPTS, now and at the first edition: the denominator of
-- every measure. A CPTS counts its own municipalities where a list gives them, each whole; else its
-- population is the one printed. A territory with one unknown population has none.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
dernieres AS (
    SELECT c.* FROM communes c JOIN derniere d ON d.annee = c.annee
),
parties AS (
    SELECT l.territoire_niveau, l.territoire_code, c.commune_code, c.population_nb,
        c.population_annee, c.origin AS origine_code, true AS placee
    FROM dernieres c
    JOIN territoires_lieux l ON l.departement_code = c.departement_code
    UNION ALL
    SELECT 'cpts', cpts_id, commune_code, CASE WHEN placee THEN population_nb END,
        population_annee,
        CASE
            WHEN 'synthetic' IN (origine_code, population_origine_code) THEN 'synthetic'
            WHEN origine_code = 'real' AND population_origine_code = 'real' THEN 'real'
            ELSE 'derived'
        END,
        placee
    FROM communes_cpts
),
apres AS (
    SELECT
        territoire_niveau,
        territoire_code,
        COUNT(*) AS communes_nb,
        COUNT(*) FILTER (WHERE NOT placee) AS non_placees_nb,
        CASE WHEN COUNT(population_nb) = COUNT(*) THEN SUM(population_nb) END AS population_nb,
        MIN(population_annee) AS annee_min,
        MAX(population_annee) AS annee_max,
        CASE
            WHEN COUNT(*) FILTER (WHERE origine_code = 'synthetic') > 0 THEN 'synthetic'
            WHEN COUNT(*) FILTER (WHERE origine_code <> 'real') > 0 THEN 'derived'
            ELSE 'real'
        END AS origine_code
    FROM parties
    GROUP BY territoire_niveau, territoire_code
),
-- What each municipality of the last edition held at the first one: a split shares its inhabitants
-- in proportion to those reached.
passages AS (
    SELECT
        arrivee_code,
        depart_population_annee,
        CASE
            WHEN arrivees_nb = 1 THEN CAST(depart_population_nb AS DECIMAL(18, 6))
            WHEN part_denominateur_nb > 0 THEN CAST(
                CAST(depart_population_nb AS DOUBLE) * CAST(part_numerateur_nb AS DOUBLE)
                / CAST(part_denominateur_nb AS DOUBLE) AS DECIMAL(18, 6))
        END AS population_nb
    FROM passage_communes
    WHERE arrivee_code IS NOT NULL
),
-- A department or a region takes whole what was left there, since a split stays within it.
avant AS (
    SELECT
        l.territoire_niveau,
        l.territoire_code,
        CASE WHEN COUNT(p.depart_population_nb) = COUNT(*)
            THEN CAST(SUM(p.depart_population_nb) AS DOUBLE) END AS population_nb,
        MIN(p.depart_population_annee) AS annee_min,
        MAX(p.depart_population_annee) AS annee_max
    FROM passage_communes p
    JOIN territoires_lieux l ON l.departement_code = p.arrivee_departement_code
    WHERE p.rang = 1
    GROUP BY l.territoire_niveau, l.territoire_code
    UNION ALL
    SELECT
        'cpts',
        c.cpts_id,
        CASE WHEN COUNT(p.population_nb) = COUNT(*)
            THEN CAST(SUM(p.population_nb) AS DOUBLE) END,
        MIN(p.depart_population_annee),
        MAX(p.depart_population_annee)
    FROM communes_cpts c
    LEFT JOIN passages p ON p.arrivee_code = c.commune_code
    GROUP BY c.cpts_id
)
SELECT
    a.territoire_niveau,
    a.territoire_code,
    'communes' AS methode_code,
    CAST(a.population_nb AS DOUBLE) AS population_nb,
    'exact' AS qualificatif_code,
    a.communes_nb AS n_nb,
    'communes' AS n_unite_code,
    CASE
        WHEN a.annee_min < a.annee_max THEN CAST(a.annee_min AS VARCHAR(4)) || '-'
            || CAST(a.annee_max AS VARCHAR(4))
        ELSE CAST(a.annee_max AS VARCHAR(4))
    END AS millesime,
    a.annee_min,
    a.annee_max,
    a.origine_code,
    CASE
        WHEN a.non_placees_nb > 0 THEN 'commune_non_placee'
        WHEN a.population_nb IS NULL THEN 'population_non_donnee'
        WHEN a.population_nb = 0 THEN 'population_nulle'
    END AS motif_refus,
    v.population_nb AS avant_nb,
    v.annee_min AS avant_annee_min,
    v.annee_max AS avant_annee_max
FROM apres a
LEFT JOIN avant v
    ON v.territoire_niveau = a.territoire_niveau AND v.territoire_code = a.territoire_code
UNION ALL
SELECT
    'cpts',
    c.cpts_id,
    'imprimee',
    CAST(c.population_nb AS DOUBLE),
    CASE WHEN c.population_approx THEN 'environ' ELSE 'exact' END,
    1,
    'cpts',
    c.document_id,
    NULL,
    NULL,
    c.origin,
    CASE
        WHEN c.population_nb IS NULL THEN 'population_non_donnee'
        WHEN c.population_nb = 0 THEN 'population_nulle'
    END,
    NULL,
    NULL,
    NULL
FROM cpts c
LEFT JOIN (SELECT DISTINCT cpts_id FROM communes_cpts) l ON l.cpts_id = c.cpts_id
WHERE l.cpts_id IS NULL
ORDER BY territoire_niveau, territoire_code
