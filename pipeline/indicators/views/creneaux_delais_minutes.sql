-- Bookings counted by minute, from the offer of a slot to its booking and from its booking to its
-- start, for each breakdown: equal lead times are held once. A minute may stand on several rows, to be
-- added up.
WITH
-- include: creneaux_bruts
-- include: prises
mesurees AS (
    SELECT
        p.*,
        m.mesure_code,
        CASE m.mesure_code
            WHEN 'offre_prise' THEN offre_prise_minutes_nb ELSE preavis_minutes_nb
        END AS minutes_nb
    FROM prises p
    CROSS JOIN (SELECT 'offre_prise' AS mesure_code UNION ALL SELECT 'prise_debut') m
)
SELECT
-- include: dimension_creneaux
    mesure_code,
    minutes_nb,
    count(*) AS prises_nb
FROM mesurees
GROUP BY GROUPING SETS (
    (mesure_code, minutes_nb),
    (mesure_code, minutes_nb, semaine_code),
    (mesure_code, minutes_nb, heure_locale),
    (mesure_code, minutes_nb, jour_code),
    (mesure_code, minutes_nb, profession_code),
    (mesure_code, minutes_nb, canal_code),
    (mesure_code, minutes_nb, outil_code)
)
ORDER BY dimension_code, modalite_code, mesure_code, minutes_nb
