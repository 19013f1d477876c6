-- Municipalities and municipal districts of each CPTS, in codes of the last edition, each once per
-- CPTS. A code of an older edition follows its merger; where it leads nowhere, or to several, the
-- place is kept apart: nobody is counted there.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
entieres AS (
    SELECT c.* FROM communes c JOIN derniere d ON d.annee = c.annee
),
quartiers AS (
    SELECT l.ancien_code AS commune_code, MIN(l.commune_code) AS commune_mere_code
    FROM communes_liens l
    JOIN derniere d ON d.annee = l.annee_arrivee
    WHERE l.lien_code = 'arrondissement_municipal'
    GROUP BY l.ancien_code
),
-- The shipped files give no population of a municipal district: a file of `populations` does.
quartiers_peuples AS (
    SELECT
        q.commune_code,
        q.commune_mere_code,
        p.population_nb,
        p.annee AS population_annee,
        p.origin,
        ROW_NUMBER() OVER (PARTITION BY q.commune_code ORDER BY p.annee DESC) AS rang
    FROM quartiers q
    LEFT JOIN populations p
        ON p.territoire_code = q.commune_code
        AND p.territoire_niveau = 'arrondissement_municipal'
        AND p.variante_code = 'municipale'
),
fusions AS (
    SELECT l.ancien_code, MIN(l.commune_code) AS commune_code
    FROM communes_liens l
    JOIN derniere d ON d.annee = l.annee_arrivee
    WHERE l.lien_code = 'fusion'
    GROUP BY l.ancien_code
    HAVING COUNT(*) = 1
),
places AS (
    SELECT
        m.cpts_id,
        m.cpts_nom,
        m.origin,
        m.commune_code AS ecrit_code,
        COALESCE(e.commune_code, q.commune_code, f.commune_code) AS arrivee_code
    FROM cpts_communes m
    LEFT JOIN entieres e ON e.commune_code = m.commune_code
    LEFT JOIN quartiers q ON q.commune_code = m.commune_code
    LEFT JOIN fusions f ON f.ancien_code = m.commune_code
),
uniques AS (
    SELECT
        cpts_id,
        MIN(cpts_nom) AS cpts_nom,
        COALESCE(arrivee_code, ecrit_code) AS commune_code,
        COUNT(arrivee_code) > 0 AS placee,
        COUNT(*) AS lignes_nb,
        CASE
            WHEN COUNT(*) FILTER (WHERE origin = 'synthetic') > 0 THEN 'synthetic'
            WHEN COUNT(*) FILTER (WHERE origin <> 'real') > 0 THEN 'derived'
            ELSE 'real'
        END AS origine_code
    FROM places
    GROUP BY cpts_id, COALESCE(arrivee_code, ecrit_code)
)
SELECT
    u.cpts_id,
    u.cpts_nom,
    u.commune_code,
    u.placee,
    u.lignes_nb,
    u.origine_code,
    COALESCE(q.commune_mere_code, u.commune_code) AS commune_mere_code,
    q.commune_mere_code IS NOT NULL AS arrondissement,
    COALESCE(e.departement_code, m.departement_code) AS departement_code,
    COALESCE(e.region_code, m.region_code) AS region_code,
    COALESCE(e.population_nb, q.population_nb) AS population_nb,
    COALESCE(e.population_annee, q.population_annee) AS population_annee,
    COALESCE(e.origin, q.origin) AS population_origine_code,
    COUNT(*) OVER (PARTITION BY u.commune_code) AS cpts_nb
FROM uniques u
LEFT JOIN entieres e ON e.commune_code = u.commune_code
LEFT JOIN quartiers_peuples q ON q.commune_code = u.commune_code AND q.rang = 1
LEFT JOIN entieres m ON m.commune_code = q.commune_mere_code
ORDER BY u.cpts_id, u.commune_code
