groupes AS (
    SELECT
        annee,
        population_code,
-- include: ventilation
-- include: statistiques
    FROM valeurs
    GROUP BY GROUPING SETS (
        (annee, population_code),
        (annee, population_code, gestionnaire_code),
        (annee, population_code, region_code),
        (annee, population_code, categorie_cnam_code)
    )
)
