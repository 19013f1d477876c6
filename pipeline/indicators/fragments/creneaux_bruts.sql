-- Every slot with its week, under the names its breakdowns give it; a slot outside any CPTS stays in
-- its department. Days are few: their calendar is worked out once each, not once per slot.
-- include: jours_creneaux
bruts AS (
    SELECT
        c.departement_code,
        COALESCE(c.cpts_id, concat('hors_cpts_', c.departement_code)) AS cpts_code,
        c.effecteur_id,
        c.agregateur_code,
        c.statut_code,
        c.pourvu_nb,
        c.jour_local,
        c.heure_locale,
        c.instantane_utc,
        c.mis_en_ligne_utc,
        c.pris_utc,
        c.debut_utc,
        c.liberation_minutes_nb,
        c.profession_code,
        COALESCE(c.canal_code, 'sans_canal') AS canal_code,
        COALESCE(c.outil_code, 'sans_outil') AS outil_code,
        j.jour_code,
        j.semaine_nb,
        j.semaine_code,
        j.jour_masque_nb,
        j.bloc_nb,
        j.semaine_masque_nb
    FROM creneaux c
    JOIN jours_creneaux j ON j.jour_local = c.jour_local
),
