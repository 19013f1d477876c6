-- Days, weeks and months with a slot, by territory and breakdown: those of all slots together, beside
-- those of each CPTS and department.
WITH
-- include: creneaux_bruts
cellules AS (
    SELECT
        'ensemble' AS niveau_code,
        'ensemble' AS territoire_code,
-- include: dimension_creneaux
        semaine_nb,
        count(*) AS creneaux_nb,
        BIT_OR(jour_masque_nb) AS jours_masque_nb
    FROM bruts
    GROUP BY GROUPING SETS (
        (semaine_nb, semaine_code),
        (semaine_nb, heure_locale),
        (semaine_nb, jour_code),
        (semaine_nb, profession_code),
        (semaine_nb, canal_code),
        (semaine_nb, outil_code)
    )
),
-- include: calendrier_creneaux
SELECT * FROM calendrier
UNION ALL
SELECT * FROM creneaux_calendrier_locaux
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
