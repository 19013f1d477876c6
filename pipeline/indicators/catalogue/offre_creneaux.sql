-- Slots offered, whatever became of them, and slots seen free: how many, by whom, over what time.
SELECT
    niveau_code,
    territoire_code,
    dimension_code,
    modalite_code,
    CASE
        WHEN libres_nb = 0 THEN 'complet'
        WHEN libres_nb = creneaux_nb THEN 'libres'
        ELSE 'mixte'
    END AS releve_code,
    creneaux_nb,
    libres_nb,
    effecteurs_nb,
    semaines_nb,
    jours_nb,
    mois_nb,
    CAST(creneaux_nb AS DOUBLE) / (effecteurs_nb * semaines_nb) AS par_effecteur_semaine_nb,
    CAST(creneaux_nb AS DOUBLE) / jours_nb AS par_jour_nb,
    CAST(creneaux_nb AS DOUBLE) / semaines_nb AS par_semaine_nb,
    CAST(creneaux_nb AS DOUBLE) / mois_nb AS par_mois_nb,
    semaine_min_nb,
    semaine_max_nb,
    premier_jour,
    dernier_jour,
    premier_instantane_utc,
    dernier_instantane_utc
FROM creneaux_ventiles
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
