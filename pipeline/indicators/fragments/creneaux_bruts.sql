-- Every slot with its week, under the names its breakdowns give it; a slot outside any CPTS stays in
-- its department. Days are few: their calendar is worked out once each, not once per slot.
evenements AS (
    SELECT DISTINCT jour_local FROM creneaux
),
-- include: jours
bruts AS (
    SELECT
        c.departement_code,
        COALESCE(c.cpts_id, concat('hors_cpts_', c.departement_code)) AS cpts_code,
        c.effecteur_id,
        c.agregateur_code,
        c.statut_code,
        c.pourvu_nb,
        c.jour_local,
        c.instantane_utc,
        c.mis_en_ligne_utc,
        c.pris_utc,
        c.debut_utc,
        c.liberation_minutes_nb,
        c.profession_code,
        concat(LPAD(CAST(c.heure_locale AS STRING), 2, '0'), 'h') AS heure_code,
        COALESCE(c.canal_code, 'sans_canal') AS canal_code,
        COALESCE(c.outil_code, 'sans_outil') AS outil_code,
        j.jour_code,
        j.semaine_nb,
        j.semaine_code,
        j.mois_nb,
        CASE j.jour_semaine_nb
            WHEN 1 THEN 1
            WHEN 2 THEN 2
            WHEN 3 THEN 4
            WHEN 4 THEN 8
            WHEN 5 THEN 16
            WHEN 6 THEN 32
            ELSE 64
        END AS jour_masque_nb
    FROM creneaux c
    JOIN jours j ON j.jour_local = c.jour_local
),
