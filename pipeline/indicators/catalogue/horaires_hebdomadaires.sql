-- Hours of care open per week, for each scheme that prints its opening hours.
-- A row for even or odd weeks only counts for half; public holidays are left out.
WITH plage AS (
    SELECT
        dispositif_id,
        jour_code,
        semaine_code,
        CASE WHEN semaine_code = 'toutes' THEN 1e0 ELSE 0.5e0 END AS poids,
        CAST(substring(heure_debut, 1, 2) AS INT) * 60
            + CAST(substring(heure_debut, 4, 2) AS INT) AS debut_min,
        CAST(substring(heure_fin, 1, 2) AS INT) * 60
            + CAST(substring(heure_fin, 4, 2) AS INT) AS fin_min
    FROM dispositif_horaires
    WHERE objet_code = 'effection' AND jour_code <> 'jour_ferie'
),
jour AS (
    SELECT
        dispositif_id,
        jour_code,
        SUM(poids * (fin_min - debut_min)) AS minutes,
        CASE
            WHEN max(poids) = 1 OR count(DISTINCT semaine_code) = 2 THEN 1e0 ELSE 0.5e0
        END AS jours_nb,
        max(fin_min) AS fin_min
    FROM plage
    GROUP BY dispositif_id, jour_code
),
semaine AS (
    SELECT
        dispositif_id,
        SUM(minutes) / 60 AS heures_semaine_nb,
        SUM(jours_nb) AS jours_semaine_nb,
        max(fin_min) > 60 * {{debut_soiree_heure}} AS ouvert_soir,
        count(*) FILTER (WHERE jour_code = 'samedi') > 0 AS ouvert_samedi,
        count(*) FILTER (WHERE jour_code = 'dimanche') > 0 AS ouvert_dimanche
    FROM jour
    GROUP BY dispositif_id
)
SELECT
    s.dispositif_id,
    d.cpts_id,
    c.cpts_nom,
    d.departement_code,
    d.perimetre_code,
    d.type_code,
    d.profession_code,
    d.statut_code,
    s.heures_semaine_nb,
    s.jours_semaine_nb,
    s.ouvert_soir,
    s.ouvert_samedi,
    s.ouvert_dimanche
FROM semaine s
JOIN dispositifs d ON d.dispositif_id = s.dispositif_id
LEFT JOIN cpts c ON c.cpts_id = d.cpts_id
ORDER BY s.dispositif_id
