-- Bookings counted by minute, from the offer of a slot to its booking and from its booking to its
-- start, for each breakdown: equal lead times are held once. A minute may stand on several rows, to be
-- added up.
WITH
-- include: creneaux_bruts
-- include: prises
-- include: prises_mesurees
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
