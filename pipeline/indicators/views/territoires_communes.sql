-- Every municipality of every edition with the territories it is a part of, and the municipal
-- districts of the last edition. Health living areas and CPTS are those of the last edition only.
WITH derniere AS (
    SELECT MAX(annee) AS annee FROM communes
),
zones_lues AS (
    SELECT
        z.territoire_code,
        z.territoire_vie_sante,
        DENSE_RANK() OVER (PARTITION BY z.territoire_code ORDER BY z.millesime DESC) AS rang
    FROM zonage_communes z
    WHERE z.territoire_niveau IN ('commune', 'arrondissement_municipal')
        AND z.territoire_vie_sante IS NOT NULL
),
zones AS (
    SELECT
        territoire_code,
        COUNT(DISTINCT territoire_vie_sante) AS vie_sante_nb,
        MIN(territoire_vie_sante) AS vie_sante_code
    FROM zones_lues
    WHERE rang = 1
    GROUP BY territoire_code
),
communautes AS (
    SELECT commune_code, COUNT(*) AS cpts_nb, MIN(cpts_id) AS cpts_id
    FROM communes_cpts
    WHERE placee
    GROUP BY commune_code
),
unites AS (
    SELECT
        c.annee,
        'commune' AS territoire_niveau,
        c.commune_code,
        c.commune_nom,
        CAST(NULL AS VARCHAR(5)) AS commune_mere_code,
        c.departement_code,
        c.region_code,
        c.population_nb,
        c.population_annee
    FROM communes c
    UNION ALL
    SELECT
        l.annee_arrivee,
        'arrondissement_municipal',
        l.ancien_code,
        l.ancien_nom,
        l.commune_code,
        m.departement_code,
        m.region_code,
        CAST(NULL AS BIGINT),
        CAST(NULL AS INT)
    FROM communes_liens l
    JOIN derniere d ON d.annee = l.annee_arrivee
    JOIN communes m ON m.annee = l.annee_arrivee AND m.commune_code = l.commune_code
    WHERE l.lien_code = 'arrondissement_municipal'
)
SELECT
    u.annee,
    u.territoire_niveau,
    u.commune_code,
    u.commune_nom,
    u.commune_mere_code,
    u.departement_code,
    u.region_code,
    z.vie_sante_nb,
    CASE WHEN z.vie_sante_nb = 1 THEN z.vie_sante_code END AS vie_sante_code,
    p.cpts_nb,
    CASE WHEN p.cpts_nb = 1 THEN p.cpts_id END AS cpts_id,
    u.population_nb,
    u.population_annee
FROM unites u
JOIN derniere d ON true
LEFT JOIN zones z ON z.territoire_code = u.commune_code AND u.annee = d.annee
LEFT JOIN communautes p ON p.commune_code = u.commune_code AND u.annee = d.annee
ORDER BY u.annee, u.territoire_niveau, u.commune_code
