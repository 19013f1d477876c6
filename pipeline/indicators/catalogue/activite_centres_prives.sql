-- Activity of the private walk-in centres of Brittany: patients and doctors a day where printed,
-- patients per doctor, opening hours a week.
WITH patients AS (
    SELECT dispositif_id, MAX(patients_nb) AS patients_nb
    FROM creneaux_publies
    WHERE mesure_code = 'patients' AND nature_code = 'observe' AND periode_code = 'jour'
        AND par_code = 'centre'
    GROUP BY dispositif_id
),
medecins AS (
    -- a printed range ("2 or 3 doctors") has both its bounds
    SELECT
        dispositif_id,
        MIN(effectif_nb) AS medecins_min,
        MAX(COALESCE(effectif_max_nb, effectif_nb)) AS medecins_max
    FROM dispositif_effecteurs
    WHERE role_code = 'effecteur' AND unite_code = 'personne'
        AND profession_code IN ('medecin', 'medecin_generaliste', 'medecin_urgentiste')
    GROUP BY dispositif_id
),
horaires AS (
    -- hours of each weekly opening; a week out of two counts for half; public holidays left out
    SELECT
        dispositif_id,
        SUM(
            (CAST(substring(heure_fin, 1, 2) AS INT) * 60 + CAST(substring(heure_fin, 4, 2) AS INT)
            - CAST(substring(heure_debut, 1, 2) AS INT) * 60
            - CAST(substring(heure_debut, 4, 2) AS INT))
            * CASE WHEN semaine_code = 'toutes' THEN 1.0 ELSE 0.5 END
        ) AS minutes_semaine,
        COUNT(DISTINCT jour_code) AS jours
    FROM dispositif_horaires
    WHERE objet_code = 'effection' AND jour_code <> 'jour_ferie'
    GROUP BY dispositif_id
),
centres AS (
    SELECT
        c.centre_id,
        c.dispositif_id,
        c.groupe,
        c.commune,
        c.departement_code,
        p.patients_nb,
        m.medecins_min,
        m.medecins_max,
        h.minutes_semaine,
        h.jours
    FROM centres_prives c
    LEFT JOIN patients p ON p.dispositif_id = c.dispositif_id
    LEFT JOIN medecins m ON m.dispositif_id = c.dispositif_id
    LEFT JOIN horaires h ON h.dispositif_id = c.dispositif_id
)
SELECT
    centre_id,
    dispositif_id,
    groupe,
    commune,
    departement_code,
    CAST(patients_nb AS INT) AS patients_jour_nb,
    CAST(medecins_min AS INT) AS medecins_jour_min_nb,
    CAST(medecins_max AS INT) AS medecins_jour_max_nb,
    CAST(patients_nb AS DOUBLE) / NULLIF(medecins_max, 0) AS patients_par_medecin_min,
    CAST(patients_nb AS DOUBLE) / NULLIF(medecins_min, 0) AS patients_par_medecin_max,
    CAST(jours AS INT) AS jours_ouverture_nb,
    CAST(minutes_semaine AS DOUBLE) / 60.0 AS heures_semaine,
    CASE WHEN patients_nb IS NOT NULL AND medecins_min > 0 AND medecins_max > 0
        THEN 'calcule' ELSE 'refuse' END AS statut_calcul,
    CASE
        WHEN patients_nb IS NULL THEN 'volume_absent'
        WHEN medecins_min IS NULL OR medecins_max IS NULL THEN 'denominateur_absent'
        WHEN medecins_min = 0 OR medecins_max = 0 THEN 'denominateur_nul'
    END AS motif_refus
FROM centres
ORDER BY centre_id
