groupes AS (
    SELECT
        annee,
        population_code,
        mesure_code,
-- include: ventilation
        -- sums of decimals are exact: the ratio is theirs, each centre weighs its volume
        CAST(SUM(numerateur) AS DOUBLE) / CAST(SUM(denominateur) AS DOUBLE) AS moyenne_agregee,
-- include: statistiques
    FROM valeurs
    GROUP BY GROUPING SETS (
        (annee, population_code, mesure_code),
        (annee, population_code, mesure_code, gestionnaire_code),
        (annee, population_code, mesure_code, region_code),
        (annee, population_code, mesure_code, categorie_cnam_code)
    )
)
