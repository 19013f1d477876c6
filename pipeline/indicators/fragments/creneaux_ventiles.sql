-- Every slot with its day (`jours`), then once by level of territory and breakdown (`ventiles`).
evenements AS (
    SELECT
        departement_code,
        effecteur_id,
        agregateur_code,
        profession_code,
        debut_utc,
        mis_en_ligne_utc,
        pris_utc,
        liberation_minutes_nb,
        instantane_utc,
        statut_code,
        jour_local,
        COALESCE(cpts_id, concat('hors_cpts_', departement_code)) AS cpts_code,
        COALESCE(canal_code, 'sans_canal') AS canal,
        COALESCE(outil_code, 'sans_outil') AS outil,
        concat(LPAD(CAST(heure_locale AS STRING), 2, '0'), 'h') AS heure_code
    FROM creneaux
),
-- include: jours
-- include: ventilation_creneaux
