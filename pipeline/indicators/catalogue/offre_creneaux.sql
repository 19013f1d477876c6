-- Slots offered, whatever became of them, and slots seen free: how many, by whom, over what time.
SELECT
    v.niveau_code,
    v.territoire_code,
    v.dimension_code,
    v.modalite_code,
    CASE
        WHEN v.libres_nb = 0 THEN 'complet'
        WHEN v.libres_nb = v.creneaux_nb THEN 'libres'
        ELSE 'mixte'
    END AS releve_code,
    v.creneaux_nb,
    v.libres_nb,
    e.effecteurs_nb,
    c.semaines_nb,
    c.jours_nb,
    c.mois_nb,
    CAST(v.creneaux_nb AS DOUBLE) / (e.effecteurs_nb * c.semaines_nb) AS par_effecteur_semaine_nb,
    CAST(v.creneaux_nb AS DOUBLE) / c.jours_nb AS par_jour_nb,
    CAST(v.creneaux_nb AS DOUBLE) / c.semaines_nb AS par_semaine_nb,
    CAST(v.creneaux_nb AS DOUBLE) / c.mois_nb AS par_mois_nb,
    c.semaine_min_nb,
    c.semaine_max_nb,
    v.premier_jour,
    v.dernier_jour,
    v.premier_instantane_utc,
    v.dernier_instantane_utc
FROM creneaux_ventiles v
JOIN creneaux_effecteurs e
    ON e.niveau_code = v.niveau_code
    AND e.territoire_code = v.territoire_code
    AND e.dimension_code = v.dimension_code
    AND e.modalite_code = v.modalite_code
JOIN creneaux_calendrier c
    ON c.niveau_code = v.niveau_code
    AND c.territoire_code = v.territoire_code
    AND c.dimension_code = v.dimension_code
    AND c.modalite_code = v.modalite_code
ORDER BY v.niveau_code, v.territoire_code, v.dimension_code, v.modalite_code
