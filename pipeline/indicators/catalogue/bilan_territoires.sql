-- What becomes of every municipality when it is counted by department, region, health living area or
-- CPTS. What goes in is read in the municipalities alone; what comes out, after the joins.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
quartiers AS (
    SELECT
        annee,
        commune_mere_code,
        MAX(vie_sante_nb) AS vie_sante_nb,
        MAX(cpts_nb) AS cpts_nb
    FROM territoires_communes
    WHERE territoire_niveau = 'arrondissement_municipal'
    GROUP BY annee, commune_mere_code
),
incompletes AS (
    SELECT annee, departement_code, region_code
    FROM territoires_communes
    WHERE territoire_niveau = 'commune' AND population_nb IS NULL
    GROUP BY annee, departement_code, region_code
),
lues AS (
    SELECT
        t.annee,
        t.commune_code,
        t.population_nb,
        d.zone_code,
        r.region_code AS region_connue,
        t.vie_sante_nb,
        t.cpts_nb,
        q.vie_sante_nb AS quartiers_vie_sante_nb,
        q.cpts_nb AS quartiers_cpts_nb,
        i.departement_code AS departement_incomplet,
        g.region_code AS region_incomplete
    FROM territoires_communes t
    LEFT JOIN departements d ON d.departement_code = t.departement_code
    LEFT JOIN regions r ON r.region_code = t.region_code
    LEFT JOIN quartiers q ON q.annee = t.annee AND q.commune_mere_code = t.commune_code
    LEFT JOIN incompletes i ON i.annee = t.annee AND i.departement_code = t.departement_code
    LEFT JOIN (SELECT DISTINCT annee, region_code FROM incompletes) g
        ON g.annee = t.annee AND g.region_code = t.region_code
    WHERE t.territoire_niveau = 'commune'
),
placees AS (
    SELECT 'departement' AS territoire_niveau, annee, population_nb,
        CASE
            WHEN zone_code IS NULL THEN 'non_placee'
            WHEN zone_code = 'com' THEN 'hors_champ'
            WHEN departement_incomplet IS NOT NULL THEN 'incomplete'
            ELSE 'placee'
        END AS sort_code
    FROM lues
    UNION ALL
    SELECT 'region', annee, population_nb,
        CASE
            WHEN zone_code = 'com' THEN 'hors_champ'
            WHEN zone_code IS NULL OR region_connue IS NULL THEN 'non_placee'
            WHEN region_incomplete IS NOT NULL THEN 'incomplete'
            ELSE 'placee'
        END
    FROM lues
    UNION ALL
    SELECT 'territoire_vie_sante', l.annee, l.population_nb,
        CASE
            WHEN l.vie_sante_nb > 1 THEN 'partagee'
            WHEN l.vie_sante_nb = 1 THEN 'placee'
            WHEN l.quartiers_vie_sante_nb > 0 THEN 'par_arrondissement'
            ELSE 'non_placee'
        END
    FROM lues l
    JOIN derniere d ON d.annee = l.annee
    UNION ALL
    SELECT 'cpts', l.annee, l.population_nb,
        CASE
            WHEN l.cpts_nb > 1 THEN 'partagee'
            WHEN l.cpts_nb = 1 THEN 'placee'
            WHEN l.quartiers_cpts_nb > 0 THEN 'par_arrondissement'
            ELSE 'non_placee'
        END
    FROM lues l
    JOIN derniere d ON d.annee = l.annee
),
comptees AS (
    SELECT territoire_niveau, annee, sort_code, COUNT(*) AS communes_nb,
        COUNT(*) FILTER (WHERE population_nb IS NULL) AS sans_population_nb,
        SUM(population_nb) AS population_nb
    FROM placees
    GROUP BY territoire_niveau, annee, sort_code
    UNION ALL
    SELECT n.territoire_niveau, c.annee, 'ensemble', COUNT(*),
        COUNT(*) FILTER (WHERE c.population_nb IS NULL), SUM(c.population_nb)
    FROM communes c
    CROSS JOIN derniere d
    JOIN (VALUES ('departement', false), ('region', false), ('territoire_vie_sante', true),
        ('cpts', true)) AS n(territoire_niveau, derniere_seule)
        ON NOT n.derniere_seule OR c.annee = d.annee
    GROUP BY n.territoire_niveau, c.annee
),
sorts AS (
    SELECT sort_code
    FROM (VALUES ('placee'), ('partagee'), ('par_arrondissement'), ('incomplete'), ('hors_champ'),
        ('non_placee'), ('ensemble')) AS liste(sort_code)
)
SELECT
    e.annee,
    e.territoire_niveau,
    s.sort_code,
    COALESCE(c.communes_nb, 0) AS communes_nb,
    COALESCE(c.sans_population_nb, 0) AS sans_population_nb,
    CAST(c.population_nb AS BIGINT) AS population_nb
FROM comptees e
CROSS JOIN sorts s
LEFT JOIN comptees c ON c.annee = e.annee AND c.territoire_niveau = e.territoire_niveau
    AND c.sort_code = s.sort_code
WHERE e.sort_code = 'ensemble'
ORDER BY e.annee, e.territoire_niveau, s.sort_code
