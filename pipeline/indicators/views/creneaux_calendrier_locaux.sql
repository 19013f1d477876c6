-- Days, weeks and months with a slot, by CPTS and by department, for each breakdown.
WITH
-- include: creneaux_bruts
cellules AS (
    SELECT
-- include: niveau_creneaux
-- include: dimension_creneaux
        semaine_nb,
        count(*) AS creneaux_nb,
        BIT_OR(jour_masque_nb) AS jours_masque_nb
    FROM bruts
    GROUP BY GROUPING SETS (
        (cpts_code, semaine_nb, semaine_code),
        (cpts_code, semaine_nb, heure_locale),
        (cpts_code, semaine_nb, jour_code),
        (cpts_code, semaine_nb, profession_code),
        (cpts_code, semaine_nb, canal_code),
        (cpts_code, semaine_nb, outil_code),
        (departement_code, semaine_nb, semaine_code),
        (departement_code, semaine_nb, heure_locale),
        (departement_code, semaine_nb, jour_code),
        (departement_code, semaine_nb, profession_code),
        (departement_code, semaine_nb, canal_code),
        (departement_code, semaine_nb, outil_code)
    )
),
-- include: calendrier_creneaux
SELECT * FROM calendrier
ORDER BY niveau_code, territoire_code, dimension_code, modalite_code
