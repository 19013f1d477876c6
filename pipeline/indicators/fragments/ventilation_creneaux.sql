-- After `jours`: each slot once by level of territory and breakdown.
-- include: niveaux
dimensions AS (
    SELECT 'ensemble' AS dimension_code
    UNION ALL SELECT 'semaine'
    UNION ALL SELECT 'jour'
    UNION ALL SELECT 'heure'
    UNION ALL SELECT 'profession'
    UNION ALL SELECT 'canal'
    UNION ALL SELECT 'outil'
),
ventiles AS (
    SELECT
        n.niveau_code,
        CASE n.niveau_code
            WHEN 'cpts' THEN j.cpts_code
            WHEN 'departement' THEN j.departement_code
            ELSE 'ensemble'
        END AS territoire_code,
        d.dimension_code,
        CASE d.dimension_code
            WHEN 'semaine' THEN j.semaine_code
            WHEN 'jour' THEN j.jour_code
            WHEN 'heure' THEN j.heure_code
            WHEN 'profession' THEN j.profession_code
            WHEN 'canal' THEN j.canal
            WHEN 'outil' THEN j.outil
            ELSE 'ensemble'
        END AS modalite_code,
        j.effecteur_id,
        j.agregateur_code,
        j.statut_code,
        j.debut_utc,
        j.mis_en_ligne_utc,
        j.pris_utc,
        j.liberation_minutes_nb,
        j.instantane_utc,
        j.jour_local,
        j.jour_nb,
        j.semaine_nb,
        j.mois_nb
    FROM jours j
    CROSS JOIN dimensions d
    CROSS JOIN niveaux n
),
