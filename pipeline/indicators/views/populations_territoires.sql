-- Population of each department, region and of France, by year and variant: that of `populations` at
-- its level, else the sum of its municipalities, else (municipal variant) the editions of `communes`.
-- A sum that lacks a part, or would mix censuses, keeps its row without a population.
WITH regions AS (
    SELECT departement_code, region_code FROM departements WHERE zone_code <> 'com'
),
dernier AS (
    SELECT MAX(annee) AS annee, COUNT(DISTINCT annee) AS editions_nb FROM communes
),
-- Municipalities every edition knows: a file that lacks many of them does not cover the department.
durables AS (
    SELECT c.departement_code, c.commune_code, MAX(c.annee) AS annee
    FROM communes c
    GROUP BY c.departement_code, c.commune_code
    HAVING COUNT(*) = (SELECT editions_nb FROM dernier)
),
attendues AS (
    SELECT d.departement_code, d.commune_code, c.population_nb
    FROM durables d
    JOIN communes c ON c.commune_code = d.commune_code AND c.annee = d.annee
),
totaux AS (
    SELECT departement_code, SUM(population_nb) AS population_nb
    FROM attendues
    GROUP BY departement_code
),
lues AS (
    SELECT
        CASE WHEN SUBSTRING(territoire_code, 1, 2) IN ('97', '98')
            THEN SUBSTRING(territoire_code, 1, 3)
            ELSE SUBSTRING(territoire_code, 1, 2)
        END AS departement_code,
        territoire_code AS commune_code,
        annee,
        variante_code,
        population_nb
    FROM populations
    WHERE territoire_niveau = 'commune'
),
communales AS (
    SELECT
        l.departement_code,
        l.annee,
        l.variante_code,
        SUM(l.population_nb) AS population_nb,
        SUM(a.population_nb) AS retrouvee_nb
    FROM lues l
    LEFT JOIN attendues a
        ON a.commune_code = l.commune_code AND a.departement_code = l.departement_code
    GROUP BY l.departement_code, l.annee, l.variante_code
),
livrees AS (
    SELECT
        c.departement_code,
        MAX(c.population_annee) AS annee,
        c.annee AS edition,
        SUM(c.population_nb) AS population_nb
    FROM communes c
    GROUP BY c.departement_code, c.annee
    HAVING MIN(c.population_annee) = MAX(c.population_annee) AND COUNT(c.population_nb) = COUNT(*)
),
candidates AS (
    SELECT territoire_code AS departement_code, annee, variante_code, population_nb,
        'populations' AS table_code, 1 AS rang, annee AS edition
    FROM populations
    WHERE territoire_niveau = 'departement'
    UNION ALL
    SELECT c.departement_code, c.annee, c.variante_code, c.population_nb, 'populations', 2, c.annee
    FROM communales c
    JOIN totaux t ON t.departement_code = c.departement_code
    WHERE 100 * CAST(c.retrouvee_nb AS DOUBLE)
        >= {{population_communes_couverture_min_pct}} * CAST(t.population_nb AS DOUBLE)
    UNION ALL
    SELECT departement_code, annee, 'municipale', population_nb, 'communes', 3, edition
    FROM livrees
),
departementales AS (
    SELECT departement_code, annee, variante_code, population_nb, table_code
    FROM (
        SELECT
            *,
            ROW_NUMBER() OVER (
                PARTITION BY departement_code, annee, variante_code
                ORDER BY rang, edition DESC
            ) AS place
        FROM candidates
    ) classees
    WHERE place = 1
),
reunies AS (
    SELECT 'region' AS territoire_niveau, r.region_code AS territoire_code, d.annee,
        d.variante_code, d.population_nb, d.table_code
    FROM departementales d
    JOIN regions r ON r.departement_code = d.departement_code
    UNION ALL
    SELECT 'national', 'FR', d.annee, d.variante_code, d.population_nb, d.table_code
    FROM departementales d
    JOIN regions r ON r.departement_code = d.departement_code
),
parts AS (
    SELECT 'region' AS territoire_niveau, region_code AS territoire_code, COUNT(*) AS parts_nb
    FROM regions
    GROUP BY region_code
    UNION ALL
    SELECT 'national', 'FR', COUNT(*) FROM regions
),
sommes AS (
    SELECT
        p.territoire_niveau,
        p.territoire_code,
        s.annee,
        s.variante_code,
        CASE WHEN COUNT(*) = p.parts_nb THEN SUM(s.population_nb) END AS population_nb,
        CASE WHEN MIN(s.table_code) = MAX(s.table_code) THEN MIN(s.table_code)
            ELSE 'communes, populations' END AS table_code,
        COUNT(*) AS connues_nb,
        p.parts_nb
    FROM parts p
    JOIN reunies s
        ON s.territoire_niveau = p.territoire_niveau AND s.territoire_code = p.territoire_code
    GROUP BY p.territoire_niveau, p.territoire_code, p.parts_nb, s.annee, s.variante_code
),
directes AS (
    SELECT territoire_niveau, territoire_code, annee, variante_code, population_nb
    FROM populations
    WHERE territoire_niveau IN ('region', 'national')
)
SELECT 'departement' AS territoire_niveau, departement_code AS territoire_code, annee,
    variante_code, CAST(population_nb AS BIGINT) AS population_nb, table_code,
    CAST(1 AS BIGINT) AS connues_nb, CAST(1 AS BIGINT) AS parts_nb
FROM departementales
UNION ALL
SELECT territoire_niveau, territoire_code, annee, variante_code,
    CAST(population_nb AS BIGINT), 'populations', CAST(1 AS BIGINT), CAST(1 AS BIGINT)
FROM directes
UNION ALL
SELECT s.territoire_niveau, s.territoire_code, s.annee, s.variante_code,
    CAST(s.population_nb AS BIGINT), s.table_code, s.connues_nb, s.parts_nb
FROM sommes s
LEFT JOIN directes d
    ON d.territoire_niveau = s.territoire_niveau AND d.territoire_code = s.territoire_code
    AND d.annee = s.annee AND d.variante_code = s.variante_code
WHERE d.territoire_code IS NULL
ORDER BY territoire_niveau, territoire_code, annee, variante_code
