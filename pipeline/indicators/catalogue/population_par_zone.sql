-- Inhabitants by zone of general practitioners. Every inhabitant of a territory is in one row: a
-- zone, or the reason no zone is known. A neighbourhood is counted, never its people.
WITH arrondissements AS (
    SELECT
        ancien_code AS arrondissement_code,
        commune_code,
        COUNT(*) OVER (PARTITION BY commune_code) AS arrondissements_nb
    FROM communes_liens
    WHERE lien_code = 'arrondissement_municipal'
),
habitants AS (
    SELECT
        'communes' AS source_code,
        annee AS base_annee,
        population_annee,
        commune_code AS unite_code,
        departement_code,
        population_nb
    FROM communes
    UNION ALL
    SELECT
        'populations',
        annee,
        annee,
        territoire_code,
        CASE WHEN SUBSTRING(territoire_code, 1, 2) IN ('97', '98')
            THEN SUBSTRING(territoire_code, 1, 3)
            ELSE SUBSTRING(territoire_code, 1, 2) END,
        population_nb
    FROM populations
    WHERE variante_code = 'municipale'
        AND territoire_niveau IN ('commune', 'arrondissement_municipal')
),
-- A city stands whole or by district, never both: by district where all of them have a population.
villes AS (
    SELECT h.source_code, h.base_annee, a.commune_code
    FROM habitants h
    JOIN arrondissements a ON a.arrondissement_code = h.unite_code
    GROUP BY h.source_code, h.base_annee, a.commune_code, a.arrondissements_nb
    HAVING COUNT(*) = a.arrondissements_nb
),
unites AS (
    SELECT h.*, COALESCE(a.commune_code, h.unite_code) AS commune_code, d.region_code
    FROM habitants h
    JOIN departements d ON d.departement_code = h.departement_code
    LEFT JOIN arrondissements a ON a.arrondissement_code = h.unite_code
    LEFT JOIN villes v
        ON v.source_code = h.source_code
        AND v.base_annee = h.base_annee
        AND v.commune_code = COALESCE(a.commune_code, h.unite_code)
    WHERE d.zone_code IN ('metropole', 'drom')
        AND (a.commune_code IS NULL) = (v.commune_code IS NULL)
),
zones AS (
    SELECT profession_code, millesime, departement_code, territoire_code, zone_code
    FROM zonage_communes
    WHERE territoire_niveau IN ('commune', 'arrondissement_municipal')
),
couverts AS (
    SELECT DISTINCT profession_code, millesime, departement_code FROM zones
),
-- The zones of the districts of a city, where they agree.
par_ville AS (
    SELECT
        z.profession_code,
        z.millesime,
        a.commune_code,
        CASE
            WHEN COUNT(*) = a.arrondissements_nb
                AND COUNT(z.zone_code) = COUNT(*)
                AND MIN(z.zone_code) = MAX(z.zone_code) THEN MIN(z.zone_code)
            ELSE 'arrondissements_differents'
        END AS zone_ligne_code
    FROM zones z
    JOIN arrondissements a ON a.arrondissement_code = z.territoire_code
    GROUP BY z.profession_code, z.millesime, a.commune_code, a.arrondissements_nb
),
-- The population whose codes fit those of the zoning best, then that of the user, then the latest.
-- One that holds part of the people only is none: its few codes would fit too well.
ajustements AS (
    SELECT
        c.profession_code,
        c.millesime,
        u.source_code,
        u.base_annee,
        SUM(u.population_nb) AS population_nb,
        COUNT(*) - 2 * COUNT(z.territoire_code) AS ecart
    FROM couverts c
    JOIN unites u ON u.departement_code = c.departement_code
    LEFT JOIN zones z
        ON z.profession_code = c.profession_code
        AND z.millesime = c.millesime
        AND z.territoire_code = u.unite_code
    GROUP BY c.profession_code, c.millesime, u.source_code, u.base_annee
),
completes AS (
    SELECT *, MAX(population_nb) OVER (PARTITION BY profession_code, millesime) AS population_max_nb
    FROM ajustements
),
bases AS (
    SELECT
        profession_code,
        millesime,
        source_code,
        base_annee,
        ROW_NUMBER() OVER (
            PARTITION BY profession_code, millesime
            ORDER BY ecart, source_code DESC, base_annee DESC
        ) AS rang
    FROM completes
    WHERE 100 * population_nb >= {{zonage_population_min_pct}} * population_max_nb
),
peuplees AS (
    SELECT
        b.profession_code,
        b.millesime,
        b.source_code,
        b.base_annee,
        u.population_annee,
        u.unite_code,
        u.commune_code,
        u.departement_code,
        u.region_code,
        u.population_nb,
        CASE
            WHEN z.territoire_code IS NOT NULL THEN COALESCE(z.zone_code, 'non_communiquee')
            WHEN v.territoire_code IS NOT NULL THEN COALESCE(v.zone_code, 'non_communiquee')
            WHEN p.commune_code IS NOT NULL AND u.unite_code = u.commune_code
                THEN p.zone_ligne_code
            ELSE 'non_zonee'
        END AS zone_ligne_code
    FROM bases b
    JOIN unites u ON u.source_code = b.source_code AND u.base_annee = b.base_annee
    LEFT JOIN zones z
        ON z.profession_code = b.profession_code
        AND z.millesime = b.millesime
        AND z.territoire_code = u.unite_code
    LEFT JOIN zones v
        ON v.profession_code = b.profession_code
        AND v.millesime = b.millesime
        AND v.territoire_code = u.commune_code
    LEFT JOIN par_ville p
        ON p.profession_code = b.profession_code
        AND p.millesime = b.millesime
        AND p.commune_code = u.commune_code
    WHERE b.rang = 1
),
-- Rows of the zoning that no population has, their city neither.
perdues AS (
    SELECT z.profession_code, z.millesime, z.departement_code
    FROM zones z
    LEFT JOIN arrondissements a ON a.arrondissement_code = z.territoire_code
    LEFT JOIN (
        SELECT profession_code, millesime, unite_code AS code FROM peuplees
        UNION
        SELECT profession_code, millesime, commune_code FROM peuplees
    ) p
        ON p.profession_code = z.profession_code
        AND p.millesime = z.millesime
        AND p.code = COALESCE(a.commune_code, z.territoire_code)
    WHERE p.code IS NULL
),
apports AS (
    SELECT profession_code, millesime, departement_code, zone_ligne_code,
        1 AS communes_nb, population_nb, population_annee,
        CASE WHEN population_nb IS NULL THEN 1 ELSE 0 END AS sans_population_nb, 0 AS quartiers_nb
    FROM peuplees
    UNION ALL
    SELECT profession_code, millesime, departement_code, 'code_inconnu', 1, NULL, NULL, 1, 0
    FROM perdues
    UNION ALL
    SELECT profession_code, millesime, departement_code, COALESCE(zone_code, 'non_communiquee'),
        0, NULL, NULL, 0, 1
    FROM zonage_communes
    WHERE territoire_niveau = 'quartier'
),
niveaux AS (
    SELECT 'departement' AS territoire_niveau
    UNION ALL
    SELECT 'region'
    UNION ALL
    SELECT 'national'
),
etendues AS (
    SELECT
        n.territoire_niveau,
        CASE n.territoire_niveau
            WHEN 'departement' THEN d.departement_code
            WHEN 'region' THEN d.region_code
            ELSE 'FR'
        END AS territoire_code,
        d.departement_code
    FROM departements d
    CROSS JOIN niveaux n
    WHERE d.zone_code IN ('metropole', 'drom')
),
-- A code of no department, or of an overseas collectivity, is placed nowhere and still counted.
places AS (
    SELECT
        a.*,
        COALESCE(e.territoire_niveau, 'non_place') AS territoire_niveau,
        COALESCE(e.territoire_code, 'aucun') AS territoire_code
    FROM apports a
    LEFT JOIN etendues e ON e.departement_code = a.departement_code
),
sommes AS (
    SELECT
        profession_code,
        millesime,
        territoire_niveau,
        territoire_code,
        zone_ligne_code,
        SUM(communes_nb) AS communes_nb,
        SUM(population_nb) AS population_nb,
        MIN(population_annee) AS population_annee_min,
        MAX(population_annee) AS population_annee_max,
        SUM(sans_population_nb) AS sans_population_nb,
        SUM(quartiers_nb) AS quartiers_nb
    FROM places
    GROUP BY profession_code, millesime, territoire_niveau, territoire_code, zone_ligne_code
),
couverture AS (
    SELECT
        b.profession_code,
        b.millesime,
        b.source_code,
        b.base_annee,
        e.territoire_niveau,
        e.territoire_code,
        COUNT(*) AS departements_nb,
        COUNT(*) - COUNT(c.departement_code) AS departements_absents_nb
    FROM bases b
    CROSS JOIN etendues e
    LEFT JOIN couverts c
        ON c.profession_code = b.profession_code
        AND c.millesime = b.millesime
        AND c.departement_code = e.departement_code
    WHERE b.rang = 1
    GROUP BY b.profession_code, b.millesime, b.source_code, b.base_annee,
        e.territoire_niveau, e.territoire_code
),
lignes AS (
    SELECT
        s.*,
        c.source_code,
        c.base_annee,
        SUM(s.population_nb) OVER (
            PARTITION BY s.profession_code, s.millesime, s.territoire_niveau, s.territoire_code
        ) AS population_territoire_nb,
        c.departements_nb,
        c.departements_absents_nb,
        CASE
            WHEN c.departements_absents_nb = c.departements_nb THEN 'territoire_absent'
            WHEN c.departements_absents_nb > 0 THEN 'zonage_partiel'
            WHEN s.population_nb IS NULL THEN 'population_absente'
        END AS motif_refus
    FROM sommes s
    LEFT JOIN couverture c
        ON c.profession_code = s.profession_code
        AND c.millesime = s.millesime
        AND c.territoire_niveau = s.territoire_niveau
        AND c.territoire_code = s.territoire_code
)
SELECT
    millesime,
    profession_code,
    territoire_niveau,
    territoire_code,
    zone_ligne_code,
    CAST(communes_nb AS BIGINT) AS communes_nb,
    CAST(population_nb AS BIGINT) AS population_nb,
    CAST(population_territoire_nb AS BIGINT) AS population_territoire_nb,
    CASE WHEN motif_refus IS NULL
        THEN 100.0 * CAST(population_nb AS DOUBLE)
            / NULLIF(CAST(population_territoire_nb AS DOUBLE), 0)
    END AS part_pct,
    CAST(sans_population_nb AS BIGINT) AS sans_population_nb,
    CAST(quartiers_nb AS BIGINT) AS quartiers_nb,
    'municipale' AS variante_code,
    source_code AS population_source_code,
    base_annee,
    population_annee_min,
    population_annee_max,
    CAST(departements_nb AS BIGINT) AS departements_nb,
    CAST(departements_absents_nb AS BIGINT) AS departements_absents_nb,
    CASE WHEN motif_refus IS NULL THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    motif_refus
FROM lignes
UNION ALL
SELECT
    'aucun', 'medecin_generaliste', 'national', 'FR', 'ensemble',
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS DOUBLE),
    CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS VARCHAR(20)),
    CAST(NULL AS VARCHAR(20)), CAST(NULL AS INTEGER), CAST(NULL AS INTEGER),
    CAST(NULL AS INTEGER), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), 'refuse', 'aucun_fichier'
FROM (SELECT COUNT(*) AS lignes_nb FROM zonage_communes) vide
WHERE lignes_nb = 0
ORDER BY millesime, profession_code, territoire_niveau, territoire_code, zone_ligne_code
