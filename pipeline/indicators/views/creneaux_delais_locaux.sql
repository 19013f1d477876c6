-- Minutes from the offer of a slot to its booking, and from its booking to its start: how many, and
-- their quartiles, by CPTS and by department, for each breakdown but weeks: a week has about as many
-- minutes as bookings, and counting them would hold them all.
WITH
-- include: creneaux_bruts
-- include: prises
-- include: prises_mesurees
,
minutes AS (
    SELECT
-- include: niveau_creneaux
-- include: autre_dimension
            AS dimension_code,
-- include: autre_modalite
            AS modalite_code,
        mesure_code,
        minutes_nb,
        count(*) AS prises_nb
    FROM mesurees
    GROUP BY GROUPING SETS (
        (mesure_code, minutes_nb, cpts_code),
        (mesure_code, minutes_nb, cpts_code, heure_locale),
        (mesure_code, minutes_nb, cpts_code, jour_code),
        (mesure_code, minutes_nb, cpts_code, profession_code),
        (mesure_code, minutes_nb, cpts_code, canal_code),
        (mesure_code, minutes_nb, cpts_code, outil_code),
        (mesure_code, minutes_nb, departement_code),
        (mesure_code, minutes_nb, departement_code, heure_locale),
        (mesure_code, minutes_nb, departement_code, jour_code),
        (mesure_code, minutes_nb, departement_code, profession_code),
        (mesure_code, minutes_nb, departement_code, canal_code),
        (mesure_code, minutes_nb, departement_code, outil_code)
    )
),
-- include: delais_comptes
SELECT * FROM delais
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
