-- The days with a slot, with their week. A day is a bit of its week, Monday the first, and a week a bit
-- of a block of sixty; `apres_nb` tells the days of the month after Monday's. No feed has as many days
-- as the limit, for contracts bound its years: it tells engines that days are fewer than slots, and the
-- side of a join to hold.
evenements AS (
    SELECT DISTINCT jour_local FROM creneaux LIMIT 20000
),
-- include: jours
jours_creneaux AS (
    SELECT
        jour_local,
        jour_code,
        semaine_nb,
        semaine_code,
        mois_nb,
        CAST(POWER(2e0, jour_semaine_nb - 1) AS BIGINT) AS jour_masque_nb,
        CAST(FLOOR(semaine_nb / 60e0) AS BIGINT) AS bloc_nb,
        CAST(POWER(2e0, MOD(semaine_nb, 60)) AS BIGINT) AS semaine_masque_nb,
        CASE WHEN CAST(EXTRACT(DAY FROM jour_local) AS BIGINT) < jour_semaine_nb THEN 1 ELSE 0 END
            AS apres_nb
    FROM jours
),
